"""审批流程 and 编号方式: approval chains and number series of an issuer, kept as data by administrators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import delete, func, select

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Fault, Invalid, NotFound, Refused
from models.kernel.events import record_admin
from models.kernel.refs import UnitRef
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentKind, Role, SeriesMode
from models.office.queries.chains import chain_of
from models.office.rules import approval_chain
from models.office.rules.approval_chain import Step, read_step
from models.office.tables import ChainStep, Organisation, User, UserRole
from models.papers.tables import EnteredNumber, NumberCounter, NumberSeries

from .organisations import find_organisation
from .users import require_manager

EVERY_KIND = "*"


@action("set-chain", title="设置审批流程（审核、会签、签发）", rights=("office.manage",))
def set_chain(
    act: Act, *, issuer: UnitRef, steps: Sequence[str], reason: str, kind: DocumentKind | None = None
) -> list[str]:
    """Set who reviews, countersigns and signs what an issuer writes; without `kind`, whatever has no chain of its own.

    Each step is `role:unit` or `role:unit:account`, in order, across units. Papers under way keep the steps they were
    submitted with. Returns the chain. Raises Invalid with every fault, NotAllowed, NotFound for an unknown issuer.
    """
    require_manager(act)
    why = require_reason(reason)
    body = find_issuer(act, issuer)
    rows = _checked(act, [read_step(text) for text in steps])
    named = EVERY_KIND if kind is None else kind.value
    before = chain_of(act.session, body.id, named)
    act.session.execute(delete(ChainStep).where(ChainStep.issuer_id == body.id, ChainStep.kind == named))
    act.session.add_all(
        ChainStep(issuer_id=body.id, kind=named, position=position, **asdict(row))
        for position, row in enumerate(rows, 1)
    )
    act.session.flush()
    after = chain_of(act.session, body.id, named)
    record_admin(act, "chain_set", why=why, issuer=body.name, paper=named, before=before, after=after)
    return after


def find_issuer(act: Act, name: str) -> Organisation:
    """Return a body in whose name papers leave. Raises NotFound, or Invalid for a unit that issues none."""
    body = find_organisation(act.session, name)
    if body.issues_as is None:
        raise Invalid(f"“{body.name}”不是发文机关，没有自己的审批流程和文号。", code="not_an_issuer")
    return body


@dataclass(frozen=True, slots=True)
class _Columns:
    role: Role
    organisation_id: int
    user_id: int | None


def _checked(act: Act, steps: Sequence[Step]) -> list[_Columns]:
    """Return the columns of each step. Raises Invalid with everything that is wrong with the chain at once."""
    found = list(approval_chain.faults(steps))
    rows: list[_Columns] = []
    for place, step in enumerate(steps, 1):
        try:
            unit = find_organisation(act.session, step.organisation)
        except Refused as unknown:
            found.append(Fault(f"steps[{place}]", unknown.message.rstrip("。"), unknown.code))
            continue
        person, fault = _person(act, step, unit)
        if fault is not None:
            found.append(Fault(f"steps[{place}]", fault, "nobody_at_step"))
        rows.append(_Columns(step.role, unit.id, person))
    if found:
        raise Invalid(
            "审批流程有误，未作修改：" + "；".join(map(str, found)) + "。", faults=found, code="chain_invalid"
        )
    return rows


def _person(act: Act, step: Step, unit: Organisation) -> tuple[int | None, str | None]:
    """Return the named person of a step and what is wrong: nobody with the role works in the unit."""
    query = (
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.organisation_id == unit.id, UserRole.role == step.role, User.disabled_at.is_(None))
    )
    if step.account is None:
        somebody = act.session.scalar(query.limit(1))
        return None, None if somebody else f"“{unit.name}”没有在用的{step.role.label}账号，文书会停在这一步"
    person = act.session.scalar(query.where(User.account == step.account))
    return person, None if person else f"账号“{step.account}”不是“{unit.name}”在用的{step.role.label}账号"


@action("set-series", title="设置文号由本系统编还是由发文登记簿填入", rights=("office.manage",))
def set_series(act: Act, *, issuer: UnitRef, kind: DocumentKind, mode: SeriesMode, reason: str) -> None:
    """Say where the numbers of an issuer's papers of a kind come from: drawn here, or from the office's own register.

    An own series that is taken up again goes on after the highest number entered under its prefix.
    """
    require_manager(act)
    why = require_reason(reason)
    body = find_issuer(act, issuer)
    series = act.session.scalars(
        select(NumberSeries).where(NumberSeries.issuer_id == body.id, NumberSeries.kind == kind.value)
    ).one_or_none()
    if series is None:
        raise NotFound(f"“{body.name}”没有{kind.label}的编号序列。", code="series_not_found")
    before, series.mode = series.mode, mode
    if mode is SeriesMode.OWN:
        _go_on_after_register(act, series)
    record_admin(act, "series_set", why=why, issuer=body.name, paper=kind.value, before=before.value, after=mode.value)


def _go_on_after_register(act: Act, series: NumberSeries) -> None:
    entered = act.session.execute(
        select(EnteredNumber.year, func.max(EnteredNumber.serial).label("last"))
        .where(EnteredNumber.issuer_id == series.issuer_id, EnteredNumber.agency_code == series.prefix)
        .group_by(EnteredNumber.year)
    )
    for row in entered:
        counter = act.session.get(NumberCounter, (series.id, row.year), with_for_update=True)
        if counter is None:
            act.session.add(NumberCounter(series_id=series.id, year=row.year, last=row.last))
        else:
            counter.last = max(counter.last, row.last)
