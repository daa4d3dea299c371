"""通报: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, Named, entries, lines, text
from documents.fields.shared import NUMBERED, dated
from models.papers.kinds.circular.content import Circular, DivisionCount

from .accidents import amount, change, on_what
from .layout import because, share


def _of_division(place: int, name: str) -> Named[DivisionCount]:
    return text(name, f"{name}，按区划", lambda d: amount(d.counts[place], d.counts[place].now))


FIELDS: Fields[Circular] = (
    *NUMBERED,
    text("通报时期", "所通报的时期", lambda p: p.called or None),
    text("首日", "通报时期的首日", lambda p: dated(p.since)),
    text("末日", "通报时期的末日", lambda p: dated(p.until)),
    text("依据", "依据的规则", lambda p: p.power),
    text("在办案件", "在办深度调查案件数", lambda p: str(p.figures.open_cases)),
    entries(
        "事故",
        "通报时期的事故数据，与上年同期对比",
        lambda p: p.figures.accidents.figures if p.figures.accidents else (),
        (
            text("指标", "指标名称", lambda c: c.indicator.label),
            text("本期", "本期数字", lambda c: amount(c, c.now)),
            text("上年同期", "上年同期数字", lambda c: None if c.before is None else amount(c, c.before)),
            text("同比", "与上年同期相比的变化", change),
        ),
    ),
    entries(
        "区划",
        "各区划的事故数据",
        lambda p: p.figures.accidents.divisions if p.figures.accidents else (),
        (
            text("名称", "区划名称", lambda d: d.name),
            *(
                _of_division(one, name)
                for one, name in enumerate(("事故起数", "死亡", "受伤", "损失", "亡人事故", "死亡3人以上"))
            ),
        ),
    ),
    lines("事故说明", "事故数据的口径和须说明的事项", lambda p: (on_what(p),) if p.figures.accidents else ()),
    entries(
        "单位",
        "各单位到期和完成情况",
        lambda p: p.figures.units,
        (
            text("名称", "单位名称", lambda u: u.unit),
            text("到期", "到期措施项数", lambda u: str(u.due)),
            text("按期完成", "按期完成项数", lambda u: str(u.on_time)),
            text("逾期后完成", "逾期后完成项数", lambda u: str(u.done_late)),
            text("逾期未完成", "逾期未完成项数", lambda u: str(u.late)),
            text("按期完成率", "按期完成率和95%置信区间", lambda u: share(u)),
        ),
    ),
    entries(
        "逾期",
        "逾期未完成的事项",
        lambda p: p.figures.matters,
        (
            text("单位", "单位名称", lambda m: m.unit),
            text("事项", "事项内容", lambda m: m.matter),
            text("原定日期", "原定完成日期", lambda m: dated(m.planned)),
            text("逾期天数", "逾期天数", lambda m: str(m.days_late)),
            text("原因", "单位说明的原因和催办督办情况", because),
        ),
    ),
    lines("问题和教训", "专题通报的问题和教训", lambda p: p.lessons),
    lines("好的做法", "好的做法", lambda p: p.practices),
    lines("要求", "拟稿人补充的要求", lambda p: p.steps),
)
