"""What an order leads to when nobody obeys it, and in whose name papers to our own bodies leave."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from models.accountability.tables import AccountabilityItem
from models.case.tables import Case
from models.clock.rules.escalation import DISOBEYED
from models.clock.tables import Deadline
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, Outcome
from models.office.tables import Organisation
from models.papers.filling.disobedience import disobedience
from models.papers.tables import Document
from models.rectification.commands.escalation import climb
from models.rectification.tables import Talk
from tests.databases import Databases
from tests.stories import Story, staffed, story_in


@pytest.fixture
def story(sqlite_databases: Databases, tmp_path: Path) -> Iterator[Story]:
    url = sqlite_databases.fresh(staffed)
    with story_in(url, tmp_path / "home") as story:
        yield story
    sqlite_databases.drop(url)


def wait_and_climb(story: Story, case: str, days: int) -> None:
    for _ in range(days):
        story.wait(days=1)
        story.do("system", climb, case)


def ordered(story: Story) -> tuple[str, str]:
    """A case whose every recipient got a notice, stayed silent and got an order; returns it with the first order."""
    case = story.rectifying()
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    story.deliver(case, *notices)
    wait_and_climb(story, case, 20)
    orders = story.papers(case, kind=DocumentKind.SUPERVISION_ORDER)
    for order in orders:
        story.do("li", "confirm-no-reply", case, paper=order)
    story.issue(case, *orders)
    story.deliver(case, *orders)
    return case, orders[0]


def kinds_of_events(story: Story, case: str) -> list[str]:
    with story.installation.database.reading() as session:
        of_case = select(Case.id).where(Case.case_number == case).scalar_subquery()
        return list(session.scalars(select(Event.kind).where(Event.case_id == of_case).order_by(Event.seq)))


def close(story: Story, case: str, outcome: Outcome) -> None:
    for measure in ("M1", "M2"):
        story.do("li", "close-measure", case, measure=measure, outcome=outcome, reason="始终未反馈。")


def order_clocks(story: Story) -> list[str]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(Deadline.state).where(Deadline.rule_code == "order.complete")))


def test_an_order_that_was_given_up_on_ends_but_is_never_said_to_be_obeyed(story: Story) -> None:
    case, _ = ordered(story)
    close(story, case, Outcome.NOT_DONE)
    assert set(order_clocks(story)) == {"withdrawn"}
    happened = kinds_of_events(story, case)
    assert "order_ended" in happened
    assert "order_lifted" not in happened


def test_an_order_whose_measures_fell_away_is_lifted(story: Story) -> None:
    case, _ = ordered(story)
    close(story, case, Outcome.NO_LONGER_APPLICABLE)
    assert set(order_clocks(story)) == {"met"}
    assert "order_ended" not in kinds_of_events(story, case)


def test_a_unit_that_disobeys_is_listed_once_although_the_dossier_lists_it_for_something_else(story: Story) -> None:
    case, order = ordered(story)
    with story.installation.database.reading() as session:
        late = session.scalars(
            select(Organisation.name)
            .join(Document, Document.recipient_id == Organisation.id)
            .where(Document.ref == order)
        ).one()
    with story.installation.database.writing() as session:
        # A name that a dossier may well use: short names inside a case never collide.
        session.execute(update(AccountabilityItem).where(AccountabilityItem.ref == "A2").values(ref="A3"))
    wait_and_climb(story, case, 20)
    again = story.papers(case, kind=DocumentKind.SUPERVISION_ORDER)[-2:]
    for paper in again:
        story.do("li", "confirm-no-reply", case, paper=paper)
    story.issue(case, *again)
    story.deliver(case, *again)
    wait_and_climb(story, case, 20)
    with story.installation.database.reading() as session:
        reasons = set(session.scalars(select(Talk.reason)))
    assert reasons
    for reason in reasons:  # of the second order its own limit is told, and since when all is late
        assert re.fullmatch(r"至(.+日)期限届满，督办事项仍未落实(，自.+日（首次督办期限届满次日）起持续逾期)?", reason)
    talks = [event for event in kinds_of_events(story, case) if event == "talk_proposed"]
    for talk in range(1, len(talks) + 1):
        story.summon(case, talk)
        story.do("li", "hold-talk", case, talk=talk, attended_by="负责人", minutes="要求立即落实。")
    wait_and_climb(story, case, 3)
    with story.installation.database.reading() as session:
        items = session.execute(
            select(AccountabilityItem.ref, AccountabilityItem.text)
            .join(Organisation, Organisation.id == AccountabilityItem.organisation_id)
            .where(Organisation.name == late)
            .order_by(AccountabilityItem.id)
        ).all()
    assert [item.ref for item in items if item.text == DISOBEYED] == ["A4"]
    assert len(items) > 1


def test_the_proposal_on_a_unit_that_disobeyed_tells_the_orders_and_not_the_causes_of_the_accident(
    story: Story,
) -> None:
    case, _ = ordered(story)
    wait_and_climb(story, case, 20)
    with story.installation.database.reading() as session:
        item = session.execute(
            select(AccountabilityItem.ref, Organisation.name)
            .join(Organisation, Organisation.id == AccountabilityItem.organisation_id)
            .where(AccountabilityItem.text == DISOBEYED)
        ).first()
        assert item is not None
        others = session.scalars(select(AccountabilityItem.ref).where(AccountabilityItem.ref != item.ref)).all()
    basis = ["《中华人民共和国道路交通安全法》第五条第一款"]
    for ref in (item.ref, *others):
        story.do("li", "confirm-organ", case, item=ref, organ=story.discipline())
    story.do("li", "edit-accountability", case, item=item.ref, legal_basis=basis)
    (paper,) = story.do("li", "prepare", case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    story.issue(case, paper)
    with story.installation.database.reading() as session:
        said = session.scalars(select(Document.content).where(Document.ref == paper)).one()
        order = session.scalars(
            select(Document.number)
            .join(Organisation, Organisation.id == Document.recipient_id)
            .where(Document.kind == DocumentKind.SUPERVISION_ORDER, Organisation.name == item.name)
            .where(Document.number.is_not(None))
        ).one()
    assert said is not None
    subject = next(one for one in said["subjects"] if one["not_done"] == DISOBEYED.rstrip("。"))
    assert order in subject["facts"]
    assert subject["findings"] == []
    proofs = [f"限期落实督办单（{order}）及其送达记录"]
    assert subject["evidence"] == proofs
    assert [entry["title"] for entry in said["evidence"] if entry["number"] in proofs] == proofs


def test_a_measure_whose_own_date_is_still_to_come_is_not_called_undone(story: Story) -> None:
    case, _ = ordered(story)
    with story.installation.database.writing() as session:
        for clock in session.scalars(select(Deadline).where(Deadline.rule_code == "measure.complete")):
            clock.due_on += timedelta(days=200)
    wait_and_climb(story, case, 20)
    with story.installation.database.reading() as session:
        row = session.scalars(select(AccountabilityItem).where(AccountabilityItem.text == DISOBEYED)).first()
        assert row is not None
        assert row.organisation_id is not None
        told = disobedience(session, row.case_id, row.organisation_id)
    assert told is not None
    assert told.startswith("逾期未报送整改方案或者未答复的整改措施1项：")
    assert "逾期未完成" not in told


@pytest.mark.parametrize(("recipient", "issuer"), [("bureau", "unit"), ("unit", "bureau")])
def test_no_body_writes_to_itself(story: Story, recipient: str, issuer: str) -> None:
    with story.installation.database.reading() as session:
        bodies = {row.issues_as: row.name for row in session.scalars(select(Organisation))}
    case = story.rectifying()
    measure = story.do("li", "add-measure", case, text="增设夜间巡查岗。", organisation=bodies[recipient])
    story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    assert measure is not None
    with story.installation.database.reading() as session:
        wrote = session.scalars(
            select(Organisation.issues_as)
            .join(Document, Document.issuer_id == Organisation.id)
            .where(
                Document.kind == DocumentKind.RECTIFICATION_NOTICE,
                Document.recipient_id
                == select(Organisation.id).where(Organisation.issues_as == recipient).scalar_subquery(),
            )
        ).one()
    assert wrote == issuer
