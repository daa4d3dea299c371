"""Every step a person takes, by the name under which all doors offer it: command line, pages, rehearsal.

Each is declared in its room with `@action` (`models.kernel.actions`); here they are gathered and put into the order of
menus, help and docs. See docs/how-to/add-an-action.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from models import __path__ as _models
from models.kernel.actions import Action, Step, declared_in

# The order of a case's life, then of the office: a room and a module of its commands. Within a module the order is that
# of the source, save where an action says behind which it stands; modules that are not named here come last.
ORDER = (
    "case.findings",
    "rectification.measures",
    "rectification.cooperation",
    "rectification.merged_measures",
    "rectification.milestones",
    "accountability.accountability_items",
    "case.evidence",
    "case.figures",
    "case.checklist",
    "papers.preparing",
    "papers.asking_above",
    "papers.inquiring",
    "rectification.advance",
    "rectification.compelling",
    "papers.excerpts",
    "accountability.clues",
    "papers.approval",
    "papers.signing",
    "papers.voiding",
    "papers.amendments",
    "papers.written_decisions",
    "papers.sealing",
    "papers.proofs",
    "papers.delivery",
    "rectification.replying",
    "rectification.withdrawing",
    "rectification.assessing",
    "rectification.disputes",
    "rectification.verifying",
    "rectification.finishing",
    "rectification.effects",
    "prevention.recurrences",
    "rectification.supervision",
    "rectification.talks",
    "rectification.superior_decisions",
    "rectification.long_term",
    "clock.clock_decisions",
    "accountability.accountability",
    "case.incoming",
    "case.cases",
    "case.accidents",
    "joining.merging",
    "joining.splitting",
    "joining.transferring",
    "case.liability",
    "papers.readers",
    "overview.recusal",
    "joining.discontinuing",
    "archive.archiving",
    "archive.reopening",
    "office.chains",
    "office.authorisations",
    "overview.handover",
    "papers.bundling",
    "office.accounts",
    "office.second_factor",
    "office.users",
    "office.channels",
    "overview.leaving",
    "office.organisations",
    "prevention.warnings",
    "clock.rules",
    "prevention.criteria",
    "papers.writing_rules",
    "papers.templates",
)


def _command_modules() -> Iterator[str]:
    """The modules of all rooms' commands: those of ORDER first."""
    named = [f"models.{room}.commands.{module}" for room, _, module in (place.partition(".") for place in ORDER)]
    yield from named
    for room in sorted(found.name for found in iter_modules(_models) if found.ispkg):
        folders = [f"{folder}/{room}/commands" for folder in _models]
        for found in sorted(module.name for module in iter_modules(folders)):
            if (module := f"models.{room}.commands.{found}") not in named:
                yield module


def _gathered() -> Iterator[Action]:
    for module in _command_modules():
        import_module(module)
        yield from declared_in(module)


def in_order(declared: Iterable[Action]) -> dict[str, Action]:
    """Return actions by their names, each behind the one it names; those behind the same one as they were declared.

    Raises ValueError where two bear one name, or one would stand behind none.
    """
    found = list(declared)
    ordered = [one for one in found if one.after is None]
    moved = [one for one in found if one.after is not None]
    while moved:
        names = [one.name for one in ordered]
        placed = next((one for one in moved if one.after in names), None)
        if placed is None:
            raise ValueError(f"no action {moved[0].after}, behind which {moved[0].name} would stand")
        at = names.index(str(placed.after)) + 1
        while at < len(ordered) and ordered[at].after == placed.after:
            at += 1
        ordered.insert(at, placed)
        moved.remove(placed)
    by_name = {one.name: one for one in ordered}
    if len(by_name) != len(ordered):
        twice = sorted(name for name, count in Counter(one.name for one in ordered).items() if count > 1)
        raise ValueError(f"two actions bear one name: {'、'.join(twice)}")
    return by_name


REGISTRY = MappingProxyType(in_order(_gathered()))
"""Every action by its name."""

# Views of the registry. A step of a case takes (act, case_number, *, …), one of the office (act, *, …); the keyword
# parameters, their types and the docstring describe it to every door.
ACTIONS: dict[str, Step] = {name: one.command for name, one in REGISTRY.items() if not one.office}
OFFICE_ACTIONS: dict[str, Step] = {
    name: one.command for name, one in REGISTRY.items() if one.office and not one.own_verb
}
# For doors that read a form off a step: further steps of the office, for which the command line has verbs of its own.
OFFICE_FORMS: dict[str, Step] = {
    **OFFICE_ACTIONS,
    **{name: one.command for name, one in REGISTRY.items() if one.office and one.own_verb},
}
