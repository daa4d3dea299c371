"""What a browser asks to change: a list of changes read from JSON, each with the name (`op`) that makes it one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from models.kernel.errors import Invalid, NotAllowed

MOST = 1000
"""How many changes come at once: a large pasted block."""
NAME = re.compile(r"\+?[A-Za-z0-9_.-]{1,60}(?:/\d{1,3})?", re.ASCII)


class OtherAccount(NotAllowed):
    """Who sends is not who wrote: somebody signed in by another window of the same browser."""

    code = "other_account"


class Kind(StrEnum):
    """What a change does: write a cell, add a row, take one out, put it back; correct a cell after the report is signed;
    take an entry of the knowledge base over."""

    SET = "set"
    ADD = "add"
    REMOVE = "remove"
    RESTORE = "restore"
    CORRECT = "correct"
    TAKE = "take"


@dataclass(frozen=True, slots=True)
class Asked:
    """One change. A row that begins with + is the one that the addition of that row brings. `seen` is the version of the
    cell that the person had before their eyes. Rows of one pasted block are added under one name: block/1, block/2 …
    `reason` is why a cell is corrected, or why a row is withdrawn that is not simply taken out. What is taken from the
    knowledge base is named by `value`: the key of an entry and the places of its measures, parted by blanks."""

    op: str
    kind: Kind
    row: str
    field: str = ""
    value: str = ""
    seen: int | None = None
    reason: str = ""

    @property
    def block(self) -> str:
        """The name of the block of which it is a part; its own where it is none."""
        return self.op.partition("/")[0]


def cell(body: bytes) -> tuple[str, str, str]:
    """Return row, field and value of a cell that somebody thinks of correcting. Raises Invalid."""
    said = from_json(body)
    value = said.get("value")
    if not isinstance(value, str):
        raise _unclear()
    return _name(said, "row"), _name(said, "field"), value


def read(body: bytes, account: str) -> list[Asked]:
    """Return the changes in a request. Raises Invalid, and OtherAccount where somebody else had written them."""
    said = from_json(body)
    ops = said.get("ops")
    if not isinstance(ops, list) or not ops:
        raise Invalid("没有写明改动。", code="no_changes")
    if said.get("account", account) != account:
        raise OtherAccount("本窗口已换成另一账号登录，改动没有保存；请用原账号登录。")
    if len(ops) > MOST:
        raise Invalid(f"一次最多 {MOST} 处改动。", code="too_many_changes")
    return [_one(op) for op in ops]


def from_json(body: bytes) -> dict[str, Any]:
    """Return what a browser sends. Raises Invalid for what is no JSON, or holds half a character (a lone surrogate), which
    no answer could repeat; what is no object is empty."""
    try:
        said = json.loads(body)
        json.dumps(said, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Invalid("提交的内容不是有效的 JSON。", code="not_json") from None
    return said if isinstance(said, dict) else {}


def _one(said: object) -> Asked:
    if not isinstance(said, dict):
        raise _unclear()
    seen = said.get("seen")
    if seen is not None and (isinstance(seen, bool) or not isinstance(seen, int)):
        raise _unclear()
    kind = said.get("kind")
    if kind not in {one.value for one in Kind}:
        raise _unclear()
    value, reason = said.get("value", ""), said.get("reason", "")
    if not isinstance(value, str) or not isinstance(reason, str):
        raise _unclear()
    return Asked(_name(said, "op"), Kind(kind), _name(said, "row"), _name(said, "field", ""), value, seen, reason)


def _name(said: dict[str, object], key: str, otherwise: str | None = None) -> str:
    found = said.get(key, otherwise)
    if found == otherwise and otherwise is not None:
        return otherwise
    if not isinstance(found, str) or NAME.fullmatch(found) is None:
        raise _unclear()
    return found


def _unclear() -> Invalid:
    return Invalid("改动的写法不对，没有保存。", code="bad_change")
