"""What the walk of `docs/how-to/add-a-paper-kind.md` does in the copy: `python a_letter_of_inquiry.py DATABASE HOME`.

It stands outside the tests' own process, which has the kinds of the repository loaded. Prints what came of it as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sqlalchemy import select

import models
from documents.check import faults
from documents.templates import fields
from flows.case import carry
from flows.installation import working_in
from flows.papers import FLOW_OF, accompanying_paper
from models import first_set_up
from models.kernel.errors import Conflict
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.vocabulary import DocumentKind
from models.migrations.drift import drift
from models.papers.filling import frozen
from models.papers.tables import Document, NumberSeries, Rendition
from tests.stories import START, Story, story_in
from ui.web.case.papers import _by_hand
from ui.web.screens.admin_office import KINDS

KIND = DocumentKind("inquiry_letter")


def main(url: str, home: Path) -> dict[str, object]:
    """Upgrade an office that is at work, and let its officer ask."""
    database = Database(url, durable=False)
    first_set_up.initialise(database, Settings(), START)
    database.close()
    with story_in(url, home) as story:
        case = story.file()
        story.address(case)
        papers = story.do("li", "prepare", case, kind=KIND)
        numbers = story.issue(case, *papers)
        story.deliver(case, *papers)
        with working_in(story.installation):
            carry(story.installation, case, story.at)
        told = _told(story, papers)
        try:
            story.do("li", "prepare", case, kind=KIND)
        except Conflict as refused:
            told["again"] = refused.message
    return {
        **told,
        "where": str(Path(models.__file__).parent.parent),
        "numbers": numbers,
        "drift": drift(f"sqlite:///{home / 'drift.db'}"),
        "flow": FLOW_OF[KIND] is accompanying_paper,
        "menu": _by_hand("kind", KIND) and KINDS[KIND.value],
        "fields": [field.name for field in fields(KIND)],
    }


def _told(story: Story, papers: list[str]) -> dict[str, object]:
    with story.installation.database.reading() as session:
        rows = session.scalars(select(Document).where(Document.kind == KIND)).all()
        files = session.scalars(
            select(Rendition.sha256).join(Document, Document.id == Rendition.document_id).where(Document.kind == KIND)
        ).all()
        return {
            "papers": len(papers),
            "statuses": sorted({row.status.label for row in rows}),
            "titles": sorted({row.title for row in rows}),
            "restricted": any(row.restricted for row in rows),
            "says": [frozen(session, row.id).model_dump(mode="json")["questions"] for row in rows],
            "files": len(files),
            "faults": [str(fault) for name in files for fault in faults(story.installation.files.read(name))],
            "series": sorted(session.scalars(select(NumberSeries.prefix).where(NumberSeries.kind == KIND.value))),
        }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2])), ensure_ascii=False))
