"""The five papers of a case as five status signs, the same at every door."""

from __future__ import annotations

from collections.abc import Iterable

from models.kernel.vocabulary import FIVE_DOCUMENTS, DocumentKind, Word

_SIGNS = {
    "not_started": "○",
    "draft": "◔",
    "in_approval": "◑",
    "issued": "◕",
    "delivered": "●",
    "not_applicable": "－",
    "withheld": "△",
}
LEGEND = "○ 未开始  ◔ 拟稿  ◑ 审批中  ◕ 已签发  ● 已送达（报告书、档案签发即完成）  － 不适用  △ 不公开"
# They are served on nobody: signed is all they can become.
_TO_NOBODY = (DocumentKind.ANALYSIS_REPORT, DocumentKind.TRACEBACK_ARCHIVE)


def finished(kind: DocumentKind, state: Word) -> bool:
    """Return whether a kind of paper has come as far as it can."""
    return state.value == "delivered" or (state.value == "issued" and kind in _TO_NOBODY)


def sign(kind: DocumentKind, state: Word) -> str:
    """Return the sign of how far one kind of paper has come."""
    return _SIGNS["delivered" if finished(kind, state) else state.value]


def signs(states: Iterable[Word]) -> str:
    """Return the five signs side by side."""
    return "".join(sign(kind, state) for kind, state in zip(FIVE_DOCUMENTS, states, strict=True))
