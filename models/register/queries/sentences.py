"""What must be said beside figures of the register, a sentence each: the same on pages, at the command line and in a 通报."""

from __future__ import annotations

from models.clock.rules.due import add_months
from models.kernel.calendar.local_time import chinese_date
from models.kernel.vocabulary import Coverage, Indicator
from models.register.rules.figures import UNIT, shown

from .figures import Report
from .totals import Closing, Rates


def amount(indicator: Indicator, value: int | None) -> str:
    """Return a figure with its unit: 12起, 3.5万元; what nobody knows is 不详."""
    return "不详" if value is None else f"{shown(indicator, value):,}{UNIT[indicator]}"


def beside(told: Report) -> list[str]:
    """Return what must be said beside the figures, a sentence each."""
    lines = []
    other = Coverage.TERRITORY if told.coverage is Coverage.JURISDICTION else Coverage.JURISDICTION
    both = "、".join(
        f"{one.label}{amount(one, told.other_coverage[one])}" for one in (Indicator.ACCIDENTS, Indicator.DEATHS)
    )
    lines.append(f"{other.label}统计：{both}。")
    if told.procedure_unknown:
        lines.append(f"其中{told.procedure_unknown}起台账未写明处理程序，一并计入。")
    if told.simple:
        lines.append(f"按简易程序处理的{told.simple}起另计，不在以上数字中。")
    if told.immature_since is not None:
        lines.append(
            f"{told.immature_since.month}月{told.immature_since.day}日以后的{told.immature_accidents}起未满7日，"
            "死亡人数还可能增加，与上年同期相比时须留意。"
        )
    if told.register_begins is not None and told.register_begins > add_months(told.since, 1):
        lines.append(f"台账中最早的事故发生在{chinese_date(told.register_begins)}，此前没有数据。")
    if told.rates is not None:
        lines += rates(told.rates)
    lines += [closing(one) for one in told.closings]
    return lines


def rates(told: Rates) -> list[str]:
    """Return the rates of a year, a sentence each, and what stands in them."""
    lines = []
    with_motorcycles = "含摩托车" if told.with_motorcycles else "不含摩托车"
    motorways = "含高速公路" if told.with_motorways else "不含高速公路"
    if told.per_10_000_vehicles is not None:
        lines.append(
            f"{told.year}年万车死亡率{told.per_10_000_vehicles:.2f}（死亡{told.deaths}人，{motorways}；"
            f"机动车保有量{told.vehicles:,}辆，{with_motorcycles}；{told.basis}）。"
        )
    if told.per_100_000_people is not None:
        lines.append(
            f"{told.year}年十万人口死亡率{told.per_100_000_people:.2f}（死亡{told.deaths}人，{motorways}；"
            f"常住人口{told.residents:,}人；{told.basis}）。"
        )
    return lines


def closing(told: Closing) -> str:
    """Return how a closed month stands: against the official statistics, and against itself as it was closed."""
    apart, since = _apart(told.differences), _apart(told.corrected)
    official = f"与交管统计相差：{apart}（{told.note}）" if apart else "与交管统计一致"
    corrected = f"；关账后又更正：{since}" if since else ""
    return f"{told.month.year}年{told.month.month}月已关账，{official}{corrected}。"


def _apart(differences: dict[str, int]) -> str:
    told = []
    for name, more in differences.items():
        indicator = Indicator(name)
        sign = "多" if more > 0 else "少"
        told.append(f"{indicator.label}{sign}{amount(indicator, abs(more))}")
    return "、".join(told)
