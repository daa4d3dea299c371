"""A form for any step of the registry, read off its signature as the command line's verb is.

`action_form(visitor, case, "assess", fixed={"reply": "R1"})` asks for what `fixed` leaves open. What was typed stays in
the fields when the step is refused; somebody else's change meanwhile is told instead of being overwritten.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import streamlit as st

from models.actions import REGISTRY
from models.kernel.act import Act
from models.kernel.actions import Action, Step
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Invalid, Refused
from models.kernel.refs import codes_of
from models.kernel.rights.policy import Actor, reaches
from models.kernel.vocabulary import DocumentKind, Word
from models.optimistic_lock import refuse_stale
from models.papers.commands.delivery import PROVEN_BY
from ui.action_shape import Shape, coded, followers, names, parameters, shape
from ui.action_words import meaning as meaning_of
from ui.incoming import receive, receive_all, receive_pictures
from ui.web.parts.asking import panel, question
from ui.web.parts.choices import Choice, Choices
from ui.web.parts.done import DONE, held
from ui.web.parts.language import field_title, said, step_title
from ui.web.parts.trouble import tell
from ui.web.parts.uploads import upload
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import plain

LONG = {
    "text",
    "reason",
    "note",
    "minutes",
    "remark",
    "work_done",
    "answer_text",
    "left_reason",
    "looked_at",
    "conclusion",
    "matter",
    "reasons",
    "inclination",
    "summary",
    "demand",
    "description",
}
HIDDEN = {"seen_round", "seen_version", "despite_open_work", "despite_similar"}
Rest = Mapping[Any, Mapping[str, str]]  # by a value of the type of its parameter, which a program cannot say
# What is chosen above a form because it decides what else is asked: the step, its parameter, and by its value the rest.
DECIDING: Mapping[str, tuple[str, Rest]] = {"deliver": ("mode", PROVEN_BY)}
# A unit that is chosen above a form because it decides what may be written to it: the step, its parameter, the paper.
ADDRESSED: Mapping[str, tuple[str, DocumentKind]] = {
    "add-measure": ("organisation", DocumentKind.RECTIFICATION_NOTICE),
    "confirm-responsible": ("organisation", DocumentKind.RECTIFICATION_NOTICE),
    "prepare-request": ("recipient", DocumentKind.REQUEST_FOR_INSTRUCTIONS),
    "prepare-opinion": ("recipient", DocumentKind.OPINION),
    "prepare-inquiry": ("recipient", DocumentKind.FACT_INQUIRY),
}
LINES = "每行一项"
YES_NO = {"是": True, "否": False}
DATES = Shape(date, many=True)
Answers = Mapping[str, object]
"""What a step is given, by its parameters."""
Only = Callable[[str, object], bool]
"""Whether a parameter may be given a choice."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Up to which event a case was shown, and the round of approval of each of its papers."""

    seq: int
    rounds: dict[str, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked once more before a step is taken, and the step's answers."""

    lines: list[str]
    answers: Answers


@dataclass(slots=True)
class Memory:
    """What a window remembers of a form: how often it was sent, what the person saw, what is being asked."""

    taken: int = 0
    seen: Seen | None = None
    asked: Asked | None = None


def may(actor: Actor, action: str) -> bool:
    """Return whether any role of the actor carries for a step at all; the command itself decides for the case."""
    return any(reaches(actor, right) for right in REGISTRY[action].rights)


def action_form(
    visitor: Visitor,
    case_number: str | None,
    action: str,
    choices: Choices,
    *,
    fixed: Answers | None = None,
    only: Only | None = None,
    current: Answers | None = None,
    begins: Answers | None = None,
    key: str = "",
) -> None:
    """Show the form of a step, and take the step when it is sent. `case_number` None is a step of the office.

    `only(parameter, choice)` narrows what can be chosen, as papers to those in draft; `current` is what a change begins
    with: a field that is left as it was is not sent, and one that was emptied is sent empty. `begins` is what a field proposes,
    and is sent like what was typed.
    """
    fixed, current = dict(fixed or {}), dict(current or {})
    proposed = {**(begins or {}), **current}
    declared = REGISTRY[action]
    step = declared.command
    asked = {n: p for n, p in parameters(step).items() if n not in fixed and n not in HIDDEN}
    name = "/".join(str(part) for part in (case_number, action, *fixed.values(), key) if part)
    # Sent, the form is another one: the browser keeps what was typed for as long as a field has the same name.
    memory: Memory = held(name).setdefault("form", Memory())
    done, taken = held(DONE), memory.taken
    shown = Seen(choices.seq, dict(choices.rounds))
    seen = memory.seen = memory.seen or shown

    def field(parameter: str, spec: inspect.Parameter) -> object:
        key = f"{name}/{taken}/{parameter}"
        return _field(declared, parameter, spec, choices, key, only, proposed.get(parameter))

    deciding, rest = DECIDING.get(action, ("", {}))
    unit, kind = ADDRESSED.get(action, ("", None))
    above = {parameter: field(parameter, spec) for parameter, spec in asked.items() if parameter in (deciding, unit)}
    if kind is not None and above.get(unit):
        st.caption(plain(choices.may_get(str(above[unit]), kind)))
    if deciding in above:
        declared = _as_decided(declared, asked, rest, above[deciding], memory)
    with st.form(f"form/{name}/{taken}", border=len(asked) > len(above)):
        given = above | {
            parameter: field(parameter, spec) for parameter, spec in asked.items() if parameter not in above
        }
        sent = st.form_submit_button(step_title(action).partition("（")[0], type="primary")
    if not sent and memory.asked is not None:
        _confirmed(visitor, case_number, action, name, memory, memory.asked, done)
        return
    if not sent:
        memory.seen = shown
        return
    memory.asked = None
    try:
        answers: dict[str, object] = {
            **fixed,
            **{n: v for n, v in given.items() if _changed(v, current.get(n), choices.of(names(step, n)) is None)},
        }
        _refuse_missing(declared, asked, answers)
        answers = {name: _dates(value) if shape(step, name) == DATES else value for name, value in answers.items()}
        paper = answers.get("paper")
        if "seen_round" in parameters(step) and isinstance(paper, str) and paper in seen.rounds:
            answers["seen_round"] = seen.rounds[paper]
        answers = _taken_in(visitor, step, answers)
        asked_once = question(
            visitor, case_number, action, lambda act: _step(act, case_number, action, answers, seen.seq), answers
        )
        if asked_once is not None:
            lines, further = asked_once
            memory.asked = Asked(lines, {**answers, **further})
            _confirmed(visitor, case_number, action, name, memory, memory.asked, done)
            return
        _take(visitor, case_number, action, answers, seen.seq)
    except Refused as refusal:
        # What is shown from now on is what the person answers for.
        memory.seen = shown
        tell(refusal)
        return
    _over(action, memory, done)


def _confirmed(
    visitor: Visitor,
    case_number: str | None,
    action: str,
    name: str,
    memory: Memory,
    asked: Asked,
    done: dict[str, object],
) -> None:
    """Ask once more below the form; take the step where that is confirmed, as it was asked."""
    answer = panel(asked.lines, action, f"asked/{name}/{memory.taken}")
    if answer is None:
        return
    memory.asked = None
    if answer:
        seen = memory.seen
        assert seen is not None  # the form that asked was shown
        try:
            _take(visitor, case_number, action, asked.answers, seen.seq)
        except Refused as refusal:
            memory.seen = None
            tell(refusal)
            return
        _over(action, memory, done)
    st.rerun()


def _over(action: str, memory: Memory, done: dict[str, object]) -> None:
    done["told"] = f"{REGISTRY[action].title}：已办理。"
    memory.taken += 1
    memory.seen = None
    st.rerun()


def take_seen(visitor: Visitor, case_number: str, action: str, seen_seq: int, /, **answers: object) -> None:
    """Take a step of a case that was shown up to the event `seen_seq`; raises Conflict where somebody acted since."""
    _take(visitor, case_number, action, answers, seen_seq)


def _take(visitor: Visitor, case_number: str | None, action: str, answers: Answers, seen_seq: int) -> None:
    with visitor.acting() as act:
        _step(act, case_number, action, answers, seen_seq)


def _step(act: Act, case_number: str | None, action: str, answers: Answers, seen_seq: int) -> object:
    step = REGISTRY[action].command
    if case_number is None:
        return step(act, **answers)
    refuse_stale(act, case_number, seen_seq, action, answers)
    return step(act, case_number, **answers)


def _taken_in(visitor: Visitor, step: Step, answers: Answers) -> dict[str, object]:
    """Put uploads into the store: looked at by their bytes, named safely; what a refused step leaves harms nothing."""
    found = dict(answers)
    for name in answers:
        typed = shape(step, name)
        if not typed.file:
            continue
        given: Any = answers[name]  # what `upload` gave: a file, or several
        if typed.many:
            taking = receive_pictures if typed.picture else receive_all
            found[name] = taking([(file, file.name) for file in given], visitor.installation)
        else:
            facts = followers(step)[name]
            one = receive(given, given.name, visitor.installation, evidence="picture" in facts)
            found[name] = one.stored
            known = {"file_name": one.name, "media_type": one.media_type, "picture": one.picture}
            found |= {parameter: known[fact] for fact, parameter in facts.items()}
    return found


def _as_decided(
    declared: Action,
    asked: dict[str, inspect.Parameter],
    rest: Rest,
    value: object,
    memory: Memory,
) -> Action:
    """Ask for what a choice wants, and for nothing that only another choice would; what was to be confirmed is of no more use
    once the choice is another one."""
    wanted = rest.get(value, {})
    for name in {name for others in rest.values() for name in others} - set(wanted):
        asked.pop(name, None)
    if memory.asked is not None and value not in memory.asked.answers.values():
        memory.asked = None
    return replace(declared, wants={**declared.wants, **wanted})


def _changed(value: object, now: object, typed: bool) -> bool:
    """Whether a field says something: filled in otherwise than it stood, or, where it is typed, emptied."""
    if value in (None, "", [], ()):
        return typed and value is not None and now not in (None, "", [], ())
    return bool(value != now)


def _refuse_missing(declared: Action, asked: Mapping[str, inspect.Parameter], answers: Answers) -> None:
    wanted = declared.wants
    missing = [
        wanted.get(name) or meaning_of(declared.name, name)
        for name, spec in asked.items()
        if (spec.default is inspect.Parameter.empty or name in wanted) and name not in answers
    ]
    if missing:
        raise Invalid(f"请填写：{'、'.join(missing)}。", code="missing")


def _dates(lines: object) -> list[date]:
    assert isinstance(lines, list)  # so the field of several dates gives them
    try:
        return [date.fromisoformat(line) for line in lines]
    except ValueError as wrong:
        raise Invalid("日期请每行写一个，如2026-03-05。", code="bad_date") from wrong


def _field(
    declared: Action,
    name: str,
    spec: inspect.Parameter,
    choices: Choices,
    key: str,
    only: Only | None,
    now: Any,  # of the parameter's own type, which a program cannot say
) -> object:
    step, wanted = declared.command, declared.wants
    typed = shape(step, name)
    required = spec.default is inspect.Parameter.empty or name in wanted
    offered = _offered(choices, step, name)
    meaning = wanted.get(name) or field_title(declared.name, name)
    if offered is not None:
        meaning = meaning.partition("，如")[0].removesuffix("编号").removesuffix("名称或")  # chosen, not typed
    label = f"{meaning}{'' if required or _says_so(meaning) else said('（可不填）')}"
    if typed.file:
        limit = choices.visitor.installation.settings.max_file_bytes
        return (upload(label, limit, many=True, key=key) if typed.many else upload(label, limit, key=key)) or None
    if offered is not None:
        return _chosen(label, offered, typed, key, name, only)
    if issubclass(typed.of, Word):
        words = [word for word in typed.of if only is None or only(name, word)]
        if typed.many:
            return st.multiselect(label, words, list(now or ()), format_func=_label, placeholder="请选择", key=key)
        index = words.index(now) if now in words else None
        return st.selectbox(label, words, index=index, format_func=_label, placeholder="请选择", key=key)
    if typed.of is bool:
        index = None if now is None else list(YES_NO.values()).index(bool(now))
        answer = st.radio(label, list(YES_NO), index=index, horizontal=True, key=key)
        return None if answer is None else YES_NO[answer]
    if typed.of is datetime:
        at = st.datetime_input(label, value=None, key=key)
        return None if at is None else at.replace(tzinfo=SHANGHAI)
    if typed.of is date and not typed.many:
        return st.date_input(label, value=now, format="YYYY-MM-DD", key=key)
    if typed.of is int:
        return st.number_input(label, value=None, step=1, key=key)
    if typed.of is float:
        return st.number_input(label, value=None, min_value=0.0, format="%g", key=key)
    if typed.many:
        lines = st.text_area(f"{label}，{LINES}", "\n".join(now or ()), key=key, height=80)
        return [line.strip() for line in lines.splitlines() if line.strip()]
    if name in LONG:
        return st.text_area(label, now or "", key=key, height=100).strip()
    return st.text_input(label, now or "", key=key).strip()


def _offered(choices: Choices, step: Step, name: str) -> Mapping[Choice, str] | None:
    """Return what a parameter can be chosen from: things of the case, or words of a code table; None where it is typed."""
    if name not in codes_of(step):
        return choices.of(names(step, name))
    with choices.visitor.reading():  # the words of the installation are known only there
        return {word: word for word in coded(step, name) or ()}


def _says_so(meaning: str) -> bool:
    """Whether a field's own words say what leaving it empty means."""
    return meaning.endswith("）") and ("（不" in meaning or "（可" in meaning)


def _chosen(
    label: str,
    offered: Mapping[Choice, str],
    typed: Shape,
    key: str,
    name: str,
    only: Only | None,
) -> list[Choice] | Choice | None:
    values = [value for value in offered if only is None or only(name, value)]
    if typed.many:
        return st.multiselect(label, values, format_func=lambda v: offered[v], placeholder="请选择", key=key)
    return st.selectbox(label, values, index=None, format_func=lambda v: offered[v], placeholder="请选择", key=key)


def _label(word: Word) -> str:
    return str(word.label)
