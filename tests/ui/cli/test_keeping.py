"""`backup`, `restore`, `database move` as people type them, and what is said when something is lost or runs out."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.daily_backup import daily_backup
from models.keeping.on_record import MADE, last
from models.kernel.events import record_admin
from models.kernel.storage.database import Database
from models.kernel.storage.schema_version import known_versions
from tests.databases import Databases
from tests.stories import PASSWORD, WRITTEN, give_passwords, staffed
from tests.ui.cli.conftest import Said, Shell
from ui.installation import open_installation


@pytest.fixture
def office(
    bare: Shell, home: Path, sqlite_databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """The command line of an office whose database lies in its home, with a file and a package."""
    url = sqlite_databases.fresh(staffed)
    give_passwords(url)
    home.mkdir()
    shutil.move(url.removeprefix("sqlite:///"), home / "shencha.db")
    (tmp_path / "password").write_text(PASSWORD)
    monkeypatch.setenv("SHENCHA_PASSWORD_FILE", str(tmp_path / "password"))
    assert bare("init").status == 0
    with open_installation() as installation:
        installation.files.put(b"statement")
    (home / "archives" / "one").mkdir(parents=True)
    (home / "archives" / "one" / "data.txt").write_text("sealed")
    return bare


@pytest.fixture
def key(tmp_path: Path) -> Path:
    (tmp_path / "key").write_text("correct horse battery\n")
    return tmp_path / "key"


def told(shell: Shell, part: str) -> tuple[str, str]:
    found = {one["part"]: one for one in shell("doctor", "--json").json["findings"]}[part]
    return found["level"], found["message"]


def filed(shell: Shell, dossier: Path) -> Said:
    return shell("case", "file", dossier, "--as", "li", "--json")


@pytest.mark.loopback
def test_an_office_is_backed_up_destroyed_restored_and_goes_on(
    office: Shell, home: Path, tmp_path: Path, key: Path, dossier: Path
) -> None:
    assert told(office, "backup") == (
        "note",
        "从未备份，请用 shencha backup 位置 备份，或设置 SHENCHA_BACKUP_TO 每日自动备份。",
    )
    case = filed(office, dossier).json["case_number"]
    said = office("backup", tmp_path / "to", "--key-file", key)
    assert (said.status, said.out.startswith("已备份并核对：")) == (1, True)
    never_had = hashlib.sha256(WRITTEN).hexdigest()[:12]
    assert f"有 1 个文件在文件库中缺失或损坏（{never_had}…）" in said.err
    for called, name in (("文书链接密钥", "link.key"), ("检查点签名密钥", "checkpoint.key")):
        assert f"{called}不在备份中，请另行保管：{home / name}" in said.out
    again = office("backup", tmp_path / "to", "--key-file", key, "--json").json
    assert (again["new_files"], again["files"], again["package_files"]) == (0, 1, 1)
    assert told(office, "backup")[0] == "note"
    link_key = (home / "link.key").read_bytes()
    shutil.rmtree(home)
    assert "不要运行 shencha init" in office("init").err, "the mark outside of the home says that there was one"
    assert not home.exists()
    said = office("restore", tmp_path / "to", "--key-file", key)
    assert said.status == 0
    assert said.out.startswith(f"已恢复并核对：{again['backup']}")
    assert "此后办理的内容不在其中" in said.out
    assert "请从保管处放回" in said.out
    assert "文书链接的密钥" in office("up").err
    (home / "link.key").write_bytes(link_key)
    (home / "link.key").chmod(0o600)
    assert [one["case_number"] for one in office("case", "list", "--as", "li", "--json").json] == [case]
    assert (home / "archives" / "one" / "data.txt").read_text() == "sealed"
    assert told(office, "privacy")[0] == "good"
    assert told(office, "office_chain")[0] == "good"
    said = office("restore", tmp_path / "to", "--key-file", key)
    assert (said.status, "已有数据库，不会覆盖" in said.err) == (1, True)


def test_a_backup_without_a_key_is_made_with_a_warning_and_can_be_checked(office: Shell, tmp_path: Path) -> None:
    said = office("backup", tmp_path / "to")
    assert "注意：没有密钥，备份未加密" in said.err
    assert office("backup", tmp_path / "to", "--check").status == 0
    (stored,) = (
        path for path in (tmp_path / "to" / "files").rglob("*") if path.is_file() and path.read_bytes() == b"statement"
    )
    stored.write_bytes(b"other")
    said = office("backup", tmp_path / "to", "--check")
    assert said.status == 1
    assert "有 1 个文件已损坏或缺失" in said.out


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("--key-file", "{other}"), "口令或密钥文件不对，不能打开这里的备份。"),
        ((), "这里的备份已加密，请用 --key-file 指明密钥文件，或设置 SHENCHA_BACKUP_PASSPHRASE。"),
        (("--key-file", "{none}"), "密钥文件“{none}”不能读取，请检查路径和权限。"),
    ],
)
def test_a_wrong_key_is_one_sentence(
    office: Shell, tmp_path: Path, key: Path, home: Path, given: tuple[str, ...], sentence: str
) -> None:
    office("backup", tmp_path / "to", "--key-file", key)
    (tmp_path / "other").write_text("another long passphrase")
    names = {"other": tmp_path / "other", "none": tmp_path / "none"}
    shutil.rmtree(home)
    said = office("restore", tmp_path / "to", *(word.format(**names) for word in given))
    assert (said.status, said.err) == (1, f"{sentence.format(**names)}\n")
    assert not home.exists()


def test_the_passphrase_of_the_settings_encrypts_and_decrypts(
    office: Shell, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHENCHA_BACKUP_TO", str(tmp_path / "to"))
    monkeypatch.setenv("SHENCHA_BACKUP_PASSPHRASE", "short")
    assert "太短" in office("backup").err
    monkeypatch.setenv("SHENCHA_BACKUP_PASSPHRASE", "a long passphrase")
    assert office("backup", "--json").json["encrypted"] is True
    shutil.rmtree(home)
    assert office("restore", tmp_path / "to").status == 0


def test_a_place_must_be_named_and_be_one(office: Shell) -> None:
    assert "请写明备份的位置" in office("backup").err
    assert "不能使用的备份位置：nowhere" in office("backup", "nowhere://x").err
    assert "这里没有备份" in office("restore", "memory://nothing").err


def test_a_damaged_file_of_a_living_office_is_put_back(office: Shell, tmp_path: Path) -> None:
    office("backup", tmp_path / "to")
    with open_installation() as installation:
        (stored,) = installation.files.all()
        Path(installation.files.path(stored.sha256)).write_bytes(b"other")
        with pytest.raises(Exception, match=r"请管理员用 shencha restore 备份位置 --files 补回"):
            installation.files.read(stored.sha256)
        assert "补回文件 1 个" in office("restore", tmp_path / "to", "--files").out
        assert installation.files.read(stored.sha256) == b"statement"


def test_a_database_that_waits_for_its_upgrade_can_be_backed_up_and_is_upgraded_when_it_comes_back(
    bare: Shell, home: Path, tmp_path: Path
) -> None:
    from models.migrations import upgrade

    older = known_versions()[-2]
    home.mkdir()
    database = Database(f"sqlite:///{home / 'shencha.db'}")
    upgrade(database.engine, older)
    database.close()
    assert bare("backup", tmp_path / "to").status == 0
    shutil.rmtree(home)
    said = bare("restore", tmp_path / "to")
    assert f"数据库已由版本{older}升级，请运行 shencha init" in said.out
    assert bare("init", "--json").json["upgraded"] is False


def test_a_database_is_moved_by_its_addresses(office: Shell, home: Path, tmp_path: Path, dossier: Path) -> None:
    filed(office, dossier)
    there = f"sqlite:///{tmp_path / 'there.db'}"
    said = office("database", "move", f"sqlite:///{home / 'shencha.db'}", there)
    assert said.status == 0
    assert "张表" in said.out
    assert "把 SHENCHA_DATABASE_URL 设为新数据库" in said.out
    assert "已有数据库，不会覆盖" in office("database", "move", f"sqlite:///{home / 'shencha.db'}", there).err
    assert "没有数据库文件" in office("database", "move", "sqlite:////nowhere.db", there).err
    assert "数据库地址应写成" in office("database", "move", "nonsense", there).err


@pytest.mark.loopback
def test_a_backup_that_fails_or_stops_coming_is_told(
    office: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    assert "没有备份" in office("backup", tmp_path / "file").err
    assert told(office, "backup")[1].startswith("从未备份"), "who typed it was told"
    with open_installation() as installation:
        settings = installation.settings.model_copy(update={"backup_to": str(tmp_path / "file")})
        daily_backup(replace(installation, settings=settings))
    level, message = told(office, "backup")
    assert (level, "备份失败：备份位置不能读写" in message, message.endswith("从未成功。")) == ("bad", True, True)
    office("backup", tmp_path / "to")
    monkeypatch.setenv("SHENCHA_BACKUP_TO", str(tmp_path / "to"))
    with open_installation() as installation, installation.database.writing() as session:
        found = last(session, MADE)
        assert found is not None
        session.connection().exec_driver_sql("DROP TRIGGER admin_events_no_update")
        session.connection().exec_driver_sql(
            "UPDATE admin_events SET happened_at = ?", (f"{found.at - timedelta(days=3):%Y-%m-%d %H:%M:%S.%f}",)
        )
    level, message = told(office, "backup")
    assert (level, "已超过两日没有备份" in message) == ("bad", True)


@pytest.mark.loopback
def test_room_that_runs_out_is_warned_of_and_then_only_reading_goes_on(
    office: Shell, dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(office, "disk")[0] == "good"
    monkeypatch.setenv("SHENCHA_DISK_WARN_MB", str(10**9))
    assert told(office, "disk")[0] == "note"
    monkeypatch.setenv("SHENCHA_DISK_STOP_MB", str(10**9))
    said = filed(office, dossier)
    assert said.json["error"]["code"] == "disk_full"
    assert "已暂停写入，查询不受影响" in said.json["error"]["message"]
    assert told(office, "disk")[0] == "bad"
    assert office("case", "list", "--as", "li", "--json").json == []
    monkeypatch.setenv("SHENCHA_DISK_STOP_MB", "0")
    assert filed(office, dossier).status == 0


@pytest.mark.loopback
def test_a_clock_that_runs_backwards_is_noticed_before_a_number_is_drawn(office: Shell, dossier: Path) -> None:
    assert told(office, "clock")[0] == "good"
    with open_installation() as installation:
        ahead = installation.clock() + timedelta(days=1)
        with installation.as_system(ahead) as act:
            record_admin(act, "rule_set")
    said = filed(office, dossier)
    assert said.json["error"]["code"] == "clock_behind"
    assert "没有取号" in said.json["error"]["message"]
    assert told(office, "clock")[0] == "bad"
    assert office("case", "list", "--as", "li", "--json").json == []


def test_a_mount_point_without_its_disk_is_no_home(shell: Shell, home: Path, dossier: Path) -> None:
    """The database is elsewhere and answers; files would be written where nobody finds them again."""
    assert shell("init").status == 0
    home.rename(home.with_name("unmounted"))
    home.mkdir()
    said = filed(shell, dossier)
    assert said.json["error"]["code"] == "database_gone"
    assert "数据目录或数据库不见了" in said.json["error"]["message"]
    assert list(home.iterdir()) == []
    home.rmdir()
    home.with_name("unmounted").rename(home)
    assert filed(shell, dossier).status == 0


def test_a_case_leaves_by_its_officer_and_comes_into_another_home(
    office: Shell,
    tmp_path: Path,
    key: Path,
    dossier: Path,
    sqlite_databases: Databases,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, to = filed(office, dossier).json["case_number"], tmp_path / "case.zip"
    assert "由主办民警导出" in office("case", "export", case, to, "--as", "wang").err
    said = office("case", "export", case, to, "--as", "li")
    assert (said.status, said.out.startswith(f"已导出案件{case}并核对：")) == (0, True)
    assert "案件包未加密" in said.err
    assert "已经存在，不会覆盖" in office("case", "export", case, to, "--as", "li").err
    assert office("case", "export", case, tmp_path / "2.zip", "--key-file", key, "--as", "li", "--json").json[
        "encrypted"
    ]
    assert "已在本系统" in office("case", "import", to, "--as", "li").err
    url = sqlite_databases.fresh(staffed)
    give_passwords(url)
    monkeypatch.setenv("SHENCHA_HOME", str(tmp_path / "other"))
    (tmp_path / "other").mkdir()
    shutil.move(url.removeprefix("sqlite:///"), tmp_path / "other" / "shencha.db")
    assert office("init").status == 0
    said = office("case", "import", to, "--dry-run", "--as", "li")
    assert said.out.startswith(f"核对无误，可以导入：案件{case}，来自")
    assert office("case", "list", "--as", "li", "--json").json == []
    assert "Ed25519 为 64 位" in office("case", "import", to, "--key", "x", "--as", "li").err
    sm2 = f"04{'0' * 128}"
    assert "不是用所给的密钥签名" in office("case", "import", to, "--key", sm2, "--as", "li").err
    assert office("case", "import", to, "--as", "li", "--json").json["case"] == case
    assert [one["case_number"] for one in office("case", "list", "--as", "li", "--json").json] == [case]
    assert office("record", "verify", case).status == 0
