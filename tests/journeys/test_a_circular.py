"""通报: what was due from whom in a quarter, counted by hand beside; who may be named; one paper in every case it names."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.act import acting
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.vocabulary import (
    DocumentKind,
    DocumentStatus,
    OrganisationKind,
    Outcome,
    ReplyKind,
    Role,
    Verdict,
)
from models.office.commands.organisations import register
from models.papers.filling import frozen
from models.papers.kinds.circular.content import Circular
from models.papers.tables import Document
from tests.journeys.conftest import GoOn
from tests.stories import Story

D = DocumentKind
TRANSPORT, FARM, BELOW = "鄂州市交通运输局", "鄂州市农业农村局", "鄂城区道路交通安全委员会办公室"
GOVERNMENT, COMPANY, PROCURATORATE = "鄂州市人民政府", "鄂州市某运输公司", "鄂州市人民检察院"
KINDS = {
    TRANSPORT: (OrganisationKind.TRANSPORT, "420700"),
    FARM: (OrganisationKind.AGRICULTURE, "420700"),
    BELOW: (OrganisationKind.SAFETY_COMMISSION, "420704"),
    GOVERNMENT: (OrganisationKind.GOVERNMENT, "420700"),
    COMPANY: (OrganisationKind.ENTERPRISE, "420704"),
    PROCURATORATE: (OrganisationKind.PROCURATORATE, "420700"),
}
SINCE, UNTIL = date(2026, 1, 1), date(2026, 3, 31)
WORK: dict[str, tuple[str, date]] = {
    # text: whose, until when; what becomes of each is said by `live`
    "首日到期": (TRANSPORT, SINCE),
    "末日到期": (TRANSPORT, UNTIL),
    "次日到期": (TRANSPORT, UNTIL + timedelta(days=1)),
    "此前到期": (TRANSPORT, SINCE - timedelta(days=1)),
    "逾期完成": (TRANSPORT, date(2026, 1, 15)),
    "退回未再报": (TRANSPORT, date(2026, 1, 20)),
    "已延期": (TRANSPORT, date(2026, 2, 27)),
    "截止后延期": (TRANSPORT, date(2026, 3, 30)),
    "已中止": (FARM, date(2026, 2, 10)),
    "已被取代": (FARM, date(2026, 2, 11)),
    "未完成办结": (FARM, date(2026, 2, 12)),
    "不再适用": (FARM, date(2026, 2, 13)),
    "按期报送待核对": (FARM, date(2026, 2, 16)),
    "下级按期": (BELOW, date(2026, 3, 2)),
    "本级政府": (GOVERNMENT, date(2026, 2, 3)),
    "辖区企业": (COMPANY, date(2026, 2, 3)),
    "检察机关": (PROCURATORATE, date(2026, 2, 3)),
}


class Quarter:
    """A case with a measure of each sort, lived through the first quarter of 2026."""

    def __init__(self, story: Story) -> None:
        self.story, self.replies = story, {}
        with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
            for name, (kind, division) in KINDS.items():
                register(act, name, kind, division_code=division)
        for name in KINDS:
            story.employ(name, Role.AGENCY, unit=name)
        self.case = served(story, WORK)
        self.live()

    def live(self) -> None:
        story = self.story
        self.on(date(2026, 1, 1), hour=23)
        self.complete("首日到期")
        self.on(date(2026, 1, 10))
        self.do("close-measure", "不再适用", outcome=Outcome.NO_LONGER_APPLICABLE, reason="道路已改线。")
        self.on(date(2026, 1, 20))
        self.complete("逾期完成")
        self.complete("退回未再报", Verdict.RETURNED)
        self.on(date(2026, 2, 2))
        key = self.clock("已中止").key
        story.do("ling", "suspend", self.case, deadline=key, reason="管辖争议。")
        self.do("close-measure", "未完成办结", outcome=Outcome.NOT_DONE, reason="资金没有落实。")
        self.do("close-measure", "已被取代", outcome=Outcome.SUPERSEDED, reason="与其他措施重复。")
        self.complete("按期报送待核对", None)
        self.extend("已延期", date(2026, 4, 20))
        self.on(date(2026, 3, 2))
        self.complete("下级按期")
        self.on(date(2026, 3, 27))
        self.ask("截止后延期", date(2026, 4, 30))
        self.on(date(2026, 4, 1))
        self.grant("截止后延期", date(2026, 4, 30))
        self.complete("末日到期", happened_at=datetime(2026, 3, 31, 23, 59, tzinfo=SHANGHAI))

    @property
    def refs(self) -> dict[str, str]:
        return refs(self.story, self.case)

    def on(self, day: date, hour: int = 9) -> None:
        self.story.at = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)

    def do(self, action: str, text: str, **said: Any) -> None:
        self.story.do("li", action, self.case, measure=self.refs[text], organisation=WORK[text][0], **said)

    def complete(self, text: str, verdict: Verdict | None = Verdict.ACCEPTED, **said: Any) -> None:
        [ref] = self.reply(text, ReplyKind.COMPLETION, **said)
        if verdict is not None:
            why = "照片不全。" if verdict is Verdict.RETURNED else None
            self.story.do("wang", "assess", self.case, reply=ref, verdict=verdict, reason=why)

    def reply(self, work: str, kind: ReplyKind, **said: Any) -> list[str]:
        given = {"text": "已按要求办理。", **said}
        made: list[str] = self.story.do(
            "nei", "reply", self.case, kind=kind, measures=[self.refs[work]], organisation=WORK[work][0], **given
        )
        return made

    def ask(self, text: str, until: date) -> None:
        [self.replies[text]] = self.reply(text, ReplyKind.EXTENSION, requested_due=until, text="电力接入没有完成。")

    def grant(self, text: str, until: date) -> None:
        self.story.do("ling", "decide-extension", self.case, reply=self.replies[text], grant=True, until=until)

    def extend(self, text: str, until: date) -> None:
        self.ask(text, until)
        self.grant(text, until)

    def clock(self, text: str) -> Deadline:
        from models.rectification.tables import Assignment, Measure

        with self.story.installation.database.reading() as session:
            return session.scalars(
                select(Deadline)
                .join(Assignment, Assignment.id == Deadline.assignment_id)
                .join(Measure, Measure.id == Assignment.measure_id)
                .where(Measure.text == f"{text}。", Deadline.rule_code == "measure.complete")
            ).one()

    def draft(self, **said: Any) -> tuple[str, str]:
        made = self.story.in_office("li", "draft-circular", period_from=SINCE, period_until=UNTIL, **said)
        case, paper = made.split()
        return case, paper

    def circular(self, **said: Any) -> Circular:
        case, paper = self.draft(**said)
        self.story.issue(case, paper)
        return told(self.story, case, paper)


def served(story: Story, work: dict[str, tuple[str, date]], variant: int = 0) -> str:
    """File a case whose only measures are these, and serve its notices."""
    case = story.file(variant=variant)
    story.address(case)
    for ref in refs(story, case).values():
        story.do("li", "withdraw-measure", case, measure=ref, reason="另行研究。")
    for text, (unit, due) in work.items():
        story.do("li", "add-measure", case, text=f"{text}。", organisation=unit, due=due)
    story.prove(case)
    story.issue(case, "D1")
    story.do("li", "prepare", case, kind=D.RECTIFICATION_NOTICE)
    for paper in story.papers(case, DocumentStatus.DRAFT, kind=D.RECTIFICATION_NOTICE):
        story.issue(case, paper)
        story.deliver(case, paper)
        story.do("nei", "acknowledge", case, paper=paper, received_by="周某")
    return case


def refs(story: Story, case: str) -> dict[str, str]:
    from models.rectification.tables import Measure

    with story.installation.database.reading() as session:
        rows = session.execute(
            select(Measure.text, Measure.ref)
            .join(Case, Case.id == Measure.case_id)
            .where(Case.case_number == case)
            .order_by(Measure.id)
        ).all()
    return {row.text.rstrip("。"): row.ref for row in rows}


def told(story: Story, case: str, paper: str) -> Circular:
    with story.installation.database.reading() as session:
        found = session.scalars(
            select(Document.id)
            .join(Case, Case.id == Document.case_id)
            .where(Case.case_number == case, Document.ref == paper)
        ).one()
        said = frozen(session, found)
    assert isinstance(said, Circular)
    return said


@pytest.fixture
def quarter(go_on: GoOn) -> Quarter:
    lived: Quarter = go_on(Quarter)
    return lived


def test_every_figure_is_that_of_a_count_by_hand(quarter: Quarter) -> None:
    said = quarter.circular()
    # 交通运输局: 首日、末日按期；逾期完成；退回未再报、截止后延期未完成。此前到期不在本期，次日到期在下期，已延期不在本期。
    # 农业农村局: 待核对按期；未完成办结。中止、被取代、不再适用不计。
    assert [(u.unit, u.due, u.on_time, u.done_late, u.late) for u in said.figures.units] == [
        (TRANSPORT, 5, 2, 1, 2),
        (FARM, 2, 1, 0, 1),
        (BELOW, 1, 1, 0, 0),
    ]
    assert said.figures.total.due == 8
    assert [(m.matter.partition("（")[0], m.planned, m.days_late) for m in said.figures.matters] == [
        ("此前到期", date(2025, 12, 31), 90),
        ("退回未再报", date(2026, 1, 20), 70),
        ("未完成办结", date(2026, 2, 12), 47),
        ("截止后延期", date(2026, 3, 30), 1),
    ]
    assert said.figures.earlier == 1
    assert said.figures.matters[3].reason == "3月27日延期申请：电力接入没有完成"
    assert said.figures.coming == 2  # 次日到期, 已延期
    own = said.figures.own
    assert own is not None
    # 5件当日研判，1件超期未研判，3月27日的延期申请和3月31日的完成情况截止时尚在期限内
    assert (own.replies, own.in_time, own.exceeded, own.running) == (8, 5, 1, 2)
