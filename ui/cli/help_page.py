"""Help in Chinese: typer's own headings and hints are English, so pages are laid out here, by display width."""

from __future__ import annotations

import inspect
import unicodedata
from collections.abc import Iterable
from typing import Any

from typer.core import TyperCommand, TyperGroup

GAP = 2
WIDEST_NAME = 34


def width(text: str) -> int:
    """Return how many columns a terminal gives the text: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def plain_path(ctx: Any) -> str:
    """Return how the command was reached; typer puts a group's own argument into braces."""
    return str(ctx.command_path).replace("{", "").replace("}", "")


def page(command: Any, ctx: Any) -> str:
    """Return the whole help page of a command or group."""
    parts = [f"用法：{plain_path(ctx)} {_usage(command, ctx)}".rstrip()]
    if command.help:
        parts.append(inspect.cleandoc(command.help))
    params = command.get_params(ctx)
    parts.append(_section("参数", (_argument(p) for p in params if p.param_type_name == "argument")))
    if isinstance(command, TyperGroup):
        parts.append(_section("动作" if command.params else "命令", _verbs(command, ctx)))
    parts.append(_section("选项", (_option(p) for p in params if p.param_type_name == "option" and not p.hidden)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _verbs(group: TyperGroup, ctx: Any) -> Iterable[tuple[str, str]]:
    for name in group.list_commands(ctx):
        verb = group.get_command(ctx, name)
        if verb is not None and not verb.hidden:
            yield name, (verb.help or "").split("\n")[0]


def _usage(command: Any, ctx: Any) -> str:
    params = command.get_params(ctx)
    pieces = ["[选项]"] if any(p.param_type_name == "option" for p in params) else []
    pieces += [_named(p) for p in params if p.param_type_name == "argument"]
    if isinstance(command, TyperGroup):
        pieces.append("动作 …" if pieces[1:] else "命令 …")
    return " ".join(pieces)


def _named(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    name = f"{name}…" if argument.nargs != 1 else name
    return name if argument.required else f"[{name}]"


def _argument(argument: Any) -> tuple[str, str]:
    return argument.metavar or argument.name.upper(), argument.help or ""


def _option(option: Any) -> tuple[str, str]:
    if option.name == "help":
        return "--help", "显示本说明"
    names = " / ".join([option.opts[0], *option.secondary_opts[:1]])
    if not option.is_flag:
        names = f"{names} {option.metavar or '值'}"
    marks = [mark for wanted, mark in ((option.required, "必填"), (option.multiple, "可重复")) if wanted]
    return names, f"{option.help or ''}{'（' + '，'.join(marks) + '）' if marks else ''}"


def _section(title: str, rows: Iterable[tuple[str, str]]) -> str:
    rows = list(rows)
    if not rows:
        return ""
    column = min(max(width(name) for name, _ in rows), WIDEST_NAME) + GAP
    lines = [f"{title}："]
    for name, meaning in rows:
        if width(name) + GAP > column:
            lines += [f"  {name}", f"  {' ' * column}{meaning}"]
        else:
            lines.append(f"  {name}{' ' * (column - width(name))}{meaning}".rstrip())
    return "\n".join(lines)


class Group(TyperGroup):
    """A group of verbs whose help is in Chinese."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page; the formatter only carries it."""
        formatter.write(page(self, ctx))


class Verb(TyperCommand):
    """A verb whose help is in Chinese."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page; the formatter only carries it."""
        formatter.write(page(self, ctx))
