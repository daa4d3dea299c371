"""文书: the papers of the case; one of them as it will print, and beside it what may be done with it now."""

from __future__ import annotations

from contextlib import nullcontext

import streamlit as st

from documents import pdf
from models.case.queries.incoming import incoming_list
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Refused
from models.kernel.lifecycle import UNSIGNED
from models.kernel.vocabulary import DocumentKind, DocumentStatus, SealMode
from models.office.rules.paper_kinds import BY_HAND
from models.papers.queries.decisions import APPROVING, answerable, waits_for_answer
from models.papers.queries.documents import PaperShown
from models.papers.queries.fixing import fixed_files
from ui.papers_out import paper_file
from ui.web import draft_page
from ui.web.case import preflight
from ui.web.case.opened import Opened
from ui.web.files_out import address, decision_address, file_link
from ui.web.parts.action_form import action_form, may
from ui.web.parts.language import said, step_title
from ui.web.parts.preview import readable
from ui.web.parts.table import empty, table
from ui.web.parts.words import Html, link, plain, way_out
from ui.web.screens.incoming import incoming_table

HEADS = ("编号", "文书", "文号", "主送", "状态", "签发日期")
# What may be done with a paper as it stands; the command itself has the last word.
STEPS: dict[DocumentStatus, tuple[str, ...]] = {
    DocumentStatus.DRAFT: ("confirm-no-reply", "submit", "edit-paper", "mark-urgent", "void"),
    DocumentStatus.RETURNED: ("confirm-no-reply", "submit", "edit-paper", "mark-urgent", "void"),
    DocumentStatus.IN_REVIEW: ("approve", "return", "record-decision"),
    DocumentStatus.COUNTERSIGNING: ("approve", "return", "record-decision"),
    DocumentStatus.SIGNING: ("sign", "return", "record-decision"),
    DocumentStatus.ISSUED: ("sign-minutes", "seal", "seal-electronically", "deliver", "redraft", "void"),
    DocumentStatus.SEALED: ("deliver", "replace-scan", "void"),
    DocumentStatus.DELIVERED: (
        "acknowledge",
        "delegate",
        "attach-proof",
        "record-answer",
        "record-clue-answer",
        "record-superior-decision",
        "authority-from-decision",
        "follow-decision",
        "draft-correction",
        "draft-withdrawal",
    ),
    DocumentStatus.VOID: (),
}
# What most people come for; the rest is folded.
AT_HAND = (
    "confirm-no-reply",
    "submit",
    "approve",
    "sign",
    "return",
    "deliver",
    "acknowledge",
    "record-answer",
    "sign-minutes",
)
ONLY_FOR = {
    "confirm-no-reply": DocumentKind.SUPERVISION_ORDER,
    "record-answer": DocumentKind.ACCOUNTABILITY_PROPOSAL,
    "record-clue-answer": DocumentKind.CLUE_TRANSFER,
    "sign-minutes": DocumentKind.TALK_MINUTES,
}
OF_DECISION = ("record-superior-decision", "authority-from-decision", "follow-decision")
PREPARED = (
    "prepare",
    "prepare-request",
    "prepare-opinion",
    "prepare-inquiry",
    "prepare-advance",
    "prepare-excerpt",
    "prepare-clue-transfer",
)


def show(case: Opened) -> None:
    """Show the papers, or the one that the address names."""
    papers = {paper.ref: paper for paper in case.view.documents}
    chosen = papers.get(case.asked("paper") or "")
    if chosen is None:
        _list(case, list(papers.values()))
    else:
        _one(case, chosen)


def _list(case: Opened, papers: list[PaperShown]) -> None:
    if papers:
        table(HEADS, [_row(case, paper) for paper in papers], narrow=(0, 4, 5))
    else:
        empty("还没有可以查看的文书。", "文书拟制或送达后会出现在这里。")
    if case.whole:
        _incoming(case)
    for action in PREPARED:
        if may(case.visitor.actor, action) and case.whole:
            with st.expander(said("拟制文书") if action == "prepare" else step_title(action)):
                action_form(case.visitor, case.number, action, case.choices, only=_by_hand)


def _incoming(case: Opened) -> None:
    """Show what came in, and the steps that register and close it."""
    with case.visitor.reading() as read:
        found = incoming_list(read.session, read.actor, local_date(read.at), case_number=case.number, everything=True)
    if found:
        st.subheader(said("来文"))
        incoming_table(found)
    for action in ("register-incoming", "close-incoming") if found else ("register-incoming",):
        if may(case.visitor.actor, action):
            with st.expander(step_title(action)):
                action_form(case.visitor, case.number, action, case.choices)


def _by_hand(parameter: str, value: object) -> bool:
    return parameter != "kind" or value in BY_HAND


def _row(case: Opened, paper: PaperShown) -> tuple[object, ...]:
    state = paper.status.label + ("，已签收" if paper.acknowledged_at else "")
    decision = case.decisions.get(paper.ref)
    if decision is not None:
        state = f"{state}，已答复：{decision.answer.label}"
    elif waits_for_answer(paper):
        state += "，待答复"
    flag = Html(f'{state} <span class="sc-light sc-yellow">需更正</span>') if paper.flag else state
    return (
        link(paper.ref, case.at("papers", paper=paper.ref)),
        paper.kind,
        paper.number,
        paper.recipient,
        flag,
        paper.issued_on,
    )


def _one(case: Opened, paper: PaperShown) -> None:
    ref = paper.ref
    st.html(link("全部文书", case.at("papers")))
    st.subheader(f"{plain(ref)} {plain(paper.title)}")
    st.caption(
        f"{paper.kind.label}　{plain(paper.number or '未编号')}　{paper.status.label}"
        f"　主送：{plain(paper.recipient or '—')}"
    )
    decision = case.decisions.get(ref)
    if decision is not None:
        st.success(plain(decision.sentence))
        st.html(file_link(decision_address(case.number, ref), "批复或者决定扫描件"))
    if paper.void_reason:
        st.info(f"已作废：{plain(paper.void_reason)}")
    beside, steps = st.columns((3, 2), gap="large")
    with beside:
        _preview(case, paper)
    with steps:
        _steps(case, paper)


def _preview(case: Opened, paper: PaperShown) -> None:
    ref = paper.ref
    try:
        _, docx = paper_file(case.visitor.installation, case.visitor.account, case.number, ref)
    except Refused as refusal:
        st.info(plain(refusal.message))
        return
    links = [f'<a class="sc-go" href="{address(case.number, ref, "docx")}" download>下载 Word 文件</a>']
    if pdf.available() or _pdf_on_record(case, paper):
        links.append(f'<a class="sc-go" href="{address(case.number, ref, "pdf")}" download>下载 PDF</a>')
        links.append(
            f'<a class="sc-go" href="{address(case.number, ref, "pdf")}?show=1" target="_blank">按打印样式查看</a>'
        )
    st.html(f'<nav class="sc-pager">{"".join(links)}</nav>')
    st.html(readable(docx))


def _pdf_on_record(case: Opened, paper: PaperShown) -> bool:
    """Whether the worker, perhaps on another machine, made the paper's PDF."""
    with case.visitor.installation.database.reading() as session:
        return paper.id in fixed_files(session, [paper.id])


def _steps(case: Opened, paper: PaperShown) -> None:
    if paper.status in UNSIGNED and case.whole:
        preflight.show(case, paper.ref)
        if may(case.visitor.actor, "keep-text"):
            st.html(way_out(said("修改文字"), draft_page.address(case.number, paper.ref)))
    offered = [action for action in STEPS[paper.status] if _fits(case, action, paper)]
    if not offered:
        empty("这份文书现在没有您可以办理的步骤。", "轮到您时会出现在“我的待办”。")
        return
    st.markdown("**可以办理**")
    chain = [step for step in case.view.approvals if step.paper == paper.ref]
    for step in chain:
        people = "、".join(person.name for person in step.people)
        st.caption(f"现在等{step.step.label}：{plain(step.organisation)}{'　' + plain(people) if people else ''}")
    for action in offered:
        current = _as_it_is(case, paper) if action == "edit-paper" else None
        with nullcontext() if _at_hand(case, action, paper) else st.expander(step_title(action)):
            action_form(case.visitor, case.number, action, case.choices, fixed={"paper": paper.ref}, current=current)


def _decides(case: Opened, action: str, paper: PaperShown) -> bool:
    """Whether an answer to the paper may be recorded, made an authority, or followed."""
    decision = case.decisions.get(paper.ref)
    if action == "record-superior-decision":
        return decision is None and paper.recipient is not None and answerable(paper.kind, paper.form)
    if decision is None:
        return False
    if action == "follow-decision":
        return decision.follow_on is not None
    return decision.authority is None and decision.answer in APPROVING


def _at_hand(case: Opened, action: str, paper: PaperShown) -> bool:
    awaited = paper.ref not in case.decisions and waits_for_answer(paper)
    return action in AT_HAND or (action == "record-superior-decision" and awaited)


def _as_it_is(case: Opened, paper: PaperShown) -> dict[str, object]:
    return {"title": paper.title, "note": case.choices.contents.notes.get(paper.ref)}


def _fits(case: Opened, action: str, paper: PaperShown) -> bool:
    if action in ONLY_FOR and paper.kind is not ONLY_FOR[action]:
        return False
    if action == "seal" and paper.kind is DocumentKind.TALK_MINUTES:
        return False
    if action in ("seal", "seal-electronically") and case.visitor.installation.settings.seal is SealMode.NONE:
        return False
    if action in ("deliver", "mark-urgent") and paper.recipient is None:
        return False
    if action in OF_DECISION:
        return may(case.visitor.actor, action) and _decides(case, action, paper)
    if action == "acknowledge" and paper.acknowledged_at is not None:
        return False
    return may(case.visitor.actor, action)
