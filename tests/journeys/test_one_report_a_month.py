"""Units that are late and get no order: our leaders hear of all of them in one report a month, each unit by one reminder."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from flows.sweep import sweep
from models.clock.tables import Deadline
from models.kernel.act import acting
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, DocumentStatus, OrganisationKind
from models.office.commands.organisations import register
from models.office.tables import Organisation
from models.papers.content import LateReport
from models.papers.filling import frozen
from models.papers.tables import Document
from models.rectification.commands.escalation.tell import next_month
from tests.stories import Story

D = DocumentKind
GOVERNMENT, COMPANY, LATER = "鄂州市人民政府", "鄂州市某运输公司", "鄂州市某客运公司"


def served(story: Story) -> str:
    """A case of which a government and a company were told at once, another company ten days later; all stay silent."""
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        register(act, GOVERNMENT, OrganisationKind.GOVERNMENT, division_code="420700")
        for company in (COMPANY, LATER):
            register(act, company, OrganisationKind.ENTERPRISE, division_code="420704")
    case = story.file()
    for name in (GOVERNMENT, COMPANY, LATER):
        story.do("li", "add-measure", case, text="请完善有关设施。", organisation=name)
    story.address(case)
    story.issue(case, "D1")
    story.do("li", "prepare", case, kind=D.RECTIFICATION_NOTICE)
    for days, names in ((0, (GOVERNMENT, COMPANY)), (10, (LATER,))):
        story.wait(days=days)
        for name in names:
            notice = paper(story, D.RECTIFICATION_NOTICE, name)[-1].ref
            story.issue(case, notice)
            story.deliver(case, notice)
    return case


def paper(story: Story, kind: DocumentKind, to: str | None = None) -> list[Document]:
    with story.installation.database.reading() as session:
        query = select(Document).join(Organisation, Organisation.id == Document.recipient_id).order_by(Document.id)
        query = query.where(Document.kind == kind, Document.status != DocumentStatus.VOID)
        return list(session.scalars(query if to is None else query.where(Organisation.name == to)))


def live(story: Story, until: date) -> None:
    """Let the clock sweep each morning up to a day."""
    while story.at.date() < until:
        story.wait(days=1)
        sweep(story.installation, story.at)


def first_report(story: Story) -> None:
    while not paper(story, D.LATE_REPORT):
        live(story, story.at.date() + timedelta(days=1))


def units(story: Story, report: Document) -> set[str]:
    with story.installation.database.reading() as session:
        said = frozen(session, report.id)
    assert isinstance(said, LateReport)
    return set(said.units)


def test_what_becomes_late_goes_into_a_draft_that_nobody_submitted(story: Story) -> None:
    case = served(story)
    first_report(story)
    live(story, story.at.date() + timedelta(days=30))
    [report] = paper(story, D.LATE_REPORT)
    with story.installation.database.reading() as session:
        told = session.scalars(select(Event).where(Event.kind == "late_paper_extended")).all()
    assert any(LATER in event.data["organisations"] for event in told)
    assert len(paper(story, D.REMINDER, COMPANY)) == len(paper(story, D.REMINDER, LATER)) == 1
    story.issue(case, report.ref)
    assert units(story, report) >= {GOVERNMENT, COMPANY, LATER}


def test_what_becomes_late_after_the_report_of_a_month_waits_for_the_next_and_is_told_once(story: Story) -> None:
    case = served(story)
    first_report(story)
    [first] = paper(story, D.LATE_REPORT)
    story.issue(case, first.ref)
    signed_on = story.at.date()
    live(story, next_month(signed_on) - timedelta(days=1))
    assert [one.id for one in paper(story, D.LATE_REPORT)] == [first.id]
    live(story, next_month(next_month(signed_on)))
    reports = paper(story, D.LATE_REPORT)
    assert len(reports) == 2
    assert reports[1].drafted_at.date() >= next_month(signed_on)
    story.issue(case, reports[1].ref)
    assert units(story, reports[1]) >= {COMPANY, LATER}
    with story.installation.database.reading() as session:
        late = select(Deadline.next_look_on).where(Deadline.state == "open", Deadline.next_look_on <= story.at.date())
        assert session.scalars(late).all() == []
    sweep(story.installation, story.at)
    assert len(paper(story, D.LATE_REPORT)) == 2


@pytest.mark.parametrize(
    ("day", "first"), [(date(2026, 11, 30), date(2026, 12, 1)), (date(2026, 12, 1), date(2027, 1, 1))]
)
def test_the_next_month_begins_on_its_first_day(day: date, first: date) -> None:
    assert next_month(day) == first
