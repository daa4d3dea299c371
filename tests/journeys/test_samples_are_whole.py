"""Our own samples are exemplary: report, notices and proposals of each are signed with nothing waived and nothing missing."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models.accident.dossier import read
from models.accountability.tables import AccountabilityItem
from models.case.commands.filing import file_case
from models.case.tables import Case
from models.clock.queries.rulebook import rulebook
from models.kernel.act import acting, find_actor
from models.kernel.vocabulary import DocumentKind, DocumentStatus
from models.papers.queries.preflight import RemarkShown, preflight
from models.papers.tables import Waiver
from models.samples import NAMES, dossier_bytes
from tests.stories import Story


def remarks(story: Story, case: str, paper: str) -> tuple[RemarkShown, ...]:
    with story.installation.database.reading() as session:
        return preflight(
            session,
            find_actor(session, "li", story.at),
            case,
            paper,
            settings=story.installation.settings,
            rules=rulebook(session),
            today=story.at.date(),
        )


def lacking(story: Story, case: str, *papers: str) -> list[str]:
    """What the papers lack; that new units wait for an administrator is no fault of a dossier."""
    found = (one for paper in papers for one in remarks(story, case, paper) if one.key != "units_pending")
    return [f"{one.weight.label} {one.key}: {one.text}" for one in found]


def confirm_organs(story: Story, case: str) -> bool:
    """Say who decides about the items whose organ the sample leaves to a person; return whether there are items."""
    with story.installation.database.reading() as session:
        items = session.execute(
            select(AccountabilityItem.ref, AccountabilityItem.competent_organ_id)
            .join(Case, Case.id == AccountabilityItem.case_id)
            .where(Case.case_number == case, AccountabilityItem.informational.is_(False))
        ).all()
    for item, organ in items:
        if organ is None:
            story.do("li", "confirm-organ", case, item=item, organ=story.discipline())
    return bool(items)


@pytest.mark.parametrize("name", NAMES)
def test_report_notices_and_proposals_of_a_sample_lack_nothing(name: str, story: Story) -> None:
    story.strict = True
    occurred = datetime.fromisoformat(json.loads(dossier_bytes(name))["accident"]["occurred_at"])
    story.at = occurred.replace(hour=9, minute=0) + timedelta(days=30)
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        case = file_case(act, read(dossier_bytes(name), now=story.at), reason="群众反映集中的路段").case_number
    assert lacking(story, case, "D1") == []
    story.issue(case, "D1")
    has_items = confirm_organs(story, case)
    drafted = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    if has_items:
        drafted += story.do("li", "prepare", case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    assert lacking(story, case, *drafted) == []
    story.issue(case, *drafted)
    assert set(drafted) <= set(story.papers(case, DocumentStatus.ISSUED))
    with story.installation.database.reading() as session:
        assert session.scalars(select(Waiver)).all() == []
