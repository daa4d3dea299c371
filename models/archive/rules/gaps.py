"""缺项: what a case still lacks before it is archived; each has a name, a state that its excuse counts for, and a way out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from models.kernel.record.event_chain import JSON, canonical
from models.kernel.vocabulary import Word


class GapKind(Word):
    """What is missing, in the order in which it is told."""

    FINDING_REOPENED = "finding_reopened", "问题待重新确认"
    MEASURE_UNADDRESSED = "measure_unaddressed", "整改措施没有责任单位"
    MEASURE_OPEN = "measure_open", "整改措施未办结"
    PAPER_MISSING = "paper_missing", "应有文书未制发"
    PAPER_UNSETTLED = "paper_unsettled", "文书未办完"
    INCOMING_OWED = "incoming_owed", "来文未办完"
    FILE_DAMAGED = "file_damaged", "文件内容有变化"
    MEASURE_UNDONE = "measure_undone", "整改措施未完成或者未经复查"
    NOTICE_UNANSWERED = "notice_unanswered", "通知没有收到反馈"
    REPLY_UNASSESSED = "reply_unassessed", "反馈没有研判"
    PROPOSAL_UNANSWERED = "proposal_unanswered", "倒查问责建议没有办理结果"
    REQUEST_UNANSWERED = "request_unanswered", "请示、商请没有答复"
    CLUE_UNANSWERED = "clue_unanswered", "移送的线索没有答复"
    TALK_OPEN = "talk_open", "约谈没有办理"
    CORRECTION_MISSING = "correction_missing", "文书与现有事实不符，没有更正"
    SCAN_MISSING = "scan_missing", "没有用印或者原件扫描件"
    RECEIPT_MISSING = "receipt_missing", "没有签收，也没有送达凭证"
    PROOF_OUT = "proof_out", "送达回证没有收回"
    FILE_MISSING = "file_missing", "文件不能读取"
    GRADE_PROVISIONAL = "grade_provisional", "伤亡没有查清，事故等级没有最后确定"
    RECURRENCE_OPEN = "recurrence_open", "整改后又发生的事故没有处理"
    TRANSFER_UNRECEIPTED = "transfer_unreceipted", "移送没有回执"


ENDED_BY_A_STEP = frozenset(
    {
        GapKind.MEASURE_UNADDRESSED,
        GapKind.MEASURE_OPEN,
        GapKind.PAPER_MISSING,
        GapKind.PAPER_UNSETTLED,
        GapKind.INCOMING_OWED,
        GapKind.FINDING_REOPENED,
        GapKind.FILE_DAMAGED,
    }
)
"""What would go on in a closed case: it is ended first, by the step that ends it with a reason, and then there is either
nothing missing or something that can be excused."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing.

    `key` names it inside its case, as receipt_missing/D3; `state` changes whenever it is another lack than it was, so that
    an excuse counts for what was excused. `part` is the part of the case where it is mended, `about` what that part is
    asked for, `step` the action that mends it. `paper` is the row of the paper it betrays, `file` the hash of the file.
    """

    kind: GapKind
    of: str
    text: str
    state: str
    part: str
    about: str | None = None
    step: str | None = None
    number: str | None = None
    unit: str | None = None
    paper: int | None = None
    file: str | None = None

    @property
    def key(self) -> str:
        """Return its name inside the case."""
        return f"{self.kind.value}/{self.of}"

    @property
    def excusable(self) -> bool:
        """Whether it may stay missing for a reason."""
        return self.kind not in ENDED_BY_A_STEP


def state_of(*facts: JSON) -> str:
    """Return a short name of how something stands: other facts, another name."""
    return hashlib.sha256(canonical({"facts": list(facts)})).hexdigest()[:16]


FEW = 3
"""Gaps that a refusal names in its sentence; more stand below it, one by one."""


def told(gaps: list[str]) -> str:
    """Return a refusal in one sentence."""
    return f"还不能归档，有{len(gaps)}处缺项：{'；'.join(gaps[:FEW])}{'等' if len(gaps) > FEW else ''}。"
