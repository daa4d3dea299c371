"""模板: the unit's own forms: examined, put into use, taken out of use; a signed paper keeps the one it was signed with."""

from __future__ import annotations

import streamlit as st

from models.kernel.refs import Thing
from models.kernel.vocabulary import DocumentForm, DocumentKind, Word
from models.papers.queries.templates import TemplateShown, template_list
from ui.event_sentence import when
from ui.own_forms import LARGEST, examined, put_into_use
from ui.web.navigation import Screen
from ui.web.parts.admin import ADMIN, SECTION, folded
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done, take
from ui.web.parts.language import said
from ui.web.parts.table import empty, table
from ui.web.parts.trouble import told
from ui.web.parts.uploads import upload
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import listed

HEADS = ("编号", "发文单位", "文书", "文种", "版本", "文件", "上传人", "上传时间", "状态")


def show(visitor: Visitor) -> None:
    """Show the templates, and the ways to examine, use and retire one."""
    st.title(said("文书模板"))
    show_done()
    with visitor.reading() as read:
        found = template_list(read.session, read.actor)
    if found:
        table(HEADS, [_row(one) for one in found], narrow=(0, 3, 4, 7, 8))
    else:
        empty("没有模板，各种文书使用系统版式。", "用 Word 或 WPS 制作模板后在下面检查并启用。")
    choices = Choices(visitor)
    _hand_in(visitor, choices)
    used = {one.id for one in found if one.retired_at is None}
    if used:
        folded(visitor, "retire-template", choices)


def _row(one: TemplateShown) -> tuple[object, ...]:
    return (
        one.id,
        one.issuer,
        one.kind,
        one.form.label if one.form else "通用",
        one.version,
        one.file_name,
        one.uploaded_by,
        when(one.uploaded_at),
        "已停用" if one.retired_at else "在用",
    )


def _hand_in(visitor: Visitor, choices: Choices) -> None:
    with st.expander(said("检查和启用模板"), expanded=True):
        kind = st.selectbox(
            "文书", list(DocumentKind), index=None, format_func=_label, placeholder="请选择", key="template/kind"
        )
        form = st.selectbox(
            "文种（不选为各文种通用）",
            list(DocumentForm),
            index=None,
            format_func=_label,
            placeholder="通用",
            key="template/form",
        )
        units = choices.of(Thing.UNIT) or {}
        issuer = st.selectbox(
            "发文单位",
            list(units),
            index=None,
            format_func=lambda unit: units[unit],
            placeholder="请选择",
            key="template/issuer",
        )
        file = upload("模板文件（docx）", LARGEST, kinds=["docx"], key="template/file")
        look, use = st.columns(2)
        checked = look.button("只检查", width="stretch")
        used = use.button("检查并启用", type="primary", width="stretch")
    if not (checked or used):
        return
    if kind is None or file is None or (used and issuer is None):
        st.error("请选择文书、文件；启用时还须选择发文单位。")
        return
    data = file.getvalue()[: LARGEST + 1]
    with st.spinner("正在检查模板…"):
        _examine(visitor, data, file.name, kind, form, str(issuer) if used else None)


def _examine(
    visitor: Visitor, data: bytes, name: str, kind: DocumentKind, form: DocumentForm | None, issuer: str | None
) -> None:
    if issuer is not None:
        take(lambda: _used(visitor, data, name, kind, form, issuer))
        return
    with told():
        faults = examined(data, kind).faults
        if faults:
            st.error(listed("模板未通过检查：", faults))
        else:
            st.success("模板合格，可以启用。")


def _used(visitor: Visitor, data: bytes, name: str, kind: DocumentKind, form: DocumentForm | None, issuer: str) -> str:
    version = put_into_use(visitor.installation, visitor.account, data, name, issuer=issuer, kind=kind, form=form)
    return f"已启用{kind.label}模板第 {version} 版，此后签发的文书使用该模板。"


def _label(word: Word) -> str:
    return str(word.label)


SCREEN = Screen("文书模板", "templates", SECTION, show, ADMIN)
