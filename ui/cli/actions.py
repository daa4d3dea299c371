"""`shencha case do NUMBER ACTION …` and `shencha office ACTION …`: a verb for every step in the registry, read off it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer

from models.kernel.actions import Action
from models.kernel.refs import Thing
from models.kernel.vocabulary import Word
from ui.action_shape import coded, followers, names, parameters, shape
from ui.action_words import COUNTS
from ui.action_words import meaning as meaning_of
from ui.cli.answer import Answer, say
from ui.cli.help_page import Group, Verb
from ui.cli.options import As, Json, choices, day, moment, word


class Actions(Group):
    """The group behind `case do`: its verbs come from the registry, and are built only when one is asked for."""

    def steps(self) -> Mapping[str, Callable[..., Any]]:
        """Return the steps that this group offers by their names."""
        return registry()

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all steps, in the order of a case's life; then what else stands in the group."""
        return [*self.steps(), *(name for name in self.commands if name not in self.steps())]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the verb of a step, or what else bears the name; None where there is no such step."""
        return verb(cmd_name) if cmd_name in self.steps() else super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Offer the nearest names where one is mistyped."""
        if args and args[0] not in self.steps() and args[0] not in self.commands:
            self.commands = {**self.commands, **{name: verb(name) for name in self.steps()}}
        return super().resolve_command(ctx, args)


class OfficeActions(Actions):
    """The group `office`: steps outside any case, or across several."""

    def steps(self) -> Mapping[str, Callable[..., Any]]:
        """Return the steps of the office."""
        return registry(office=True)


def registry(*, office: bool = False) -> Mapping[str, Callable[..., Any]]:
    """Return the steps; imported late, because the database's library takes longer than all help together."""
    from models.actions import ACTIONS, OFFICE_ACTIONS

    return OFFICE_ACTIONS if office else ACTIONS


def declared(name: str) -> Action:
    """Return what a step declares of itself."""
    from models.actions import REGISTRY

    return REGISTRY[name]


@cache
def verb(name: str) -> Any:
    """Return the command line verb of a step."""
    step = registry().get(name) or registry(office=True)[name]
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=Verb, help=declared(name).title)(_runner(name, step))
    return typer.main.get_command(app)


READERS: dict[type, Callable[[str], Any]] = {date: day, datetime: moment}
METAVARS = {str: "文字", int: "数字", float: "数字", date: "日期", datetime: "时间", Path: "文件"}
NAMED = {Thing.UNIT: "单位", Thing.ACCOUNT: "账号", Thing.CASE: "案件编号"}


def _option(action: str, step: Callable[..., Any], name: str, parameter: inspect.Parameter) -> inspect.Parameter:
    """Return the parameter as typer reads it."""
    typed = shape(step, name)
    flag = name.replace("_", "-")
    flags, named = [f"--{flag}"], names(step, name)
    if typed.many and flag.endswith("s") and flag[:-1] not in parameters(step):
        flags.append(f"--{flag[:-1]}")  # --measure M1 --measure M2 reads better
    meaning, metavar, parser = meaning_of(action, name), METAVARS.get(typed.of), READERS.get(typed.of)
    if issubclass(typed.of, Word):
        meaning, metavar, parser = f"{meaning}：{choices(typed.of)}", "代码", word(typed.of)
    words = coded(step, name)
    if words is not None:
        meaning = f"{meaning}：{'、'.join(words)}"
    if typed.of is datetime:
        meaning += "，须写明时区"  # a page knows where it stands, a shell does not
    if typed.of is bool:
        flags = [f"--{flag}/--no-{flag}"]
    if named is not None:
        metavar = NAMED.get(named, "编号")
    value: Any = typed.of
    if parser is not None:
        value = Any
    if typed.many:
        value = list[value]
    required = parameter.default is inspect.Parameter.empty
    if not required:
        value = value | None if value is not Any else Any
    info = typer.Option(*flags, help=meaning, metavar=metavar, parser=parser, show_default=False)
    default = inspect.Parameter.empty if required else None
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[value, info], default=default)


def _runner(name: str, step: Callable[..., Any]) -> Callable[..., None]:
    options = [_option(name, step, given, parameter) for given, parameter in parameters(step).items()]
    everywhere = [
        inspect.Parameter("account", inspect.Parameter.KEYWORD_ONLY, annotation=As, default=None),
        inspect.Parameter("json", inspect.Parameter.KEYWORD_ONLY, annotation=Json, default=False),
    ]
    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)

    def run(context: typer.Context, *, account: str | None, json: bool, **typed: Any) -> None:
        from ui.installation import open_installation

        case_number = context.parent.params.get("number") if context.parent else None
        given = {key: value for key, value in typed.items() if value not in (None, [], ())}
        with open_installation() as installation, ExitStack() as opened:
            # Files lie in the store before the act may mention them; what a refused act leaves there harms nothing.
            given |= _taken_in(step, given, installation)
            act = opened.enter_context(installation.acting(account, decides=declared(name).decides))
            result = step(act, **given) if case_number is None else step(act, case_number, **given)
        answer: Answer = context.obj
        answer.give(
            {**({} if case_number is None else {"case_number": case_number}), "action": name, "result": result},
            lambda: say(_done(name, case_number, result)),
        )

    run.__signature__ = inspect.Signature([context, *options, *everywhere])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in [context, *options, *everywhere]}
    return run


def _taken_in(step: Callable[..., Any], given: Mapping[str, Any], installation: Any) -> dict[str, Any]:
    """Put the named files into the store and return what the step wants to know of them."""
    from ui.incoming import take_in, take_in_all, take_in_pictures

    files: dict[str, Any] = {}
    for name in given:
        typed = shape(step, name)
        if not typed.file:
            continue
        if typed.many:
            files[name] = (take_in_pictures if typed.picture else take_in_all)(given[name], installation)
        else:
            facts = followers(step)[name]
            incoming = take_in(given[name], installation, evidence="picture" in facts)
            files[name] = incoming.stored
            known = {"file_name": incoming.name, "media_type": incoming.media_type, "picture": incoming.picture}
            files |= {parameter: known[fact] for fact, parameter in facts.items()}
    return files


def _done(name: str, case_number: str | None, result: object) -> str:
    told = "、".join(result) if isinstance(result, list) else result
    if is_dataclass(result) and not isinstance(result, type):  # how much of each kind
        told = "、".join(f"{COUNTS[what]}{count}" for what, count in asdict(result).items())
    about = "" if case_number is None else f"案件{case_number}："
    return f"{about}{declared(name).title}，已办理{'：' + str(told) if told is not None else ''}。"
