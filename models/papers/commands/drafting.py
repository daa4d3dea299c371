"""Drafts papers: plans what a case needs, one paper a recipient and none twice, and writes the drafts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import case as case_of
from sqlalchemy import select, update

from models.accident.tables import Accident
from models.accountability.tables import AccountabilityItem, Reader
from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.queries.rulebook import rules_of
from models.joining.tables import MovedRef
from models.kernel import divisions
from models.kernel.act import Act, got
from models.kernel.base import Json
from models.kernel.calendar.local_time import local_date
from models.kernel.case_accident import accident_id_of, grade_of
from models.kernel.case_lock import unit_path
from models.kernel.errors import Invalid, NotAllowed, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import DRAFTS
from models.kernel.record.bulk_events import among
from models.kernel.text.short_names import free_ref
from models.kernel.vocabulary import AssignmentState, CaseKind, DocumentKind, DocumentStatus, Purpose, Role
from models.office.commands.organisations import issuing_bodies, issuing_body
from models.office.commands.restricted import inside, items_about_us, upper_sentence
from models.office.rules.paper_kinds import paper_kind
from models.office.tables import Organisation, User, UserRole
from models.papers.content.wording import hazard_name
from models.papers.filling.hazards import where_of
from models.papers.filling.subjects import subjects
from models.papers.queries.writing import how_to_write, other_body
from models.papers.tables import Document, DocumentAssignment
from models.rectification.tables import Assignment, Measure
from models.register.tables import Hazard

from .competence import open_subjects, our_competence
from .referring import Instead, instead_of


def unaddressed(act: Act, case: Case) -> list[str]:
    """Return the short names of measures that nobody answers for yet."""
    held = select(Assignment.measure_id).where(Assignment.case_id == case.id)
    return list(
        act.session.scalars(
            select(Measure.ref)
            .where(Measure.case_id == case.id, Measure.withdrawn_at.is_(None), Measure.id.not_in(held))
            .order_by(Measure.position)
        )
    )


def draft_notices(act: Act, case: Case) -> list[str]:
    """Draft one rectification notice per recipient for all its measures without one, or the paper that is written instead
    where none may go to it. Raises Invalid, as `prepare`."""
    missing = unaddressed(act, case)
    if missing:
        raise Invalid(
            f"以下整改措施尚未确认责任单位，确认后才能拟制通知书：{'、'.join(missing)}。", code="measures_unaddressed"
        )
    rows = act.session.execute(
        select(Assignment.id, Assignment.organisation_id, Assignment.due_on, Measure.ref)
        .join(Measure, Measure.id == Assignment.measure_id)
        .where(
            Assignment.case_id == case.id,
            Assignment.state == AssignmentState.UNISSUED,
            Assignment.notice_id.is_(None),
            Measure.withdrawn_at.is_(None),
        )
        .order_by(Measure.position, Assignment.id)
    ).all()
    past = [row.ref for row in rows if row.due_on is not None and row.due_on <= act.today]
    if past:
        raise Invalid(f"以下整改措施的完成期限已过，请先修改期限：{'、'.join(past)}。", code="measure_due_past")
    by_recipient: dict[int, list[int]] = {}
    for row in rows:
        by_recipient.setdefault(row.organisation_id, []).append(row.id)
    instead = instead_of(act, by_recipient, Purpose.ADVISE)
    wanted = [_or_instead(act, case, DocumentKind.RECTIFICATION_NOTICE, one, instead) for one in by_recipient]
    notices = draft_papers(act, wanted)
    for notice, assignments in zip(notices, by_recipient.values(), strict=True):
        carry(act, notice, assignments)
    if notices:
        held = dict(zip(by_recipient, [notice.id for notice in notices], strict=True))
        act.session.execute(
            update(Assignment)
            .where(Assignment.id.in_([row.id for row in rows]))
            .values(notice_id=case_of(held, value=Assignment.organisation_id))
        )
    return [notice.ref for notice in notices]


def draft_notice(
    act: Act, case: Case, kind: DocumentKind, recipient: int, assignments: Sequence[int], *, note: str | None = None
) -> Document:
    """Draft one notice to a recipient that carries these measures in its hands, or what is written instead."""
    purpose = paper_kind(kind).purpose
    instead = {} if purpose is None else instead_of(act, [recipient], purpose)
    (paper,) = draft_papers(act, [_or_instead(act, case, kind, recipient, instead, note=note)])
    carry(act, paper, assignments)
    act.session.execute(update(Assignment).where(Assignment.id.in_(assignments)).values(notice_id=paper.id))
    return paper


def _or_instead(
    act: Act, case: Case, kind: DocumentKind, recipient: int, instead: Mapping[int, Instead], *, note: str | None = None
) -> Wanted:
    other = instead.get(recipient)
    if other is None:
        return Wanted(case, kind, recipient, note=note)
    unit = act.session.get_one(Organisation, recipient).name
    return Wanted(case, other.kind, other.recipient_id, note=other.why, unit=unit)


def draft_proposals(act: Act, case: Case) -> list[str]:
    """Draft one accountability proposal per competent organ for all items without one; where our own police are
    examined, the upper unit's people draft one of their own, in the upper unit's name.

    A subject that lacks something, or whose organ cannot be asked, is in none and stays open; the note of the papers
    says so. Raises Invalid, as `preparing.prepare`, also where every subject is open, and NotAllowed where all that is
    left is the upper unit's.
    """
    items = subjects(
        act.session,
        case.id,
        AccountabilityItem.informational.is_(False),
        AccountabilityItem.document_id.is_(None),
    )
    own = items_about_us(act, case, AccountabilityItem.id.in_([item.id for item in items]))
    upper = _upper_drafters(act, case) if own else []
    if own and not upper:
        items = [item for item in items if item.id not in own]
        if not items and act.actor.id is not None:
            raise NotAllowed(upper_sentence(act), code="upper_unit_acts")
    missing = [item.ref for item in items if item.organ_id is None and not item.missing]
    # What the system drafts waits until every organ is confirmed; a person may go ahead without those that have none.
    if missing and (act.actor.id is None or len(missing) == len(items)):
        raise Invalid(f"以下问责事项尚未确认有权机关：{'、'.join(missing)}。", code="organs_missing")
    obstacles = open_subjects(act, items)
    if obstacles and len(obstacles) == len(items):
        raise Invalid("".join(obstacles.values()), code="subjects_open")
    by_organ: dict[tuple[int, bool], list[int]] = {}
    for item in items:
        if item.id not in obstacles and item.organ_id is not None:
            by_organ.setdefault((item.organ_id, item.id in own), []).append(item.id)
    drafted: list[str] = []
    for about_us in (False, True):
        # Our own people read the paper on others, and learn from its note nothing of what asks about them.
        left_out = "".join(said for item, said in obstacles.items() if (item in own) is about_us) or None
        organs = [organ for organ, theirs in by_organ if theirs is about_us]
        issuer, readers = (issuing_body(act.session, "bureau"), tuple(upper)) if about_us and organs else (None, None)
        proposals = draft_papers(
            act,
            [
                Wanted(case, DocumentKind.ACCOUNTABILITY_PROPOSAL, organ, note=left_out, issuer=issuer, readers=readers)
                for organ in organs
            ],
        )
        if proposals:
            held = dict(zip(organs, [proposal.id for proposal in proposals], strict=True))
            listed = [item for organ in organs for item in by_organ[organ, about_us]]
            act.session.execute(
                update(AccountabilityItem)
                .where(AccountabilityItem.id.in_(listed))
                .values(document_id=case_of(held, value=AccountabilityItem.competent_organ_id))
            )
        drafted += [proposal.ref for proposal in proposals]
    return drafted


def _upper_drafters(act: Act, case: Case) -> list[int]:
    """Return who may draft for the upper unit: the officer of it who acts; of what the system drafts, all its officers."""
    if act.actor.id is not None:
        return [] if inside(act.actor.path, unit_path(act, case)) else [act.actor.id]
    upper = issuing_body(act.session, "bureau")
    return list(
        act.session.scalars(
            select(User.id)
            .join(UserRole, UserRole.user_id == User.id)
            .where(User.organisation_id == upper.id, UserRole.role == Role.OFFICER, User.disabled_at.is_(None))
            .order_by(User.id)
        )
    )


Occasion: TypeAlias = tuple[int, DocumentKind, int | None]
"""Case, kind and recipient of a paper."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper to draft. `note` says why; `number` and `unit` are what the paper is about, for its title.

    `title` is what the paper is called instead of what the table of manners says;
    `issuer` writes instead of the body that the table of manners names; `readers` are the list of a restricted paper,
    else the officer and who drafts; `accident` is how the title calls the accident, where one is not all.
    """

    case: Case
    kind: DocumentKind
    recipient_id: int
    note: str | None = None
    number: str = ""
    unit: str = ""
    issuer: Organisation | None = None
    readers: tuple[int, ...] | None = None
    accident: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft and whom it is for."""

    paper: Document
    recipient: Organisation

    @property
    def said(self) -> Json:
        """Return what the event `paper_drafted` says of it."""
        return {"paper": self.paper.ref, "kind": self.paper.kind.value, "recipient": self.recipient.name}


def draft_paper(
    act: Act,
    case: Case,
    kind: DocumentKind,
    recipient_id: int,
    *,
    note: str | None = None,
    number: str = "",
    unit: str = "",
    issuer: Organisation | None = None,
    accident: str | None = None,
    title: str | None = None,
) -> Document:
    """Draft one paper to one recipient and put it on record; raises as `plan_papers` does."""
    wanted = Wanted(
        case,
        kind,
        recipient_id,
        note=note,
        number=number,
        unit=unit,
        issuer=issuer,
        accident=accident,
        title=title,
    )
    (paper,) = draft_papers(act, [wanted])
    return paper


def draft_papers(act: Act, wanted: Sequence[Wanted]) -> list[Document]:
    """Draft papers and put each on record; as many statements for one as for a hundred. Raises as `plan_papers`."""
    drafted = plan_papers(act, wanted)
    put_papers(act, wanted, drafted)
    for one, made in zip(wanted, drafted, strict=True):
        record(act, one.case, "paper_drafted", why=one.note, **made.said)
    return [made.paper for made in drafted]


def plan_papers(act: Act, wanted: Sequence[Wanted]) -> list[Drafted]:
    """Return the drafts of papers of locked cases in few statements and not yet written: whether, in which form and by whom
    as the table of competence says, in which words as the table of manners does.

    Raises WrongStage with the open way where such a paper may not go to such a recipient, or where it is about an accident and
    the case has none.
    """
    if not wanted:
        return []
    named = among(Organisation.id, {one.recipient_id for one in wanted})
    units = {unit.id: unit for unit in act.session.scalars(select(Organisation).where(named))}
    bodies = issuing_bodies(act.session)
    ours, manners = our_competence(act), rules_of(act).manners
    names = _accident_names(act, [one.case for one in wanted])
    taken, occasions = _papers_so_far(act, {one.case.id for one in wanted})
    for one in wanted:
        _refuse_without_accident(one)
    drafted = []
    for one in wanted:
        recipient = units[one.recipient_id]
        how = how_to_write(ours, manners, recipient, one.kind)
        issuer = one.issuer or bodies[how.by]
        if issuer.id == recipient.id:
            issuer = bodies[other_body(recipient)]
        occasion = (one.case.id, one.kind, recipient.id)
        ref = free_ref(taken[one.case.id], "D")
        taken[one.case.id].add(ref)
        occasions[occasion] += 1
        title = one.title or _as_called(how.title, one.case).format(
            accident=one.accident or names[one.case.id],
            again="再次" if occasions[occasion] > 1 else "",
            number=one.number,
            unit=one.unit,
        )
        paper = Document(
            case_id=one.case.id,
            ref=ref,
            kind=one.kind,
            form=how.form,
            issuer_id=issuer.id,
            recipient_id=recipient.id,
            occasion=occasions[occasion],
            title=title,
            status=DocumentStatus.DRAFT,
            round=1,
            restricted=paper_kind(one.kind).restricted,
            note=one.note,
            manner_id=how.manner_id,
            drafted_at=act.at,
        )
        drafted.append(Drafted(paper, recipient))
    return drafted


def _as_called(title: str, case: Case) -> str:
    """Return how such a paper is called in a case: the name of a hazard says already that it is one."""
    return title.replace("{accident}所涉安全隐患", "{accident}") if case.kind is CaseKind.HAZARD else title


def _refuse_without_accident(wanted: Wanted) -> None:
    """Refuse a paper that is about an accident in a case that has none."""
    if wanted.case.kind is CaseKind.HAZARD and paper_kind(wanted.kind).of_accident:
        raise WrongStage(f"本案是隐患交办，没有事故，不拟制{wanted.kind.label}。", code="no_accident")


def _papers_so_far(act: Act, cases: Collection[int]) -> tuple[dict[int, set[str]], Counter[Occasion]]:
    """Return the short names that papers of each case have or had, and how many of a kind went to a recipient."""
    rows = act.session.execute(
        select(Document.case_id, Document.ref, Document.kind, Document.recipient_id).where(
            among(Document.case_id, cases)
        )
    )
    taken: dict[int, set[str]] = defaultdict(set)
    occasions: Counter[Occasion] = Counter()
    for case_id, ref, kind, recipient_id in rows:
        taken[case_id].add(ref)
        occasions[case_id, kind, recipient_id] += 1
    gone = select(MovedRef.case_id, MovedRef.ref).where(among(MovedRef.case_id, cases), MovedRef.ref.startswith("D"))
    for case_id, ref in act.session.execute(gone):
        taken[case_id].add(ref)
    return taken, occasions


def put_papers(act: Act, wanted: Sequence[Wanted], drafted: Sequence[Drafted]) -> None:
    """Write planned drafts, the named lists of restricted ones, and our clocks to issue the notices among them.

    The caller puts each on record, where it belongs among what else happens in its case.
    """
    act.session.add_all(made.paper for made in drafted)
    act.session.flush()
    for one, made in zip(wanted, drafted, strict=True):
        if made.paper.restricted:
            named = (one.case.officer_id, act.actor.id) if one.readers is None else one.readers
            on_list = dict.fromkeys(person for person in named if person is not None)
            act.session.add_all(
                Reader(document_id=made.paper.id, user_id=person, added_by=act.actor.id, added_at=act.at)
                for person in on_list
            )
        if one.kind is DocumentKind.RECTIFICATION_NOTICE:
            deadlines.start(
                act,
                one.case,
                "notice.issue",
                deadlines.Subject(made.paper.ref, one.case.unit_id, document_id=made.paper.id),
                one.case.measures_since or act.at,
            )


def accident_name(act: Act, case: Case) -> str:
    """Return how titles call the accident: <place>"<month>·<day>"<grade>道路交通事故; of a work order its hazard."""
    if case.hazard_id is not None:
        return hazard_name(where_of(got(act, Hazard, case.hazard_id)))
    return _called(got(act, Accident, accident_id_of(case)), case)


def _accident_names(act: Act, cases: Sequence[Case]) -> dict[int, str]:
    concerned = {case.accident_id: case for case in cases if case.accident_id is not None}
    accidents = act.session.scalars(select(Accident).where(among(Accident.id, concerned)))
    names = {concerned[accident.id].id: _called(accident, concerned[accident.id]) for accident in accidents}
    return names | {case.id: accident_name(act, case) for case in cases if case.hazard_id is not None}


def _called(accident: Accident, case: Case) -> str:
    day = local_date(accident.occurred_at)
    return (
        f"{divisions.own_name(accident.division_code, on=day)}“{day.month}·{day.day}”{grade_of(case).label}道路交通事故"
    )


def carry(act: Act, paper: Document, assignments: Sequence[int]) -> None:
    """Put measures in hands onto a paper."""
    act.session.add_all(DocumentAssignment(document_id=paper.id, assignment_id=a) for a in assignments)


def amendable(paper: Document) -> None:
    """Refuse to change a paper that is on its way or out."""
    if paper.status not in DRAFTS:
        raise WrongStage(f"文书{paper.ref}当前为“{paper.status.label}”，不能修改。")
