"""立案: by a form whose draft is kept in the database on every change, or by a dossier (JSON) or a spreadsheet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

import streamlit as st

from models.accident.dossier import Accident, Dossier, read
from models.accident.dossier.intake import understood
from models.accident.dossier.understood import Understood
from models.accident.rules.grading import Casualties, grade, trigger
from models.case.commands.case_drafts import drop_draft, keep_draft
from models.case.commands.filing import file_case
from models.case.queries.case_drafts import DraftShown, draft, draft_list
from models.kernel import divisions
from models.kernel.act import Act
from models.kernel.base import Json
from models.kernel.calendar.local_time import SHANGHAI, local_date
from models.kernel.errors import Fault, Invalid, Refused
from models.kernel.storage.media import XLSX, recognise
from models.kernel.vocabulary import Role
from ui.event_sentence import when
from ui.web.navigation import Screen
from ui.web.parts.done import held
from ui.web.parts.intake import understood_as
from ui.web.parts.language import said
from ui.web.parts.table import table
from ui.web.parts.trouble import tell
from ui.web.parts.uploads import upload
from ui.web.parts.visitor import Visitor
from ui.web.parts.ways import ways
from ui.web.parts.words import Html, link, plain

REQUIRED = ("title", "occurred_on", "occurred_at", "division_code", "place", "summary")
COUNTS = {
    "deaths": "死亡人数",
    "serious_injuries": "重伤人数",
    "minor_injuries": "轻伤人数",
    "injured_unspecified": "未区分轻重的受伤人数",
}
LINES = {
    "accident_number": "事故编号",
    "road_name": "道路名称",
    "road_number": "道路编号",
    "stake": "桩号",
    "weather": "天气",
    "light": "照明条件",
    "pattern": "事故形态",
}
ADDRESS = "file"
WINDOW = "filing"


@dataclass(slots=True)
class Window:
    """What a window of the browser remembers of the form: how many new drafts it began, which one it made last, the drafts
    that its address named, the version it saw of each, what stood in the fields, what was understood of the files that were
    sent last, with their names, and the cases just filed."""

    turn: int = 0
    made: int | None = None
    named: set[int | None] = field(default_factory=set)
    versions: dict[int | None, int] = field(default_factory=dict)
    shown: Json = field(default_factory=dict)
    checked: list[tuple[str, Understood]] = field(default_factory=list)
    filed: list[str] = field(default_factory=list)


def _window() -> Window:
    kept: Window = held(WINDOW).setdefault("window", Window())
    return kept


def show(visitor: Visitor) -> None:
    """Show the form, or the upload."""
    st.title(said("立案"))
    if _window().filed:
        _lead_on()
        return
    by_form = st.query_params.get("way") != "upload"
    ways(
        "立案方式",
        (("填写表单", f"/{ADDRESS}", by_form), ("上传案情卷或表格", f"/{ADDRESS}?way=upload", not by_form)),
    )
    if by_form:
        _form(visitor)
    else:
        _upload(visitor)


# By form ------------------------------------------------------------------------------------------------------------


def _form(visitor: Visitor) -> None:
    window = _window()
    number = _which(window)
    kept: Json = {}
    version = 0
    with visitor.reading() as read:
        today = local_date(read.at)
        if number is not None:
            found = draft(read.session, read.actor, number)
            kept, version = found.data, found.version
            st.caption(f"草稿已保存，{when(found.changed_at)}。关闭浏览器也不会丢失。")
        else:
            _other_drafts(draft_list(read.session, read.actor))
    # The version that this window has seen; what another window saved since must not be written over.
    seen = window.versions.setdefault(number, version)
    said_now = _fields(visitor, kept, today, _hand(window, number))
    window.shown = said_now
    if said_now != kept and any(value not in (None, "") for value in said_now.values()):
        with visitor.acting() as act:
            kept_as, version = keep_draft(act, said_now, draft_id=number, seen_version=seen)
        window.versions[kept_as] = version
        if number is None:
            window.made = number = kept_as
    if number is not None and st.query_params.get("draft") != str(number):
        st.query_params["draft"] = str(number)
    window.named.add(number)
    _computed(visitor, said_now)
    left, right = st.columns((1, 1))
    if left.button("立案", type="primary", width="stretch"):
        _file_draft(visitor, said_now, number)
    if number is not None and right.button("删除草稿", width="stretch"):
        with visitor.acting() as act:
            drop_draft(act, number)
        _next(window)
        st.query_params.clear()
        st.rerun()


def _other_drafts(drafts: list[DraftShown]) -> None:
    if drafts:
        rows = [
            (link(one.data.get("title") or "未命名草稿", f"/{ADDRESS}?draft={one.id}"), when(one.changed_at))
            for one in drafts
        ]
        st.markdown("**接着填写**")
        table(("草稿", "最近修改"), rows, narrow=(1,))


def _fields(visitor: Visitor, kept: Json, today: date, hand: str) -> Json:
    """Ask for the facts; the keys carry the hand, so that another draft gets fields of its own."""

    def key(name: str) -> str:
        return f"filing/{hand}/{name}"

    found: Json = {}
    found["title"] = st.text_input("案件名称", kept.get("title", ""), key=key("title")).strip()
    on, at, where = st.columns(3)
    day = on.date_input(
        "事故日期", _day(kept.get("occurred_on")), max_value=today, format="YYYY-MM-DD", key=key("occurred_on")
    )
    clock = at.time_input("事故时间", _time(kept.get("occurred_at")), step=60, key=key("occurred_at"))
    found["occurred_on"], found["occurred_at"] = _plain(day), _plain(clock)
    places = divisions.below(f"{visitor.installation.settings.unit_division[:4]}00", today)
    found["division_code"] = where.selectbox(
        "发生地",
        places,
        index=places.index(kept["division_code"]) if kept.get("division_code") in places else None,
        format_func=lambda code: divisions.own_name(code, today),
        placeholder="请选择",
        key=key("division_code"),
    )
    found["place"] = st.text_input("地点", kept.get("place", ""), key=key("place")).strip()
    for column, (name, label) in zip(st.columns(4), COUNTS.items(), strict=True):
        found[name] = column.number_input(label, 0, 10_000, kept.get(name), step=1, placeholder="不详", key=key(name))
    found["direct_loss_yuan"] = st.number_input(
        "直接经济损失（元，不详可不填）", 0, 10**12, kept.get("direct_loss_yuan"), step=1, key=key("direct_loss_yuan")
    )
    found["summary"] = st.text_area("简要案情", kept.get("summary", ""), height=140, key=key("summary")).strip()
    with st.expander("更多情况（可不填）", expanded=any(kept.get(name) for name in LINES)):
        for name, label in LINES.items():
            found[name] = st.text_input(label, kept.get(name, ""), key=key(name)).strip()
    found["reason"] = st.text_input(
        "开展调查的理由（不在本单位调查范围内时必填）", kept.get("reason", ""), key=key("reason")
    ).strip()
    return found


def _which(window: Window) -> int | None:
    """Return the number of the draft of this run: of the address, or the one that this window just made.

    A change or a click can come from the page as it was before its address named the draft. Who comes to the address
    without a draft once it was named, and has changed nothing, begins another one.
    """
    asked = st.query_params.get("draft")
    if asked and asked.isdecimal():
        return int(asked)
    made = window.made
    if made is not None and made in window.named and not _changed(_hand(window, made), window.shown):
        _next(window)
        return None
    return made


def _hand(window: Window, number: int | None) -> str:
    """Return what the keys of the fields carry: a new draft gets its number with the first change, and its fields
    must not change their keys under the hand that types.
    """
    return f"new-{window.turn}" if number in (None, window.made) else str(number)


def _next(window: Window) -> None:
    """Let the next new draft have fields of its own."""
    window.made, window.turn = None, window.turn + 1


def _changed(hand: str, shown: Json) -> bool:
    """Return whether a field holds something else than it did when the last whole run read it."""
    state = st.session_state
    return any(
        f"filing/{hand}/{name}" in state and _plain(state[f"filing/{hand}/{name}"]) != value
        for name, value in shown.items()
    )


def _plain(value: object) -> object:
    """Return the value of a field as a draft keeps it."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else value


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _computed(visitor: Visitor, facts: Json) -> None:
    """Show grade and trigger as filing will compute them from what stands in the fields now."""
    casualties = Casualties(facts["deaths"], facts["serious_injuries"], facts["direct_loss_yuan"])
    graded = grade(casualties)
    hurt = (facts["minor_injuries"] or 0) + (facts["injured_unspecified"] or 0)
    try:
        why = trigger(
            casualties, visitor.installation.settings.scope, other_injuries=hurt, reason=facts["reason"]
        ).label
    except Invalid:
        why = "不在本单位调查范围，须写明理由"
    provisional = "（暂定，伤亡或损失不详）" if graded.provisional else ""
    st.html(
        f'<p class="sc-turn"><strong>系统核定：</strong>{graded.grade.label}事故{provisional}　'
        f"<strong>立案依据：</strong>{why}</p>"
    )


def _file_draft(visitor: Visitor, facts: Json, number: int | None) -> None:
    missing = [name for name in REQUIRED if not facts[name]]
    labels = {
        "title": "案件名称",
        "occurred_on": "事故日期",
        "occurred_at": "事故时间",
        "division_code": "发生地",
        "place": "地点",
        "summary": "简要案情",
    }
    window = _window()
    try:
        if missing:
            raise Invalid(f"请填写：{'、'.join(labels[name] for name in missing)}。", code="missing")
        with visitor.acting() as act:
            filed = file_case(act, _dossier(facts, act.at), reason=facts["reason"] or None)
            if number is not None:
                drop_draft(act, number)
        window.filed = [filed.case_number]
    except Refused as refusal:
        tell(_in_words(refusal))
        return
    st.rerun()


def _dossier(facts: Json, now: datetime) -> Dossier:
    at = datetime.combine(_day(facts["occurred_on"]) or now.date(), _time(facts["occurred_at"]) or time(), SHANGHAI)
    named = ("division_code", "place", "summary", "direct_loss_yuan", *COUNTS, *LINES)
    accident = {name: facts[name] if facts[name] != "" else None for name in named}
    raw = {
        "schema": "case-dossier/1",
        "source": {"title": facts["title"]},
        "accident": {**accident, "occurred_at": at.isoformat()},
    }
    return read(json.dumps(raw, ensure_ascii=False).encode(), now=now)


def _in_words(refusal: Refused) -> Refused:
    """Name the fields as the form does, where a fault names them as the file would."""
    faults = []
    for fault in refusal.faults:
        name = fault.path.rpartition(".")[2]
        known = Accident.model_fields.get(name)
        faults.append(Fault(known.title or name if known else fault.path, fault.message, fault.code))
    return Invalid(refusal.message, faults=faults, code=refusal.code) if faults else refusal


def _lead_on() -> None:
    """Say what was filed, once, and lead to it; the form after it is a new one."""
    window = _window()
    st.query_params.clear()
    for case_number in window.filed:
        st.success(f"已立案，案件编号 {plain(case_number)}。")
        st.html(link("打开案件，登记问题和措施", f"/case?number={case_number}&part=measures"))
    window.filed = []
    _next(window)


# By upload ----------------------------------------------------------------------------------------------------------


def _upload(visitor: Visitor) -> None:
    st.markdown(
        "上传案情卷（JSON）或表格（xlsx），可以一次选择多份，一份表格也可以写几起事故。"
        "先检查：有误时逐格说明；无误时显示读到的内容，确认后才立案。"
    )
    st.html(Html('<a class="sc-go" href="/file-template/dossier.xlsx" download>下载空白表格</a>'))
    with st.form("upload"):
        uploaded = upload(
            "案情卷或表格", visitor.installation.settings.max_file_bytes, kinds=["json", "xlsx"], many=True
        )
        sent = st.form_submit_button("检查", type="primary")
    window = _window()
    if sent:
        window.checked = []
        try:
            window.checked = _checked(visitor, [(one.name, one.getvalue()) for one in uploaded])
        except Refused as refusal:
            tell(refusal)
    if window.checked:
        _confirm(visitor, window)


def _confirm(visitor: Visitor, window: Window) -> None:
    """Show what was understood, and file exactly that when it is confirmed."""
    checked = window.checked
    st.markdown(f"**读到{len(checked)}起事故，尚未立案。请核对以下内容。**")
    with visitor.installation.database.reading():
        for name, one in checked:
            understood_as(name, one)
    reason = st.text_input("开展调查的理由（不在本单位调查范围内时必填）", key="filing/upload/reason")
    if not st.button("确认立案", type="primary"):
        return
    try:
        with visitor.acting() as act:
            filed = [
                _file(act, one.dossier, reason.strip() or None, name if len(checked) > 1 else None)
                for name, one in checked
            ]
    except Refused as refusal:
        tell(refusal)
        return
    window.checked, window.filed = [], filed
    st.rerun()


def _checked(visitor: Visitor, files: Sequence[tuple[str, bytes]]) -> list[tuple[str, Understood]]:
    """Return what each file says, with its name. Raises Refused, which names the file where there are more."""
    if not files:
        raise Invalid("请先选择文件。", code="missing")
    found: list[tuple[str, Understood]] = []
    faults: list[Fault] = []
    for name, content in files:
        try:
            with visitor.installation.database.reading():
                read = _read(content, name, visitor.installation.clock(), visitor.installation.settings.max_file_bytes)
        except Refused as refusal:
            if len(files) == 1:
                raise
            told = refusal.faults or (Fault("", refusal.message, refusal.code),)
            faults += [Fault(f"{name} {fault.path}".strip(), fault.message, fault.code) for fault in told]
        else:
            found += [(name, one) for one in read]
    if faults:
        raise Invalid(f"{len(files)}份文件有{len(faults)}处不合格，未立任何案件", faults=faults, code="bad_files")
    return found


def _file(act: Act, dossier: Dossier, reason: str | None, name: str | None) -> str:
    try:
        return file_case(act, dossier, reason=reason).case_number
    except Refused as refusal:
        if name is not None:
            refusal.message = f"{name}：{refusal.message}未立任何案件。"
        raise


def _read(content: bytes, name: str, now: datetime, limit: int) -> tuple[Understood, ...]:
    """Read a file by what it is, whatever its name says."""
    if content.startswith(b"PK") and recognise(content, name, limit) is not XLSX:
        raise Invalid("只能上传案情卷（JSON）或表格（xlsx）。", code="file_kind")
    return understood(content, now=now)


SCREEN = Screen("立案", ADDRESS, "案件", show, {Role.OFFICER}, pictured=("", "?way=upload"))
