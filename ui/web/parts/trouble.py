"""Shows refusals and failures on a page: one sentence, each fault on its line, never a stack trace."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException, StopException

from models.kernel.errors import Conflict, Refused
from ui.web.parts.words import listed

log = logging.getLogger("shencha.web")
SHOWN = 50


@contextmanager
def told() -> Iterator[None]:
    """Run a block of a page; what is refused is told in its place, and the rest of the page stands."""
    try:
        yield
    except Refused as refusal:
        tell(refusal)
    except (RerunException, StopException):
        raise
    except Exception:
        log.exception("a page could not be shown")
        st.error("页面暂时不能显示，请稍后刷新；管理员可查看日志 web.log。")


def tell(refusal: Refused) -> None:
    """Tell a refusal: what is wrong, where, and what to do next."""
    lines = [str(fault) for fault in refusal.faults[:SHOWN]]
    if len(refusal.faults) > SHOWN:
        lines.append(f"还有 {len(refusal.faults) - SHOWN} 处未列出。")
    if isinstance(refusal, Conflict):
        lines.append("内容已被他人更新，刷新本页即可看到最新情况。")
    st.error(listed(refusal.message, lines))
