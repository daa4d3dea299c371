"""States of the notices of an imported register on a given day, derived in one statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.orm import Session

from models.clock.rules.registers import NoticeState
from models.clock.tables import Register, RegisteredNotice
from models.kernel.errors import Fault, NotFound
from models.kernel.rights import policy
from models.kernel.rights.policy import Actor


@dataclass(frozen=True, slots=True)
class Departure:
    """A notice whose state in the register is not what follows from its dates."""

    row: int
    ref: str
    derived: str
    published: str


@dataclass(frozen=True, slots=True)
class RegisterStates:
    """A register on a day: how many notices are in each state, how many are late, and what departs from its own word.

    `later` notices were issued after that day and are in no state; `left_out` are the faults of rows that were not loaded.
    Answers have no day in a register: on whatever day, those of the file count.
    """

    register: str
    rule: str
    as_of: date
    states: Mapping[NoticeState, int]
    compared: int
    different: tuple[Departure, ...]
    later: int = 0
    left_out: tuple[Fault, ...] = ()

    @property
    def late(self) -> int:
        """How many notices are past their last day without all answers."""
        return self.states[NoticeState.PARTIAL] + self.states[NoticeState.OVERDUE]

    def as_json(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "register": self.register,
            "rule": self.rule,
            "as_of": self.as_of.isoformat(),
            "notices": sum(self.states.values()),
            "late": self.late,
            "states": {state.value: count for state, count in self.states.items()},
            "compared": self.compared,
            "different": list(self.different),
            "later": self.later,
            "left_out": [asdict(fault) for fault in self.left_out],
        }


@dataclass(frozen=True, slots=True)
class RegisterShown:
    """A register as lists show it: by which rule it is counted, how many notices it has, who loaded it and when."""

    name: str
    rule: str
    notices: int
    first_issued_on: date | None
    last_issued_on: date | None
    loaded_at: datetime
    author: str


def register_list(session: Session, actor: Actor) -> list[RegisterShown]:
    """Return the registers that were loaded, by name. Raises NotAllowed for who does not manage the office."""
    policy.require(actor, "office.manage")
    rows = session.execute(
        select(
            Register.name,
            Register.rule,
            func.count(RegisteredNotice.id),
            func.min(RegisteredNotice.issued_on),
            func.max(RegisteredNotice.issued_on),
            Register.loaded_at,
            Register.author,
        )
        .outerjoin(RegisteredNotice, RegisteredNotice.register_id == Register.id)
        .group_by(Register.id)
        .order_by(Register.name)
    )
    return [RegisterShown(row[0], row.rule["code"], *row[2:]) for row in rows]


def derived_state(as_of: date) -> ColumnElement[str]:
    """Return the state of a notice on a day as SQL; `models.clock.rules.registers.notice_state` says the same of one."""
    notice = RegisteredNotice
    return case(
        (and_(notice.addressees > 0, notice.replies >= notice.addressees), literal(NoticeState.COMPLETED.value)),
        (notice.due_on >= as_of, literal(NoticeState.PENDING.value)),
        (notice.replies > 0, literal(NoticeState.PARTIAL.value)),
        else_=literal(NoticeState.OVERDUE.value),
    )


def register_states(
    session: Session, name: str, as_of: date, *, published: Mapping[int, str] | None = None
) -> RegisterStates:
    """Return a register on a day; `published` are states by line of the file, to compare with. Raises NotFound."""
    register = session.scalars(select(Register).where(Register.name == name)).one_or_none()
    if register is None:
        raise NotFound(f"没有名为“{name}”的登记簿，请先载入。", code="register_not_found")
    state = derived_state(as_of).label("state")
    whole = RegisteredNotice.register_id == register.id
    mine = and_(whole, RegisteredNotice.issued_on <= as_of)
    later = session.scalar(
        select(func.count()).select_from(RegisteredNotice).where(whole, RegisteredNotice.issued_on > as_of)
    )
    compared = 0
    if published is None:
        counted = {
            row.state: row.n
            for row in session.execute(select(state, func.count().label("n")).where(mine).group_by(state))
        }
        different: list[Departure] = []
    else:
        notice = RegisteredNotice
        found = session.execute(select(notice.row, notice.ref, state, notice.issued_on <= as_of).where(whole)).all()
        # What the register itself gives a state on that day was in it, whatever day it bears.
        rows = [row for row in found if row[3] or row.row in published]
        later = len(found) - len(rows)
        counted = Counter(row.state for row in rows)
        compared = sum(row.row in published for row in rows)
        different = [
            Departure(row.row, row.ref, row.state, published[row.row])
            for row in rows
            if row.row in published and published[row.row] != row.state
        ]
    return RegisterStates(
        name,
        register.rule["code"],
        as_of,
        {word: counted.get(word.value, 0) for word in NoticeState},
        compared,
        tuple(different),
        later or 0,
    )
