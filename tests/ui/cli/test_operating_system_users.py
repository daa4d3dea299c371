"""Operating-system users of PostgreSQL's installations: everyday work without a password, and nothing that decides."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.databases import Databases
from tests.first_format import first_format
from tests.stories import PASSWORD, give_passwords, staffed
from tests.ui.cli.conftest import UNIT, Shell

ME = pwd.getpwuid(os.getuid()).pw_name
SOMEBODY_ELSE = next(one.pw_name for one in pwd.getpwall() if one.pw_uid != os.getuid())


@pytest.fixture
def on_postgres(
    bare: Shell, postgres_databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shell]:
    """The command line of an installation on PostgreSQL, at which nobody types a password."""
    url = postgres_databases.fresh(staffed)
    give_passwords(url)
    monkeypatch.setenv("SHENCHA_DATABASE_URL", url)
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "dossier.json").write_bytes(first_format("ezhou-one-death"))
    yield bare
    postgres_databases.drop(url)


def test_who_sits_there_as_an_operating_system_user_works_without_a_password_and_decides_with_it(
    on_postgres: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = on_postgres
    assert shell("case", "list", "--as", "li").status == 1
    assert "仍须核对密码" in shell("user", "link-os", "li", ME).out
    assert shell("user", "link-os", "shen", ME, "--json").json["error"]["code"] == "identity_taken"
    case = shell("case", "file", tmp_path / "dossier.json", "--as", "li", "--json").json["case_number"]
    assert shell("case", "do", case, "submit", "--paper", "D1", "--as", "li").status == 0
    with psycopg.connect(os.environ["SHENCHA_DATABASE_URL"].replace("+psycopg", "")) as connection:
        asked = "SELECT DISTINCT actor, data ->> 'door', data ->> 'os_user' FROM events"
        assert connection.execute(asked).fetchall() == [("li", "cli", ME)]
    assert shell("case", "list", "--as", "shen").status == 1, "another account is asked as before"
    shell("user", "unlink-os", "li")
    assert shell("user", "link-os", "shen", ME).status == 0
    said = shell("case", "do", case, "approve", "--paper", "D1", "--as", "shen")
    assert "须核对其密码" in said.err, "what decides is asked for always"
    monkeypatch.setenv("SHENCHA_PASSWORD_FILE", str(tmp_path / "password"))
    assert shell("case", "do", case, "approve", "--paper", "D1", "--as", "shen").status == 0
    monkeypatch.delenv("SHENCHA_PASSWORD_FILE")
    shell("user", "link-os", "wang", SOMEBODY_ELSE)
    assert "须核对其密码" in shell("case", "list", "--as", "wang").err, "the user of another account is not here"
    listed = {one["account"]: one["os_user"] for one in shell("user", "list", "--json").json}
    assert (listed["shen"], listed["wang"], listed["li"]) == (ME, SOMEBODY_ELSE, None)
    shell("user", "unlink-os", "shen")
    assert "须核对其密码" in shell("case", "list", "--as", "shen").err
    assert shell("user", "unlink-os", "shen", "--json").json["error"]["code"] == "not_linked"
    # Who manages accounts decides who may do what.
    shell("user", "add", "guan", "--organisation", UNIT, "--role", "admin")
    shell("user", "link-os", "guan", ME)
    assert shell("user", "list", "--as", "guan").status == 0
    assert shell("user", "disable", "li", "--reason", "调离", "--as", "guan").status == 1


def test_who_is_bound_to_what_is_refused_with_the_reason(on_postgres: Shell) -> None:
    for account, user, code in (
        ("li", "meiyou-zhege-ren", "no_os_user"),
        ("nemo", ME, "account_not_found"),
        ("console", ME, "account_of_nobody"),
    ):
        assert on_postgres("user", "link-os", account, user, "--json").json["error"]["code"] == code


def test_sqlite_has_one_user_for_all(shell: Shell) -> None:
    said = shell("user", "link-os", "li", ME, "--json")
    assert said.json["error"]["code"] == "sqlite_has_one_user"
    assert "PostgreSQL" in said.json["error"]["message"]
