"""How a paper speaks to the one who reads it: 你局, 你公司, or the name of who stands above."""

from __future__ import annotations

import re

from models.kernel.vocabulary import DocumentForm

from .common import Head

_UPWARD = (DocumentForm.REPORT, DocumentForm.REQUEST)
_CALLED = {
    **{word: word for word in ("局", "厅", "支队", "大队", "中队", "公司", "中心")},
    **dict.fromkeys(("检察院", "法院"), "院"),
    **dict.fromkeys(("委员会", "监委", "纪委"), "委"),
    **dict.fromkeys(("委员会办公室", "安办"), "办"),
    **dict.fromkeys(("学校", "小学", "中学"), "校"),
}
_KIND = re.compile(f"(?:{'|'.join(_CALLED)})$")
_BY_NAME = re.compile("(?:政府|党委|[省市区县]委)$")


def reader(head: Head) -> str:
    """How the one reader is called: 你局, 你公司, else 你单位; by its name who stands above, and every government."""
    if len(head.recipients) != 1:
        return "各单位" if head.recipients else "你单位"
    [name] = head.recipients
    if head.form in _UPWARD or _BY_NAME.search(name):
        return name
    kind = _KIND.search(name)
    return f"你{_CALLED[kind[0]] if kind else '单位'}"
