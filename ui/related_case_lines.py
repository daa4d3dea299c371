"""Lines about cases related to a case, the same at every door."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ui.event_sentence import when

if TYPE_CHECKING:  # the program starts without the database
    from models.joining.queries.related_cases import Joined


def kin(joined: Joined | None) -> Iterable[str]:
    """Yield what hangs together with the case, a line each; agencies are told nothing of it."""
    if joined is None:
        return
    if joined.merged_into:
        yield f"本案已并入案件{joined.merged_into}，请到该案继续办理。"
    if joined.merged:
        yield f"并入本案的案件：{'、'.join(joined.merged)}"
    if joined.split_from:
        yield f"本案由案件{joined.split_from}分出。"
    if joined.split_into:
        yield f"由本案分出的案件：{'、'.join(joined.split_into)}"
    for link in joined.linked:
        yield f"关联案件：{link.case_number}（{link.nature.label}）{link.title}"
    for transfer in joined.transfers:
        yield f"{transfer.direction.label}：{transfer.organisation}，{when(transfer.happened_at)}"
    for decision in joined.liability:
        review = f"，复核{decision.review.label}" if decision.review else ""
        yield f"事故认定书：{decision.number}{review}"
    if joined.recused:
        yield f"回避：{'、'.join(one.name for one in joined.recused)}"
