"""检索索引: reads anew what was marked as written, changed or deleted, the newest mark first, a slice at a time."""

from __future__ import annotations

from sqlalchemy import delete, exists, insert, select, text
from sqlalchemy.orm import Session

from models.kernel.act import Act
from models.migrations.search_marks import INDEX, mark_all
from models.overview.queries.search import has_trigrams
from models.overview.queries.searched_texts import texts_of
from models.overview.rules.searching import compared
from models.overview.tables import SearchDue, SearchText

SLICE = 200
"""Texts a transaction: some tenths of a second, for which others wait on SQLite."""

ENDED = "  "
"""Behind each text: a short word at its end begins a trigram, too."""


def anything_to_index(session: Session) -> bool:
    """Tell whether anything is marked; one short statement."""
    return bool(session.scalar(select(exists(select(1).select_from(SearchDue)))))


def index_slice(act: Act, limit: int = SLICE) -> int:
    """Read the texts of the newest marks anew; returns how many marks are settled, 0 when nothing was left.

    The marks are read before the texts: whatever is committed later brings a mark of its own, which stays.
    """
    session = act.session
    marks = session.execute(select(SearchDue.id, SearchDue.text_id).order_by(SearchDue.id.desc()).limit(limit)).all()
    if not marks:
        return 0
    ids = sorted({mark.text_id for mark in marks})
    texts = texts_of(session, ids)
    session.execute(delete(SearchText).where(SearchText.id.in_(ids)))
    if texts:
        session.execute(
            insert(SearchText), [{"id": one, "text": compared(told) + ENDED} for one, told in texts.items()]
        )
    session.execute(delete(SearchDue).where(SearchDue.id.in_([mark.id for mark in marks])))
    return len(marks)


def mark_everything(act: Act) -> None:
    """Mark all that can be found, and what is in the index without being there any more, to be read anew."""
    session = act.session
    session.execute(delete(SearchDue))
    session.execute(insert(SearchDue).from_select(["text_id"], select(SearchText.id)))
    for statement in mark_all():
        session.execute(text(statement))
    if has_trigrams(session):
        session.execute(text(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('rebuild')"))  # noqa: S608  a name of ours
