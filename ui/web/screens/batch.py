"""批量办理: many papers in one go. Each is done by itself: one that is refused keeps no other from being done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import quote, urlencode

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from documents import pdf
from models.actions import ACTIONS
from models.kernel.act import Act
from models.kernel.calendar.local_time import SHANGHAI, local_date
from models.kernel.errors import Invalid, Refused
from models.kernel.vocabulary import DeliveryMode, Role
from models.overview.queries.waiting.rows import Wait
from models.overview.queries.worklists import Waiting, waiting_on
from models.papers.commands.bundling import bundle_notice
from models.papers.queries.bundles import bundles
from models.papers.rules.numbering import as_written
from ui.event_sentence import when
from ui.incoming import Incoming, receive
from ui.web.navigation import Screen
from ui.web.parts.action_form import Answers, action_form, may
from ui.web.parts.asking import clock_lines, foreseen_by, panel
from ui.web.parts.choices import Choices
from ui.web.parts.done import held, show_done
from ui.web.parts.language import said
from ui.web.parts.table import empty, table
from ui.web.parts.trouble import tell
from ui.web.parts.visitor import Visitor
from ui.web.parts.waiting import step_address
from ui.web.parts.ways import ways
from ui.web.parts.words import Html, cell, lamp, link, plain

MOST = 50
ADDRESS, TOLD, SERVED = "batch", "batch", "batch/served"


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be done to many papers at once: its name, the waits it answers, the step; `seen` where it must be the
    round that was shown, `asks` for what draws a number or starts a clock."""

    title: str
    waits: tuple[Wait, ...]
    action: str
    seen: bool = False
    asks: bool = False


KINDS = {
    "submit": Kind("提交审批", (Wait.RETURNED, Wait.SUBMIT), "submit"),
    "approve": Kind("核稿会签", (Wait.REVIEW, Wait.COUNTERSIGN), "approve", seen=True),
    "sign": Kind("签发编号", (Wait.SIGN,), "sign", seen=True, asks=True),
    "deliver": Kind("登记送达", (Wait.SEAL, Wait.DELIVER), "deliver", asks=True),
}
# A 送达回证 comes back signed by hand; of the other ways their own slip or register is the proof.
SIGNED_BY_HAND = (DeliveryMode.DIRECT, DeliveryMode.LEFT)


PROVEN_BY = {
    DeliveryMode.LEFT: "witness",
    DeliveryMode.POST: "tracking_number",
    DeliveryMode.CONFIDENTIAL_POST: "register_number",
    DeliveryMode.EXCHANGE: "register_number",
}


def show(visitor: Visitor) -> None:
    """Show what can be done to many papers, and do it."""
    st.title(said("批量办理"))
    show_done()
    offered = {name: kind for name, kind in KINDS.items() if may(visitor.actor, kind.action)}
    chosen = st.query_params.get("do", "")
    further = {
        name: (title, show_it) for name, (title, action, show_it) in OTHERS.items() if may(visitor.actor, action)
    }
    if chosen not in offered and chosen not in further:
        chosen = next(iter([*offered, *further]))
    titles = {name: kind.title for name, kind in offered.items()} | {
        name: title for name, (title, _) in further.items()
    }
    ways("批量办理", ((title, f"/{ADDRESS}?do={name}", name == chosen) for name, title in titles.items()))
    if chosen in further:
        further[chosen][1](visitor)
    else:
        _many(visitor, chosen, offered[chosen])


def _seal(visitor: Visitor) -> None:
    st.markdown("把用印后的扫描件一起拖进来。文件名须含文号，系统按文号对应到文书；有一份对不上，全部不登记。")
    action_form(visitor, None, "seal-scans", Choices(visitor))


def _bundle(visitor: Visitor) -> None:
    """One notice for what a unit has to do in several cases: the units of which that can be said, and the form."""
    st.markdown("一个单位在几个案件中都有待通知的措施时，可以合为一份通知；还没有提交的单份草稿会并入。")
    with visitor.reading() as read:
        found = bundles(read.session, read.actor, limit=MOST)
    if not found:
        empty(
            "没有单位在几个案件中都有待通知的措施。",
            "只有一个案件的，请在案件的“文书”中拟制通知书。",
            link("案件列表", "/cases"),
        )
        return
    rows = [
        (
            link(one.name, f"/{ADDRESS}?do=bundle&unit={one.id}"),
            Html("、".join(link(case, f"/case?number={case}&part=measures") for case in one.cases)),
            one.measures,
        )
        for one in found
    ]
    table(("单位", "案件", "待通知的措施"), rows, narrow=(2,))
    chosen = next((one for one in found if str(one.id) == st.query_params.get("unit")), None)
    if chosen is None:
        st.caption("点单位名称后选择案件。")
        return
    st.subheader(f"给{plain(chosen.name)}的汇总通知")
    with st.form("batch/bundle"):
        cases = st.multiselect("案件", chosen.cases, chosen.cases, placeholder="请选择")
        note = st.text_input("补充说明（可不填）").strip()
        sent = st.form_submit_button("拟制汇总通知", type="primary")
    if not sent:
        return
    try:
        with visitor.acting() as act:
            made = bundle_notice(act, recipient=str(chosen.id), cases=cases, note=note or None)
    except Refused as refusal:
        tell(refusal)
        return
    number, paper = made.split()
    st.success(f"已拟制汇总通知 {plain(made)}，共 {len(cases)} 个案件。")
    st.html(link("打开通知，核对后提交审批", f"/case?number={number}&part=papers&paper={paper}"))


def _print(visitor: Visitor) -> None:
    """Give the papers that go out as one file to print; nothing is recorded by it."""
    with visitor.reading() as read:
        every = waiting_on(read.session, read.actor, local_date(read.at), limit=MOST, only=(Wait.SEAL, Wait.DELIVER))
    if not every:
        empty("没有要打印的文书。", "签发后、送达前的文书会出现在这里。", link("我的待办", "/todo"))
        return
    st.markdown("勾选要带走的文书，合成一个打印件；打印不作任何登记。送达后到“登记送达”填写时间和凭据。")
    picked = [wait for wait, chosen in ((wait, _ticked("print", wait, value=True)) for wait in every) if chosen]
    if not picked:
        st.warning("请先勾选要打印的文书。")
        return
    papers = urlencode([("paper", f"{wait.case_number}/{wait.paper}") for wait in picked])
    st.html(f'<a class="sc-go" href="/file-print/set?{escape(papers)}" target="_blank">打印勾选的 {len(picked)} 份</a>')


OTHERS = {
    "seal": ("批量用印", "seal-scans", _seal),
    "print": ("打印", "deliver", _print),
    "bundle": ("汇总通知", "bundle-notice", _bundle),
}


def _many(visitor: Visitor, name: str, kind: Kind) -> None:
    results = held(TOLD)
    for line in results.get("lines", []):
        line()
    results.clear()
    with visitor.reading() as read:
        every = waiting_on(read.session, read.actor, local_date(read.at), limit=MOST, only=kind.waits)
    if not every:
        empty(f"没有等您{kind.title}的文书。", "轮到您时会出现在这里和“我的待办”。", link("我的待办", "/todo"))
        return
    with st.form(f"batch/{name}"):
        picked = [wait for wait, chosen in ((wait, _ticked(name, wait)) for wait in every) if chosen]
        how = _served_how() if name == "deliver" else None
        sent = st.form_submit_button(f"对勾选的文书{plain(kind.title)}", type="primary")
    asking = held(f"batch/asked/{name}")
    if sent:
        asking.clear()
        _sent(visitor, kind, picked, how, asking)
    elif asking:
        _confirmed(visitor, kind, asking)


def _ticked(name: str, wait: Waiting, *, value: bool = False) -> bool:
    """Show a paper with a box before it, and return whether it is ticked."""
    box, told, light = st.columns((1, 12, 2), vertical_alignment="center")
    # The round stands in the key: a paper that was changed and submitted again is no longer ticked.
    key = f"batch/{name}/{wait.case_number}/{wait.paper}/{wait.round}"
    chosen = box.checkbox(plain(f"{wait.case_number} {wait.paper}"), value, key=key, label_visibility="collapsed")
    told.html(_told(wait))
    if wait.light is not None:
        light.html(lamp(wait.light))
    return chosen


@dataclass(frozen=True, slots=True)
class Served:
    """When and how the ticked papers were served, what proves it by the step's parameters, and scans of signed forms."""

    mode: DeliveryMode | None
    happened_at: datetime | None
    proven_by: dict[str, str]
    scans: list[UploadedFile]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked before a batch is done: a line for each paper, the papers, and the answers about each."""

    lines: list[str]
    picked: list[Waiting]
    said: list[Answers]


def _served_how() -> Served:
    """Ask once when and how the ticked papers were served, and what proves it; the step itself says what a mode needs."""
    # Sent, the form is another one: what served the last papers proves nothing about the next.
    modes, sent = list(DeliveryMode), held(SERVED).setdefault("sent", 0)
    left, right = st.columns((1, 2))
    mode = left.selectbox(
        "送达方式",
        modes,
        index=None,
        format_func=lambda word: word.label,
        placeholder="请选择",
        key=f"batch/mode/{sent}",
    )
    at = right.datetime_input("送达时间", value=None, key=f"batch/at/{sent}")
    proof = st.text_input(
        "凭据（邮寄填邮件号，机要、公文交换填登记号，留置填见证人）",
        key=f"batch/proof/{sent}",
        help="对勾选的每一份都这样登记。",
    ).strip()
    why = st.text_input("留置原因（留置送达必填）", key=f"batch/why/{sent}").strip()
    scans = st.file_uploader(
        "签好的送达回证扫描件（直接、留置送达；一件的，对应勾选的全部文书；几件的，文件名须含文号；可以随后补传）",
        accept_multiple_files=True,
        key=f"batch/scans/{sent}",
    )
    proven: dict[str, str] = {}
    if proof and mode in PROVEN_BY:
        proven[PROVEN_BY[mode]] = proof
    if why and mode is DeliveryMode.LEFT:
        proven["left_reason"] = why
    return Served(mode, None if at is None else at.replace(tzinfo=SHANGHAI), proven, scans)


def _proofs(visitor: Visitor, picked: list[Waiting], how: Served) -> list[Answers]:
    """Return how each paper was served, with its scan: one scan for all, or each found by the number in its name.

    Raises Invalid where the time, the mode or the paper of a scan is missing.
    """
    if how.mode is None or how.happened_at is None:
        raise Invalid("请填写送达方式和送达时间。", code="missing")
    scans = [receive(upload, upload.name, visitor.installation) for upload in how.scans]
    if scans and how.mode not in SIGNED_BY_HAND:
        raise Invalid(f"{how.mode.label}没有送达回证，请填写凭据，不要上传扫描件。", code="proof_of_other_mode")
    numbers = [wait.number for wait in picked]
    found = dict.fromkeys(numbers, scans[0]) if len(scans) == 1 else _by_number(scans, numbers)
    said: Answers = {"mode": how.mode, "happened_at": how.happened_at, **how.proven_by}
    return [
        {**said, "proof": found[number].stored, "proof_name": found[number].name} if number in found else said
        for number in numbers
    ]


def _by_number(scans: list[Incoming], numbers: list[str | None]) -> dict[str | None, Incoming]:
    found: dict[str | None, Incoming] = {}
    for scan in scans:
        fits = [number for number in numbers if number and number in as_written(scan.name)]
        if len(fits) != 1 or fits[0] in found:
            raise Invalid(f"扫描件“{scan.name}”不能按文号对应到勾选的一份文书，全部未登记。", code="scan_unmatched")
        found[fits[0]] = scan
    return found


def _told(wait: Waiting) -> Html:
    number = f"{wait.number}　" if wait.number else ""
    to = f"（{wait.recipient}）" if wait.recipient else ""
    printed = ""
    if wait.number:
        form = "pdf" if pdf.available() else "docx"
        where = f"/file/{quote(wait.case_number)}/{quote(wait.paper or '')}.{form}?show=1"
        printed = f'　<a class="sc-go" href="{where}" target="_blank">打印</a>'
    return Html(
        f"<span>{link(wait.label, step_address(wait))}　{cell(f'{number}{wait.paper_title}{to}')}{printed}</span>"
    )


def _sent(visitor: Visitor, kind: Kind, picked: list[Waiting], how: Served | None, asking: dict[str, Asked]) -> None:
    if not picked:
        st.warning("请先勾选要办理的文书。")
        return
    try:
        said = [_seen(kind, wait) for wait in picked] if how is None else _proofs(visitor, picked, how)
        lines = _question(visitor, kind, picked, said) if kind.asks else []
    except Refused as refusal:
        tell(refusal)
        return
    if not kind.asks:
        _do(visitor, kind, picked, said)
        return
    asking["asked"] = Asked(lines, picked, said)
    _confirmed(visitor, kind, asking)


def _seen(kind: Kind, wait: Waiting) -> Answers:
    return {"seen_round": wait.round} if kind.seen else {}


def _question(visitor: Visitor, kind: Kind, picked: list[Waiting], said: list[Answers]) -> list[str]:
    """Return what the batch would do, a line each: one question for all. What is refused is told among it, and keeps no
    other from being done. Raises the refusal where nothing would be done."""
    steps = [_taking(kind, wait, given) for wait, given in zip(picked, said, strict=True)]
    foreseen = foreseen_by(visitor, steps)
    refused = [result for result in foreseen.results if isinstance(result, Refused)]
    if len(refused) == len(picked):
        raise refused[0]
    return [
        *(_foreseen(wait, given, result) for wait, given, result in zip(picked, said, foreseen.results, strict=True)),
        *clock_lines(foreseen),
    ]


def _taking(kind: Kind, wait: Waiting, given: Answers) -> Callable[[Act], object]:
    return lambda act: ACTIONS[kind.action](act, wait.case_number, paper=wait.paper, **given)


def _foreseen(wait: Waiting, given: Answers, result: object) -> str:
    named = f"{wait.case_number} {wait.paper}《{wait.paper_title}》"
    if isinstance(result, Refused):
        return f"不办理：{named}，{result.message}"
    if isinstance(result, str):
        return f"{named}编号 {result}；他人先签发的，文号顺延"
    scan = "，附送达回证" if "proof" in given else ""
    at, mode = given["happened_at"], given["mode"]
    assert isinstance(at, datetime)
    assert isinstance(mode, DeliveryMode)
    return f"{named}{wait.number}于 {when(at)} {mode.label}{wait.recipient}{scan}"


def _confirmed(visitor: Visitor, kind: Kind, asking: dict[str, Asked]) -> None:
    asked = asking["asked"]
    answer = panel(asked.lines, kind.action, f"batch/asked/{kind.action}")
    if answer is None:
        return
    asking.clear()
    if answer:
        _do(visitor, kind, asked.picked, asked.said)
    else:
        st.rerun()


def _do(visitor: Visitor, kind: Kind, picked: list[Waiting], said: list[Answers]) -> None:
    done: list[str] = []
    served = held(SERVED)
    told: list[Callable[[], object]] = held(TOLD).setdefault("lines", [_done(kind, done)])
    bar = st.progress(0.0, f"{kind.title}…")
    for count, (wait, given) in enumerate(zip(picked, said, strict=True), 1):
        try:
            with visitor.acting() as act:
                result = _taking(kind, wait, given)(act)
            done.append(f"{wait.case_number} {wait.paper}{f'（{result}）' if isinstance(result, str) else ''}")
        except Refused as refusal:
            told.append(_refused(wait, refusal))
        bar.progress(count / len(picked), f"{kind.title}：{count}/{len(picked)}")
    served["sent"] = served.get("sent", 0) + 1
    st.rerun()


def _done(kind: Kind, done: list[str]) -> Callable[[], object]:
    return lambda: st.success(f"已{plain(kind.title)} {len(done)} 份：{plain('、'.join(done))}。") if done else None


def _refused(wait: Waiting, refusal: Refused) -> Callable[[], object]:
    def show_it() -> None:
        st.markdown(f"**{plain(wait.case_number)} {plain(wait.paper)}**")
        tell(refusal)

    return show_it


SCREEN = Screen(
    "批量办理",
    ADDRESS,
    "案件",
    show,
    {Role.OFFICER, Role.CLERK, Role.REVIEWER, Role.COUNTERSIGNER, Role.SIGNER},
    pictured=("", "?do=seal", "?do=print", "?do=bundle"),
)
