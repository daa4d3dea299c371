"""The first page: cases with the progress of their five papers, and one case in detail. Run by `shencha web`."""

from __future__ import annotations

import logging

import streamlit as st

from models.errors import Refused
from ui.web.parts.reading import desk
from ui.web.screens import case_detail, case_list

log = logging.getLogger("shencha.web")


def main() -> None:
    """Show the page that the address asks for; whatever goes wrong is one Chinese sentence."""
    st.set_page_config(page_title="深查", layout="wide")
    try:
        opened = desk()
        number = st.query_params.get("case")
        if number:
            case_detail.show(opened, number)
        else:
            case_list.show(opened)
    except Refused as refusal:
        st.info(refusal.message)
        if "case" in st.query_params:
            st.button("返回案件列表", on_click=st.query_params.clear)
    except Exception:
        log.exception("a page could not be shown")
        st.error("页面暂时不能显示，请稍后刷新；管理员可查看日志 web.log。")


main()
