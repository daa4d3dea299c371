"""规则: limits, manners, ladder and calendar, each as it is in force, with the way to a new version."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import groupby

import streamlit as st

from models.clock.commands.calendars import load_year
from models.clock.commands.rules import set_ladder
from models.clock.queries.rulebook import Rulebook, rulebook, rung_data
from models.clock.rules.calendar_file import LARGEST
from models.clock.rules.ladder_file import read_ladder
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.workdays import DayKind, statutory_days
from models.kernel.rights import policy
from models.prevention.queries.criteria import criteria_shown
from models.prevention.rules.criteria import typed
from ui.web.navigation import Screen
from ui.web.parts.admin import ADMIN, SECTION, folded
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done, take
from ui.web.parts.language import said
from ui.web.parts.table import empty, table
from ui.web.parts.uploads import upload
from ui.web.parts.visitor import Visitor
from ui.web.parts.ways import parts_of_page, ways
from ui.web.parts.words import link, plain

ADDRESS = "rules"
YEARS = range(2000, 2101)


def show(visitor: Visitor) -> None:
    """Show the part of the rules that the address names."""
    with visitor.reading() as read:
        policy.require(read.actor, "office.manage")
        rules, year = rulebook(read.session), local_date(read.at).year
    part = st.query_params.get("part", "limits")
    part = part if part in PARTS else "limits"
    st.title(said("规则"))
    parts_of_page("规则", ADDRESS, {name: title for name, (title, _) in PARTS.items()}, part)
    show_done()
    PARTS[part][1](visitor, rules, year)


def _limits(visitor: Visitor, rules: Rulebook, _year: int) -> None:
    code = st.query_params.get("code")
    table(
        ("代码", "名称", "时限", "起算", "办理方", "末日遇休息日", "依据", "版本"),
        [
            (
                link(rule.code, f"/{ADDRESS}?part=limits&code={rule.code}"),
                rule.name,
                f"{rule.amount}{rule.unit.label}",
                rule.starts_at,
                rule.turn,
                "顺延" if rule.roll_over else "不顺延",
                f"{'参考值：' if rule.borrowed else ''}{rule.basis}",
                rule.version,
            )
            for rule in rules.latest.values()
            if code in (None, rule.code)
        ],
        narrow=(0, 2, 4, 5, 7),
    )
    if code in rules.latest:
        st.html(link("全部时限规则", f"/{ADDRESS}?part=limits"))
        folded(visitor, "set-rule", Choices(visitor), fixed={"code": code}, open_now=True)
    else:
        st.caption("点击代码修改一条规则；修改后正在计时的时限按新规则重算，人为确定的日期不变。")


def _manners(visitor: Visitor, rules: Rulebook, _year: int) -> None:
    group, kind = st.query_params.get("group"), st.query_params.get("kind")
    manners = rules.manners
    chosen = next(((g, k) for g, k in manners.rows if (g.value, k.value) == (group, kind)), None)
    table(
        ("受文单位", "文书", "文种", "发文机关", "标题", "结束语", "逾期时", "版本"),
        [
            (
                link(g.label, f"/{ADDRESS}?part=manners&group={g.value}&kind={k.value}"),
                k,
                row.form,
                row.issued_by,
                row.title,
                row.closing,
                row.when_late,
                manners.versions.get((g, k), 1),
            )
            for (g, k), row in manners.rows.items()
            if chosen in (None, (g, k))
        ],
        narrow=(2, 7),
    )
    if chosen is None:
        st.caption("点击受文单位修改一条行文规则；此前拟制的文书不变。")
        return
    st.html(link("全部行文规则", f"/{ADDRESS}?part=manners"))
    folded(visitor, "set-manner", Choices(visitor), fixed={"group": chosen[0], "kind": chosen[1]}, open_now=True)


def _ladder(visitor: Visitor, rules: Rulebook, _year: int) -> None:
    st.caption(f"第 {plain(rules.ladder_version)} 版" if rules.ladder_version else "系统默认值")
    table(
        ("代码", "何时", "工作日", "事项", "告知", "须审批"),
        [
            (
                rung.code,
                rung.when,
                rung.working_days or "",
                rung.what,
                "、".join(told.label for told in rung.addressees),
                "是" if rung.needs_approval else "否",
            )
            for rung in rules.ladder
        ],
        narrow=(0, 2, 5),
    )
    with st.expander("以文件替换督办阶梯"):
        said_now = json.dumps({"rungs": [rung_data(rung) for rung in rules.ladder]}, ensure_ascii=False, indent=1)
        st.caption("复制下面的内容，在文件中修改后上传；已经发生的提醒和督办不变。")
        st.code(said_now, language="json", height=240)

        def replace(data: bytes, reason: str) -> str:
            with visitor.acting() as act:
                return f"督办阶梯已改为第{set_ladder(act, read_ladder(data), reason=reason)}版。"

        _upload("督办阶梯（JSON）", "ladder", replace)


def _calendar(visitor: Visitor, rules: Rulebook, this_year: int) -> None:
    asked = st.query_params.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in YEARS else this_year
    near = range(this_year - 2, this_year + 3)
    ways("年份", ((str(one), f"/{ADDRESS}?part=calendar&year={one}", one == year) for one in near))
    calendar = rules.calendar
    days = {entry.day: (entry.kind, entry.name) for entry in calendar.days.values() if entry.day.year == year}
    if calendar.published(year):
        st.caption(f"{plain(year)}年，版本 {plain(calendar.version(year, year))}")
    else:
        days = {day: (DayKind.OFF, name) for day, name in statutory_days(year).items()} | days
        st.info(f"{plain(year)}年放假安排尚未载入，只列法定节假日，补假和调休待公布，涉及的时限为暂定。")
    rows = []
    for (kind, name), run in groupby(sorted(days), key=days.__getitem__):
        span = list(run)
        rows.append((name, kind, f"{span[0]} 至 {span[-1]}" if len(span) > 1 else str(span[0]), len(span)))
    if rows:
        table(("节日", "安排", "日期", "天数"), rows, narrow=(1, 3))
    else:
        empty("没有与周末不同的日子。", "载入该年放假安排后会显示在这里。")
    with st.expander("载入某年放假安排"):
        again = st.checkbox("更正已载入的年份，生成新版本", key="calendar/replace")

        def load(data: bytes, reason: str) -> str:
            with visitor.acting() as act:
                loaded = load_year(act, data, reason=reason, replace=again)
            return f"已载入{loaded.year}年放假安排（版本{loaded.version}）；{loaded.replanned.sentence}"

        _upload("放假安排（JSON，含 year 和 days）", "calendar", load)


def _upload(label: str, key: str, load: Callable[[bytes, str], str]) -> None:
    """Show a file with a reason to hand in; each fault is told on its line."""
    file = upload(label, LARGEST, kinds=["json"], key=f"{key}/file")
    reason = st.text_input("依据或理由，如通知文号", key=f"{key}/reason").strip()
    if not st.button("上传并生效", type="primary", key=f"{key}/send"):
        return
    if file is None:
        st.error("请选择文件。")
        return
    data = file.getvalue()[: LARGEST + 1]
    take(lambda: load(data, reason))


def _criteria(visitor: Visitor, _rules: Rulebook, _year: int) -> None:
    with visitor.reading() as read:
        found = criteria_shown(read.session, read.actor)
    code = st.query_params.get("code")
    table(
        ("代码", "名称", "针对", "触发情形", "依据", "版本"),
        [
            (
                link(one.criterion.code, f"/{ADDRESS}?part=criteria&code={one.criterion.code}"),
                one.criterion.name if one.criterion.in_force else f"{one.criterion.name}（停用）",
                one.criterion.kind.label,
                one.criterion.fires,
                f"{'参考值：' if one.criterion.borrowed else ''}{one.criterion.basis}",
                one.criterion.version,
            )
            for one in found
            if code in (None, one.criterion.code)
        ],
        narrow=(0, 2, 5),
    )
    chosen = next((one.criterion for one in found if one.criterion.code == code), None)
    if chosen is None:
        st.caption("点击代码修改一条判定标准；已经列出的预警不变。")
        folded(visitor, "set-criterion", Choices(visitor))
        return
    st.html(link("全部判定标准", f"/{ADDRESS}?part=criteria"))
    begins = {
        "name": chosen.name,
        "fires": typed(chosen),
        "basis": chosen.basis,
        "borrowed": chosen.borrowed,
        "in_force": chosen.in_force,
        "warning_kind": chosen.kind,
        "party_liability": chosen.liability,
    }
    folded(visitor, "set-criterion", Choices(visitor), fixed={"criterion": code}, current=begins, open_now=True)


PARTS: dict[str, tuple[str, Callable[[Visitor, Rulebook, int], None]]] = {
    "limits": ("时限规则", _limits),
    "manners": ("行文规则", _manners),
    "ladder": ("督办阶梯", _ladder),
    "calendar": ("工作日历", _calendar),
    "criteria": ("预警判定标准", _criteria),
}

SCREEN = Screen(
    "规则",
    ADDRESS,
    SECTION,
    show,
    ADMIN,
    pictured=("", "?part=manners", "?part=ladder", "?part=calendar", "?part=criteria"),
)
