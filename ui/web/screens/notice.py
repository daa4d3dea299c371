"""通知书办理: one notice before its recipient: what to do by when and why, sign for it, answer, hand it on, see verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html import escape

import streamlit as st

from models.actions import ACTIONS
from models.clock.queries.clock_lists import DeadlineShown
from models.clock.queries.rulebook import rulebook
from models.kernel.act import Act
from models.kernel.errors import Invalid, Refused
from models.kernel.storage import limits
from models.kernel.vocabulary import AssignmentState, ReplyKind, Role
from models.office.queries.people import organisation_list
from models.rectification.commands import replying
from models.rectification.commands.reply_drafts import draft_reply
from models.rectification.queries.agency import as_agency
from models.rectification.queries.milestones import MilestoneShown
from models.rectification.queries.notice_links import AnswerShown, NoticeMeasure, NoticeShown, notice_page, served_on
from models.rectification.queries.reply_drafts import DraftShown
from ui.event_sentence import when
from ui.incoming import receive_all
from ui.web.files_out import address, file_links
from ui.web.navigation import Screen
from ui.web.notice_view import ANSWERABLE, reached, to_reach
from ui.web.parts.asking import panel, question
from ui.web.parts.choices import short
from ui.web.parts.done import held, show_done, take
from ui.web.parts.language import said
from ui.web.parts.table import empty, table
from ui.web.parts.trouble import tell
from ui.web.parts.uploads import upload
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, cell, lamp, link, plain, wished
from ui.web.screens.my_measures import verdict

ADDRESS = "notice"
SAVED = "notice/saved"
EXPLAINED = {
    ReplyKind.PLAN: "写明做什么、谁负责、何时完成。",
    ReplyKind.PROGRESS: "报告已做的和未做的，不改变期限；已达到阶段目标的，请选定该目标，由交警部门研判。",
    ReplyKind.COMPLETION: "写明完成情况，附照片或文件。",
    ReplyKind.REFUSAL: "写明不予采纳的理由，由交警部门研判。",
    ReplyKind.EXTENSION: "期限届满之前申请一次，写明理由和新的日期。",
    ReplyKind.DISPUTE: "认为不属于本单位职责的，写明理由和应由谁承担，由有权机关裁定；裁定之前期限停止计算。",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of an answer; a date is asked for only where more time is."""

    kind: ReplyKind | None
    measures: list[str]
    text: str
    requested_due: date | None


def show(visitor: Visitor) -> None:
    """Show the notice that the address names. Raises NotFound for one that was not served on the person's unit."""
    number, paper = st.query_params.get("number", ""), st.query_params.get("paper", "")
    if not number or not paper:
        st.title(said("通知书办理"))
        empty("没有指明通知书。", "请从“我的整改”中打开一项措施。", link("我的整改", "/mine"))
        return
    with visitor.reading() as read:
        opened = served_on(read.session, as_agency(read.actor), number, paper)
        notice = notice_page(read.session, opened, rulebook(read.session), read.at)
    st.html(link("返回我的整改", "/mine"))
    st.title(plain(notice.title))
    _head(notice, number)
    _why(notice)
    for measure in notice.measures:
        _measure(measure)
    show_done()  # beside the form, where whoever sent it looks
    if notice.acknowledged_at is None:
        _receipt(visitor, number, paper)
        return
    answerable = [measure for measure in notice.measures if measure.state in ANSWERABLE]
    if answerable:
        _answer(visitor, number, notice, answerable)
    _take_back(visitor, number, notice)
    if answerable:
        _hand_on(visitor, number, paper, answerable)
    else:
        empty("这份通知书现在没有需要反馈的措施。", "研判或复查有结果后会显示在上面。")


def _head(notice: NoticeShown, number: str) -> None:
    got = f"{cell(notice.received_by)} 于 {when(notice.acknowledged_at)} 签收" if notice.acknowledged_at else ""
    st.html(
        f'<p class="sc-head"><span>{cell(notice.number)}</span><span>主送：{cell(notice.organisation)}</span>'
        f"<span>送达：{when(notice.delivered_at)}</span><span>{got or '尚未签收'}</span></p>"
    )
    for clock in notice.clocks:
        st.html(f"<p>{_clock(clock)}</p>")
    st.html(
        f'<nav class="sc-pager"><a class="sc-go" href="{address(number, notice.paper, "docx")}" download>下载通知书</a>'
        f"{link('事项记录', f'/case?number={number}&part=record')}</nav>"
    )


def _clock(clock: DeadlineShown) -> str:
    tentative = "（暂定）" if clock.provisional else ""
    return f"{cell(clock.name)}期限：<b>{clock.due_on}</b>{tentative} {lamp(clock.light)}"


def _why(notice: NoticeShown) -> None:
    content = notice.content or {}
    found = content.get("findings") or content.get("hazards") or []
    if found:
        lines = "".join(f"<li>{escape(finding['text'])}</li>" for finding in found)
        st.html(f"<h3>为什么要整改</h3><ul>{lines}</ul>")


def _measure(measure: NoticeMeasure) -> None:
    with st.container(border=True):
        clocks = "".join(f"<p>{_clock(clock)}</p>" for clock in measure.clocks)
        proof = f"<p>证明方式：{cell(measure.proof)}</p>" if measure.proof else ""
        st.html(
            f'<h3>{cell(measure.ref)}　{cell(measure.standing)}</h3><p class="sc-turn">{cell(measure.text)}</p>'
            f"{proof}{clocks}"
        )
        if measure.milestones:
            table(("阶段目标", "期限", "状态"), [_stage(one) for one in measure.milestones], narrow=(1, 2))
        if measure.replies:
            table(("时间", "反馈", "内容", "研判意见"), [_given(one) for one in measure.replies], narrow=(0,))


def _stage(stage: MilestoneShown) -> tuple[object, ...]:
    return f"{stage.ref} {stage.kind.label}：{stage.text}", stage.due_on, reached(stage)


def _given(reply: AnswerShown) -> tuple[object, ...]:
    withdrawn = reply.withdrawn_at is not None
    told = verdict(reply.kind, reply.verdict, reply.reason, withdrawn=withdrawn) or ""
    files = file_links(reply.case_number, reply.ref, reply.files)
    text = f"{reply.text}{wished(reply.requested_due_on)}"
    said = Html(f"{cell(text)}<br>附件：{files}") if files else text
    return when(reply.happened_at), reply.kind, said, told.partition("　")[2]


def _receipt(visitor: Visitor, number: str, paper: str) -> None:
    st.subheader(said("签收"))
    with st.form("notice/receipt"):
        name = st.text_input("签收人姓名", value=visitor.actor.name).strip()
        sent = st.form_submit_button("签收", type="primary", width="stretch")

    asked = held(f"notice/receipt/{number}/{paper}")
    said_by = {"paper": paper, "received_by": asked.get("name", name)}

    def acknowledge(act: Act) -> None:
        ACTIONS["acknowledge"](act, number, **said_by)

    def sign() -> str:
        with visitor.acting() as act:
            acknowledge(act)
        return "已签收，请按期限报送整改方案。"

    if sent:
        asked.clear()
        said_by["received_by"] = name
        try:
            lines, _ = question(visitor, number, "acknowledge", acknowledge, said_by) or ([], {})
        except Refused as refusal:
            tell(refusal)
            return
        asked.update(name=name, lines=lines)
    if not asked:
        return
    answer = panel(asked["lines"], "acknowledge", f"notice/asked/{number}/{paper}")
    if answer is None:
        return
    asked.clear()
    if answer:
        take(sign)
    else:
        st.rerun()


def _answer(visitor: Visitor, number: str, notice: NoticeShown, answerable: list[NoticeMeasure]) -> None:
    """Show the form of an answer. Each field that is left is saved: the draft outlives the browser."""
    paper, draft = notice.paper, notice.draft
    # Sent, the form is another one: the browser keeps what was typed for as long as a field has the same name.
    answered = sum(len(measure.replies) for measure in notice.measures)
    base = f"notice/{number}/{paper}/{answered}"
    st.subheader(said("反馈"))
    texts = {measure.ref: f"{measure.ref} {short(measure.text)}" for measure in answerable}
    kept = [ref for ref in ([] if draft is None else draft.measures) if ref in texts]

    def save() -> None:
        given, wrong = _typed(base), held(SAVED)
        try:
            with visitor.acting() as act:
                draft_reply(
                    act,
                    number,
                    paper=paper,
                    kind=given.kind,
                    measures=given.measures,
                    text=given.text,
                    requested_due=given.requested_due,
                    milestone=st.session_state.get(_stage_key(base, given.measures)),
                )
        except Refused as refusal:
            wrong["told"] = refusal.message

    st.multiselect(
        "针对的措施（可多选）",
        list(texts),
        kept or (list(texts) if len(texts) == 1 else []),
        format_func=lambda ref: texts[ref],
        placeholder="请选择",
        key=f"{base}/measures",
        on_change=save,
    )
    kinds = list(ReplyKind)
    kind = st.selectbox(
        "反馈类型",
        kinds,
        index=kinds.index(draft.kind) if draft is not None and draft.kind else None,
        format_func=lambda word: word.label,
        placeholder="请选择",
        key=f"{base}/kind",
        on_change=save,
    )
    if kind is not None:
        st.caption(EXPLAINED[kind])
    if kind is ReplyKind.EXTENSION:
        st.date_input(
            "申请延至",
            value=None if draft is None else draft.requested_due_on,
            format="YYYY-MM-DD",
            key=f"{base}/requested_due",
            on_change=save,
        )
    chosen = st.session_state.get(f"{base}/measures") or []
    stage = (
        _milestone(answerable, chosen, base, None if draft is None else draft.milestone, save)
        if kind is ReplyKind.PROGRESS
        else None
    )
    st.text_area("内容", value="" if draft is None else draft.text, height=140, key=f"{base}/text", on_change=save)
    limit = visitor.installation.settings.max_file_bytes
    files = upload(f"照片和文件，最多{limits.MOST_FILES}个，草稿不保存文件", limit, many=True, key=f"{base}/files")
    _saved(draft)

    def send() -> str:
        given = _typed(base)
        if given.kind is None:
            raise Invalid("请选择反馈类型。", code="kind_missing")
        limits.refuse_many(len(files))
        limits.refuse_long("反馈内容", given.text)
        taken = receive_all(((file, file.name) for file in files), visitor.installation)
        with visitor.acting() as act:
            refs = replying.reply(
                act,
                number,
                kind=given.kind,
                measures=given.measures,
                text=given.text,
                requested_due=given.requested_due,
                milestone=stage,
                files=taken,
            )
        return f"反馈已提交（{'、'.join(refs)}），请等待研判。"

    if st.button("提交反馈", type="primary", width="stretch", key=f"{base}/send"):
        take(send)


def _typed(base: str) -> Typed:
    typed = st.session_state.get
    kind = typed(f"{base}/kind")
    return Typed(
        kind,
        typed(f"{base}/measures") or [],
        typed(f"{base}/text") or "",
        typed(f"{base}/requested_due") if kind is ReplyKind.EXTENSION else None,
    )


def _stage_key(base: str, chosen: list[str]) -> str:
    return f"{base}/milestone/{'、'.join(chosen)}"


def _milestone(
    answerable: list[NoticeMeasure], chosen: list[str], base: str, kept: str | None, save: Callable[[], None]
) -> str | None:
    """Let a report about one measure name the milestone that is reached; None where there is none to name."""
    stages = {
        stage.ref: f"{stage.ref} {short(stage.text)}"
        for measure in answerable
        if [measure.ref] == chosen
        for stage in to_reach(measure)
    }
    if not stages:
        return None
    reached: str | None = st.selectbox(
        "已达到的阶段目标（可不选）",
        list(stages),
        index=list(stages).index(kept) if kept in stages else None,
        format_func=lambda ref: stages[ref],
        placeholder="请选择",
        key=_stage_key(base, chosen),
        on_change=save,
    )
    return reached


def _take_back(visitor: Visitor, number: str, notice: NoticeShown) -> None:
    """Let the unit take back an answer of its own that nobody has judged."""
    own = {
        reply.ref: f"{reply.ref} {measure.ref} {reply.kind.label}　{when(reply.happened_at)}"
        for measure in notice.measures
        for reply in measure.replies
        if reply.verdict is None
        and reply.withdrawn_at is None
        and reply.given_by == visitor.actor.organisation_id
        and measure.state is not AssignmentState.CLOSED
    }
    if not own:
        return
    with st.expander(said("撤回反馈")), st.form(f"notice/withdraw/{'、'.join(own)}", border=False):
        st.caption("研判之前可以撤回，期限照原来继续计算，撤回的反馈和附件仍留在记录中。")
        reply = st.selectbox("反馈", list(own), format_func=lambda ref: own[ref])
        reason = st.text_input("原因（可不填）").strip()
        sent = st.form_submit_button("撤回", width="stretch")

    def withdraw() -> str:
        with visitor.acting() as act:
            ACTIONS["withdraw-reply"](act, number, reply=reply, reason=reason or None)
        return f"反馈{reply}已撤回，期限照原来继续计算。"

    if sent:
        take(withdraw)


def _saved(draft: DraftShown | None) -> None:
    wrong = held(SAVED)
    if wrong:
        st.warning(f"草稿没有保存：{plain(wrong['told'])}")
        wrong.clear()
    elif draft is not None:
        st.caption(f"草稿已于 {when(draft.saved_at)} 保存（{plain(draft.written_by or '—')}），尚未提交。")
    else:
        st.caption("填写的内容会自动保存为草稿，提交后才算反馈。")


def _hand_on(visitor: Visitor, number: str, paper: str, answerable: list[NoticeMeasure]) -> None:
    with visitor.reading() as read:
        units = organisation_list(read.session, as_agency(read.actor))
    below = {str(unit.id): unit.name for unit in units if unit.id != visitor.actor.organisation_id}
    if not below:
        return
    texts = {measure.ref: f"{measure.ref} {short(measure.text)}" for measure in answerable}
    with st.expander(said("转下级单位办理")), st.form("notice/delegate", border=False):
        st.caption("转办后下级单位可以反馈，责任仍在本单位。")
        to = st.selectbox("下级单位", list(below), index=None, format_func=lambda one: below[one], placeholder="请选择")
        measures = st.multiselect(
            "措施（不选为全部）", list(texts), format_func=lambda r: texts[r], placeholder="请选择"
        )
        sent = st.form_submit_button("转办", width="stretch")

    def hand_on() -> str:
        if to is None:
            raise Invalid("请选择下级单位。", code="unit_missing")
        with visitor.acting() as act:
            ACTIONS["delegate"](act, number, paper=paper, to=to, measures=measures or None)
        return f"已转{below[to]}办理。"

    if sent:
        take(hand_on)


SCREEN = Screen(
    "通知书办理",
    ADDRESS,
    "整改",
    show,
    frozenset({Role.AGENCY}),
    listed=False,
    pictured=("?number={case}&paper={paper}",),
)
