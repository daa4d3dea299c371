"""States of the notices of an imported register on a given day, derived in one statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.orm import Session

from models.clock.rules.registers import NoticeState
from models.clock.tables import Register, RegisteredNotice
from models.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Departure:
    """A notice whose state in the register is not what follows from its dates."""

    row: int
    ref: str
    derived: str
    published: str


@dataclass(frozen=True, slots=True)
class RegisterStates:
    """A register on a day: how many notices are in each state, how many are late, and what departs from its own word."""

    register: str
    rule: str
    as_of: date
    states: Mapping[NoticeState, int]
    compared: int
    different: tuple[Departure, ...]

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
        }


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
    mine = RegisteredNotice.register_id == register.id
    if published is None:
        counted = {
            row.state: row.n
            for row in session.execute(select(state, func.count().label("n")).where(mine).group_by(state))
        }
        different: list[Departure] = []
    else:
        rows = session.execute(select(RegisteredNotice.row, RegisteredNotice.ref, state).where(mine)).all()
        counted = Counter(row.state for row in rows)
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
        len(published or ()),
        tuple(different),
    )
