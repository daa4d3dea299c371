"""一条隐患: everything about it, its photographs, what lies near, and what officers and leaders do about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape
from itertools import groupby

import streamlit as st

from models.kernel import divisions
from models.kernel.base import Json
from models.kernel.errors import NotFound
from models.kernel.refs import Thing
from models.kernel.vocabulary import HazardGrade, HazardState, Role
from models.register.commands.hazards import check_site
from models.register.queries.hazards import HazardShown, hazard_shown
from models.register.rules.hazards import STEPS
from models.register.rules.site_checks import ANSWERS, PROBLEM, SiteQuestion, problems, site_questions
from ui.event_sentence import when
from ui.hazard_words import COLUMNS, shown
from ui.incoming import receive_pictures
from ui.web.files_out import file_link, hazard_photo_address, site_check_address
from ui.web.navigation import POLICE, Screen
from ui.web.parts.action_form import YES_NO, may
from ui.web.parts.admin import folded
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done, take
from ui.web.parts.language import said
from ui.web.parts.table import empty, table
from ui.web.parts.uploads import upload
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, cell, link, plain

ADDRESS = "hazard"
OF = {"report": "上报照片", "check": "核查照片", "sketch": "现场草图"}
_TO_CHECK = (HazardState.REPORTED, HazardState.CHECKED)


def show(visitor: Visitor) -> None:
    """Show the hazard that the address names."""
    number = st.query_params.get("number", "")
    try:
        with visitor.reading() as read:
            found = hazard_shown(read.session, read.actor, number)
    except NotFound as refusal:
        st.title(said("隐患"))
        empty(refusal.message, "请从隐患列表进入。", link("隐患列表", "/hazards"))
        return
    st.title(plain(f"隐患 {found.hazard_number}"))
    show_done()
    _head(found)
    _orders(visitor, found)
    _photos(found)
    _check_shown(found)
    _steps_to_take(visitor, found)
    _near(found)
    _history(found)


def _head(found: HazardShown) -> None:
    grade = "等级未定" if found.severity is None else found.severity.label
    reason = f"：{found.state_reason}" if found.state_reason else ""
    st.html(Html(f'<p class="sc-turn">{cell(f"{found.state.label}{reason}，{grade}，{found.source.label}")}</p>'))
    st.markdown(plain(found.description))
    facts = "".join(
        f"<span>{escape(said(name))}：{cell(value)}</span>" for name, value in _facts(found) if value not in (None, "")
    )
    st.html(Html(f'<p class="sc-head">{facts}</p>'))


def _orders(visitor: Visitor, found: HazardShown) -> None:
    """Lead to the work orders about it, or to the form that opens one."""
    links = [link(f"交办案件 {number}", f"/case?number={number}") for number in found.cases]
    if found.state is HazardState.CHECKED and may(visitor.actor, "open-work-order"):
        links.append(link("交办隐患", f"/work-orders?hazard={found.hazard_number}"))
    if links:
        st.html(Html(f"<p>{'，'.join(links)}</p>"))


def _facts(found: HazardShown) -> Iterator[tuple[str, object]]:
    yield "路段", found.road_name
    yield "桩号", found.stake
    yield "地点", found.place
    if found.longitude is not None:
        yield "坐标（CGCS2000）", f"{found.longitude:.6f},{found.latitude:.6f}"
    yield "行政区划", divisions.name(found.division_code) if found.division_code else None
    yield "排查时间", found.found_on
    yield "责任单位", found.responsible_name
    yield "责任人", found.responsible_person
    yield "资金（元）", found.funds
    yield "期限", found.due_on
    yield "验收日期", found.accepted_on
    yield "接收单位", found.unit
    yield "上报人", found.reporter
    yield "上报时间", when(found.reported_at)
    if found.ledger:
        yield "台账", f"{found.ledger['name']}，序号{found.ledger['key']}"
        for head, text in found.ledger["others"].items():
            yield f"台账·{head}", text


def _photos(found: HazardShown) -> None:
    if not found.photos:
        return
    pictures = "".join(
        f'<a href="{escape(hazard_photo_address(found.hazard_number, place))}" target="_blank" rel="noopener">'
        f'<img class="sc-small" src="{escape(hazard_photo_address(found.hazard_number, place))}/small" '
        f'alt="{escape(OF[photo["of"]])}{place}" loading="lazy"></a> '
        for place, photo in enumerate(found.photos, 1)
    )
    st.html(Html(f"<p>{pictures}</p>"))


def _check_shown(found: HazardShown) -> None:
    check = found.site_check
    if check is None:
        return
    st.subheader(said("现场核查"))
    by = "、".join(name for name in (check["by_name"], check["with_name"]) if name)
    verdict = _verdict(check)
    note = f"，{check['note'].rstrip('。')}" if check["note"] else ""
    st.markdown(plain(f"{when(datetime.fromisoformat(check['at']))}，{by}现场核查，{verdict}{note}。"))
    seen = [(question.aspect, question.asks, words) for question, words in problems(check["answers"])]
    if seen:
        table(("方面", "核查项目", "发现的问题"), seen, narrow=(0,))
    st.html(Html(f"<p>{file_link(site_check_address(found.hazard_number), '打印现场核查表')}</p>"))
    with st.expander("核查表全部内容"):
        table(("方面", "核查项目", "情况"), [_answered(question, check) for question in site_questions()], narrow=(0,))


def _verdict(check: Json) -> str:
    return "确认为隐患" if check["confirmed"] else "未确认为隐患"


def _answered(question: SiteQuestion, check: Json) -> tuple[str, str, str]:
    given = check["answers"].get(question.key, {"answer": "未列", "note": ""})
    return question.aspect, question.asks, "：".join(part for part in (given["answer"], given["note"]) if part)


def _steps_to_take(visitor: Visitor, found: HazardShown) -> None:
    """Show the forms of what the person may do about the hazard as it stands."""
    fixed = {"hazard": found.hazard_number, "seen_version": found.version}
    if found.state in _TO_CHECK and may(visitor.actor, "check-site"):
        with st.expander(said("现场核查表"), expanded=found.state is HazardState.REPORTED):
            _check(visitor, found)
    if found.state not in (HazardState.CLOSED, HazardState.DISMISSED):
        folded(visitor, "edit-hazard", Choices(visitor), fixed=fixed, current=_as_it_is(found))
    if found.state in _TO_CHECK:
        folded(visitor, "dismiss-hazard", Choices(visitor), fixed=fixed)


def _as_it_is(found: HazardShown) -> dict[str, object]:
    """Return what the fields of a change begin with."""
    names = ("description", "road_name", "stake", "place", "division_code", "severity", "responsible_person")
    return {name: getattr(found, name) for name in names} | {"due": found.due_on}


def _check(visitor: Visitor, found: HazardShown) -> None:
    """Ask the questions of a check on site; refused, what was typed stays in the fields."""
    if found.site_check is None:
        st.html(Html(f"<p>{file_link(site_check_address(found.hazard_number), '打印空白核查表')}</p>"))
    key, limit = f"check/{found.hazard_number}/{found.version}", visitor.installation.settings.max_file_bytes
    given: dict[str, tuple[str | None, str]] = {}
    with st.form(key):
        for aspect, asked in groupby(site_questions(), key=lambda question: question.aspect):
            st.html(Html(f'<p class="sc-aspect">{cell(aspect)}</p>'))
            for question in asked:
                answer = st.radio(
                    plain(question.asks), ANSWERS, index=None, horizontal=True, key=f"{key}/{question.key}"
                )
                note = st.text_input(
                    plain(f"{question.asks}：具体情况"),
                    placeholder=f"{PROBLEM}的，说明具体情况",
                    label_visibility="collapsed",
                    key=f"{key}/{question.key}/note",
                )
                given[question.key] = answer, note.strip()
        confirmed = st.radio("是否确认为隐患", list(YES_NO), index=None, horizontal=True, key=f"{key}/confirmed")
        severity = st.radio(
            "隐患等级（确认的必选）",
            list(HazardGrade),
            index=None,
            horizontal=True,
            format_func=lambda one: str(one.label),
            key=f"{key}/severity",
        )
        note = st.text_area("核查情况（未确认的必填）", key=f"{key}/note", height=80).strip()
        people = Choices(visitor).of(Thing.ACCOUNT) or {}
        companion = st.selectbox(
            "共同核查的民警（可不选）",
            list(people),
            index=None,
            format_func=lambda one: people[one],
            placeholder="请选择",
            key=f"{key}/with",
        )
        photos = upload("现场照片", limit, key=f"{key}/photos", many=True)
        sketch = upload("现场草图", limit, key=f"{key}/sketch", many=True)
        sent = st.form_submit_button("保存核查结果", type="primary")
    if not sent:
        return
    if confirmed is None:
        st.error("请选择是否确认为隐患。")
        return

    def step() -> str:
        store = visitor.installation
        taken = receive_pictures([(file, file.name) for file in photos], store)
        drawn = receive_pictures([(file, file.name) for file in sketch], store)
        with visitor.acting() as act:
            check_site(
                act,
                hazard=found.hazard_number,
                confirmed=YES_NO[confirmed],
                site_answers=[f"{name}={answer}：{words}" for name, (answer, words) in given.items() if answer],
                severity=severity,
                note=note or None,
                checked_with=None if companion is None else str(companion),
                photos=taken,
                sketch=drawn,
                seen_version=found.version,
            )
        return "现场核查已保存。"

    take(step)


def _near(found: HazardShown) -> None:
    if found.alike:
        st.subheader(said("附近相似的隐患"))
        st.caption("相距不超过100米、排查时间相差不超过90天、描述相近，请核对是否同一处。")
        rows = [
            (
                link(one.hazard_number, f"/{ADDRESS}?number={one.hazard_number}"),
                one.description,
                one.state,
                one.found_on,
                _away(one.distance_m),
            )
            for one in found.alike
        ]
        table(("编号", "隐患描述", "状态", "排查时间", "距离"), rows, narrow=(0, 2, 3, 4))
    if found.accidents:
        st.subheader(said("附近500米内已登记的事故"))
        accidents = [
            (
                one.occurred_on,
                one.place or one.title,
                one.deaths,
                _injured(one.serious, one.light),
                _away(one.distance_m),
            )
            for one in found.accidents
        ]
        table(("日期", "地点", "死亡", "受伤", "距离"), accidents, narrow=(0, 2, 3, 4))
    if found.measures:
        st.subheader(said("附近事故的整改措施"))
        measures = [
            (
                link(one.case_number, f"/case?number={one.case_number}"),
                f"{one.measure} {one.text}",
                one.organisation,
                one.state,
                _away(one.distance_m),
            )
            for one in found.measures
        ]
        table(("案件", "整改措施", "责任单位", "状态", "距离"), measures, narrow=(0, 4))


def _away(metres: int | None) -> str:
    return "同一地点" if metres is None else f"{metres}米"


def _injured(serious: int | None, light: int | None) -> object:
    return None if serious is None and light is None else (serious or 0) + (light or 0)


def _history(found: HazardShown) -> None:
    if not found.steps:
        return
    st.subheader(said("办理过程"))
    rows = [(when(one.at), STEPS[one.kind], one.actor_name, _changes(one.data), one.why) for one in found.steps]
    table(("时间", "事项", "办理人", "内容", "理由"), rows, narrow=(0, 1))


def _changes(data: Json) -> str:
    told = [
        f"{COLUMNS[name]}：{shown(before)} → {shown(after)}"
        for name, (before, after) in data.get("changes", {}).items()
        if name not in ("east_m", "north_m", "stake_m", "responsible_id")
    ]
    if "check" in data:
        told.append(_verdict(data["check"]))
    if "case" in data:
        told.append(f"案件{data['case']}")
    if data.get("photos"):
        told.append(f"照片{len(data['photos'])}张")
    return "；".join(told)


SCREEN = Screen("隐患详情", ADDRESS, "隐患", show, POLICE | {Role.AGENCY}, listed=False)
