"""Wrong usage in Chinese: typer raises it in English, with the facts at hand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ui.cli.help_page import plain_path

Raised = Any  # typer keeps these classes in a private copy of click, and only their names are known


@dataclass(frozen=True, slots=True)
class Told:
    """What to print; a `page` is help that was asked for by typing nothing, and goes to stdout."""

    text: str
    is_page: bool = False


def sentence(error: Raised) -> Told:
    """Return what is wrong with the command line and where its help is."""
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return Told(error.message, is_page=True)
    return Told(f"{_what(kind, error)}\n{_hint(error)}".rstrip())


def _what(kind: str, error: Raised) -> str:
    name = _name(error)
    if kind == "MissingParameter":
        return f"缺少{name}。"
    if kind == "NoSuchOption":
        near = error.possibilities
        return f"没有选项 {error.option_name}{'，您是否要用 ' + '、'.join(sorted(near)) if near else ''}。"
    if kind == "BadParameter":
        return f"{name}填写有误：{_chinese(error.message)}"
    if kind == "BadOptionUsage":
        return f"选项 {error.option_name} 用法有误，请查看说明。"
    if error.message.startswith("Missing command"):
        return "请写明要做什么。"
    unknown = re.match(r"No such command '(.*?)'\.?(?: Did you mean (.*)\?)?", error.message)
    if unknown:
        near = (unknown.group(2) or "").replace("'", "")
        what = "动作" if error.ctx is not None and error.ctx.info_name == "do" else "命令"
        return f"没有{what} {unknown.group(1)}{'，您是否要用 ' + near if near else ''}。"
    extra = re.search(r"unexpected extra argument(?:s|\(s\))? \((.*)\)", error.message)
    if extra:
        return f"多出了参数：{extra.group(1)}。"
    return f"命令用法有误：{error.message}"


def _name(error: Raised) -> str:
    param = getattr(error, "param", None)
    if param is None:
        return "参数"
    if param.param_type_name == "option":
        return f"选项 {param.opts[0]}"
    return f"参数“{param.metavar or param.name}”"


def _chinese(message: str) -> str:
    if re.search(r"[一-鿿]", message):
        return message
    if "valid integer" in message:
        return "须为整数。"
    bound = re.search(r"(?:greater|less) than or equal to (\S+)", message)
    if bound:
        return f"不能{'小于' if 'greater' in message else '大于'} {bound.group(1)}。"
    return f"请核对（{message}）。"


def _hint(error: Raised) -> str:
    if error.ctx is None:
        return ""
    # A group's own argument stands in the path in braces.
    return f"用法见：{plain_path(error.ctx)} --help"
