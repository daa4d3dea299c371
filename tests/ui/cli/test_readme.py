"""The commands of README work as they are written there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from documents import pdf
from models.kernel.storage.database import Database
from models.office.tables import User
from models.samples import dossier_bytes
from tests.conftest import ROOT
from tests.stories import PASSWORD, give_passwords
from tests.ui.cli.conftest import UNIT, Shell
from ui.cli.commands import command

READMES = ("README.md", "README.zh-CN.md")
LOOP = re.compile(r"for (?P<name>\w+) in (?P<pattern>\S+); do (?P<line>.+); done")


def blocks(readme: str) -> list[list[str]]:
    """Return the lines of each code block, without what is said about them."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    found = re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [[re.sub(r"\s+#.*", "", line) for line in block.splitlines()] for block in found]


def named(pattern: str) -> list[str]:
    """Return the files that a pattern names here; the pattern itself where it names none."""
    return sorted(str(path) for path in Path().glob(pattern)) or [pattern]


def typed(lines: list[str]) -> Iterator[list[str]]:
    """Yield what a shell would hand to `shencha`, line by line."""
    for line in lines:
        loop = LOOP.match(line)
        if loop is None:
            words = [named(word) if "*" in word else [word] for word in shlex.split(line)]
            told = [[part for word in words for part in word]]
        else:
            said, name = loop["line"], f"${loop['name']}"
            told = [shlex.split(said.replace(name, path)) for path in named(loop["pattern"])]
        yield from (words[1:] for words in told if words[:1] == ["shencha"])


def parsed(words: list[str]) -> str:
    """Let the command tree read a line, without doing anything; returns the verb."""
    verb: Any = command()
    context: Any = verb.make_context("shencha", list(words), resilient_parsing=False)
    while hasattr(verb, "resolve_command"):
        _, verb, rest = verb.resolve_command(context, [*context._protected_args, *context.args])
        context = verb.make_context(verb.name, rest, parent=context)
    return str(context.command_path)


def lines() -> list[tuple[str, list[str]]]:
    return [(readme, words) for readme in READMES for block in blocks(readme) for words in typed(block)]


@pytest.mark.parametrize(("readme", "words"), [pytest.param(*one, id=" ".join(one[1])) for one in lines()])
def test_every_line_is_one_that_the_command_line_knows(
    readme: str, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DOSSIER.json", "案情卷.json"):
        (tmp_path / name).write_bytes(dossier_bytes("ezhou-one-death"))
    assert parsed(words).startswith("shencha ")


def test_both_readmes_type_the_same() -> None:
    def shape(words: list[str]) -> list[str]:
        return [word for word in words if not re.search(r"[A-Z\u4e00-\u9fff]{2,}", word)]

    english, chinese = ([shape(words) for block in blocks(readme) for words in typed(block)] for readme in READMES)
    assert english == chinese


def tour() -> list[str]:
    return next(block for block in blocks("README.md") if any("case list" in line for line in block))


@pytest.mark.office
@pytest.mark.skipif(not pdf.available(), reason="LibreOffice is not installed")
def test_the_tour_works_as_written(bare: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHENCHA_HOME", "var")
    with monkeypatch.context() as demo:
        demo.setenv("SHENCHA_DEMO", "true")
        assert bare("init").status == 0
    for line in tour():
        for words in typed([line]):  # one after the other: a later line looks at what an earlier one left
            said = bare(*words)
            assert (said.status, said.err) == (0, ""), words
    assert (tmp_path / "out/print.pdf").read_bytes().startswith(b"%PDF")
    assert list((tmp_path / "out/papers").glob("*.pdf"))


def test_the_first_people_come_in_as_written(
    bare: Shell, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The console gives the first administrator a password; from then on administrators keep the accounts."""
    people = [words for block in blocks("README.md") for words in typed(block) if words[0] in ("init", "user")]
    assert [words[:2] for words in people][1:] == [["user", "add"], ["user", "reset-password"]] * 2
    for words in people:
        if "--as" in words:
            chosen(home, tmp_path, monkeypatch)
        said = bare(*(UNIT if word == "UNIT" else word for word in words))
        assert (said.status, said.err) == (0, ""), words
    said = bare("user", "reset-password", "ACCOUNT")
    assert (said.status, said.err) == (1, "已经有管理员，此操作由管理员办理，请加上 --as 管理员账号。\n")
    # The last administrator may have forgotten theirs: whoever runs the machine lets them in again, on record.
    assert bare("user", "reset-password", "ADMIN").status == 0


def chosen(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The administrator chose a password of their own on the pages, and shows it at the command line."""
    database = Database(f"sqlite:///{home / 'shencha.db'}", durable=False)
    with database.writing() as session:
        session.execute(update(User).where(User.account == "ADMIN").values(password_hash=None))
    database.close()
    give_passwords(f"sqlite:///{home / 'shencha.db'}")
    (tmp_path / "password").write_text(PASSWORD)
    monkeypatch.setenv("SHENCHA_PASSWORD_FILE", str(tmp_path / "password"))


def test_the_console_adds_nobody_once_an_administrator_is_named(bare: Shell) -> None:
    bare("init")
    assert bare("user", "add", "guan", "--organisation", UNIT, "--role", "admin").status == 0
    assert bare("user", "add", "li", "--organisation", UNIT, "--role", "officer").status == 1
    assert bare("user", "reset-password", "guan").status == 0
    said = bare("user", "reset-password", "guan", "--as", "guan")
    assert (said.status, "须由本人先登录网页修改" in said.err) == (1, True)
