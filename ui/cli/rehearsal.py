"""`shencha rehearse`: a dossier's whole life on a simulated clock."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.answer import Answer, say
from ui.cli.options import Json

if TYPE_CHECKING:
    from flows.rehearsal.result import Rehearsed

SCENARIOS = {"on-time": "各单位按时办理", "late": "一个单位逾期，督办后落实", "silent": "各单位始终不答复"}


def _scenario(text: str) -> str:
    for code, label in SCENARIOS.items():
        if text in (code, label):
            return code
    raise typer.BadParameter(f"“{text}”不在可选之列：{_choices()}。")


def _choices() -> str:
    return "、".join(f"{code} {label}" for code, label in SCENARIOS.items())


def rehearse(
    context: typer.Context,
    dossier: Annotated[Path, typer.Argument(metavar="案情卷", help="case-dossier/1 的 JSON 文件", show_default=False)],
    scenario: Annotated[
        str, typer.Option(parser=_scenario, metavar="情形", help=f"对方如何办理：{_choices()}", show_default=False)
    ],
    out: Annotated[Path, typer.Option(metavar="目录", help="文书和档案包写到哪个空文件夹", show_default=False)],
    json: Json = False,
) -> None:
    """Rehearse; never touches SHENCHA_HOME."""
    from flows.rehearsal import Scenario
    from flows.rehearsal import rehearse as run
    from models.accident import dossier as dossiers
    from models.kernel.storage.privacy import handed_out
    from ui.incoming import open_file
    from ui.installation import read_settings

    with open_file(dossier) as stream:
        data = stream.read(dossiers.LIMIT_BYTES + 1)
    with bar("推演") as progress, handed_out():
        result = run(data, Scenario(scenario), out, settings=read_settings(), progress=progress)
    answer: Answer = context.obj
    answer.give(result, lambda: _told(result, out))


@contextmanager
def bar(title: str) -> Iterator[Callable[[float, str], None]]:
    """Show how far it is, on stderr and only on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _day: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.fields[title]}"), BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=1.0, title=title)
        yield lambda done, day: shown.update(task, completed=done, description=day)


def _told(result: Rehearsed, out: Path) -> None:
    say(f"推演完成：{result.case_number}，{SCENARIOS[result.scenario]}，文书和档案包在 {out}")
    say()
    say("推演所作的设定：")
    for sentence in result.assumptions:
        say(f"  {sentence}")
    say()
    for step in result.timeline:
        say(f"{step.on}  {step.what}{'（' + step.why + '）' if step.why else ''}")
    say()
    archive = result.archive
    say(f"档案包：{out / archive.path}，{archive.items} 件，清单校验值 {archive.manifest_sha256}")
