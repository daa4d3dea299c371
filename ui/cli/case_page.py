"""One case on a terminal, to be read in ten seconds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from models.kernel.vocabulary import AssignmentState
from ui.case_words import kind_told
from ui.cli.answer import say, table
from ui.cli.recurrence import recurrence_table
from ui.event_sentence import about, by, sent_back, when
from ui.related_case_lines import kin
from ui.signs import sign

if TYPE_CHECKING:
    from models.overview.queries.case_view import CaseView
    from models.papers.queries.documents import PaperShown
    from models.prevention.queries.recurrences import RecurrenceOfCase
    from models.rectification.queries.effects import EffectShown
    from models.rectification.queries.measure_view import MeasureShown, UnitShown

TEXT_SHOWN = 24


def show_case(view: CaseView, events: int) -> None:
    """Print the case: what it is, the five papers, whose turn it is, units, measures, what happened last."""
    say(f"{view.case_number}  {view.title}")
    say(f"{kind_told(view)} · {view.stage.label} · 预警：{view.light.label}")
    say(view.turn)
    for line in returned_lines(view.documents):
        say(line)
    for line in kin(view.joined):
        say(line)
    say("  ".join(f"{sign(step.kind, step.state)} {step.kind.label}" for step in view.progress))
    say()
    table(
        ("编号", "文书", "文号", "主送", "状态", "签发"),
        (
            (paper.ref, paper.kind, paper.number, paper.recipient, _state(paper), paper.issued_on)
            for paper in view.documents
        ),
        empty="还没有文书。",
    )
    say()
    table(
        ("措施", "内容", "责任单位", "状态", "下一期限", "灯"),
        _measures(view.measures),
        empty="没有整改措施。",
    )
    _effect(view.effect)
    _recurrences(view.recurrences)
    if events:
        say()
        say("最近事项")
        from models.overview.queries.event_groups import grouped

        for group in reversed(grouped(reversed(view.events))[:events]):
            last = group.newest
            say(f"  {when(last.happened_at)}  {last.what}{about(group.events)}（{by(last)}）")


def returned_lines(papers: Iterable[PaperShown]) -> Iterable[str]:
    """Yield a line for each paper that was sent back: by whom, when and why."""
    return (f"退回：{one.ref} {one.title}，{sent_back(one.returned)}" for one in papers if one.returned)


def _effect(effect: EffectShown | None) -> None:
    """Print when the measures are to be evaluated, and what was said of each."""
    if effect is None or effect.state == "withdrawn":
        return
    done = f"，已于{when(effect.completed_at)}完成" if effect.completed_at else ""
    say()
    say(f"整改评估：{effect.opens_on}起，至{effect.due_on}{done}")
    table(
        ("措施", "结果", "整改前", "整改后", "结论", "评估人"),
        (
            (
                one.measure,
                f"{one.result.label}（整改后又发生）" if one.refuted and one.result else one.result,
                one.before,
                one.after,
                one.conclusion,
                one.evaluated_by,
            )
            for one in effect.measures
        ),
        empty="没有需要评估的措施。",
    )


def _recurrences(recurrences: list[RecurrenceOfCase]) -> None:
    if not recurrences:
        return
    say()
    say("整改后又发生")
    recurrence_table(recurrences)


def _state(paper: PaperShown) -> str:
    return f"{paper.status.label}，已签收" if paper.acknowledged_at else paper.status.label


def _measures(measures: list[MeasureShown]) -> Iterable[tuple[object, ...]]:
    for measure in measures:
        text = _short(measure.text)
        if not measure.organisations:
            yield measure.ref, text, "（未确认）", None, None, None
        for place, hand in enumerate(measure.organisations):
            closed = hand.state is AssignmentState.CLOSED
            state = hand.outcome if closed and hand.outcome else hand.standing
            first = (measure.ref, text) if place == 0 else ("", "")
            yield (*first, _unit(measure, hand), state, None if closed else hand.due_on, hand.light)
        for stage in measure.milestones:
            reached = "已达到" if stage.reached else "未达到"
            words = _short(f"{stage.ref} {stage.kind.label}：{stage.text}")
            yield "", words, None, reached, None if stage.reached else stage.due_on, stage.light


def _unit(measure: MeasureShown, hand: UnitShown) -> str:
    """A unit by its name; with its part where it is not alone, and the case that its work is done in."""
    part = f"{hand.part.label}：" if len(measure.organisations) > 1 else ""
    merged = f"（并入{hand.merged_with}）" if hand.merged_with else ""
    return f"{part}{hand.organisation}{merged}{'（已不承担）' if hand.released else ''}"


def _short(text: str) -> str:
    return text if len(text) <= TEXT_SHOWN else f"{text[:TEXT_SHOWN]}…"
