"""Moves rows from one case to another for merger and split; row numbers stay, short names are given anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from sqlalchemy import func, or_, select, update

from models.accident.sheets import SHEETS, Field, Sheet
from models.accident.sheets.fields import POINTERS
from models.accident.tables import Person, Vehicle
from models.accountability.tables import AccountabilityItem
from models.case.tables import Case, CaseOrganisation, ChecklistAnswer, Evidence, FactRow, Finding, IncomingPaper
from models.clock.tables import Deadline
from models.joining.tables import MovedRef
from models.kernel.act import Act
from models.kernel.base import Json
from models.kernel.case_accident import accident_id_of
from models.kernel.errors import WrongStage
from models.kernel.events import record
from models.kernel.text.short_names import free_ref, taken_refs
from models.kernel.vocabulary import DocumentKind, DocumentStatus
from models.papers.tables import BundledCase, Delivery, Document, PaperFlag, ProofForm, ProofFormPaper, goes_round
from models.prevention.tables import Recurrence
from models.rectification.tables import Assignment, Dispute, Evaluation, Measure, Milestone, Reply, Talk, Verification

Named = TypeVar("Named", Finding, Measure, Evidence, AccountabilityItem, Reply, IncomingPaper)
Involved = TypeVar("Involved", Vehicle, Person)
LETTERS = {Finding: "F", Measure: "M", Evidence: "E", AccountabilityItem: "A", Reply: "R", IncomingPaper: "W"}


def move_rows(act: Act, source: Case, target: Case, table: type[Named], rows: Sequence[Named]) -> dict[str, str]:
    """Move findings, measures, evidence, items, replies or papers that came in; returns old and new short names."""
    renamed: dict[str, str] = {}
    if not rows:
        return renamed
    place, taken = _last_position(act, table, target), taken_refs(act, table, target, LETTERS[table])
    for row in rows:
        now = free_ref(taken, LETTERS[table])
        taken.add(now)
        renamed[row.ref] = now
        act.session.add(MovedRef(case_id=source.id, ref=row.ref, now_in_id=target.id, now=now))
        row.case_id, row.ref = target.id, now
        if isinstance(row, Finding | Measure):
            place += 1
            row.position = place
    act.session.flush()
    return renamed


def _last_position(act: Act, table: type[Named], case: Case) -> int:
    for ordered in (Finding, Measure):
        if table is ordered:
            return act.session.scalar(select(func.max(ordered.position)).where(ordered.case_id == case.id)) or 0
    return 0


def move_measures(act: Act, source: Case, target: Case, measures: Sequence[Measure]) -> dict[str, str]:
    """Move measures with whose hands they are in, what was answered and verified, and their clocks."""
    ids = [measure.id for measure in measures]
    renamed = move_rows(act, source, target, Measure, measures)
    hands = list(act.session.scalars(select(Assignment.id).where(Assignment.measure_id.in_(ids))))
    replies = act.session.scalars(select(Reply).where(Reply.assignment_id.in_(hands)).order_by(Reply.id)).all()
    renamed |= move_rows(act, source, target, Reply, replies)
    for table, chosen in (
        (Assignment, Assignment.id.in_(hands)),
        (Verification, Verification.assignment_id.in_(hands)),
        (Evaluation, Evaluation.measure_id.in_(ids)),
        (Milestone, Milestone.measure_id.in_(ids)),
        (Dispute, Dispute.assignment_id.in_(hands)),
        (Deadline, Deadline.assignment_id.in_(hands)),
        (Deadline, Deadline.reply_id.in_([reply.id for reply in replies])),
    ):
        act.session.execute(update(table).where(chosen).values(case_id=target.id))
    # An accident beside its own measures is no recurrence: such a row stays with the case that had them.
    act.session.execute(
        update(Recurrence)
        .where(Recurrence.measure_id.in_(ids), Recurrence.case_id != target.id)
        .values(old_case_id=target.id)
    )
    return renamed


def move_incoming(act: Act, source: Case, target: Case) -> dict[str, str]:
    """Move what came in with its clocks; returns old and new short names."""
    rows = act.session.scalars(
        select(IncomingPaper).where(IncomingPaper.case_id == source.id).order_by(IncomingPaper.id)
    ).all()
    renamed = move_rows(act, source, target, IncomingPaper, rows)
    clocks = Deadline.id.in_([row.deadline_id for row in rows])
    act.session.execute(update(Deadline).where(clocks).values(case_id=target.id))
    return renamed


def refuse_bundled(act: Act, *cases: Case) -> None:
    """Refuse to join or part cases that share a notice with others: it lists each by the number it has there."""
    concerned = [case.id for case in cases]
    shared = act.session.scalar(
        select(BundledCase.ref)
        .join(Document, Document.id == BundledCase.document_id)
        .where(
            or_(BundledCase.case_id.in_(concerned), Document.case_id.in_(concerned)),
            Document.status != DocumentStatus.VOID,
            # A circular that went out, or what puts one right, is a paper of the case that holds it; the others are only
            # named in it.
            or_(
                ~goes_round(),
                Document.case_id.in_(concerned),
                Document.status != DocumentStatus.DELIVERED,
            ),
        )
        .limit(1)
    )
    if shared is not None:
        raise WrongStage(
            "案件列在与其他案件合并制发的汇总通知或者通报中，不能并案或分案，可以登记为关联案件。", code="bundled"
        )


def drop_recurrences(act: Act, case: Case) -> None:
    """Let fall what nobody decided of a case that ends: whoever goes on with it looks anew."""
    act.session.execute(
        update(Recurrence)
        .where(
            or_(Recurrence.case_id == case.id, Recurrence.old_case_id == case.id),
            Recurrence.decision.is_(None),
            Recurrence.lapsed_at.is_(None),
        )
        .values(lapsed_at=act.at)
    )


def move_papers(act: Act, source: Case, target: Case, papers: Sequence[Document]) -> None:
    """Move papers with numbers, files, approvals, lists, service and clocks; each has an event of its own in both
    cases, so that a restricted one is told to its list alone."""
    taken, last = taken_refs(act, Document, target, "D"), _occasions(act, target)
    for paper in papers:
        former, paper.ref = paper.ref, free_ref(taken, "D")
        taken.add(paper.ref)
        act.session.add(
            MovedRef(case_id=source.id, ref=former, now_in_id=target.id, now=paper.ref, document_id=paper.id)
        )
        same = (paper.kind, paper.recipient_id)
        paper.occasion = last[same] = last.get(same, 0) + 1
        paper.case_id = target.id
        record(act, source, "paper_moved", paper=former, other_case=target.case_number, now=paper.ref)
        record(act, target, "paper_taken_over", paper=paper.ref, other_case=source.case_number, former=former)
    act.session.flush()
    ids = [paper.id for paper in papers]
    listed = select(ProofFormPaper.form_id)
    for table, chosen in (
        # A form on which papers stay behind stays with them.
        (
            ProofForm,
            ProofForm.id.in_(listed.where(ProofFormPaper.document_id.in_(ids)))
            & ProofForm.id.not_in(listed.where(ProofFormPaper.document_id.not_in(ids))),
        ),
        (Delivery, Delivery.document_id.in_(ids)),
        (PaperFlag, PaperFlag.document_id.in_(ids)),
        (Deadline, Deadline.document_id.in_(ids)),
        (Talk, Talk.order_id.in_(ids)),
    ):
        act.session.execute(update(table).where(chosen).values(case_id=target.id))


def _occasions(act: Act, case: Case) -> dict[tuple[DocumentKind, int | None], int]:
    """Return the last occasion of each kind of paper to each recipient in a case."""
    rows = act.session.execute(
        select(Document.kind, Document.recipient_id, func.max(Document.occasion).label("last"))
        .where(Document.case_id == case.id)
        .group_by(Document.kind, Document.recipient_id)
    )
    return {(row.kind, row.recipient_id): row.last for row in rows}


def move_involved(
    act: Act, source: Case, target: Case, table: type[Involved], rows: Sequence[Involved], letter: str
) -> dict[str, str]:
    """Move vehicles or people from one accident to the other; returns old and new short names."""
    taken = set(act.session.scalars(select(table.ref).where(table.accident_id == target.accident_id)))
    renamed: dict[str, str] = {}
    for row in rows:
        now = free_ref(taken, letter)
        taken.add(now)
        renamed[row.ref] = now
        row.accident_id, row.ref = accident_id_of(target), now
    act.session.flush()
    return renamed


def move_facts(act: Act, source: Case, target: Case, renamed: Mapping[str, str]) -> None:
    """Put the lists of one case's facts behind those of the other, under new short names; of a form the one that is kept
    is the target's. `renamed` are the new short names of what the facts point to."""
    units = _move_units(act, source, target)
    theirs = act.session.execute(
        select(FactRow.sheet, FactRow.ref, FactRow.position).where(FactRow.case_id == target.id)
    ).all()
    taken = {(row.sheet, row.ref) for row in theirs}
    last = {row.sheet: row.position for row in sorted(theirs, key=lambda row: row.position)}
    mine = select(FactRow).where(FactRow.case_id == source.id, FactRow.removed_at.is_(None))
    for row in act.session.scalars(mine.order_by(FactRow.sheet, FactRow.position)).all():
        sheet = SHEETS[row.sheet]
        if not sheet.many and (row.sheet, row.ref) in taken:
            continue
        if sheet.many:
            row.ref = free_ref({ref for of, ref in taken if of == row.sheet}, sheet.prefix)
            row.position = last[row.sheet] = last.get(row.sheet, 0) + 1
        taken.add((row.sheet, row.ref))
        row.case_id, row.details = target.id, pointing(sheet, row.details, renamed, units)
    act.session.flush()


def move_answers(act: Act, source: Case, target: Case, renamed: Mapping[str, str]) -> None:
    """Take over what one case answered of the checklist and the other did not; what both answered stays as it was."""
    answered = select(ChecklistAnswer.question).where(ChecklistAnswer.case_id == target.id)
    mine = select(ChecklistAnswer).where(
        ChecklistAnswer.case_id == source.id, ChecklistAnswer.question.not_in(answered)
    )
    for answer in act.session.scalars(mine).all():
        answer.case_id, answer.evidence = target.id, [renamed.get(ref, ref) for ref in answer.evidence]


def _move_units(act: Act, source: Case, target: Case) -> dict[str, str]:
    """Put the units that only the one case lists on the other's list; returns old and new short names of them all."""
    listed = select(CaseOrganisation).where(CaseOrganisation.case_id == target.id)
    theirs = {unit.organisation_id: unit.ref for unit in act.session.scalars(listed)}
    named: dict[str, str] = {}
    mine = select(CaseOrganisation).where(CaseOrganisation.case_id == source.id).order_by(CaseOrganisation.position)
    for unit in act.session.scalars(mine).all():
        known = theirs.get(unit.organisation_id)
        former = unit.ref
        if known is None:
            known = free_ref(set(theirs.values()), "O")
            theirs[unit.organisation_id] = known
            unit.case_id, unit.ref, unit.position = target.id, known, len(theirs)
        named[former] = known
    return named


def pointing(sheet: Sheet, details: Json, renamed: Mapping[str, str], units: Mapping[str, str]) -> Json:
    """Return the values of a row with the short names that what they point to has now; of units by `units`."""

    def now(field: Field, value: object) -> object:
        names = units if field.target == "organisations" else renamed
        if field.kind not in POINTERS and field.name != "evidence":  # 证据编号 is typed: E3, or a number on paper
            return value
        return [names.get(ref, ref) for ref in value] if isinstance(value, list) else names.get(str(value), value)

    fields = {field.name: field for field in sheet.fields}
    return {name: now(fields[name], value) if name in fields else value for name, value in details.items()}
