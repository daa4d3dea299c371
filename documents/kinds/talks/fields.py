"""约谈通知 and 约谈纪要: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, entries, lines, text
from documents.fields.shared import ACCIDENT, ATTACHMENTS, CASE_NUMBER, NUMBERED, dated, head, reference, when
from models.papers.content import TalkMinutes, TalkNotice

_TALK: Fields[TalkNotice | TalkMinutes] = (
    text("时间", "约谈时间", lambda p: when(p.held_at), required=True),
    text("地点", "约谈地点", lambda p: p.place, required=True),
    text("主持人", "主持人", lambda p: p.chaired_by),
)
_ORDER: Fields[TalkNotice] = reference("督办单", lambda p: p.order)
_SUMMONS: Fields[TalkMinutes] = reference("约谈通知", lambda p: p.notice)
NOTICE: Fields[TalkNotice] = (
    *NUMBERED,
    *ACCIDENT,
    *_ORDER,
    text("事由", "约谈的事由", lambda p: p.reason, required=True),
    lines("约谈事项", "约谈事项", lambda p: p.matters),
    *_TALK,
    lines("参加人员", "应当参加的人员", lambda p: p.attendees),
    lines("准备事项", "需要准备的材料", lambda p: p.preparation),
    ATTACHMENTS,
)
MINUTES: Fields[TalkMinutes] = (
    *head(addressed=False),
    CASE_NUMBER,
    *_SUMMONS,
    text("被约谈单位", "被约谈单位", lambda p: p.organisation, required=True),
    *_TALK,
    text("记录人", "记录人", lambda p: p.recorded_by),
    lines("约谈方", "约谈方出席人员", lambda p: p.participants),
    lines("被约谈方", "被约谈方出席人员", lambda p: p.attended_by),
    lines("请假", "请假人员", lambda p: p.absent),
    lines("问题", "约谈指出的问题", lambda p: p.matters),
    lines("说明", "被约谈单位的说明", lambda p: p.statements),
    entries(
        "承诺",
        "被约谈单位的承诺",
        lambda p: p.promises,
        (
            text("内容", "承诺事项", lambda c: c.text),
            text("责任人", "责任人", lambda c: c.responsible_person),
            text("期限", "完成期限", lambda c: dated(c.due)),
        ),
        required=True,
    ),
)
