"""Where every invocation begins and ends: a refusal becomes one Chinese sentence, a surprise a sentence and a log."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import typer

from models.kernel.errors import Refused
from models.kernel.storage.privacy import owner_only
from ui.cli.answer import Answer, as_json, tell
from ui.cli.usage import sentence

DONE, REFUSED, USAGE, INTERRUPTED = 0, 1, 2, 130
UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; returns 0 done, 1 refused or failed, 2 wrong usage."""
    with owner_only():
        return _main(argv)


def _main(argv: Sequence[str] | None) -> int:
    answer = Answer()
    _speak_utf8()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        status = _guarded(lambda: _invoke(arguments, answer), answer)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read us has had enough; nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    return status


def _invoke(arguments: list[str], answer: Answer) -> int:
    from ui.cli.commands import command

    verb = command()
    try:
        with verb.make_context("shencha", arguments, obj=answer) as context:
            verb.invoke(context)
    except typer.Exit as wanted:
        return wanted.exit_code
    return answer.status


def _guarded(work: Callable[[], int], answer: Answer) -> int:
    try:
        return work()
    except BrokenPipeError:
        raise
    except UsageError as wrong:
        told = sentence(wrong)
        (print if told.is_page else tell)(told.text)
        return USAGE
    except KeyboardInterrupt:
        tell("已中断。")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  the last place where a surprise can become a sentence
        refusal = error if isinstance(error, Refused) else _known(error) or _unexpected(error)
        if answer.json:
            print(as_json(refusal.as_json()))
        else:
            _tell(refusal)
        return REFUSED


def _tell(refusal: Refused) -> None:
    tell(refusal.message)
    for fault in map(str, refusal.faults):
        if fault != refusal.message:  # a fault without a place is the sentence itself
            tell(f"  {fault}")


def _known(error: Exception) -> Refused | None:
    """Return what the database's own errors mean to a person; None for an error that means nothing to one."""
    if type(error).__name__ == "ValidationError" and getattr(error, "title", None) == "Settings":
        return _of_settings()
    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy.exc import OperationalError, ProgrammingError

    if not isinstance(error, (OperationalError, ProgrammingError)):
        return None
    cause = str(error.orig)
    if "no such table" in cause or "no such column" in cause or "Undefined" in repr(error.orig):
        return Refused(f"数据库缺少程序所需的表，可能已损坏，详情见日志：{_log(error)}", code="schema_broken")
    if "does not exist" in cause:
        return Refused(
            "数据库服务器上没有设置的数据库或用户：请检查 SHENCHA_DATABASE_URL；以前用过的，请用 shencha restore 从备份恢复。",
            code="database_gone",
        )
    if isinstance(error, OperationalError):
        log = _log(error)
        return Refused(f"数据库不能使用（无法连接、不可写或已损坏），详情见日志：{log}", code="database_unusable")
    return None


def _of_settings() -> Refused | None:
    """Return what is wrong with the settings, told as every verb tells it; a library of ours may have met it first."""
    from ui.installation import read_settings

    try:
        read_settings()
    except Refused as refusal:
        return refusal
    return None


def _unexpected(error: Exception) -> Refused:
    return Refused(f"程序出现意外错误，未完成本次操作，详情见日志：{_log(error)}", code="unexpected")


def _log(error: Exception) -> Path | str:
    """Write the traceback into the home's logs; returns where, or the error itself where nothing can be written."""
    from models.kernel.calendar.time import wall_clock

    file = Path(os.environ.get("SHENCHA_HOME", "var")).absolute() / "logs" / "cli.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as log:
            log.write(f"{wall_clock().isoformat()} {' '.join(sys.argv[:3])}\n")
            log.writelines(traceback.format_exception(error))
    except OSError as refused:
        return f"（日志写不进去：{refused}）{error!r}"
    return file


def _speak_utf8() -> None:
    """Write UTF-8 whatever the locale says; a name that is no text is shown with its odd bytes spelled out."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
