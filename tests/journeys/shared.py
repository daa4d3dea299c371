"""Cases whose measures several units share, for the journeys about them. Every person and unit in them is invented."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.case.tables import Case
from models.clock.queries.rulebook import rulebook
from models.clock.tables import Deadline
from models.kernel.act import acting, find_actor
from models.kernel.base import Base
from models.kernel.tables import Event
from models.kernel.vocabulary import (
    AssignmentState,
    DocumentKind,
    DocumentStatus,
    OrganisationKind,
    ReplyKind,
    Role,
    Stage,
)
from models.office.commands.organisations import add_organisation
from models.office.tables import Organisation
from models.overview.queries.case_view import case_view
from models.overview.queries.turns import turn_of
from models.overview.queries.worklists import waiting_on
from models.papers.tables import Document
from models.rectification.queries.measure_view import MeasureShown, UnitShown
from models.rectification.tables import Assignment, Measure
from tests.stories import Story

DAY = timedelta(days=1)
LEAD, PARTNER, THIRD = "鄂州市道路维护中心", "鄂州市路灯管理所", "鄂州市绿化管理所"


def units(story: Story, *names: str) -> None:
    """Put units of the city into the tree, each with a clerk whose account is the unit's name."""
    with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
        for name in names:
            add_organisation(act.session, name, OrganisationKind.URBAN_MANAGEMENT, division_code="420700")
    for name in names:
        story.employ(name, Role.AGENCY, unit=name)


class Shared:
    """A case with one further measure that one unit leads and another cooperates in."""

    def __init__(self, story: Story, variant: int = 0) -> None:
        self.story = story
        self.case = story.file(variant=variant)
        story.address(self.case)
        self.measure: str = story.do(
            "li",
            "add-measure",
            self.case,
            text="补齐事故路段照明和警示设施。",
            organisation=LEAD,
            cooperating=[PARTNER],
            due=story.at.date() + 60 * DAY,
        )
        story.issue(self.case, "D1")

    def do(self, account: str, action: str, **said: Any) -> Any:
        return self.story.do(account, action, self.case, **said)

    def serve(self) -> None:
        """Issue and serve every notice there is to draft or drafted."""
        if self.unnoticed():
            self.do("li", "prepare", kind=DocumentKind.RECTIFICATION_NOTICE)
        papers = self.story.papers(self.case, DocumentStatus.DRAFT, kind=DocumentKind.RECTIFICATION_NOTICE)
        self.story.issue(self.case, *papers)
        self.story.deliver(self.case, *papers)

    def unnoticed(self) -> list[Any]:
        return self.rows(
            select(Assignment.id)
            .join(Case, Case.id == Assignment.case_id)
            .where(
                Case.case_number == self.case,
                Assignment.state == AssignmentState.UNISSUED,
                Assignment.notice_id.is_(None),
            )
        )

    def acknowledge(self, *names: str) -> None:
        for name in names:
            self.do(name, "acknowledge", paper=self.notice(name), received_by="周某")

    def notice(self, unit: str) -> str:
        query = self._hand(unit).with_only_columns(Document.ref)
        return str(self.rows(query.join(Document, Document.id == Assignment.notice_id))[0].ref)

    def reply(self, unit: str, kind: ReplyKind, **said: Any) -> str:
        given = {"text": "已按要求办理。"} | said
        return str(self.do(unit, "reply", kind=kind, measures=[self.measure], **given)[0])

    def hand(self, unit: str) -> Assignment:
        with self.story.installation.database.reading() as session:
            return session.scalars(self._hand(unit)).one()

    def _hand(self, unit: str) -> Any:
        return (
            select(Assignment)
            .join(Measure, Measure.id == Assignment.measure_id)
            .join(Case, Case.id == Assignment.case_id)
            .join(Organisation, Organisation.id == Assignment.organisation_id)
            .where(Case.case_number == self.case, Measure.ref == self.measure, Organisation.name == unit)
        )

    def clocks(self, unit: str, *rules: str) -> list[Deadline]:
        query = select(Deadline).where(Deadline.assignment_id == self.hand(unit).id).order_by(Deadline.id)
        if rules:
            query = query.where(Deadline.rule_code.in_(rules))
        with self.story.installation.database.reading() as session:
            return list(session.scalars(query))

    def events(self, kind: str) -> list[Event]:
        query = (
            select(Event)
            .join(Case, Case.id == Event.case_id)
            .where(Case.case_number == self.case, Event.kind == kind)
            .order_by(Event.seq)
        )
        with self.story.installation.database.reading() as session:
            return list(session.scalars(query))

    def view(self, account: str = "li") -> dict[str, Any]:
        with self.story.installation.database.reading() as session:
            actor = find_actor(session, account, self.story.at)
            return case_view(session, actor, self.case, rulebook(session), self.story.at)

    def shown(self, account: str = "li") -> MeasureShown:
        """Return the measure as the case view shows it to somebody."""
        [measure] = [m for m in self.view(account).measures if m.ref == self.measure]
        return measure

    def units(self, account: str = "li") -> dict[str, UnitShown]:
        """Return how the measure stands with its units, by their names."""
        return {unit.organisation: unit for unit in self.shown(account).organisations}

    def waits(self, account: str) -> set[str]:
        with self.story.installation.database.reading() as session:
            actor = find_actor(session, account, self.story.at)
            rows = waiting_on(session, actor, self.story.at.date(), limit=200)
        return {row.wait for row in rows if row.case_number == self.case}

    def turn(self) -> str:
        with self.story.installation.database.reading() as session:
            actor = find_actor(session, "li", self.story.at)
            case_id = session.scalars(select(Case.id).where(Case.case_number == self.case)).one()
            return turn_of(session, actor, case_id, Stage.RECTIFYING, self.story.at.date())

    def rows(self, query: Any) -> list[Any]:
        with self.story.installation.database.reading() as session:
            return list(session.execute(query).all())


def everything(story: Story) -> dict[str, list[str]]:
    """Return every row of every table, to show that a refused act changed nothing."""
    with story.installation.database.reading() as session:
        return {t.name: sorted(map(repr, session.execute(select(t)))) for t in Base.metadata.sorted_tables}
