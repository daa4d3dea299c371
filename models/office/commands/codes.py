"""代码表: an administrator adds a word to a code table of the sheets, or retires one; what was written with it stays."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from models.accident.code_tables import forget, words_of
from models.accident.sheets.fields import Choice
from models.accident.sheets.words import match
from models.accident.sheets.words_in_force import CodeTable
from models.accident.tables import CodeEntry
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.rights import policy
from models.kernel.tables import OfficeStream
from models.kernel.text.reasons import require_reason
from models.office.organisation_list import require_line

LONGEST = 60
MOST = 20
"""Spellings of one word at most."""
SEPARATORS = frozenset("；;、,，/")
"""Signs that part several words in one cell: no word may hold one."""


@action("add-code", title="增加代码表的词", rights=("office.manage",), own_verb=True)
def add_code(
    act: Act,
    *,
    table: str,
    label: str,
    reason: str,
    aliases: Sequence[str] = (),
    standard: str | None = None,
    standard_code: str | None = None,
) -> str:
    """Add a word to a code table, or offer one again that was retired; every door offers it from now on. Returns the table.

    Raises NotAllowed, NotFound for no such table, Invalid (empty, too long, without reason), Conflict where the word or an
    alias means another word, or where rules read the table as a closed list.
    """
    why, found = _opened(act, table, reason)
    if found.closed:
        raise Conflict(f"“{found.title}”由规则使用，不能增加。", code="closed_table")
    names = [_worded(one) for one in (label, *aliases)]
    if len(names) > MOST:
        raise Invalid(f"一个词最多{MOST}种写法。", code="too_many_aliases")
    coded = [
        said and said.strip() and require_line("标准和标准代码", said, LONGEST) for said in (standard, standard_code)
    ]
    if bool(coded[0]) != bool(coded[1]):
        raise Invalid("标准和标准代码要一并填写。", code="half_a_standard")
    there = match(found.words, names[0])
    known = _only_itself(found, names, there)
    if there is not None and not there.retired:
        raise Conflict(f"“{found.title}”中已有“{there.label}”。", code="known_as")
    entry = _entry(act, found, known or Choice(names[0], names[0]))
    entry.label, entry.aliases = names[0], list(dict.fromkeys(names[1:]))
    entry.valid_from, entry.valid_until = act.today, None
    entry.standard, entry.standard_code = coded[0] or entry.standard, coded[1] or entry.standard_code
    _changed(act, entry, why)
    record_admin(act, "code_added", why=why, table=found.name, word=entry.label, standard_code=entry.standard_code)
    return found.title


@action("retire-code", title="停用代码表的词", rights=("office.manage",), own_verb=True)
def retire_code(act: Act, *, table: str, label: str, reason: str) -> str:
    """Offer a word of a code table no more; what was written with it is understood and shown as before. Returns the table.

    Raises NotAllowed, NotFound, Invalid without reason, Conflict where it is retired already or a rule reads it.
    """
    why, found = _opened(act, table, reason)
    word = match(found.words, label)
    if word is None:
        raise NotFound(f"“{found.title}”中没有“{label}”。", code="unknown_code")
    if word.ruled:
        raise Conflict(f"“{word.label}”由规则使用，不能停用。", code="ruled_code")
    if word.retired:
        raise Conflict(f"“{word.label}”已经停用。", code="retired")
    if sum(not one.retired for one in found.words) == 1:
        raise Conflict(f"“{word.label}”是“{found.title}”中最后一个在用的词，请先增加其他词。", code="last_code")
    entry = _entry(act, found, word)
    entry.valid_until = act.today
    _changed(act, entry, why)
    record_admin(act, "code_retired", why=why, table=found.name, word=word.label)
    return found.title


def _opened(act: Act, table: str, reason: str) -> tuple[str, CodeTable]:
    """Return the reason and the table as it is now: who changes words waits for whoever is changing others."""
    policy.require(act.actor, "office.manage")
    why = require_reason(reason)
    act.session.scalars(select(OfficeStream).with_for_update()).one()
    forget(act.session)
    return why, words_of(act.session).table(table)


def _worded(text: str) -> str:
    said = require_line("要增加的词", text, LONGEST)
    if sign := next((one for one in said if one in SEPARATORS), None):
        raise Invalid(f"词中不能有分隔符“{sign}”。", code="separator")
    return said


def _only_itself(table: CodeTable, names: Sequence[str], itself: Choice | None) -> Choice | None:
    """Return the word that is offered again, if it is one. Raises Conflict where a name means another word."""
    for name in names:
        other = match(table.words, name)
        if other is not None and other != itself:
            raise Conflict(f"“{name}”在“{table.title}”中已指“{other.label}”。", code="known_as")
    return itself


def _entry(act: Act, table: CodeTable, word: Choice) -> CodeEntry:
    found = act.session.scalars(
        select(CodeEntry).where(CodeEntry.list == table.name, CodeEntry.value == word.value)
    ).one_or_none()
    if found is None:
        found = CodeEntry(list=table.name, value=word.value, label=word.label, aliases=list(word.aliases))
        act.session.add(found)
    return found


def _changed(act: Act, entry: CodeEntry, why: str) -> None:
    with act.session.no_autoflush:
        last = act.session.scalar(select(func.max(CodeEntry.version))) or 0
    entry.reason, entry.changed_by, entry.changed_at, entry.version = why, act.actor.id, act.at, last + 1
    act.session.flush()
    forget(act.session)
