"""导入事故: other offices' files come into the register: checked, imported, mended; profiles; cases that are proposed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import streamlit as st

from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Refused
from models.kernel.storage.files import Stored
from models.kernel.vocabulary import ImportState, Role
from models.register.commands.importing import give_up_import
from models.register.commands.profiles import set_profile
from models.register.commands.proposing import begin_case
from models.register.commands.quarantine import drop, mend, retry
from models.register.queries.imports import (
    QuarantineShown,
    RunShown,
    difference_list,
    quarantine_list,
    quarantined,
    run_list,
    run_shown,
)
from models.register.queries.imports import said as fault_said
from models.register.queries.profiles import Versioned, profile_in_force, profile_list
from models.register.queries.proposed import Proposed, proposed_cases
from models.register.rules.profile import LONGEST
from models.register.rules.source_file import opened
from models.register.rules.suggesting import drafted, fitting
from ui.accident_files import (
    Checked,
    bring_in,
    check,
    received,
    refuse_checked,
    refuse_no_table,
    territory_of,
)
from ui.event_sentence import when
from ui.incoming import Incoming
from ui.web.navigation import Screen
from ui.web.parts.done import held, show_done, take
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.trouble import tell
from ui.web.parts.uploads import upload
from ui.web.parts.visitor import Visitor
from ui.web.parts.ways import parts_of_page
from ui.web.parts.words import link, listed, plain

ADDRESS = "import"
KINDS = ["csv", "tsv", "txt", "xlsx"]
RUN_HEADS = ("批次", "文件", "导入模板", "状态", "新增", "更正", "相同", "隔离", "待处理", "开始", "导入人")
COUNT_HEADS = ("行", "事故", "新增", "更正", "相同", "重复", "有错误")
FAULTS = 50
UNDER_WAY = timedelta(minutes=2)
"""What wrote its last batch so lately is not given up for lost."""


def show(visitor: Visitor) -> None:
    """Show the part that the address names."""
    part = st.query_params.get("part", "file")
    part = part if part in PARTS else "file"
    st.title(said("导入事故"))
    parts_of_page("导入事故", ADDRESS, {name: title for name, (title, _) in PARTS.items()}, part)
    show_done()
    PARTS[part][1](visitor)


# A file ----------------------------------------------------------------------------------------------------------------


def _file(visitor: Visitor) -> None:
    with visitor.reading() as read:
        known = {one.profile.name: one for one in profile_list(read.session)}
        left = [one for one in run_list(read.session, read.actor, limit=20) if one.state is ImportState.RUNNING]
        at = read.at
    for run in left:
        if at - run.updated_at < UNDER_WAY:
            st.info(plain(f"第{run.id}批“{run.file_name}”正在导入，已导入{run.position}起，共{run.total}起。"))
        else:
            _unfinished(visitor, run)
    st.caption("先选模板和文件，检查无误后再导入。检查不写入任何内容；有错误的行进入隔离区，改正后再导入。")
    name = st.selectbox(
        "导入模板",
        list(known),
        index=None,
        format_func=lambda one: known[one].profile.title,
        placeholder="请选择",
        key="import/profile",
    )
    file = upload("事故台账文件（电子表格）", _limit(visitor), kinds=KINDS, key="import/file")
    st.caption("更大的文件用命令行 shencha import accidents 导入。")
    checked = held("import")
    if st.button("检查", type="primary"):
        checked.clear()
        if name is None or file is None:
            st.error("请选择导入模板和文件。")
            return
        _check(visitor, known[name], BytesIO(file.getvalue()), file.name)
    if "told" in checked:
        _found(visitor)


def _limit(visitor: Visitor) -> int:
    settings = visitor.installation.settings
    return min(settings.max_file_bytes, settings.max_import_bytes)


def _check(visitor: Visitor, versioned: Versioned, stream: BytesIO, name: str) -> None:
    checked = held("import")
    try:
        with st.spinner("正在检查…"):
            taken = received(stream, name, visitor.installation, versioned.profile)
            told = check(visitor.installation, stream, versioned.profile)
    except Refused as refusal:
        tell(refusal)
        return
    checked.update(told=told, taken=taken, profile=versioned)


def _found(visitor: Visitor) -> None:
    """Show what the file would do, and import exactly that when it is confirmed."""
    checked = held("import")
    told: Checked = checked["told"]
    taken: Incoming = checked["taken"]
    versioned: Versioned = checked["profile"]
    st.subheader(said("检查结果"))
    st.markdown(f"文件“{plain(taken.name)}”，模板“{plain(versioned.profile.title)}”。")
    counts = (told.rows, told.accidents, told.new, told.changed, told.unchanged, told.repeated, told.bad)
    table(COUNT_HEADS, [counts], narrow=range(len(COUNT_HEADS)))
    if told.kept:
        st.markdown(
            plain(f"另有{told.kept}处与来源不同，因台账已由人员或者案件写定，导入时保留台账，列在该批次的“不同之处”。")
        )
    _faults(told)
    reason = None
    try:
        refuse_checked(told, versioned.profile, all_or_none=False, shift_reason=None)
    except Refused as refusal:
        tell(refusal)
        if refusal.code != "datum_changed":
            return
        reason = st.text_input("确已核实坐标无误，仍要导入的理由", key="import/shift").strip()
    strict = st.checkbox("有一行错误即全部不导入", key="import/strict")
    if st.button("导入", type="primary", key="import/go"):
        try:
            refuse_checked(told, versioned.profile, all_or_none=strict, shift_reason=reason)
        except Refused as refusal:
            tell(refusal)
            return
        checked.clear()
        take(lambda: _bring_in(visitor, taken.stored, taken.name, versioned, told.accidents, strict, reason))


def _faults(told: Checked) -> None:
    if told.faults:
        rows = [(one.row, one.column, one.message) for one in told.faults[:FAULTS]]
        table(("行", "列", "错误"), rows, narrow=(0,))
        if told.fault_count > len(rows):
            st.caption(plain(f"以上为前{len(rows)}处，共{told.fault_count}处；导入后全部列在隔离区。"))


def _bring_in(
    visitor: Visitor,
    file: Stored,
    name: str,
    versioned: Versioned,
    total: int,
    strict: bool = False,
    reason: str | None = None,
) -> str:
    bar = st.progress(0.0, "正在导入…")

    def shown(done: int, _of: int | None) -> None:
        bar.progress(min(1.0, done / max(1, total)), f"已导入 {done} / {total} 起")

    with visitor.installation.files.open(file.sha256) as stream:
        run = bring_in(
            visitor.installation,
            visitor.acting,
            stream,
            file,
            name=name,
            profile=versioned,
            total=total,
            all_or_none=strict,
            shift_reason=reason or None,
            progress=shown,
        )
    return (
        f"第{run.id}批导入完成：新增{run.added}起，更正{run.changed}起，相同{run.unchanged}起，"
        f"重复{run.repeated}起，隔离{run.quarantined}起。"
    )


def _unfinished(visitor: Visitor, run: RunShown) -> None:
    st.warning(
        plain(
            f"第{run.id}批“{run.file_name}”于{when(run.updated_at)}导入到第{run.position}起（共{run.total}起）时中断，已导入的都在。"
        )
    )
    on, away, _ = st.columns((1, 1, 3))
    if on.button("继续导入", key=f"import/on/{run.id}", width="stretch"):
        take(lambda: _go_on(visitor, run))
    if away.button("不再继续", key=f"import/away/{run.id}", width="stretch"):
        take(lambda: _leave(visitor, run))


def _go_on(visitor: Visitor, run: RunShown) -> str:
    with visitor.reading() as read:
        versioned = profile_in_force(read.session, run.profile, run.profile_version)
    return _bring_in(visitor, Stored(run.sha256, run.file_bytes), run.file_name, versioned, run.total)


def _leave(visitor: Visitor, run: RunShown) -> str:
    with visitor.acting() as act:
        give_up_import(act, run.id)
    return f"第{run.id}批不再继续，已导入的{run.position}起保留。"


# Runs ------------------------------------------------------------------------------------------------------------------


def _runs(visitor: Visitor) -> None:
    asked = st.query_params.get("run", "")
    if asked.isdecimal():
        _run(visitor, int(asked))
        return
    key = after() or ""
    with visitor.reading() as read:
        found = run_list(read.session, read.actor, after=int(key) if key.isdecimal() else None, limit=PAGE + 1)
    if not found:
        empty("没有导入过事故。", "选择模板和文件后导入。", link("导入文件", f"/{ADDRESS}"))
        return
    table(RUN_HEADS, [_run_row(one) for one in found[:PAGE]], narrow=(0, 3, 4, 5, 6, 7, 8, 9, 10))
    pager(ADDRESS, found, lambda one: one.id, part="runs")


def _run_row(one: RunShown) -> tuple[object, ...]:
    return (
        link(str(one.id), _address(part="runs", run=one.id)),
        one.file_name,
        f"{one.profile} 第{one.profile_version}版" if one.profile_version else one.profile,
        one.state.label,
        one.added,
        one.changed,
        one.unchanged,
        one.quarantined,
        link(str(one.open_rows), _address(part="quarantine", run=one.id)) if one.open_rows else 0,
        when(one.started_at),
        one.author,
    )


def _run(visitor: Visitor, run_id: int) -> None:
    with visitor.reading() as read:
        run = run_shown(read.session, read.actor, run_id)
        found = difference_list(read.session, read.actor, run_id)
    st.html(link("全部批次", _address(part="runs")))
    table(RUN_HEADS, [_run_row(run)], narrow=(0, 3, 4, 5, 6, 7, 8, 9, 10))
    st.subheader(said("不同之处"))
    if not found:
        empty("没有不同之处。", "来源更正过的、台账保留的内容会列在这里。")
        return
    rows = [
        (one.source_key, one.field, _short(one.ours), _short(one.theirs), "已按来源更正" if one.taken else "保留台账")
        for one in found
    ]
    table(("事故", "项目", "台账", "来源", "处理"), rows, narrow=(0, 1, 4))


def _short(value: object) -> str:
    if value is None:
        return "未填"
    if isinstance(value, dict):
        return "、".join(f"{name}：{text}" for name, text in value.items())
    if isinstance(value, list):
        return f"{len(value)}人"
    return str(value)


# Quarantine ------------------------------------------------------------------------------------------------------------


def _quarantine(visitor: Visitor) -> None:
    one, run, key = (st.query_params.get(name, "") for name in ("row", "run", "after"))
    if one.isdecimal():
        _mending(visitor, int(one))
        return
    with visitor.reading() as read:
        found = quarantine_list(
            read.session,
            read.actor,
            run=int(run) if run.isdecimal() else None,
            after=int(key) if key.isdecimal() else None,
            limit=PAGE + 1,
        )
    if not found:
        empty("隔离区没有待处理的行。", "导入时有错误的行会放在这里，改正后再导入。", link("导入文件", f"/{ADDRESS}"))
        return
    rows = [
        (link(one.source_key or f"第{one.row}行", _address(part="quarantine", row=one.id)), one.file_name, one.told)
        for one in found[:PAGE]
    ]
    table(("事故编号", "文件", "错误"), rows, narrow=(0,))
    pager(ADDRESS, found, lambda one: one.id, part="quarantine", run=run or None)


def _mending(visitor: Visitor, quarantine_id: int) -> None:
    with visitor.reading() as read:
        found = quarantined(read.session, read.actor, quarantine_id)
    st.html(link("全部待处理的行", _address(part="quarantine")))
    st.error(
        listed(
            f"“{found.file_name}”中的这起事故有以下错误，改正后重试：", [fault_said(fault) for fault in found.faults]
        )
    )
    with st.form(f"mend/{quarantine_id}"):
        cells = _cells(found)
        tried = st.form_submit_button("保存并重试导入", type="primary")
    with st.expander(said("不导入")), st.form(f"drop/{quarantine_id}", border=False):
        reason = st.text_input("理由")
        dropped = st.form_submit_button("确定不导入")
    if tried:
        take(lambda: _retry(visitor, found, cells))
    if dropped:
        take(lambda: _drop(visitor, found, reason))


def _cells(found: QuarantineShown) -> dict[tuple[int, str], str]:
    """Ask for the cells of each row; those that are wrong stand first."""
    wrong = {(fault["row"], head) for fault in found.faults for head in str(fault["column"]).split("+")}
    typed: dict[tuple[int, str], str] = {}
    for row, texts in found.cells:
        st.markdown(f"**{plain(f'第{row}行')}**")
        pairs = sorted(zip(found.heads, texts, strict=True), key=lambda pair: (row, pair[0]) not in wrong)
        for first in range(0, len(pairs), 3):
            # Row by row: on a phone the columns follow each other, and what is wrong is to stay first.
            for column, (head, text) in zip(st.columns(3), pairs[first : first + 3], strict=False):
                typed[row, head] = column.text_input(plain(head), text, key=f"mend/{found.id}/{row}/{head}")
    return typed


def _retry(visitor: Visitor, found: QuarantineShown, cells: dict[tuple[int, str], str]) -> str:
    """Keep what was typed, then try; what is typed stays kept where it does not help yet."""
    before = {(row, head): text for row, texts in found.cells for head, text in zip(found.heads, texts, strict=True)}
    changed = {place: text for place, text in cells.items() if text.strip() != before[place].strip()}
    if changed:
        with visitor.acting() as act:
            mend(act, found.id, changed)
    with visitor.acting() as act:
        retry(act, found.id, territory_of(visitor.installation.settings))
    _leave_row()
    return f"第{found.row}行的事故已导入。"


def _drop(visitor: Visitor, found: QuarantineShown, reason: str) -> str:
    with visitor.acting() as act:
        drop(act, found.id, reason=reason)
    _leave_row()
    return f"第{found.row}行的事故不再导入。"


def _leave_row() -> None:
    st.query_params.from_dict({"part": "quarantine"})


# Profiles --------------------------------------------------------------------------------------------------------------


def _profiles(visitor: Visitor) -> None:
    with visitor.reading() as read:
        found = profile_list(read.session)
    asked = st.query_params.get("profile")
    chosen = next((one for one in found if one.profile.name == asked), None)
    rows = [
        (
            link(one.profile.title, _address(part="profiles", profile=one.profile.name)),
            one.profile.name,
            one.profile.source,
            f"第{one.version}版" if one.version else "系统所附",
            one.author or "",
            one.reason or "",
        )
        for one in found
    ]
    table(("导入模板", "名称", "来源", "版本", "修改人", "理由"), rows, narrow=(1, 2, 3, 4))
    draft = held("suggested").get("text")
    if chosen is not None:
        _editing(visitor, chosen.profile.text, chosen.version, chosen.profile.title)
    elif draft is not None:
        _editing(visitor, draft, None, "新的模板")
    _suggesting(visitor, found)


def _editing(visitor: Visitor, text: str, version: int | None, title: str) -> None:
    st.subheader(plain(title))
    with st.form("profile"):
        typed = st.text_area("模板全文（TOML）", text, height=420, max_chars=LONGEST, key=f"profile/{title}/{version}")
        reason = st.text_input("修改的理由")
        if st.form_submit_button("启用", type="primary"):
            take(lambda: _set_profile(visitor, typed, reason, version))


def _set_profile(visitor: Visitor, text: str, reason: str, version: int | None) -> str:
    with visitor.acting() as act:
        made = set_profile(act, text, reason=reason, seen_version=version, new=version is None)
    held("suggested").clear()
    return f"导入模板“{made.profile.name}”第{made.version}版已启用。"


def _suggesting(visitor: Visitor, known: Sequence[Versioned]) -> None:
    with st.expander(said("为一个文件拟出模板")):
        file = upload("事故台账文件（电子表格）", _limit(visitor), kinds=KINDS, key="suggest/file")
        name = st.text_input("模板名称（小写字母、数字、连字符）", "our-register", key="suggest/name").strip()
        if not st.button("拟出模板") or file is None:
            return
        try:
            stream = BytesIO(file.getvalue())
            refuse_no_table(stream, file.name, visitor.installation)
            with opened(stream, None) as sheet:
                fits = fitting(sheet.heads, [one.profile for one in known])
                text = None if fits else drafted(sheet, name, file.name.rpartition(".")[0] or file.name)
        except Refused as refusal:
            tell(refusal)
            return
    if fits is not None:
        st.success(plain(f"已有模板“{fits.title}”适用于这个文件，不必另拟。"))
        return
    held("suggested")["text"] = text
    st.query_params.from_dict({"part": "profiles"})
    st.rerun()


# Proposed cases --------------------------------------------------------------------------------------------------------


def _proposed(visitor: Visitor) -> None:
    days = visitor.installation.settings.proposal_days
    st.caption(plain(f"台账中{days}日以内发生、属于本单位调查范围而尚未立案的事故。系统只提请，由人员核对后立案。"))
    if not visitor.has(Role.OFFICER):
        empty("立案由民警办理。", "民警在这里看到应提请立案的事故。")
        return
    with visitor.reading() as read:
        found = proposed_cases(read.session, read.actor, visitor.installation.settings, local_date(read.at))
    if not found:
        empty(
            "没有应提请立案的事故。",
            "导入台账后，属于调查范围的近期事故会出现在这里。",
            link("导入文件", f"/{ADDRESS}"),
        )
        return
    for one in found[:PAGE]:
        _one_proposed(visitor, one)


def _one_proposed(visitor: Visitor, one: Proposed) -> None:
    what, go = st.columns((5, 1), vertical_alignment="center")
    hurt = "，".join(
        f"{word}{number}人"
        for word, number in (("死亡", one.deaths), ("重伤", one.serious), ("轻伤", one.light))
        if number
    )
    place = one.place or f"{one.road_name or ''}{one.stake or ''}"
    told = f"{when(one.occurred_at)}　{place}　{hurt or '伤亡不详'}　{one.trigger.label}"
    what.markdown(plain(f"{one.accident_number or '无事故编号'}　{told}"))
    if go.button("填写立案表", key=f"proposed/{one.id}", width="stretch"):
        try:
            with visitor.acting() as act:
                number = begin_case(act, one.id)
        except Refused as refusal:
            tell(refusal)
            return
        st.html(link("已按台账填好立案表，去核对", f"/file?draft={number}"))


def _address(**asked: object) -> str:
    return f"/{ADDRESS}?{urlencode(asked)}"


PARTS: dict[str, tuple[str, Callable[[Visitor], None]]] = {
    "file": ("导入文件", _file),
    "runs": ("批次", _runs),
    "quarantine": ("隔离区", _quarantine),
    "profiles": ("导入模板", _profiles),
    "proposed": ("提请立案", _proposed),
}

SCREEN = Screen(
    "导入事故",
    ADDRESS,
    "事故台账",
    show,
    frozenset({Role.OFFICER, Role.CLERK}),
    pictured=("", "?part=runs", "?part=quarantine", "?part=profiles", "?part=proposed"),
)
