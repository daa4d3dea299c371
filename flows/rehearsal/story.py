"""Sentences of a rehearsal's story: events by date, the same acts of a day as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.rehearsal.result import Happening
from models.clock.queries.clocks import due_of
from models.clock.queries.rulebook import Rulebook
from models.clock.rules.deadline_explanation import count_in_words
from models.clock.tables import Deadline
from models.kernel.base import Json
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.record.event_kinds import HAPPENINGS
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, Grade, Outcome, ProposalAnswer, ReplyKind, Role, Trigger, Verdict
from models.office.tables import Organisation
from models.papers.filling.volume_names import Names, names, without_keys
from models.papers.tables import Document

RUNGS = {
    "remind.half": "时限过半，系统提醒",
    "remind.near": "时限临近，系统提醒",
    "warn": "逾期，系统预警",
    "order": "逾期，系统拟制限期落实督办单",
    "order.again": "督办逾期，系统再次拟制限期落实督办单",
    "talk": "督办持续逾期，系统提出约谈建议",
    "account": "督办后仍未落实，系统列入倒查问责",
}
STEPS = {Role.REVIEWER: "核稿", Role.COUNTERSIGNER: "会签"}
# Rungs whose date is told in full: these are what a recipient may dispute.
EXPLAINED = ("warn", "order", "order.again")


@dataclass(frozen=True, slots=True)
class Paper:
    """What a sentence says of a paper."""

    kind: DocumentKind
    title: str
    number: str | None
    recipient: str | None


@dataclass
class Line:
    """One sentence of the story: `head` + the things it is about + `tail`."""

    on: date
    head: str
    things: list[str]
    tail: str
    why: str | None = None

    def what(self) -> str:
        """Return the sentence."""
        return f"{self.head}{'、'.join(self.things)}{self.tail}"


@dataclass
class Teller:
    """Knows the case's papers, measures and clocks by their short names, and tells them without."""

    papers: Mapping[str, Paper]
    names: Names
    clocks: Mapping[str, Deadline]
    rules: Rulebook
    replies: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def line(self, event: Event) -> Line:
        """Return what an event says. An event without a sentence of its own is told by its name."""
        on, data = local_date(event.happened_at), event.data
        tell = getattr(self, f"_{event.kind}", None)
        told = Line(on, HAPPENINGS[event.kind], [], "") if tell is None else Line(on, *tell(data))
        told.why = self._reason(event)
        return told

    def _reason(self, event: Event) -> str | None:
        clock = self.clocks.get(event.data.get("deadline", ""))
        if clock is None or event.kind != "rung_fired":
            return without_keys(event.why)
        if event.data["rung"] in EXPLAINED:
            return count_in_words(due_of(clock, self.rules), event=clock.start_event)
        return f"{event.why}；期限为{chinese_date(date.fromisoformat(event.data['due_on']))}"

    def _paper(self, ref: str) -> str:
        paper = self.papers[ref]
        to = f"（致{paper.recipient}）" if paper.recipient else ""
        return f"《{paper.title}》{to}" if paper.number is None else f"{paper.number}{to}"

    def _draft(self, ref: str) -> str:
        """A paper while it has no number yet."""
        paper = self.papers[ref]
        return f"{paper.kind.label}（致{paper.recipient}）" if paper.recipient else paper.kind.label

    def _measures(self, ref: str) -> list[str]:
        return [self.names.place(ref)]

    def _clock(self, key: str) -> str:
        """What a clock is about: a paper, a measure or a reply; a stage of a measure goes by its rule's name."""
        ref = key.split("/")[-1]
        if ref in self.papers:
            paper = self.papers[ref]
            return paper.number or self._draft(ref)
        return self.names.called(ref)

    def _case_filed(self, data: Json) -> tuple[str, list[str], str]:
        graded = f"{Grade(data['grade']).label}{'（暂定）' if data['grade_provisional'] else ''}"
        return f"立案：事故等级{graded}，{Trigger(data['trigger']).label}", [], ""

    def _responsible_confirmed(self, data: Json) -> tuple[str, list[str], str]:
        return "确认第", self._measures(data["measure"]), f"项措施的责任单位为{data['organisation']}"

    def _organ_confirmed(self, data: Json) -> tuple[str, list[str], str]:
        return "确认问责事项", [], f"的有权机关为{data['organ']}"

    def _measure_changed(self, data: Json) -> tuple[str, list[str], str]:
        due = data.get("after", {}).get("due_on")
        tail = f"的完成期限为{chinese_date(date.fromisoformat(due))}" if due else ""
        return "修改第", self._measures(data["measure"]), f"项措施{tail}"

    def _accountability_added(self, data: Json) -> tuple[str, list[str], str]:
        about = [f"（{data['organisation']}）"] if data.get("organisation") else []
        return "增加问责线索", about, ""

    def _accountability_changed(self, data: Json) -> tuple[str, list[str], str]:
        return "补充第", [data["item"].removeprefix("A")], "项问责事项的职责、依据、事实或者证据"

    def _paper_drafted(self, data: Json) -> tuple[str, list[str], str]:
        to = [f"（致{data['recipient']}）"] if data["recipient"] else []
        return f"拟制{DocumentKind(data['kind']).label}", to, ""

    def _paper_submitted(self, data: Json) -> tuple[str, list[str], str]:
        return "提交", [self._draft(data["paper"])], "审批"

    def _paper_approved(self, data: Json) -> tuple[str, list[str], str]:
        return f"{STEPS[Role(data['step'])]}通过", [self._draft(data["paper"])], ""

    def _paper_issued(self, data: Json) -> tuple[str, list[str], str]:
        return f"签发{DocumentKind(data['kind']).label}", [self._paper(data["paper"])], ""

    def _paper_rendered(self, data: Json) -> tuple[str, list[str], str]:
        return "生成正式文件", [self._paper(data["paper"])], ""

    def _paper_sealed(self, data: Json) -> tuple[str, list[str], str]:
        return "用印", [self._paper(data["paper"])], ""

    def _minutes_signed(self, data: Json) -> tuple[str, list[str], str]:
        return "双方签署约谈纪要", [self._paper(data["paper"])], ""

    def _proof_prepared(self, data: Json) -> tuple[str, list[str], str]:
        return "填制送达回证", [self._paper(data["paper"])], ""

    def _proof_attached(self, data: Json) -> tuple[str, list[str], str]:
        return "收回送达回证", [self._paper(data["paper"])], ""

    def _paper_delivered(self, data: Json) -> tuple[str, list[str], str]:
        return f"送达{DocumentKind(data['kind']).label}", [self._paper(data["paper"])], ""

    def _paper_acknowledged(self, data: Json) -> tuple[str, list[str], str]:
        paper = self.papers[data["paper"]]
        return f"{paper.recipient}签收", [paper.number or paper.title], ""

    def _reply_given(self, data: Json) -> tuple[str, list[str], str]:
        self.replies[data["reply"]] = data["organisation"], data["measure"], ReplyKind(data["kind"]).label
        kind = ReplyKind(data["kind"]).label
        return f"{data['organisation']}就第", self._measures(data["measure"]), f"项措施提交{kind}"

    def _reply_assessed(self, data: Json) -> tuple[str, list[str], str]:
        organisation, measure, kind = self.replies[data["reply"]]
        return f"研判{organisation}第", self._measures(measure), f"项措施的{kind}：{Verdict(data['verdict']).label}"

    def _measure_verified(self, data: Json) -> tuple[str, list[str], str]:
        passed = "通过" if data["passed"] else "未通过"
        return f"现场复查{data['organisation']}的第", self._measures(data["measure"]), f"项措施{passed}"

    def _measure_closed(self, data: Json) -> tuple[str, list[str], str]:
        return (
            f"办结{data['organisation']}的第",
            self._measures(data["measure"]),
            f"项措施：{Outcome(data['outcome']).label}",
        )

    def _no_reply_confirmed(self, data: Json) -> tuple[str, list[str], str]:
        return "确认未收到书面回复，可提交", [self._draft(data["paper"])], ""

    def _rung_fired(self, data: Json) -> tuple[str, list[str], str]:
        clock = self.clocks[data["deadline"]]
        rule = self.rules.rule(clock.rule_code, clock.rule_version)
        thing = self._clock(data["deadline"])
        about = [f"（{thing}）"] if thing else []
        return f"{data['organisation']}“{rule.name}”", about, RUNGS[data["rung"]]

    def _order_lifted(self, data: Json) -> tuple[str, list[str], str]:
        return "督办解除", [self._paper(data["paper"])], ""

    def _order_ended(self, data: Json) -> tuple[str, list[str], str]:
        return "督办终结（未落实）", [self._paper(data["paper"])], ""

    def _talk_proposed(self, data: Json) -> tuple[str, list[str], str]:
        return "提请约谈", [data["organisation"]], ""

    def _talk_decided(self, data: Json) -> tuple[str, list[str], str]:
        return "批准约谈" if data["approved"] else "不予约谈", [], ""

    def _talk_arranged(self, data: Json) -> tuple[str, list[str], str]:
        planned = local_date(datetime.fromisoformat(data["planned_for"]))
        return f"安排于{chinese_date(planned)}在{data['place']}约谈，由{data['chaired_by']}主持", [], ""

    def _talk_held(self, data: Json) -> tuple[str, list[str], str]:
        return "约谈", [data["attended_by"]], ""

    def _organ_answered(self, data: Json) -> tuple[str, list[str], str]:
        paper = self.papers[data["paper"]]
        return f"{paper.recipient}对", [paper.number or paper.title], f"反馈：{ProposalAnswer(data['answer']).label}"

    def _not_applicable_recorded(self, data: Json) -> tuple[str, list[str], str]:
        return "认定不适用", [DocumentKind(data["kind"]).label], ""

    def _gaps_excused(self, data: Json) -> tuple[str, list[str], str]:
        return "准予", [str(len(data["gaps"]))], "处缺项归档"

    def _case_archived(self, data: Json) -> tuple[str, list[str], str]:
        return "归档，档号", [data["archive_number"]], ""


def story(session: Session, case_id: int, rules: Rulebook) -> list[Happening]:
    """Return the timeline: acts of one day that differ only in their object are one."""
    papers = session.execute(
        select(Document.ref, Document.kind, Document.title, Document.number, Organisation.name.label("recipient"))
        .outerjoin(Organisation, Organisation.id == Document.recipient_id)
        .where(Document.case_id == case_id)
    )
    clocks = session.scalars(select(Deadline).where(Deadline.case_id == case_id))
    teller = Teller(
        {row.ref: Paper(row.kind, row.title, row.number, row.recipient) for row in papers},
        names(session, case_id),
        {clock.key: clock for clock in clocks},
        rules,
    )
    lines: dict[tuple[date, str, str, str, str | None], Line] = {}
    for event in session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.seq)):
        line = teller.line(event)
        same = lines.setdefault((line.on, event.kind, line.head, line.tail, line.why), line)
        if same is not line:
            same.things += [thing for thing in line.things if thing not in same.things]
    return [Happening(line.on, line.what(), line.why) for line in lines.values()]
