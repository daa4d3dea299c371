"""Warnings in words, for pages and the command line: a probability is never told without the base rate beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from models.kernel.calendar.local_time import local_date
from models.kernel.vocabulary import WarningMethod
from models.papers.rules.shares import percent
from models.prevention.queries.criteria import TRIAL
from models.prevention.queries.due import BURSTS, CRITERIA, JUDGING, LAPSING, SCREENING
from models.prevention.queries.helped import TASK as EFFECT
from models.prevention.queries.warnings import WarningWhole
from models.prevention.rules.judging import Calibration
from models.prevention.rules.tally import TOO_LITTLE, Tally

PASSES = {
    LAPSING: ("逾期未处理的预警", "条"),
    CRITERIA: ("按判定标准新列预警", "条"),
    BURSTS: ("短期聚集新列预警", "条"),
    SCREENING: ("筛查新列预警", "条"),
    TRIAL: ("判定标准本地回测", "项"),
    JUDGING: ("评判满一年的名单", "份"),
    EFFECT: ("治理成效比较", "类"),
}
"""What the passes are called, and in what they count."""


EXPECTED = {
    WarningMethod.THREE_YEAR: "同类平均",
    WarningMethod.PROBABILITY: "同类平均",
    WarningMethod.BURST: "按该地点以往平均",
    WarningMethod.CRITERION: "同类平均",
}
"""What an expectation is taken from."""


def likely(probability: float | None, base_rate: float | None) -> str:
    """Return a probability with the base rate; 样本不足 where there is none."""
    if probability is None or base_rate is None:
        return TOO_LITTLE
    return f"{percent(probability)}（全部同类平均{percent(base_rate)}）"


def record_of(tally: Tally | None, on: date | None) -> str:
    """Return how lists by a criterion did on earlier years, as it was tried on a day."""
    return "尚未回测" if tally is None else f"{tally.words}（{on}回测）"


def truth_of(calibration: Calibration | None) -> str:
    """Return how true probabilities were."""
    if calibration is None:
        return TOO_LITTLE
    return f"平均偏差{percent(calibration.gap)}，误差比只报平均数小{percent(calibration.skill)}"


def what_it_rests_on(whole: WarningWhole) -> Iterator[str]:
    """Yield sentences: what warned and by what right, what was seen and to be expected, what became of it."""
    row = whole.row
    if whole.fires:
        yield f"判定标准“{row.criterion}”：{whole.fires}。"
        yield f"依据：{'参考值，' if whole.borrowed else ''}{whole.basis}。"
    if whole.record is not None:
        yield f"按此标准的本地回测：{record_of(*whole.record)}。"
    beside = "" if row.expected is None else f"，预期{row.expected:.1f}起（{EXPECTED[row.method]}）"
    yield f"{row.evidence_from}至{row.as_of}登记事故{row.observed}起{beside}。"
    yield f"一年内再发生严重事故的概率：{likely(row.probability, row.base_rate)}。"
    yield from _handled(whole)
    if row.hit is not None:
        came = f"命中，一年内发生严重事故{len(whole.happened)}起" if row.hit else "一年内没有发生严重事故"
        yield f"{whole.judged_on}评判：{came}。"


def _handled(whole: WarningWhole) -> Iterator[str]:
    on = "" if whole.handled_at is None else f"{local_date(whole.handled_at)}"
    if whole.outcome is not None:
        to = f"（{whole.hazard}）" if whole.hazard else ""
        yield f"{on}{whole.handled_by}研判：{whole.outcome.label}{to}。{whole.state_reason}"
    elif whole.handled_by:
        yield f"{on}{whole.handled_by}提请不采纳：{whole.state_reason}"
    elif whole.state_reason:
        yield f"名单未批准：{whole.state_reason}"
    for one in whole.objections:
        yield f"{one['on']}{one['by']}提出异议：{one['said']}（{one['recorded_by']}登记）"
