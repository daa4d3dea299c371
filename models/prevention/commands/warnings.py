"""研判 of warnings: a leader approves a list and each dismissal, the officer of the place confirms, an enterprise may object."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.events import record_admin
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import (
    HazardGrade,
    HazardSource,
    ListState,
    WarningKind,
    WarningOutcome,
    WarningState,
)
from models.office.tables import Organisation
from models.prevention.queries.warnings import investigated
from models.prevention.tables import RiskWarning, WarningList
from models.register.commands.hazards import write_down
from models.register.rules.grid import degrees
from models.register.tables import Hazard

from .passes import lapsing

OBJECTING = (WarningKind.ENTERPRISE, WarningKind.EMPLOYER)


@action(
    "approve-warning-list",
    title="批准风险预警名单（长度和内容）",
    rights=("warning.approve",),
    decides=True,
)
def approve_warning_list(
    act: Act, *, warning_list: int, approve: bool, reason: str | None = None, seen_version: int | None = None
) -> None:
    """Let the warnings of a list out to the officers, or return the list whole with a reason; nobody looks at it then.

    One that lapsed can still be decided, until its year is over and it is judged. Raises NotFound, NotAllowed for a leader of
    elsewhere, WrongStage for a list that waits for nobody, Invalid without the reason of a return, Conflict where it was
    changed after version `seen_version`.
    """
    row = act.session.get(WarningList, warning_list, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(f"没有{warning_list}号风险预警名单。", code="list_not_found")
    policy.require(act.actor, "warning.approve", unit_path=_path(act, row.unit_id))
    if seen_version is not None and row.version != seen_version:
        raise Conflict("该名单已被他人修改，本次未保存，请核对最新内容后再办理。", code="conflict_seen")
    if row.state is not ListState.DRAFTED:
        raise WrongStage(f"该名单{row.state.label}，不需要再批准。", code="list_decided")
    if row.judged_on is not None:
        raise WrongStage("该名单针对的一年已过，并已评判，不能再批准或者退回。", code="list_judged")
    why = None if approve and not (reason and reason.strip()) else require_reason(reason)
    row.state = ListState.APPROVED if approve else ListState.RETURNED
    row.decided_by, row.decided_at, row.decision_reason = act.person, act.at, why
    row.version += 1
    for warning in act.session.scalars(select(RiskWarning).where(RiskWarning.list_id == row.id).with_for_update()):
        warning.state = WarningState.OPEN if approve else WarningState.DISMISSED
        warning.lapses_on = lapsing(act) if approve else None
        warning.state_reason = None if approve else why
        warning.version += 1
    record_admin(
        act,
        "warning_list_decided",
        why=why,
        list=row.id,
        method=row.method.value,
        kind=row.kind.value,
        division=row.division_code,
        length=row.length,
        approved=approve,
    )


@action("confirm-warning", title="采纳一条风险预警", rights=("warning.handle",))
def confirm_warning(
    act: Act,
    *,
    warning: str,
    outcome: WarningOutcome,
    note: str,
    severity: HazardGrade | None = None,
    seen_version: int | None = None,
) -> str:
    """Take a warning up: as a hazard that is checked and ordered, or by proposing a case; returns the number that goes on.

    Raises NotFound, NotAllowed for an officer of elsewhere, WrongStage for one that was handled, Invalid without a note,
    Conflict where it was changed after version `seen_version`, or where each of its accidents has a case.
    """
    row = _to_handle(act, warning, seen_version)
    said = require_reason(note)
    row.state, row.state_reason, row.outcome = WarningState.CONFIRMED, said, outcome
    row.handled_by, row.handled_at, row.lapses_on = act.person, act.at, None
    row.version += 1
    goes_on = row.number
    if outcome is WarningOutcome.HAZARD:
        hazard = _hazard(act, row, said, severity)
        row.hazard_id, goes_on = hazard.id, hazard.hazard_number
    else:
        _require_no_case(act, row)
    record_admin(
        act,
        "warning_confirmed",
        why=said,
        warning=row.number,
        outcome=outcome.value,
        goes_on=goes_on,
        origin=row.origin,
    )
    return goes_on


def _require_no_case(act: Act, row: RiskWarning) -> None:
    if len(investigated(act.session, row.evidence)) >= len(row.evidence):
        raise Conflict("所依据的事故均已立案，请在案件中办理，或者转隐患核查。", code="cases_exist")


def _hazard(act: Act, row: RiskWarning, said: str, severity: HazardGrade | None) -> Hazard:
    """Write the hazard that a warning becomes; it goes through check, order and closing like any other."""
    middle = (row.size_m or 0) // 2
    east = None if row.east_m is None else row.east_m + middle
    north = None if row.north_m is None else row.north_m + middle
    point = (None, None) if east is None or north is None else degrees(east, north)
    hazard = Hazard(
        source=HazardSource.WARNING,
        source_key=f"warning/{row.number}",
        description=f"风险预警{row.number}：{row.title}，{row.evidence_from}以来登记事故{row.observed}起。{said}",
        severity=severity,
        division_code=row.division_code,
        place=row.title,
        road_number=row.road.partition("@")[0] if row.road else None,
        stake_m=row.stake_from_m,
        longitude=point[0],
        latitude=point[1],
        east_m=east,
        north_m=north,
        found_on=act.today,
        responsible_id=row.organisation_id,
        details={"warning": row.number, "evidence": row.evidence},
        reported_by=act.person,
    )
    write_down(act, hazard)
    act.session.flush()
    return hazard


@action("dismiss-warning", title="提请不采纳一条风险预警", rights=("warning.handle",))
def dismiss_warning(act: Act, *, warning: str, reason: str, seen_version: int | None = None) -> None:
    """Propose to leave a warning aside, with the reason; a leader decides. Raises as `confirm_warning` does."""
    row = _to_handle(act, warning, seen_version)
    row.state, row.state_reason = WarningState.PROPOSED, require_reason(reason)
    row.handled_by, row.handled_at, row.lapses_on = act.person, act.at, lapsing(act)
    row.version += 1
    record_admin(act, "warning_dismissal_proposed", why=row.state_reason, warning=row.number)


@action("decide-dismissal", title="批准或者退回不采纳的风险预警", rights=("warning.approve",), decides=True)
def decide_dismissal(
    act: Act, *, warning: str, approve: bool, reason: str | None = None, seen_version: int | None = None
) -> None:
    """Approve that a warning is left aside, or give it back to be worked on; who proposed it does not decide it.

    Raises NotFound, NotAllowed, WrongStage where nobody proposed it, Invalid without the reason of a return, Conflict.
    """
    row = _locked(act, warning, "warning.approve", seen_version)
    if row.state is not WarningState.PROPOSED:
        raise WrongStage(f"预警{row.number}{row.state.label}，没有提请不采纳。", code="nothing_proposed")
    if row.handled_by == act.person:
        raise NotAllowed("提请不采纳的人不能自己批准。", code="own_proposal")
    why = None if approve and not (reason and reason.strip()) else require_reason(reason)
    row.state = WarningState.DISMISSED if approve else WarningState.OPEN
    row.lapses_on = None if approve else lapsing(act)
    row.decided_by, row.decided_at = act.person, act.at
    row.version += 1
    record_admin(
        act, "warning_dismissal_decided", why=why, warning=row.number, approved=approve, proposed=row.state_reason
    )


@action("record-objection", title="登记企业对风险预警的异议", rights=("warning.handle",))
def record_objection(
    act: Act, *, warning: str, sender_name: str, text: str, dated: date, seen_version: int | None = None
) -> None:
    """Put down what an enterprise says against a warning about it; the warning stands until somebody decides.

    Raises Invalid for a warning that is about no enterprise, for an empty text, or a day to come; else as the others do.
    """
    row = _locked(act, warning, "warning.handle", seen_version)
    if row.kind not in OBJECTING:
        raise Invalid("只有针对单位的预警才登记异议。", code="no_enterprise")
    if not sender_name.strip() or not text.strip():
        raise Invalid("请填写提出异议的单位和异议内容。", code="empty_text")
    if dated > act.today:
        raise Invalid("提出异议的日期不能晚于今天。", code="future")
    said = {"said": text.strip(), "by": sender_name.strip(), "on": dated.isoformat(), "recorded_by": act.actor.name}
    row.objections = [*row.objections, said]
    row.version += 1
    record_admin(act, "warning_objected", warning=row.number, by=said["by"], said=said["said"], dated=said["on"])


def _to_handle(act: Act, number: str, seen_version: int | None) -> RiskWarning:
    row = _locked(act, number, "warning.handle", seen_version)
    # A lapsed one is late and no less true: whoever looks at it after all may.
    approved = act.session.scalar(select(WarningList.state).where(WarningList.id == row.list_id)) is ListState.APPROVED
    if row.state not in (WarningState.OPEN, WarningState.LAPSED) or not approved:
        raise WrongStage(f"预警{row.number}{row.state.label}，现在不能研判。", code="warning_not_open")
    return row


def _locked(act: Act, number: str, right: str, seen_version: int | None) -> RiskWarning:
    row = act.session.scalars(
        select(RiskWarning)
        .where(RiskWarning.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or not policy.reaches(act.actor, right):
        policy.require(act.actor, right, unit_path=act.actor.path)
        raise NotFound(f"没有编号为“{number}”的风险预警。", code="warning_not_found")
    unit = act.session.scalars(select(WarningList.unit_id).where(WarningList.id == row.list_id)).one()
    policy.require(act.actor, right, unit_path=_path(act, unit))
    if seen_version is not None and row.version != seen_version:
        raise Conflict(f"预警{row.number}已被他人办理，本次未保存，请核对最新内容后再办理。", code="conflict_seen")
    return row


def _path(act: Act, unit_id: int) -> str:
    return act.session.scalars(select(Organisation.path).where(Organisation.id == unit_id)).one()
