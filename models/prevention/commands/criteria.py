"""判定标准 of warnings: new versions with source and reason. What fired before stays as it was."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Fault, Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import PartyLiability, WarningKind
from models.office.commands.users import require_manager
from models.prevention.queries.criteria import newest_criteria
from models.prevention.rules.criteria import (
    DEFAULT_CRITERIA,
    Criterion,
    Demand,
    criterion_data,
    faults_of,
    read_demands,
    typed,
)
from models.prevention.tables import WarningCriterion


def load_criteria(session: Session, at: datetime) -> None:
    """Load the criteria that an installation begins with, and those that came with an upgrade; others stay."""
    present = set(session.scalars(select(WarningCriterion.code)))
    session.add_all(_row(one, "system", "初始数据", at) for one in DEFAULT_CRITERIA if one.code not in present)


def _row(one: Criterion, author: str, reason: str, at: datetime) -> WarningCriterion:
    return WarningCriterion(
        code=one.code,
        version=one.version,
        data=criterion_data(one),
        basis=one.basis,
        borrowed=one.borrowed,
        in_force=one.in_force,
        author=author,
        reason=reason,
        valid_from=at,
    )


@action("set-criterion", title="修改或者新增风险预警的判定标准（生成新版本）", rights=("office.manage",))
def set_criterion(
    act: Act,
    *,
    criterion: str,
    reason: str,
    name: str | None = None,
    warning_kind: WarningKind | None = None,
    fires: Sequence[str] = (),
    days: int | None = None,
    metres: int | None = None,
    party_liability: PartyLiability | None = None,
    basis: str | None = None,
    borrowed: bool | None = None,
    in_force: bool | None = None,
) -> int:
    """Add a version of a criterion with what is given changed, or a first one under a new code; returns the version.

    Raises NotAllowed, NotFound for a code that is new while what a criterion needs is missing, Invalid with every fault,
    without reason or change.
    """
    require_manager(act)
    why = require_reason(reason)
    code = criterion.strip()
    known = newest_criteria(act.session).get(code)
    old = _first(code, name, warning_kind, days) if known is None else known[1]
    given = {
        "name": name,
        "kind": warning_kind,
        "any_of": _demands(fires) if fires else None,
        "days": days,
        "size_m": metres,
        "liability": party_liability,
        "basis": basis and basis.strip(),
        "borrowed": borrowed,
        "in_force": in_force,
    }
    changes = {field: value for field, value in given.items() if value is not None and value != getattr(old, field)}
    if not changes:
        raise Invalid(f"判定标准“{code}”没有任何改动，请写明要改成什么。", code="nothing_changes")
    new = dataclasses.replace(old, **changes, version=old.version + 1)  # type: ignore[arg-type]  # `faults_of` checks
    if new.kind not in (WarningKind.SITE, WarningKind.SECTION):
        new = dataclasses.replace(new, size_m=None)
    faults = faults_of(new)
    if faults:
        told = [Fault(code, sentence, "criterion") for sentence in faults]
        raise Invalid(f"判定标准有{len(faults)}处错误，未生效。", faults=told, code="criterion")
    act.session.add(_row(new, act.actor.account, why, act.at))
    record_admin(
        act,
        "criterion_set",
        why=why,
        criterion=code,
        version=new.version,
        fires=typed(new),
        changed=sorted(changes),
        basis=new.basis,
        in_force=new.in_force,
    )
    return new.version


def _first(code: str, name: str | None, kind: WarningKind | None, days: int | None) -> Criterion:
    """Return what a new criterion begins as, before its first version."""
    if not code or name is None or kind is None or days is None:
        raise NotFound(
            f"没有判定标准“{code}”；新增的，请写明名称、针对什么、天数、触发情形和依据。", code="criterion_not_found"
        )
    return Criterion(code, "", kind, 0, (), None, None, "", True, version=0)


def _demands(lines: Sequence[str]) -> tuple[tuple[Demand, ...], ...]:
    try:
        return read_demands([line for line in lines if line.strip()])
    except ValueError as wrong:
        raise Invalid(
            f"触发情形“{wrong}”不能识别；每行一种，如“2亡”为2起亡人事故，“1亡3”为1起一次死亡3人以上事故，"
            "“1亡+2伤”为1起亡人事故和2起重伤事故。",
            code="demand",
        ) from wrong
