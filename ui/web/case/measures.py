"""问题与措施: tables of findings and measures, which measure answers which finding, and each measure in each unit's hands."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from models.accident.sheets import sheet
from models.kernel.vocabulary import AssignmentState, CaseKind, ReplyKind, Stage
from models.overview.queries.case_contents import FindingShown, ReplyShown
from models.papers.queries.verifications import VerificationShown
from models.rectification.queries.measure_view import MeasureShown, MilestoneLit, UnitShown
from ui.event_sentence import when
from ui.web.case.facts import grid
from ui.web.case.opened import Opened
from ui.web.files_out import file_link, file_links, photo_address
from ui.web.parts.action_form import action_form, may
from ui.web.parts.language import said, step_title
from ui.web.parts.table import empty, table
from ui.web.parts.words import Html, cell, lamp, link, plain, wished

BEFORE_SIGNING = (Stage.FILED, Stage.INVESTIGATING, Stage.REVIEWING)
ABOUT_MEASURE = (
    "confirm-responsible",
    "take-on-measure",
    "reply",
    "verify",
    "close-measure",
    "evaluate-measure",
    "edit-measure",
    "withdraw-measure",
    "add-cooperating",
    "remove-cooperating",
    "change-lead",
    "edit-responsible",
    "add-milestone",
    "edit-milestone",
    "withdraw-milestone",
    "merge-measure",
    "unmerge-measure",
    "replan-measure",
)
ABOUT_REPLY = {ReplyKind.EXTENSION: "decide-extension", ReplyKind.DISPUTE: "adjudicate"}


def show(case: Opened) -> None:
    """Show all, or the measure or the finding that the address names."""
    measures = {measure.ref: measure for measure in case.view.measures}
    findings = {finding.ref: finding for finding in case.choices.contents.findings}
    if (chosen := case.asked("measure")) in measures:
        _measure(case, measures[chosen])
    elif (asked := case.asked("finding")) in findings:
        _finding(case, findings[asked])
    else:
        investigated = case.whole and case.view.kind is CaseKind.ACCIDENT
        if investigated:
            grid(case, sheet("findings"))
        if investigated and case.view.stage in BEFORE_SIGNING:
            grid(case, sheet("measures"))
        else:
            _measures(case, list(measures.values()))
        if investigated:
            _matrix()


def _matrix() -> None:
    """Show which measure answers which finding; the element follows what is typed in the tables."""
    st.subheader(said("问题与措施对应表"))
    st.components.v2.component("links-of-measures", html="<sc-matrix></sc-matrix>", isolate_styles=False)()


def _measures(case: Opened, measures: list[MeasureShown]) -> None:
    st.subheader(said("整改措施"))
    if not measures:
        empty("还没有整改措施。", "针对每个问题提出措施，写明责任单位、责任人和期限。")
    rows: list[tuple[object, ...]] = []
    for measure in measures:
        first: tuple[object, ...] = (link(measure.ref, case.at("measures", measure=measure.ref)), measure.text)
        if not measure.organisations:
            rows.append((*first, Html('<span class="sc-light sc-yellow">未确认</span>'), None, None, ""))
        for hand in measure.organisations:
            rows.append((*first, *_hand(hand, alone=len(measure.organisations) == 1)))
            first = (Html(""), Html(""))
    if rows:
        table(("编号", "措施", "责任单位", "状态", "下一期限", "预警"), rows, narrow=(0, 3, 4, 5))
    _expander(case, "add-measure")


def _hand(hand: UnitShown, *, alone: bool) -> tuple[object, ...]:
    closed = hand.state is AssignmentState.CLOSED
    state = hand.outcome if closed and hand.outcome else hand.standing
    unit = ("" if alone else f"{hand.part.label}：") + hand.organisation
    unit += f"（转{hand.delegated_to}）" if hand.delegated_to else ""
    unit += f"（并入{hand.merged_with}）" if hand.merged_with else ""
    unit += "（已不承担）" if hand.released else ""
    return unit, state, None if closed else hand.due_on, lamp(hand.light)


def _finding(case: Opened, finding: FindingShown) -> None:
    st.html(link("全部问题与措施", case.at("measures")))
    st.subheader(f"{plain(finding.ref)} {finding.aspect.label}　{finding.level.label}")
    st.html(f'<p class="sc-turn">{cell(finding.text)}</p>')
    proofs = [one for one in case.choices.contents.evidence if finding.ref in one.findings]
    if proofs:
        table(("证据", "名称"), [(one.ref, one.title) for one in proofs], narrow=(0,))
    _expander(case, "withdraw-finding", finding=finding.ref)
    _expander(case, "add-evidence", finding=finding.ref)


def _measure(case: Opened, measure: MeasureShown) -> None:
    ref = measure.ref
    st.html(link("全部问题与措施", case.at("measures")))
    st.subheader(f"{plain(ref)} 整改措施")
    st.html(f'<p class="sc-turn">{cell(measure.text)}</p>')
    if measure.organisations:
        units = measure.organisations
        rows = [_hand(unit, alone=len(units) == 1) for unit in units]
        table(("责任单位", "状态", "下一期限", "预警"), rows, narrow=(1, 2, 3))
    if measure.milestones:
        table(
            ("编号", "阶段目标", "期限", "状态", "预警"),
            [_stage(s) for s in measure.milestones],
            narrow=(0, 2, 3, 4),
        )
    for reply in [one for one in case.choices.contents.replies if one.measure == ref]:
        _reply(case, reply)
    if checks := [one for one in case.choices.contents.verifications if one.measure == ref]:
        st.markdown(f"**{said('现场复查')}**")
        table(
            ("时间", "责任单位", "地点", "结果", "情况", "复查人", "照片"),
            [_check(case, one) for one in checks],
            narrow=(0, 3, 5),
        )
    current = {"text": measure.text, "proof": measure.proof}
    typed = case.view.stage in BEFORE_SIGNING  # then its words are changed in the table
    hidden = ["edit-measure", "withdraw-measure"] if typed else []
    hidden += ["take-on-measure"] if case.view.kind is CaseKind.ACCIDENT else []
    for action in (one for one in ABOUT_MEASURE if one not in hidden):
        about = {"measures": [ref]} if action == "reply" else {"measure": ref}
        _expander(case, action, current=current if action == "edit-measure" else None, **about)


def _stage(stage: MilestoneLit) -> tuple[object, ...]:
    state = "已达到" if stage.reached else "未达到"
    return stage.ref, f"{stage.kind.label}：{stage.text}", stage.due_on, state, lamp(stage.light)


def _check(case: Opened, check: VerificationShown) -> tuple[object, ...]:
    result = "通过" if check.passed else "未通过"
    photo = file_link(photo_address(case.number, check.number), check.photo_name) if check.photo_name else "—"
    told = check.organisation, check.place, result, check.note, check.verifier
    return (when(check.verified_at), *told, photo)


def _reply(case: Opened, reply: ReplyShown) -> None:
    with st.container(border=True):
        behalf = "，代录" if reply.on_behalf else ""
        st.markdown(f"**{plain(reply.ref)}　{reply.kind.label}**　{when(reply.happened_at)}{plain(behalf)}")
        st.html(f"<p>{cell(reply.organisation)}：{cell(reply.text)}{wished(reply.requested_due_on)}</p>")
        if reply.files:
            st.html(f"<p>附件：{file_links(case.number, reply.ref, reply.files)}</p>")
        if reply.by_scan:
            st.caption("凭盖章扫描件从文书链接提交；研判前请核对附件中扫描件上的印章。")
        if reply.withdrawn_at is not None:
            st.caption(f"已于 {when(reply.withdrawn_at)} 撤回。")
            return
        if reply.verdict is not None:
            st.caption(f"研判意见：{reply.verdict.label}{'，' + plain(reply.reason) if reply.reason else ''}")
            return
        action = ABOUT_REPLY.get(reply.kind, "assess")
        if reply.merged:
            return
        if (reply.kind is not ReplyKind.PROGRESS or reply.of_milestone) and may(case.visitor.actor, action):
            wanted = {"until": reply.requested_due_on} if reply.requested_due_on else None
            action_form(case.visitor, case.number, action, case.choices, fixed={"reply": reply.ref}, begins=wanted)
        own = reply.given_by == case.visitor.actor.organisation_id
        if own and may(case.visitor.actor, "withdraw-reply"):
            _expander(case, "withdraw-reply", reply=reply.ref)


def _expander(case: Opened, action: str, *, current: Mapping[str, object] | None = None, **about: object) -> None:
    if may(case.visitor.actor, action) and (case.whole or action in ("reply", "withdraw-reply")):
        with st.expander(step_title(action)):
            action_form(case.visitor, case.number, action, case.choices, fixed=about, current=current)
