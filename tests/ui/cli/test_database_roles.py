"""`init --roles`: what the superuser runs is printed, and a role that may too much is told by init and doctor."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import make_url

from models.migrations.roles import script
from tests.databases import Databases
from tests.roles import as_role, with_roles
from tests.stories import staffed
from tests.ui.cli.conftest import Shell


def test_sqlite_has_no_roles_to_print(bare: Shell) -> None:
    said = bare("init", "--roles", "--json")
    assert (said.status, said.json["error"]["code"]) == (1, "no_roles")


def test_the_roles_are_printed_without_touching_a_database(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENCHA_DATABASE_URL", "postgresql://nobody:geheim@127.0.0.1:1/kuming")
    told = bare("init", "--roles")
    assert told.status == 0
    assert "geheim" not in told.out
    assert all(f"{statement};" in told.out for statement in script("kuming"))
    assert bare("init", "--roles", "--json").json["roles"] == [
        *("kuming_owner", "kuming_web", "kuming_worker", "kuming_reader")
    ]


@pytest.mark.loopback
def test_a_role_that_may_too_much_is_told(
    bare: Shell, postgres_databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    def roles(url: str) -> Any:
        monkeypatch.setenv("SHENCHA_DATABASE_URL", url)
        return next(one for one in bare("doctor", "--json").json["findings"] if one["part"] == "roles")

    with with_roles(postgres_databases, postgres_databases.fresh(staffed)) as url:
        as_superuser = roles(url)
        assert as_superuser["level"] == "note"
        assert "是超级用户" in as_superuser["message"]
        assert "shencha init --roles" in bare("init").out, "whoever sets it up is told, too"
        as_owner = roles(as_role(url, "owner"))
        assert (as_owner["level"], "是数据表的所有者" in as_owner["message"]) == ("note", True)
        assert "角色" not in bare("init").out, "who upgrades is the owner"
        assert roles(as_role(url, "web"))["level"] == "good"
        assert bare("init").status == 0, "nothing was to be upgraded"
        monkeypatch.setenv("SHENCHA_WORKER_DATABASE_URL", url)
        assert "“postgres”权限过大" in roles(as_role(url, "web"))["message"], "the worker's role is looked at, too"
        monkeypatch.setenv("SHENCHA_WORKER_DATABASE_URL", as_role(url, "worker"))
        assert f"{make_url(url).database}_worker" in roles(as_role(url, "web"))["message"]
        assert roles(as_role(url, "web"))["level"] == "good"
        assert roles(as_role(url, "reader"))["level"] == "bad"
        assert str(make_url(url).database) in roles(as_role(url, "worker"))["message"]
