"""Imports a register of notices that is kept elsewhere; importing it again replaces it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache

from sqlalchemy import delete, insert, select

from models.clock.queries.registers import RegisterStates, register_states
from models.clock.queries.rulebook import rule_data, rules_of
from models.clock.rules.deadlines import compute
from models.clock.rules.registers import read_register, register_rule
from models.clock.tables import Register, RegisteredNotice
from models.kernel.act import Act
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Invalid
from models.kernel.events import record_admin
from models.office.commands.users import require_manager


def import_notices(
    act: Act, data: bytes, *, name: str, rule: str, as_of: date, skip_bad: bool = False
) -> RegisterStates:
    """Load a register (`models.clock.rules.registers`) under a name and return what it says on the day `as_of`.

    A register of that name is replaced as a whole. `skip_bad` loads the sound rows and tells the others' faults in
    `left_out`. Raises NotAllowed, Invalid with every fault and its line (bad rows, none that is sound, missing columns,
    unknown rule, no name).
    """
    require_manager(act)
    if not name.strip():
        raise Invalid("请给登记簿取一个名称。", code="name_missing")
    counted = register_rule(rule, rules_of(act).latest)
    read = read_register(data, as_of=as_of)
    rows = read.rows
    if read.faults and not (skip_bad and rows):
        raise Invalid(f"登记簿有{len(read.faults)}处错误，未载入。", faults=read.faults, code="register_file")

    @cache
    def due_on(issued_on: date) -> date:
        return compute(counted, datetime.combine(issued_on, time(), SHANGHAI), rules_of(act).calendar).due_on

    register = act.session.scalars(select(Register).where(Register.name == name.strip())).one_or_none()
    replaced = register is not None
    register = register or Register(name=name.strip())
    years = [row.issued_on.year for row in rows]
    register.rule, register.sha256 = rule_data(counted), hashlib.sha256(data).hexdigest()
    register.calendar_version = rules_of(act).calendar.version(
        min(years), max(due_on(row.issued_on).year for row in rows)
    )
    register.loaded_at, register.author = act.at, act.actor.account
    act.session.add(register)
    act.session.flush()
    act.session.execute(delete(RegisteredNotice).where(RegisteredNotice.register_id == register.id))
    act.session.execute(
        insert(RegisteredNotice),
        [
            {
                "register_id": register.id,
                "row": row.row,
                "ref": row.ref,
                "issued_on": row.issued_on,
                "addressees": row.addressees,
                "replies": row.replies,
                "due_on": due_on(row.issued_on),
            }
            for row in rows
        ],
    )
    record_admin(
        act,
        "register_loaded",
        register=register.name,
        rule=counted.code,
        rows=len(rows),
        left_out=len(read.faults),
        sha256=register.sha256,
        replaced=replaced,
    )
    published = {row.row: row.published for row in rows if row.published is not None}
    told = register_states(act.session, register.name, as_of, published=published)
    return replace(told, left_out=read.faults)
