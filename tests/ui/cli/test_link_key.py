"""A database knows by its fingerprint which key its printed links and codes follow from."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from sqlalchemy import select

from models.kernel.tables import AdminEvent
from models.papers.rules import links
from tests.ui.cli.conftest import Shell
from ui.installation import open_installation

PROGRAMS = ("init", "up", "web", "worker")


def told_by_the_doctor(bare: Shell) -> dict[str, str]:
    [finding] = [one for one in bare("doctor", "--json").json["findings"] if one["part"] == "link_key"]
    return finding


@pytest.mark.loopback
@pytest.mark.parametrize("other", [True, False])
def test_no_program_begins_with_another_key_or_without_one(bare: Shell, home: Path, other: bool) -> None:
    bare("init")
    key = (home / "link.key").read_bytes()
    assert told_by_the_doctor(bare)["level"] == "good"
    (home / "link.key").unlink()
    if other:
        (home / "link.key").write_bytes(secrets.token_bytes(32))
    for program in PROGRAMS:
        said = bare(program)
        assert said.status == 1
        wrong = "不是本数据库的文书链接密钥" if other else "不见了"
        assert wrong in said.err
        assert (
            "请从原来的机器或密钥的保管处复制 link.key 到这里；确已丢失的，运行 shencha init --new-link-key" in said.err
        )
    assert (home / "link.key").exists() is other, "no key is made where another one is missed"
    assert told_by_the_doctor(bare)["level"] == "bad"
    (home / "link.key").write_bytes(key)
    assert bare("init").status == 0
    assert told_by_the_doctor(bare)["level"] == "good"


def test_the_key_itself_is_not_in_the_database(bare: Shell, home: Path) -> None:
    bare("init")
    key = (home / "link.key").read_bytes()
    stored = b"".join(path.read_bytes() for path in home.glob("shencha.db*"))
    assert key not in stored
    assert key.hex().encode() not in stored
    assert links.key_fingerprint(key).encode() in stored


def test_a_new_key_is_asked_for_by_name_and_put_on_record(bare: Shell, home: Path) -> None:
    bare("init")
    old = (home / "link.key").read_bytes()
    (home / "link.key").unlink()
    said = bare("init", "--new-link-key", "--json")
    assert (said.status, said.json["links_ended"]) == (0, 0)
    new = (home / "link.key").read_bytes()
    assert new != old
    assert (home / "link.key").stat().st_mode & 0o777 == 0o600
    with open_installation() as installation, installation.database.reading() as session:
        events = session.scalars(
            select(AdminEvent).where(AdminEvent.kind == "link_key_set").order_by(AdminEvent.id)
        ).all()
    assert [event.data["fingerprint"] for event in events] == [links.key_fingerprint(old), links.key_fingerprint(new)]
    assert events[-1].data["before"] == links.key_fingerprint(old)
    assert bare("init").status == 0
