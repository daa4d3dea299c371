"""Lines about cases related to a case, the same at every door."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ui.event_sentence import when


def kin(view: dict[str, Any]) -> Iterable[str]:
    """Yield what hangs together with the case, a line each; agencies are told nothing of it."""
    if view.get("merged_into"):
        yield f"本案已并入案件{view['merged_into']}，请到该案继续办理。"
    if view.get("merged"):
        yield f"并入本案的案件：{'、'.join(view['merged'])}"
    if view.get("split_from"):
        yield f"本案由案件{view['split_from']}分出。"
    if view.get("split_into"):
        yield f"由本案分出的案件：{'、'.join(view['split_into'])}"
    for link in view.get("linked", ()):
        yield f"关联案件：{link['case_number']}（{link['nature'].label}）{link['title']}"
    for one in view.get("transfers", ()):
        yield f"{one['direction'].label}：{one['organisation']}，{when(one['happened_at'])}"
    for one in view.get("liability", ()):
        review = f"，复核{one['review'].label}" if one["review"] else ""
        yield f"事故认定书：{one['number']}{review}"
    if view.get("recused"):
        yield f"回避：{'、'.join(one['name'] for one in view['recused'])}"
