"""The library (知识库): all data of this room, loaded and checked once, and what is asked of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from models.accident.rules import codes
from models.kernel.errors import NotFound
from models.kernel.vocabulary import Aspect, CodeTable

from . import questions as asking
from .entries import BLANK, Entry, entries_of
from .laws import Law, Provision, laws_of, provisions_of
from .powers import Power, powers_of
from .profile import AccidentProfile
from .questions import Question, questions_of
from .ranking import Ranking, first
from .rows import read, read_folder

V = TypeVar("V", Entry, Question)
DAYS = 8  # of so many days the versions are kept at hand
LIMIT = 5  # as many suggestions as a person looks through


@dataclass(frozen=True, slots=True)
class Library:
    """All versions of everything, in the order of the files."""

    laws: dict[str, Law]
    provisions: dict[str, Provision]
    entries: tuple[Entry, ...]
    questions: tuple[Question, ...]
    powers: dict[str, Power]


def load(folder: Traversable) -> Library:
    """Return what a folder holds: laws.toml, provisions/, entries/, questions/, powers.toml. Invalid names file and entry."""
    laws = laws_of(read(folder / "laws.toml", "law"))
    provisions = provisions_of(read_folder(folder / "provisions", "provision"), laws)
    entries = entries_of(read_folder(folder / "entries", "entry"), provisions)
    return Library(
        laws,
        provisions,
        entries,
        questions_of(read_folder(folder / "questions", "question")),
        powers_of(read(folder / "powers.toml", "power"), provisions),
    )


def power(key: str, on: date) -> str | None:
    """Return by what power we write, as a paper of a day says it; None where it says nothing of it."""
    return library().powers[key].told(on)


def wording_of(norm: str, on: date) -> str | None:
    """Return what an article said on a day that a basis cites as 《title》article; None where nobody compared its text."""
    return _wordings(on).get(_NUMBER.sub("", norm.strip()))


_NUMBER = re.compile("(?<=》)（[^（）]*）")


@lru_cache(DAYS)
def _wordings(on: date) -> dict[str, str]:
    found = (provision.on(on) for provision in library().provisions.values())
    return {cited.name: cited.text for cited in found if cited is not None and cited.checked}


@cache
def library() -> Library:
    """Return the library that comes with the software."""
    return load(files("models.knowledge") / "data")


@lru_cache(DAYS)
def entries(on: date) -> tuple[Entry, ...]:
    """Return each entry in its version of a day."""
    return _versions(library().entries, on)


@lru_cache(DAYS)
def questions(on: date) -> tuple[Question, ...]:
    """Return each question in its version of a day."""
    return _versions(library().questions, on)


def entry(key: str, on: date) -> Entry:
    """Return an entry by its key in its version of a day. Raises NotFound."""
    for one in entries(on):
        if one.key == key:
            return one
    raise NotFound(f"知识库中没有条目 {key}。", code="unknown_entry")


def questions_for(profile: AccidentProfile, on: date) -> tuple[Question, ...]:
    """Return the checklist of an accident in the version of a day (`models.knowledge.rules.questions`)."""
    return asking.questions_for(profile, questions(on))


def suggest(text: str, on: date, *, aspect: Aspect | None = None, limit: int = LIMIT) -> tuple[Entry, ...]:
    """Return the entries nearest to what a person writes as a finding, the nearest first; none where nothing is near."""
    known = entries(on)
    allowed = [aspect is None or one.aspect is aspect for one in known]
    return tuple(known[at] for at in first(_findings(on).nearest(text), allowed, limit))


def similar_duties(one: Entry, on: date, *, limit: int = LIMIT) -> tuple[Entry, ...]:
    """Return the entries whose duty is nearest to that of an entry, without itself."""
    known = entries(on)
    allowed = [other.key != one.key for other in known]
    return tuple(known[at] for at in first(_duties(on).nearest(f"{one.title} {one.duty}"), allowed, limit))


def _versions(all_versions: tuple[V, ...], on: date) -> tuple[V, ...]:
    newest: dict[str, V] = {}
    for one in all_versions:
        if one.valid_from <= on and (one.key not in newest or newest[one.key].version < one.version):
            newest[one.key] = one
    return tuple(newest.values())


@lru_cache(DAYS)
def _findings(on: date) -> Ranking:
    return Ranking([_told(one) for one in entries(on)])


@lru_cache(DAYS)
def _duties(on: date) -> Ranking:
    return Ranking([f"{one.title} {one.duty}" for one in entries(on)])


def _told(one: Entry) -> str:
    causes = (codes.name(CodeTable.CAUSE, code) for code in one.causes)
    whose = (kind.label for kind in (*one.organisations, *one.roles))
    return " ".join((one.title, one.title, one.duty, BLANK.sub(" ", one.finding), *causes, *whose))
