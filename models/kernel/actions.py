"""An action is a command that a person can take, declared where it is written: its name, its Chinese title, who may take it.

Every door (command line, page, rehearsal) reads these declarations and the command's signature. What a command is about
its `Ref` parameters say (`models.kernel.refs`); `models.actions` gathers the actions of all rooms.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from models.kernel.rights.policy import POLICY

Step: TypeAlias = Callable[..., object]
"""A command of an action: what it takes its signature tells, to every door; what it returns is told as it is."""
Command = TypeVar("Command", bound=Step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A step that a person takes, as every door offers it. `action` says what each field means."""

    name: str
    title: str
    rights: tuple[str, ...]
    command: Step
    decides: bool = False
    same_as: tuple[str, ...] = ()
    adds: bool = False
    own_verb: bool = False
    after: str | None = None
    asks: str | None = None
    wants: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def office(self) -> bool:
        """Whether it is taken outside any case, or across several: its command is given no case."""
        return "case_number" not in inspect.signature(self.command).parameters


# By module and name, so that a module loaded again declares nothing twice.
_DECLARED: dict[str, dict[str, Action]] = {}


def action(
    name: str,
    *,
    title: str,
    rights: tuple[str, ...],
    decides: bool = False,
    same_as: tuple[str, ...] = (),
    adds: bool = False,
    own_verb: bool = False,
    after: str | None = None,
    asks: str | None = None,
    wants: Mapping[str, str | None] | None = None,
) -> Callable[[Command], Command]:
    """Declare a command to be an action; the command itself is returned as it is.

    - `title`: what it is called in Chinese, on pages and at the command line.
    - `rights`: what the policy asks of who takes it, one of several being enough. Doors offer it by these; the command
      itself still asks the policy, with the case at hand.
    - `decides`: somebody approves, signs, seals electronically or decides by it: at a door where people else only say who
      they are, they are asked to show it.
    - `same_as`: for an action about the case as a whole, which no reference names: the events that tell that somebody took
      the same one. Who saw the case before must look again.
    - `adds`: it merely adds to a case, and so is about nothing that somebody else could have changed.
    - `own_verb`: the command line has a verb of its own for it; only pages read their form off it.
    - `after`: the action behind which menus and help list it, where that is not the one before it in its module.
    - `asks`: what a page says before it takes the action and what follows from it cannot be undone; it asks once more.
    - `wants`: parameters that a page asks for although the command could do without, with the words for each if not its own.

    Raises ValueError for a right that the policy does not know.
    """
    unknown = [right for right in rights if right not in POLICY]
    if unknown or not rights:
        raise ValueError(f"action {name}: the policy knows no right {unknown}")

    def declare(command: Command) -> Command:
        _DECLARED.setdefault(command.__module__, {})[name] = Action(
            name=name,
            title=title,
            rights=rights,
            command=command,
            decides=decides,
            same_as=same_as,
            adds=adds,
            own_verb=own_verb,
            after=after,
            asks=asks,
            wants=dict(wants or {}),
        )
        return command

    return declare


def declared_in(module: str) -> tuple[Action, ...]:
    """Return the actions that a module declares, in its order."""
    return tuple(_DECLARED.get(module, {}).values())
