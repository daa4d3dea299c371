"""检索: findings, measures, replies, papers and evidence in which all words stand, of those that the actor may see.

Which texts hold the words is asked of the index, and who may know of them of their own rows, in one statement a kind: what
may not be seen is neither found nor counted. Each hit is held against its row once more, for the index follows within a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Row,
    Select,
    Text,
    and_,
    case,
    cast,
    column,
    exists,
    false,
    func,
    or_,
    select,
    table,
    text,
    true,
)
from sqlalchemy.orm import Session

from models.case.tables import Case, Evidence, Finding
from models.kernel.errors import Invalid
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import POLICE, in_territory, visible_assignments, visible_cases, visible_documents
from models.kernel.vocabulary import Role, SearchKind
from models.migrations.search_marks import INDEX, TERMS
from models.overview.rules.searching import Piece, holds, passage, words_of
from models.overview.tables import SearchDue, SearchText
from models.papers.tables import Document
from models.rectification.tables import Assignment, Measure, Reply

from .searched_texts import SOURCES, SPAN, Source

TRIGRAM = 3
MOST_TERMS = 400
"""Trigrams that begin with a short word, beyond which reading the texts is as quick."""

_LAST = "\U0010ffff"
_FTS, _TERMS = table(INDEX, column("rowid", Integer)), table(TERMS, column("term", Text))


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found: its kind, its short name in its case, its title if it is a paper, and the passage with the words.

    The case is named only to who sees it: a circular goes to many who have no part in the case that it lies in. `key` is
    what the following page begins after.
    """

    key: str
    kind: SearchKind
    case_number: str | None
    case_title: str | None
    ref: str
    title: str | None
    passage: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """How the index is: whether it spares reading every text, and how many changes it has not taken up yet."""

    quick: bool
    due: int


def search(
    session: Session,
    actor: Actor,
    phrase: str,
    *,
    kinds: Sequence[SearchKind] = tuple(SearchKind),
    after: str | None = None,
    limit: int = 20,
) -> list[Hit]:
    """Return up to `limit` hits in which every word of the phrase stands, kind by kind, the newest first in each.

    Raises Invalid for a phrase without words and for a key `after` that is none.
    """
    words = words_of(phrase)
    beyond = None if after is None else _key(after)
    return list(islice(_all(session, actor, words, kinds, beyond, limit), limit))


def has_trigrams(session: Session) -> bool:
    """Tell whether this is SQLite with its index of three characters in a row."""
    if session.get_bind().dialect.name != "sqlite":
        return False
    return session.execute(text("SELECT 1 FROM sqlite_master WHERE name = :name"), {"name": INDEX}).first() is not None


def index_now(session: Session) -> Index:
    """Return how the index is."""
    quick = session.get_bind().dialect.name == "postgresql" or has_trigrams(session)
    return Index(quick, session.scalar(select(func.count()).select_from(SearchDue)) or 0)


def _key(after: str) -> tuple[SearchKind, int]:
    kind, _, number = after.partition("-")
    if kind not in list(SearchKind) or not (number.isascii() and number.isdecimal()) or len(number) > 12:
        raise Invalid("翻页位置不正确，请从第一页重新查找。", code="bad_after")
    return SearchKind(kind), int(number)


def _all(
    session: Session,
    actor: Actor,
    words: Sequence[str],
    kinds: Sequence[SearchKind],
    beyond: tuple[SearchKind, int] | None,
    limit: int,
) -> Iterator[Hit]:
    order, trigrams = list(SearchKind), has_trigrams(session)
    for kind in order:
        if kind not in kinds or (beyond and order.index(kind) < order.index(beyond[0])):
            continue
        before = beyond[1] if beyond and beyond[0] is kind else None
        while True:
            query = _of_kind(session, actor, kind, words, before, trigrams=trigrams).limit(limit)
            rows = session.execute(query).all()
            yield from (_hit(kind, row, words) for row in rows if holds(SOURCES[kind].text_of(row[0]), words))
            if len(rows) < limit:
                break
            before = rows[-1][0].id


def _of_kind(
    session: Session, actor: Actor, kind: SearchKind, words: Sequence[str], before: int | None, *, trigrams: bool
) -> Select[Any]:
    source = SOURCES[kind]
    seen = visible_cases(actor)
    query = (
        select(
            source.table,
            case((seen, Case.case_number)).label("case_number"),
            case((seen, Case.title)).label("case_title"),
        )
        .join(Case, Case.id == source.table.case_id)
        .where(source.table.id.in_(_standing(session, source, words, trigrams=trigrams)), _visible(actor, kind))
        .order_by(source.table.id.desc())
    )
    return query if before is None else query.where(source.table.id < before)


def _standing(session: Session, source: Source, words: Sequence[str], *, trigrams: bool) -> Select[Any]:
    """Return the row numbers of a kind in whose texts all words stand."""
    if session.get_bind().dialect.name == "postgresql":
        return _by_grams(source, words)
    known = {word: _matching(session, word) if trigrams else None for word in words}
    matching = " AND ".join(part for part in known.values() if part is not None)
    query = _texts(source).where(*(func.instr(SearchText.text, word) > 0 for word in words if known[word] is None))
    if not matching:
        return query
    match = text(f"{INDEX} MATCH :matching").bindparams(matching=matching)
    found = select(_FTS.c.rowid).where(match, _FTS.c.rowid.between(source.base, source.base + SPAN - 1))
    if None in known.values():
        return query.where(SearchText.id.in_(found))
    return found.with_only_columns(_FTS.c.rowid - source.base)


def _matching(session: Session, word: str) -> str | None:
    """Return a word as FTS5 is asked for it; None for a short one with which too many trigrams begin."""
    if len(word) >= TRIGRAM:
        return _quoted(word)
    query = select(_TERMS.c.term).where(_TERMS.c.term.between(word, f"{word}{_LAST}")).limit(MOST_TERMS + 1)
    terms = session.scalars(query).all()
    if len(terms) > MOST_TERMS:
        return None
    return f"({' OR '.join(map(_quoted, terms))})" if terms else _quoted(word)


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _texts(source: Source) -> Select[Any]:
    return select(SearchText.id - source.base).where(SearchText.id.between(source.base, source.base + SPAN - 1))


def _by_grams(source: Source, words: Sequence[str]) -> Select[Any]:
    grams = sorted({gram for word in words for gram in _grams(word)})
    whole = (func.strpos(SearchText.text, word) > 0 for word in words if len(word) >= TRIGRAM)
    held = func.search_grams(SearchText.text).op("@>", is_comparison=True)(cast(grams, ARRAY(Text)))
    return _texts(source).where(held, *whole)


def _grams(word: str) -> list[str]:
    return [word[at : at + 2] for at in range(len(word) - 1)] or [word]


def _visible(actor: Actor, kind: SearchKind) -> ColumnElement[bool]:
    """Return what of a kind the pages of a case tell the actor, too."""
    if kind is SearchKind.PAPER:
        return visible_documents(actor)
    own = in_territory(actor, Case.__table__.c.unit_id) if actor.has(*POLICE) else false()
    whole = true() if actor.has(Role.SYSTEM) else own
    if kind is SearchKind.FINDING:
        return and_(visible_cases(actor), whole, Finding.withdrawn_at.is_(None))
    if kind is SearchKind.EVIDENCE:
        return and_(visible_cases(actor), whole, Evidence.withdrawn_at.is_(None))
    if kind is SearchKind.REPLY:
        mine = exists(
            select(1).where(Assignment.id == Reply.assignment_id, visible_assignments(actor)).correlate(Reply)
        )
        return and_(visible_cases(actor), mine)
    held = exists(select(1).where(Assignment.measure_id == Measure.id, visible_assignments(actor)).correlate(Measure))
    return and_(visible_cases(actor), or_(whole, held), Measure.withdrawn_at.is_(None))


def _hit(kind: SearchKind, row: Row[Any], words: Sequence[str]) -> Hit:
    found = row[0]
    return Hit(
        key=f"{kind}-{found.id}",
        kind=kind,
        case_number=row.case_number,
        case_title=row.case_title,
        ref=found.ref,
        title=found.title if isinstance(found, Document) else None,
        passage=passage(SOURCES[kind].text_of(found), words),
    )
