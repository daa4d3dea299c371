"""并案: merges two cases of one accident; one goes on with everything, the other points to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import or_, select, update

from models.accident.tables import Accident, LaterDeath, Person, Vehicle
from models.accountability.tables import AccountabilityItem
from models.case.announcements import AccidentRetold
from models.case.commands.accidents import lock_cases
from models.case.commands.regrading import regrade
from models.case.tables import Case, Evidence, Finding, FindingPerson, LiabilityDecision, TeamMember
from models.clock.commands import deadlines
from models.joining.tables import CaseLink, Recusal
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_accident import accident_of
from models.kernel.case_lock import unit_path
from models.kernel.errors import Invalid, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import SIGNED
from models.kernel.reactions import announce
from models.kernel.refs import CaseRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.text.short_names import free_ref
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Stage
from models.papers.commands.drafting import accident_name
from models.papers.commands.outdated_papers import flag
from models.papers.commands.voiding import lapse
from models.papers.tables import Amendment, Document
from models.rectification.commands.effect_clock import keep_clock
from models.rectification.tables import Measure, Talk

from .moving_rows import (
    Involved,
    Named,
    drop_recurrences,
    move_answers,
    move_facts,
    move_incoming,
    move_involved,
    move_measures,
    move_papers,
    move_rows,
    refuse_bundled,
)

FIGURES = ("deaths", "serious_injuries", "minor_injuries", "injured_unspecified", "economic_loss", "property_loss")


@action(
    "merge-case",
    title="并案：本案并入另一案",
    rights=("case.join",),
    decides=True,
    same_as=("case_merged", "case_absorbed"),
)
def merge_case(
    act: Act,
    case_number: str,
    *,
    into: CaseRef,
    reason: str,
    same: Sequence[str] = (),
    deaths: int | None = None,
    serious_injuries: int | None = None,
    minor_injuries: int | None = None,
    injured_unspecified: int | None = None,
    economic_loss: int | None = None,
    property_loss: int | None = None,
) -> str:
    """Merge a case into another one that goes on (`into`): two accidents were found to be one. Returns that one.

    Vehicles, people, findings, measures, evidence, items, papers that are out or under way with their clocks, recusals
    and links go over; short names are given anew, numbers stay. Vehicles of one plate and people of one identity number
    are the same, and those that `same` names (V1=V2: ours is theirs). The figures of the other accident stand unless
    others are given; it is graded anew. The unsigned report of the merged case lapses, a signed one stays in it.

    Raises NotAllowed, WrongStage (a report under approval; a signed report into a case without one), Invalid.
    """
    case, target = lock_cases(act, case_number, into)
    for one in (case, target):
        policy.require(act.actor, "case.join", unit_path=unit_path(act, one))
    accident, kept = (accident_of(act.session, one) for one in (case, target))
    why = require_reason(reason)
    _may_merge(case, target)
    refuse_bundled(act, case, target)
    name_before, name_after = accident_name(act, case), accident_name(act, target)
    report = _report(act, case)
    stood = target.report_approved_at is not None
    renamed = _involved(act, case, target, same)
    renamed |= _contents(act, case, target)
    _papers(act, case, target, report, name_before, name_after, why)
    _surroundings(act, case, target)
    pointed = {ref: now.removeprefix("=") for ref, now in renamed.items()}
    move_facts(act, case, target, pointed)
    move_answers(act, case, target, pointed)
    taken_number = _number(act, accident, kept)
    before = {name: getattr(kept, name) for name in FIGURES}
    given = (deaths, serious_injuries, minor_injuries, injured_unspecified, economic_loss, property_loss)
    for name, figure in zip(FIGURES, given, strict=True):
        if figure is not None:
            if figure < 0:
                raise Invalid("伤亡人数和损失数额不能为负数，请修改。", code="negative")
            setattr(kept, name, figure)
    act.session.flush()
    deadlines.withdraw(act, case, act.at)
    drop_recurrences(act, case)
    case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "merge")
    case.stage_reason, case.closed_at, case.merged_into_id = f"并入案件{into}：{why}", act.at, target.id
    record(act, case, "case_merged", why=why, other_case=into, renamed=renamed, accident_number=taken_number)
    record(
        act,
        target,
        "case_absorbed",
        why=why,
        other_case=case_number,
        renamed=renamed,
        accident_number=taken_number,
        before=before,
        after={name: getattr(kept, name) for name in FIGURES},
    )
    regrade(act, target, kept, why=f"案件{case_number}并入本案，文书所载情况需更正")
    for one in (case, target):
        announce(act, AccidentRetold(one))
    keep_clock(act, target)
    if stood:
        _flag_report(act, target, case_number, renamed)
    return into


def _may_merge(case: Case, target: Case) -> None:
    lifecycle.advance(lifecycle.CASE, target.stage, "go_on")
    lifecycle.advance(lifecycle.CASE, case.stage, "merge")
    if case.stage is Stage.RECTIFYING and target.stage is not Stage.RECTIFYING:
        raise WrongStage(
            f"案件{case.case_number}的报告已签发，请将{target.case_number}并入该案，而不是相反。",
            code="other_way_round",
        )


def _report(act: Act, case: Case) -> Document:
    return act.session.scalars(
        select(Document)
        .where(Document.case_id == case.id, Document.kind == DocumentKind.ANALYSIS_REPORT)
        .order_by(Document.occasion.desc())
        .limit(1)
    ).one()


def _involved(act: Act, case: Case, target: Case, same: Sequence[str]) -> dict[str, str]:
    """Move vehicles and people; what is the same on both sides stays as it was, and what referred to it is turned over."""
    named = _named_pairs(same)
    vehicles, kept_vehicles = _of(act, Vehicle, case), _of(act, Vehicle, target)
    people, kept_people = _of(act, Person, case), _of(act, Person, target)
    same_vehicles = _pairs(vehicles, kept_vehicles, named, lambda vehicle: vehicle.plate)
    same_people = _pairs(people, kept_people, named, lambda person: person.id_number)
    unknown = set(named) - set(same_vehicles) - set(same_people)
    if unknown:
        raise Invalid(f"没有这样的车辆或人员：{'、'.join(sorted(unknown))}。", code="ref_not_found")
    turned = {v.id: same_vehicles[v.ref].id for v in vehicles if v.ref in same_vehicles}
    renamed = move_involved(act, case, target, Vehicle, [v for v in vehicles if v.ref not in same_vehicles], "V")
    moving = [p for p in people if p.ref not in same_people]
    for person in moving:
        if person.vehicle_id in turned:
            person.vehicle_id = turned[person.vehicle_id]
    renamed |= move_involved(act, case, target, Person, moving, "P")
    for person in people:
        if person.ref in same_people:
            _turn_over(act, person.id, same_people[person.ref].id)
    told = {ref: row.ref for ref, row in same_vehicles.items()} | {ref: row.ref for ref, row in same_people.items()}
    return renamed | {ref: f"={now}" for ref, now in told.items()}


def _turn_over(act: Act, person: int, same: int) -> None:
    """Let findings and items that name a person of the merged case name the same one of the case that goes on."""
    there = select(FindingPerson.finding_id).where(FindingPerson.person_id == same)
    act.session.execute(
        update(FindingPerson)
        .where(FindingPerson.person_id == person, FindingPerson.finding_id.not_in(there))
        .values(person_id=same)
    )
    act.session.execute(update(AccountabilityItem).where(AccountabilityItem.person_id == person).values(person_id=same))


def _named_pairs(same: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for text in same:
        ours, equal, theirs = text.replace("＝", "=").partition("=")
        if not (equal and ours.strip() and theirs.strip()):
            raise Invalid(f"“{text}”应写成“V1=V2”：本案的编号在前，接续案件的编号在后。", code="same_pair")
        pairs[ours.strip()] = theirs.strip()
    return pairs


def _pairs(
    ours: Sequence[Involved], theirs: Sequence[Involved], named: dict[str, str], key: Callable[[Involved], str | None]
) -> dict[str, Involved]:
    """Return which of ours is which of theirs: as somebody said, else by plate or identity number."""
    by_ref = {row.ref: row for row in theirs}
    by_key = {known: row for row in theirs if (known := key(row)) is not None}
    found = {row.ref: by_key[known] for row in ours if (known := key(row)) in by_key}
    return found | {row.ref: by_ref[named[row.ref]] for row in ours if named.get(row.ref) in by_ref}


def _of(act: Act, table: type[Involved], case: Case) -> Sequence[Involved]:
    return act.session.scalars(select(table).where(table.accident_id == case.accident_id).order_by(table.id)).all()


def _contents(act: Act, case: Case, target: Case) -> dict[str, str]:
    def rows(table: type[Named]) -> Sequence[Named]:
        return act.session.scalars(select(table).where(table.case_id == case.id).order_by(table.id)).all()

    renamed = move_rows(act, case, target, Finding, rows(Finding))
    renamed |= move_measures(act, case, target, rows(Measure))
    renamed |= move_rows(act, case, target, Evidence, rows(Evidence))
    renamed |= move_incoming(act, case, target)
    # Whose accountability is looked at is told to few: their new names stand in no event.
    move_rows(act, case, target, AccountabilityItem, rows(AccountabilityItem))
    return renamed


def _papers(act: Act, case: Case, target: Case, report: Document, name_before: str, name_after: str, why: str) -> None:
    if report.status not in (*SIGNED, DocumentStatus.VOID):
        lapse(act, case, report, f"并入案件{target.case_number}：{why}")
    of_report = select(Amendment.document_id).where(Amendment.amended_id == report.id)
    papers = act.session.scalars(
        select(Document)
        .where(
            Document.case_id == case.id,
            Document.kind != DocumentKind.ANALYSIS_REPORT,
            Document.status != DocumentStatus.VOID,
            Document.id.not_in(of_report),
        )
        .order_by(Document.id)
    ).all()
    for paper in papers:
        if paper.status not in SIGNED:
            paper.title = paper.title.replace(name_before, name_after)
    move_papers(act, case, target, papers)
    act.session.execute(update(Talk).where(Talk.case_id == case.id, Talk.state != "declined").values(case_id=target.id))


def _surroundings(act: Act, case: Case, target: Case) -> None:
    """Carry over who stays out, who investigates, later deaths, 认定书 and links; a link between the two is over."""
    standing = select(Recusal.user_id).where(Recusal.case_id == target.id, Recusal.ended_at.is_(None))
    act.session.add_all(
        Recusal(
            case_id=target.id,
            user_id=row.user_id,
            kind=row.kind,
            reason=row.reason,
            recorded_by=row.recorded_by,
            recorded_at=act.at,
        )
        for row in act.session.scalars(
            select(Recusal).where(
                Recusal.case_id == case.id, Recusal.ended_at.is_(None), Recusal.user_id.not_in(standing)
            )
        )
    )
    known = {decision.number: decision.id for decision in _decisions(act, target)}
    for decision in _decisions(act, case):
        if decision.number not in known:
            decision.case_id = target.id
            continue
        same = known[decision.number]
        act.session.execute(update(Finding).where(Finding.liability_id == decision.id).values(liability_id=same))
    act.session.execute(
        update(LaterDeath).where(LaterDeath.accident_id == case.accident_id).values(accident_id=target.accident_id)
    )
    _team(act, case, target)
    _links(act, case, target)


def _team(act: Act, case: Case, target: Case) -> None:
    taken = set(act.session.scalars(select(TeamMember.ref).where(TeamMember.case_id == target.id)))
    for member in act.session.scalars(
        select(TeamMember).where(TeamMember.case_id == case.id).order_by(TeamMember.id)
    ).all():
        member.case_id, member.ref = target.id, free_ref(taken, "T")
        taken.add(member.ref)


def _decisions(act: Act, case: Case) -> Sequence[LiabilityDecision]:
    return act.session.scalars(select(LiabilityDecision).where(LiabilityDecision.case_id == case.id)).all()


def _links(act: Act, case: Case, target: Case) -> None:
    def kin(one: Case) -> dict[int, CaseLink]:
        rows = act.session.scalars(
            select(CaseLink).where(
                or_(CaseLink.first_id == one.id, CaseLink.second_id == one.id), CaseLink.ended_at.is_(None)
            )
        )
        return {row.second_id if row.first_id == one.id else row.first_id: row for row in rows}

    theirs = kin(target)
    for other, link in kin(case).items():
        link.ended_at, link.ended_reason = act.at, f"并案：{case.case_number}并入{target.case_number}"
        if other not in theirs and other != target.id:
            first, second = sorted((other, target.id))
            act.session.add(
                CaseLink(
                    first_id=first,
                    second_id=second,
                    nature=link.nature,
                    reason=link.reason,
                    linked_by=act.person,
                    linked_at=act.at,
                )
            )


def _number(act: Act, accident: Accident, kept: Accident) -> str | None:
    """Let the case that goes on take over the 事故编号 where it has none; returns it. Two numbers stay where they are."""
    if kept.accident_number is not None or accident.accident_number is None:
        return None
    number, accident.accident_number = accident.accident_number, None
    act.session.flush()
    kept.accident_number = number
    return number


def _flag_report(act: Act, target: Case, case_number: str, renamed: dict[str, str]) -> None:
    """A signed report does not tell what came in after it."""
    if not any(now[:1] in ("F", "M") for now in renamed.values()):
        return
    report = _report(act, target)
    why = f"并入案件{case_number}的问题和措施未载入报告，须以更正文书说明"
    flag(act, target, report, {}, why)
    record(act, target, "paper_flagged", why=why, paper=report.ref, number=report.number, changes={})
