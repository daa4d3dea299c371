"""How the steps of the registry look to a door that asks a person for their parameters: read off their signatures."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from models.kernel.actions import Step
from models.kernel.refs import Thing, codes_of, refs_of
from models.kernel.vocabulary import Word


@dataclass(frozen=True, slots=True)
class Shape:
    """How one parameter of a step is typed: the type of one value, whether it repeats, whether it is a file, and one that
    is to be shown as a picture."""

    of: type
    many: bool = False
    file: bool = False
    picture: bool = False


def parameters(step: Step) -> dict[str, inspect.Parameter]:
    """Return the parameters of a step that a person gives; those that follow from a file are left out."""
    given = {name: p for name, p in inspect.signature(step).parameters.items() if name not in ("act", "case_number")}
    follow = {follower for facts in followers(step).values() for follower in facts.values()}
    return {name: p for name, p in given.items() if name not in follow}


def names(step: Step, parameter: str) -> Thing | None:
    """Return what a parameter of a step names, as its signature declares; None where it names nothing."""
    return refs_of(step).get(parameter)


def coded(step: Step, parameter: str) -> list[str] | None:
    """Return the words that a parameter may be, as they are in force; None where it is no word of a code table."""
    from models.accident.sheets import sheet  # help must not wait for every sheet

    mark = codes_of(step).get(parameter)
    return None if mark is None else [one.label for one in sheet(mark.sheet).field(mark.field).offered]


@cache
def shape(step: Step, name: str) -> Shape:
    """Return how a parameter of a step is typed. Raises TypeError for a type that no option or field can carry."""
    from models.kernel.storage.files import Stored
    from models.papers.commands.renditions import Enclosure, PictureFile

    annotation = _without_none(_hints(step)[name])
    if get_origin(annotation) in (list, Iterable, Sequence) or get_origin(annotation) is not None:
        [inner] = get_args(annotation)
        picture = inner is PictureFile
        one = _scalar(inner, PictureFile if picture else Enclosure)
        return Shape(one, many=True, file=picture or inner is Enclosure, picture=picture)
    return Shape(_scalar(annotation, Stored), file=annotation is Stored)


def _scalar(annotation: object, file: type) -> type:
    if annotation is file:
        return Path
    if annotation in (str, int, float, bool, date, datetime) or (
        inspect.isclass(annotation) and issubclass(annotation, Word)
    ):
        return annotation
    raise TypeError(f"no option or field can carry {annotation}")


@cache  # reading them off takes longer than drawing the field, and every form asks for each of its fields
def _hints(step: Step) -> dict[str, Any]:
    return get_type_hints(step)


def _without_none(annotation: object) -> object:
    if get_origin(annotation) in (Union, UnionType):
        [annotation] = [part for part in get_args(annotation) if part is not NoneType]
    return annotation


def followers(step: Step) -> dict[str, dict[str, str]]:
    """Return, per file parameter, which other parameters its name, its media type and what shows it go into."""
    given = inspect.signature(step).parameters
    found: dict[str, dict[str, str]] = {}
    for name in given:
        if name in ("act", "case_number") or not _is_stored(step, name):
            continue
        found[name] = {
            fact: next(candidate for candidate in candidates if candidate in given)
            for fact, candidates in (
                ("file_name", (f"{name}_name", "file_name")),
                ("media_type", (f"{name}_type", "media_type")),
                ("picture", ("picture",)),
            )
            if any(candidate in given for candidate in candidates)
        }
    return found


def _is_stored(step: Step, name: str) -> bool:
    from models.kernel.storage.files import Stored

    return _without_none(_hints(step)[name]) is Stored
