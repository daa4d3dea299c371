"""What a case lacks before it is archived, in words: the same at every door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from models.archive.rules.gaps import GapKind
from ui.event_sentence import when

if TYPE_CHECKING:  # the program starts without the database
    from models.archive.queries.completeness import GapShown

OTHERS = "限定查阅的文书只对有权查阅的人员列出，归档时全部核对。"
HEADS = ("缺项", "内容", "单位", "文号", "怎么办", "名称")


def summary(gaps: Sequence[GapShown]) -> str:
    """Return in one sentence whether the case can be archived."""
    standing = [one for one in gaps if one.blocks]
    excused = len(gaps) - len(standing)
    told = f"还有{len(standing)}处缺项，补齐或者经批准后才能归档" if standing else "没有缺项"
    return f"归档前检查：{told}{f'；另有{excused}处经批准缺存' if excused else ''}。"


def way_out(gap: GapShown) -> str:
    """Return what is to be done about a gap, or who let it be."""
    if gap.excused:
        return f"{gap.excused.by}{when(gap.excused.at)}准予：{gap.excused.reason}"
    if gap.key is None:
        return "请与主办民警、上级单位核对"
    return "补齐，或由领导、签发人说明理由准予" if gap.excusable else "须先办理"


def rows(gaps: Iterable[GapShown]) -> Iterable[tuple[object, ...]]:
    """Yield a row for each gap below `HEADS`."""
    for gap in gaps:
        yield GapKind(gap.kind).label, gap.text, gap.unit, gap.number, way_out(gap), gap.key
