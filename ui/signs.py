"""The five papers of a case as five signs, the same on every door."""

from __future__ import annotations

from collections.abc import Iterable

from models.rules.vocabulary import Word

_SIGNS = {
    "not_started": "○",
    "draft": "◔",
    "in_approval": "◑",
    "issued": "◕",
    "delivered": "●",
    "not_applicable": "－",
    "withheld": "△",
}
LEGEND = "○ 未开始  ◔ 拟稿  ◑ 审批中  ◕ 已签发  ● 已送达  － 不适用  △ 不公开"


def sign(state: Word) -> str:
    """Return the sign of how far one kind of paper has come."""
    return _SIGNS[state.value]


def signs(states: Iterable[Word]) -> str:
    """Return the five signs side by side."""
    return "".join(sign(state) for state in states)
