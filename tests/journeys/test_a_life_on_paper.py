"""Two accidents of our own making, carried through their papers: each says what an office must know, by the power it has.

The first has four dead on a county road: an urgent notice, the report, notices to a department, an enterprise, our own
brigade and the government, a request, clues, an order, a talk, corrections, the archive. The second is slight.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from documents import render
from models.accident.dossier import read
from models.case.commands.filing import file_case
from models.kernel.act import acting
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.vocabulary import (
    AuthorityKind,
    DocumentForm,
    DocumentKind,
    DocumentStatus,
    Outcome,
    ReplyKind,
    Scope,
    Verdict,
)
from models.office.tables import Authority, Organisation
from models.papers.content import RectificationNotice
from models.papers.filling import frozen
from models.papers.tables import Document
from models.rectification.commands.escalation import climb
from models.rectification.tables import Talk
from tests.journeys.conftest import GoOn
from tests.plain_words import faults, lines, unframed, written
from tests.stories import Story

D = DocumentKind
TOLD = Path(__file__).parent / "told"
OFFICE = {"contact": "李某", "phone": "0711-5550131"}
CITY = "鄂州市"
TRANSPORT, EDUCATION, FARMING = f"{CITY}交通运输局", f"{CITY}教育局", f"{CITY}农业农村局"
GOVERNMENT, DISTRICT = f"{CITY}人民政府", "鄂城区人民政府"
BRIGADE, QUARRY = f"{CITY}公安局交通警察支队鄂城大队", "鄂州某石料加工有限公司"
MAINTAINER, ORGAN = "鄂城区农村公路养护中心", f"{CITY}监察委员会"


class Life:
    """What was done on each day; `data` holds the files of the papers that went out, by kind and recipient."""

    def __init__(self, story: Story) -> None:
        self.story = story
        settings = story.installation.settings.model_copy(update=OFFICE)
        story.installation = replace(story.installation, settings=settings)
        self._without_standing()
        self.case = self._file("four_dead.json", datetime(2026, 3, 14, 9, tzinfo=SHANGHAI))
        self._urgent()
        self._found_out()
        self.on(2026, 4, 28)
        story.issue(self.case, "D1")
        self._noticed()
        self._amended()
        self._late()
        self._ended()

    def on(self, *day: int) -> None:
        """Let it be nine o'clock of a day."""
        self.story.at = datetime(*(*day, 9), tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]  # three numbers and an hour

    def do(self, account: str, action: str, **said: object) -> object:
        """Take a step in the case."""
        return self.story.do(account, action, self.case, **said)

    def _without_standing(self) -> None:
        """The bureau writes to departments: nobody gave the traffic police a standing of its own."""
        with self.story.installation.database.writing() as session:
            session.execute(delete(Authority).where(Authority.kind == AuthorityKind.INDEPENDENT))

    def _file(self, name: str, at: datetime) -> str:
        self.story.at = at
        one = read((TOLD / name).read_bytes(), now=at)
        with acting(self.story.installation.database, self.story.installation.settings, "li", at) as act:
            return file_case(act, one).case_number

    def _urgent(self) -> None:
        """A broken rail is told on the day after, and mended and looked at before the report is signed."""
        reason = "该段仍在通行，今明两日有雨，随时可能再次发生坠车"
        papers = self.story.do("li", "prepare-advance", self.case, measures=["M1"], reason=reason)
        self.served(*papers)
        self.do("nei", "acknowledge", paper=papers[0], received_by="周某某")
        self.on(2026, 3, 15)
        self.do("li", "record-death", died_on=date(2026, 3, 15), note="殷某某经抢救无效死亡")
        for field, value in (("outcome", "dead"), ("died_at", "2026-03-15 04:20"), ("death_place", "医院")):
            self.do("li", "correct-fact", sheet="people", row="P5", field=field, value=value, reason="医院证明")
        self.on(2026, 4, 27)
        self._mended("M1", MAINTAINER)

    def _mended(self, measure: str, unit: str) -> None:
        done = {"kind": ReplyKind.COMPLETION, "measures": [measure], "text": "已完成。", "organisation": unit}
        [reply] = self.story.do("nei", "reply", self.case, **done)
        self.do("li", "assess", reply=reply, verdict=Verdict.ACCEPTED)
        about = {"measure": measure, "organisation": unit}
        self.do("wang", "verify", passed=True, place="现场", note="已核对。", **about)
        self.do("li", "close-measure", **about)

    def _found_out(self) -> None:
        """The decision on liability, and a clue that goes to the supervision commission."""
        self.on(2026, 4, 10)
        self.do(
            "li", "record-liability", number="鄂公交认字〔2026〕第018号", decided_on=date(2026, 4, 9), issued_by=BRIGADE
        )
        self.on(2026, 4, 22)
        self.story.approved(ORGAN)
        self.served(str(self.do("li", "prepare-clue-transfer", organ=ORGAN, findings=["F8"])))

    def served(self, *papers: str) -> None:
        """Sign papers and serve them."""
        self.story.issue(self.case, *papers)
        self.story.deliver(self.case, *papers)

    def _noticed(self) -> None:
        self.on(2026, 5, 8)
        papers = self.story.do("li", "prepare", self.case, kind=D.RECTIFICATION_NOTICE)
        last = [one for one in papers if self.kind_of(one) is D.REQUEST_FOR_INSTRUCTIONS]
        self.served(*(one for one in papers if one not in last))
        self.on(2026, 5, 11)
        self.served(*last)
        self.on(2026, 5, 15)
        self.story.prove(self.case)
        self.served(*self.story.do("li", "prepare", self.case, kind=D.ACCOUNTABILITY_PROPOSAL))

    def _amended(self) -> None:
        """A printed slip is corrected; a date is put off on request."""
        self.on(2026, 5, 20)
        [slip] = self._papers_to(FARMING)
        said = {"places": ["问题（一）"], "wrong": ["台"], "right": ["辆"], "reason": "计量单位有误"}
        self.served(str(self.do("li", "draft-correction", paper=slip, **said)))
        self.on(2026, 6, 25)
        [asked] = self._papers_to(EDUCATION)
        self.do("nei", "acknowledge", paper=asked, received_by="吕某")
        later = {"kind": ReplyKind.EXTENSION, "measures": ["M10"], "text": "排查范围扩大，申请延期。"}
        due = date(2026, 7, 31)
        [reply] = self.story.do("nei", "reply", self.case, **later, organisation=EDUCATION, requested_due=due)
        self.do("ling", "decide-extension", reply=reply, grant=True, until=due)

    def _late(self) -> None:
        """The department does not answer: orders, and a talk."""
        for day in ((2026, 6, 26), (2026, 7, 13), (2026, 7, 29)):
            self.on(*day)
            for _ in range(2):
                self.story.do("system", climb, self.case)
            for paper in self.story.papers(self.case, DocumentStatus.DRAFT, kind=D.SUPERVISION_ORDER):
                self.do("li", "confirm-no-reply", paper=paper)
                self.served(paper)
        with self.story.installation.database.reading() as session:
            talk = session.scalars(select(Talk.id).where(Talk.state == "proposed").order_by(Talk.id).limit(1)).one()
        self.story.summon(self.case, talk)
        self.story.wait(days=2)
        held = {
            "attended_by": "分管负责人吴某",
            "minutes": "挂靠排查逾期未完成",
            "promises": ["完成全市挂靠排查"],
            "promised_by": ["吴某"],
            "promised_due": [date(2026, 8, 31)],
            "participants": ["凌某", "李某"],
        }
        minutes = str(self.do("li", "hold-talk", talk=talk, **held))
        self.story.issue(self.case, minutes)
        self.do("nei", "sign-minutes", paper=minutes, scan=self.story.scan("签字"), file_name="签字.pdf")
        self.story.deliver(self.case, minutes)

    def _ended(self) -> None:
        """The government's consent is answered, all else closed, and the volume sealed."""
        self.on(2026, 11, 20)
        for measure in ("M16", "M17", "M18"):
            answered = {"outcome": Outcome.ANSWERED, "reason": "鄂州政办函〔2026〕22号"}
            self.do("li", "close-measure", measure=measure, organisation=DISTRICT, **answered)
        for paper in self.story.papers(self.case, DocumentStatus.DRAFT):
            self.do("li", "void", paper=paper, reason="事项已办结")
        self.archive = self.story.archive(self.case)

    def kind_of(self, paper: str) -> DocumentKind:
        with self.story.installation.database.reading() as session:
            return session.scalars(select(Document.kind).where(Document.ref == paper)).one()

    def _papers_to(self, recipient: str) -> list[str]:
        with self.story.installation.database.reading() as session:
            return list(
                session.scalars(
                    select(Document.ref)
                    .join(Organisation, Organisation.id == Document.recipient_id)
                    .where(Organisation.name == recipient, Document.kind == D.RECTIFICATION_NOTICE)
                )
            )

    def issued(self) -> list[tuple[DocumentKind, str | None, int]]:
        """Kind, recipient and row of every paper that went out."""
        with self.story.installation.database.reading() as session:
            rows = session.execute(
                select(Document.kind, Organisation.name, Document.id)
                .outerjoin(Organisation, Organisation.id == Document.recipient_id)
                .where(Document.content.is_not(None))
                .order_by(Document.id)
            )
            return [(row.kind, row.name, row.id) for row in rows]

    def paper(self, kind: DocumentKind, recipient: str | None) -> bytes:
        """Return the first file of a kind to a recipient."""
        row = next(row for of, to, row in self.issued() if (of, to) == (kind, recipient))
        with self.story.installation.database.reading() as session:
            return render(frozen(session, row))


def said(data: bytes) -> str:
    """All words of a paper, prose and cells."""
    paper = lines(data)
    cells = (cell for grid in paper.tables for row in grid for cell in row)
    return "\n".join((*paper.prose, *cells))


def tells(data: bytes, *words: str) -> None:
    """Demand words of a paper; breaks of its lines do not matter."""
    text = re.sub(r"\s", "", said(data))
    assert [one for one in words if re.sub(r"\s", "", one) not in text] == []


def test_every_paper_of_the_life_went_out_and_reads_clean(go_on: GoOn) -> None:
    life = go_on(Life)
    kinds = {kind for kind, _, _ in life.issued()}
    assert kinds >= {
        *(D.ANALYSIS_REPORT, D.ADVANCE_NOTICE, D.RECTIFICATION_NOTICE, D.REQUEST_FOR_INSTRUCTIONS, D.CLUE_TRANSFER),
        *(D.ACCOUNTABILITY_PROPOSAL, D.CORRECTION, D.SUPERVISION_ORDER, D.TALK_NOTICE, D.TALK_MINUTES),
    }
    assert life.archive
    source = written((TOLD / "four_dead.json").read_text())
    with life.story.installation.database.reading() as session:
        for kind, recipient, row in life.issued():
            data = render(frozen(session, row))
            found = [*faults(data, source=source), *(unframed(data, kind.value) if recipient else ())]
            assert (kind, recipient, found) == (kind, recipient, [])


def test_the_report_says_what_happened_by_what_power_and_what_prevails(go_on: GoOn) -> None:
    report = go_on(Life).paper(D.ANALYSIS_REPORT, None)
    tells(
        report,
        "依据《道路交通事故处理程序规定》（公安部令第146号）第二十九条，调查组对该起事故开展了深度调查",
        "邀请专家3人参加",
        "依据《生产安全事故报告和调查处理条例》（国务院令第493号）第三条，事故等级为较大事故",
        "成立调查组的文件为鄂州政函〔2026〕11号",
        "本报告与其批复的事故调查报告不一致的，以批复为准",
        "2026年3月15日，殷某某经抢救无效死亡，在事故发生之日起7日内，计入死亡人数",
        "周某负主要责任，余某某、汪某某负次要责任，乘员无责任",
        "小型普通客车乘员（学生）",
        "至2024年6月30日，已逾期",
        "县道岭坪线（X317）为三级公路，全长27.4公里",
        "自2025年8月19日起被撞毁，未修复（证2）",
        "2026年1月1日至3月13日，出场车次3186车次，超过核定载质量的出场车次1274车次（过磅系统）",
        "同一路段此前发生事故7起，死亡3人、受伤9人",
        "是否属于生产安全责任事故，以鄂州市人民政府的批复为准",
        "涉及公安机关自身的问题，由有权机关依照规定另行调查",
        "表中日期均为2026年，含当日",
        "已于2026年3月14日以鄂州公交先〔2026〕1号先行通知，已整改并经现场核对",
        "2026年4月9日，鄂州市公安局交通警察支队鄂城大队作出道路交通事故认定书（鄂公交认字〔2026〕第018号）",
    )
    text = said(report)
    assert text.count("对53辆个人出资货车只收服务费") == 1
    assert "E2" not in text
    assert len(re.findall(r"^\d\. 护栏。", text, re.MULTILINE)) == 1


def test_the_urgent_letter_names_the_article_what_was_done_and_the_dates(go_on: GoOn) -> None:
    letter = go_on(Life).paper(D.ADVANCE_NOTICE, MAINTAINER)
    assert "整改方案" not in said(letter)  # what is urgent is done, not planned
    tells(
        letter,
        "关于立即消除鄂城区“3·13”较大道路交通事故所涉安全隐患的函",
        "造成3人死亡、7人受伤",
        "《中华人民共和国道路交通安全法》第三十条第一款、第二款规定",
        "请你中心立即采取措施",
        "现场已采取的临时措施：3月14日起在K11+900和K13+000设减速警示设施",
        "2026年4月30日前（含当日）",
        "隐患消除后请立即告知我支队，由我支队现场核对",
        "抄送：鄂城区交通运输局",
    )


def test_the_department_is_told_on_what_each_measure_rests_and_what_is_mere_advice(go_on: GoOn) -> None:
    life = go_on(Life)
    letter = life.paper(D.RECTIFICATION_NOTICE, TRANSPORT)
    tells(
        letter,
        "鄂州市公安局",
        "现将属于你局职责范围的问题和建议措施函告如下",
        "鄂州某石料加工有限公司（以下简称某石料公司）",
        "鄂州市某顺运输有限公司（以下简称某顺公司）",
        "第1项的依据是《中华人民共和国安全生产法》第六十五条",
        "第2、5项是预防同类事故的建议，没有列出对应的条文",
        "请自收到本函之日起7个工作日内、即2026年5月18日前（含当日）将各项措施的责任人和时间安排函复我局",
    )
    assert said(letter).index("以下简称某石料公司") < said(letter).index("检查某石料公司")


def test_the_government_is_told_the_road_what_happened_before_and_what_it_costs(go_on: GoOn) -> None:
    report = go_on(Life).paper(D.RECTIFICATION_NOTICE, GOVERNMENT)
    tells(
        report,
        "《中华人民共和国道路交通安全法》第二十九条第二款规定",
        "坠入水塘，造成4人死亡、6人受伤",
        "全长27.4公里",
        "同一路段发生事故7起，死亡3人、受伤9人，其中5起发生在雨天；加上本次事故，死亡7人、受伤15人",
        "以鄂州公交先〔2026〕1号通知鄂城区农村公路养护中心先行整改，已整改并经现场核对",
        "所需资金386万元",
        "落实项目和资金（2026年6月30日前）",
        "1900",
        "特此报告。",
        "隐患路段明细表",
        "同一路段既往事故明细表",
    )


def test_the_request_names_the_rule_the_consent_and_the_dates(go_on: GoOn) -> None:
    tells(
        go_on(Life).paper(D.REQUEST_FOR_INSTRUCTIONS, f"{CITY}公安局"),
        "按照《党政机关公文处理工作条例》第十六条第二项的规定，我单位不能直接向其行文提出整改措施",
        "报经本级人民政府同意后，就上述措施向鄂城区人民政府行文，文中注明已经人民政府同意",
        "5月31日",
        "10月31日",
        "道路隐患和治理建议另行报告本级人民政府",
        "妥否，请批示。",
    )


def test_our_own_brigade_is_spoken_to_and_told_what_follows(go_on: GoOn) -> None:
    notice = go_on(Life).paper(D.RECTIFICATION_NOTICE, BRIGADE)
    tells(
        notice,
        "你大队处理2025年8月19日事故时已掌握护栏撞毁",
        "5月22日",
        "逾期未落实的，我支队将派员督办",
        "涉及公安民警履职情况的，由有关部门依照规定另行办理",
    )
    assert "鄂城大队处理" not in said(notice).replace("你大队处理", "")


def test_an_enterprise_is_advised_by_its_own_duty_and_its_authority_gets_a_copy(go_on: GoOn) -> None:
    letter = go_on(Life).paper(D.RECTIFICATION_NOTICE, QUARRY)
    tells(
        letter,
        "你公司出场口的过磅只用于结算",
        "《公路安全保护条例》第四十一条第一款规定",
        "车辆出场（站）。",
        "建议于2026年5月29日前（含当日）完成",
        "有不同意见的，请与我支队联系更正",
        "抄送：鄂城区交通运输局",
    )
    assert "某石料公司" not in said(letter)


def test_a_slight_accident_gets_two_pages_with_what_its_road_was_like(story: Story) -> None:
    settings = story.installation.settings.model_copy(update={**OFFICE, "scope": Scope.EVERY})
    story.installation = replace(story.installation, settings=settings)
    story.at = datetime(2026, 4, 22, 9, tzinfo=SHANGHAI)
    one = read((TOLD / "one_dead.json").read_bytes(), now=story.at)
    with acting(story.installation.database, settings, "li", story.at) as act:
        case = file_case(act, one).case_number
    story.at = datetime(2026, 5, 11, 9, tzinfo=SHANGHAI)
    story.issue(case, "D1")
    with story.installation.database.reading() as session:
        data = render(frozen(session, session.scalars(select(Document.id).where(Document.ref == "D1")).one()))
    tells(
        data,
        "依据《道路交通事故处理程序规定》（公安部令第146号）第二十九条，我单位开展了深度调查",
        "直接财产损失1.2万元",
        "东南角绿化带高2.1米，遮挡视线",
        "平交路口，没有信号灯",
        "彭某负主要责任，许某某负次要责任",
        "同一路段此前发生事故2起",
        "5月22日",
        "第1项的依据是《中华人民共和国道路交通安全法》第一百零六条",
    )
    assert "\n华容大队" in said(data)


@pytest.mark.parametrize("recipient", [TRANSPORT, EDUCATION, BRIGADE])
def test_who_is_asked_knows_until_when(go_on: GoOn, recipient: str) -> None:
    life = go_on(Life)
    row = next(row for kind, to, row in life.issued() if (kind, to) == (D.RECTIFICATION_NOTICE, recipient))
    with life.story.installation.database.reading() as session:
        notice = frozen(session, row)
    assert isinstance(notice, RectificationNotice)
    receipt = (
        [date(2026, 5, 12)] if notice.head.form is DocumentForm.NOTICE else []
    )  # a peer signs the proof of service
    days = [line.due for line in notice.replies if line.answer in ("receipt", "plan")]
    assert days == [*receipt, date(2026, 5, 18)]
