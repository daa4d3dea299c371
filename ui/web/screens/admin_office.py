"""审批与编号: who approves what each issuer writes, where its numbers come from, who signs for whom, who is away."""

from __future__ import annotations

import streamlit as st

from models.kernel.vocabulary import DocumentKind, Role
from models.office.queries.chains import chain_list, series_list
from ui.web.navigation import Screen
from ui.web.parts.admin import ADMIN, SECTION, folded
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done
from ui.web.parts.language import said
from ui.web.parts.table import table
from ui.web.parts.visitor import Visitor

KINDS = {"*": "其他各类", **{kind.value: kind.label for kind in DocumentKind}}


def show(visitor: Visitor) -> None:
    """Show chains and series, each with the form that changes it."""
    st.title(said("审批与编号"))
    show_done()
    with visitor.reading() as read:
        chains, series = chain_list(read.session), series_list(read.session)
    choices = Choices(visitor)
    st.subheader(said("审批流程"))
    table(
        ("发文机关", "文书", "审批步骤"),
        [(one.issuer, KINDS[one.kind], " → ".join(map(_step, one.steps))) for one in chains],
        narrow=(1,),
    )
    folded(visitor, "set-chain", choices)
    st.subheader(said("编号序列"))
    table(
        ("发文机关", "文书", "机关代字", "编号"),
        [(one.issuer, KINDS[one.kind], one.prefix, one.mode) for one in series],
        narrow=(1, 2, 3),
    )
    folded(visitor, "set-series", choices)
    st.subheader(said("代签、请假与交接"))
    for action in ("authorise-signing", "revoke-authorisation", "record-absence", "hand-over"):
        folded(visitor, action, choices)


def _step(text: str) -> str:
    """Return a step with its role in Chinese, as it may be typed again."""
    role, _, rest = text.partition(":")
    return f"{Role(role).label}:{rest}"


SCREEN = Screen("审批与编号", "office", SECTION, show, ADMIN)
