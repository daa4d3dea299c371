"""A notice as its recipient reads it on a telephone: what to do by when and why, what was answered, and the form."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from html import escape
from urllib.parse import quote

from models.clock.queries.clock_lists import DeadlineShown
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.storage import limits
from models.kernel.vocabulary import AssignmentState, Light, ReplyKind
from models.papers.content.wording import or_nothing
from models.rectification.queries.milestones import MilestoneShown
from models.rectification.queries.notice_links import AnswerShown, NoticeMeasure, NoticeShown
from models.rectification.queries.reply_drafts import DraftShown
from ui.event_sentence import when
from ui.web.files_out import file_link, named
from ui.web.forms import sent_to
from ui.web.own_page import field, hidden, page
from ui.web.parts.words import lamp, wished

ANSWERABLE = (AssignmentState.AWAITING_PLAN, AssignmentState.AWAITING_COMPLETION, AssignmentState.RETURNED)
CODE = "答复码（纸质文书上的八位数字）"
SCAN = "没有答复码的，上传加盖公章的扫描件或照片"


@dataclass(frozen=True, slots=True)
class Typed:
    """What came with a form of the page: its fields by name, and the measures that were chosen."""

    fields: Mapping[str, str]
    measures: list[str]

    def get(self, name: str) -> str:
        """Return a field; nothing written where the form has none of that name."""
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the fields when the page is shown: what was typed and refused, else the draft."""

    kind: str = ""
    measures: Sequence[str] = ()
    text: str = ""
    requested_due: str = ""
    milestone: str = ""
    name: str = ""
    code: str = ""


def to_reach(measure: NoticeMeasure) -> list[MilestoneShown]:
    """Return the milestones of a measure that a report may name: neither reached nor waiting for an assessment."""
    return [stage for stage in measure.milestones if not stage.reached and not stage.reported]


def reached(stage: MilestoneShown) -> str:
    """Return whether a milestone is reached, in words."""
    return "已达到" if stage.reached else "等待研判" if stage.reported else "未达到"


def shown(
    notice: NoticeShown,
    address: str,
    token: str,
    *,
    largest: int,
    done: str | None,
    wrong: str | None,
    typed: Typed | None,
) -> str:
    """Return the page of a notice; `typed` is what was written before it was refused, `largest` the size of a file.

    `address` is where its forms are sent to, with their `token` and a key of their own: each is taken once.
    """
    written = _written(notice.draft, typed)
    parts = [_head(notice)]
    if done:
        parts.insert(0, f'<div role="status">{escape(done)}</div>')
    parts += [_findings(notice), *(_measure(address, measure) for measure in notice.measures)]
    if notice.acknowledged_at is None:
        parts.append(_receipt(address, token, largest, written))
    elif any(measure.state in ANSWERABLE for measure in notice.measures):
        parts.append(_answer(notice, address, token, largest, written))
    elif taking_back := _taking_back(notice):
        who = field("name", "姓名", value=written.name) + _proof("", largest, written)
        parts.append(_form(address, token, f"<h2>撤回反馈</h2>{who}{taking_back}"))
    assert notice.expires_on is not None  # who is here came by a link
    parts.append(f"<p>本页在{chinese_date(notice.expires_on)}前有效，只显示发给贵单位的这一份文书。</p>")
    return page(notice.title, f"{or_nothing(notice.number)}　主送：{notice.organisation}", *parts, wrong=wrong)


def _written(draft: DraftShown | None, typed: Typed | None) -> Written:
    drafted = Written() if draft is None else _drafted(draft)
    if typed is None:
        return drafted
    said = {one.name: typed.fields[one.name] for one in fields(Written) if one.name in typed.fields}
    return replace(drafted, measures=typed.measures, **said)


def _drafted(draft: DraftShown) -> Written:
    return Written(
        kind=draft.kind or "",
        measures=draft.measures,
        text=draft.text,
        requested_due="" if draft.requested_due_on is None else draft.requested_due_on.isoformat(),
        milestone="/".join([*draft.measures[:1], draft.milestone or ""]),
        name=draft.written_by or "",
    )


def _head(notice: NoticeShown) -> str:
    got = (
        "尚未签收"
        if notice.acknowledged_at is None
        else f"{escape(notice.received_by or '')}于{when(notice.acknowledged_at)}签收"
    )
    clocks = "".join(f"<p>{_clock(clock)}</p>" for clock in notice.clocks)
    return f"<p>送达：{when(notice.delivered_at)}　{got}</p>{clocks}"


def _clock(clock: DeadlineShown) -> str:
    light = "" if clock.light is Light.GREEN else lamp(clock.light)
    return f"{escape(clock.name)}期限：<b>{chinese_date(clock.due_on)}</b> {light}"


def _findings(notice: NoticeShown) -> str:
    content = notice.content or {}
    found = content.get("findings") or content.get("hazards") or []
    lines = "".join(f"<li>{escape(finding['text'])}</li>" for finding in found)
    return f"<h2>为什么</h2><ul>{lines}</ul>" if lines else ""


def _measure(address: str, measure: NoticeMeasure) -> str:
    clocks = "".join(f"<p>{_clock(clock)}</p>" for clock in measure.clocks)
    replies = "".join(_reply(address, reply) for reply in measure.replies)
    stages = "".join(_stage(stage) for stage in measure.milestones)
    proof = f"<p>证明方式：{escape(measure.proof)}</p>" if measure.proof else ""
    return (
        f"<section><h2>{escape(measure.ref)}　{escape(measure.standing)}</h2>"
        f"<p>{escape(measure.text)}</p>{proof}{clocks}{stages}{replies}"
        "</section>"
    )


def _stage(stage: MilestoneShown) -> str:
    due = f"，{chinese_date(stage.due_on)}前" if stage.due_on else ""
    return f"<p>阶段目标{escape(stage.ref)}：{escape(stage.text)}{due}　<b>{reached(stage)}</b></p>"


def _reply(address: str, reply: AnswerShown) -> str:
    verdict = "等待研判" if reply.verdict is None else reply.verdict.label
    if reply.withdrawn_at is not None:
        verdict = "已撤回"
    why = f"：{escape(reply.reason)}" if reply.reason else ""
    stem = f"{address}/{quote(reply.case_number)}/{quote(reply.ref)}"
    names = "、".join(file_link(f"{stem}/{one.number}", named(one)) for one in reply.files)
    files = f"（附件：{names}）" if names else ""
    return (
        f"<p>{local_date(reply.happened_at)} {escape(reply.kind.label)}：{escape(reply.text)}"
        f"{wished(reply.requested_due_on)}{files}"
        f"　<b>{escape(verdict)}</b>{why}</p>"
    )


def _form(address: str, token: str, inside: str) -> str:
    return (
        # What is missing is told by us, in Chinese: the browser's own words are in its own language.
        f'<form method="post" action="{escape(sent_to(address, token))}" enctype="multipart/form-data" novalidate>'
        f"{hidden('form_key', secrets.token_urlsafe(16))}{inside}</form>"
    )


def _receipt(address: str, token: str, largest: int, written: Written) -> str:
    inside = (
        "<h2>签收</h2>"
        + field("name", "签收人姓名", value=written.name)
        + _proof("", largest, written)
        + '<button name="step" value="acknowledge">签收</button>'
    )
    return _form(address, token, inside)


def _answer(notice: NoticeShown, address: str, token: str, largest: int, written: Written) -> str:
    measures = "".join(
        f'<label class="pick"><input type="checkbox" name="measures" value="{escape(m.ref)}"'
        f"{' checked' if m.ref in written.measures else ''}> {escape(m.ref)} {escape(m.text)}</label>"
        for m in notice.measures
        if m.state in ANSWERABLE
    )
    kinds = "".join(
        f'<option value="{kind.value}"{" selected" if kind == written.kind else ""}>{escape(kind.label)}</option>'
        for kind in ReplyKind
    )
    inside = (
        f"<h2>反馈</h2><fieldset><legend>针对的措施（可多选）</legend>{measures}</fieldset>"
        f'<label for="kind">反馈类型</label><select id="kind" name="kind"><option value="">请选择</option>{kinds}</select>'
        f"{_milestones(notice, written)}"
        f'<label for="text">内容（不予采纳或争议时写明理由，最多{limits.LONGEST_TEXT}个字符）</label>'
        f'<textarea id="text" name="text" rows="6">{escape(written.text)}</textarea>'
        f'<label for="requested_due">申请延至（只在申请延期时填写）</label>'
        f'<input id="requested_due" name="requested_due" type="date" value="{escape(written.requested_due)}">'
        f'<label for="files">照片和文件（{limits.told(largest, many=True)}，盖章扫描件计算在内；草稿不保存文件）</label>'
        f'<input id="files" name="files" type="file" multiple>'
        f'<label for="name">反馈人姓名</label><input id="name" name="name" value="{escape(written.name)}">'
        f"{_proof('，保存草稿不需要', largest, written)}"
        '<button name="step" value="reply">提交反馈</button>'
        '<button class="way" name="step" value="draft">只保存草稿</button>'
        f"{_taking_back(notice)}"
    )
    return _form(address, token, inside)


def _taking_back(notice: NoticeShown) -> str:
    """Return the choice of an answer that may be taken back: nobody has worked on it yet. Its value is CASE/REPLY."""
    waiting = {
        f"{reply.case_number}/{reply.ref}": f"{measure.ref} {reply.kind.label}（{reply.ref}）"
        for measure in notice.measures
        for reply in measure.replies
        if reply.verdict is None and reply.withdrawn_at is None and measure.state is not AssignmentState.CLOSED
    }
    if not waiting:
        return ""
    options = "".join(f'<option value="{escape(name)}">{escape(told)}</option>' for name, told in waiting.items())
    return (
        '<label for="taken_back">撤回尚未研判的反馈（须填写答复码）</label>'
        f'<select id="taken_back" name="taken_back"><option value=""></option>{options}</select>'
        '<button class="way" name="step" value="withdraw">撤回所选反馈</button>'
    )


def _proof(further: str, largest: int, written: Written) -> str:
    """Return the two fields of which one shows that the unit itself answers."""
    return (
        f'<label for="code">{CODE}{further}</label>'
        f'<input id="code" name="code" inputmode="numeric" autocomplete="off" value="{escape(written.code)}">'
        f'<label for="scan">{SCAN}（{limits.told(largest, many=False)}）</label>'
        '<input id="scan" name="scan" type="file" accept="image/*,application/pdf">'
    )


def _milestones(notice: NoticeShown, written: Written) -> str:
    """Return the choice of a milestone; nothing where there is none to name. Its value is MEASURE/MILESTONE."""
    stages = {
        f"{measure.ref}/{stage.ref}": f"{measure.ref} {stage.ref} {stage.text}"
        for measure in notice.measures
        if measure.state in ANSWERABLE
        for stage in to_reach(measure)
    }
    if not stages:
        return ""
    options = "".join(
        f'<option value="{escape(name)}"{" selected" if name == written.milestone else ""}>{escape(text)}</option>'
        for name, text in stages.items()
    )
    return (
        '<label for="milestone">已达到的阶段目标（只在反馈进展情况时选，可不选）</label>'
        f'<select id="milestone" name="milestone"><option value=""></option>{options}</select>'
    )
