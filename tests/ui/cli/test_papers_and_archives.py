"""`document list|export|check` and `archive verify`."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from documents import pdf
from tests.ui.cli.conftest import Shell, issue


@pytest.fixture
def signed(shell: Shell, case: str) -> str:
    """A case whose report is signed, with no worker running."""
    issue(shell, case, "D1")
    return case


def test_papers_are_listed_with_the_keys_that_others_rely_on(shell: Shell, signed: str) -> None:
    [paper] = shell("document", "list", signed, "--json").json
    assert {"kind", "number", "version", "recipient", "status", "issued_on", "sha256", "path"} <= set(paper)
    assert shell("document", "list", signed, "--kind", "supervision_order", "--json").json == []


def test_a_draft_is_not_exported(shell: Shell, case: str, tmp_path: Path) -> None:
    said = shell("document", "export", case, "--out", tmp_path / "out")
    assert (said.status, said.out) == (0, "没有可以导出的文书：本案还没有已签发的文书。\n")


def test_a_signed_paper_is_rendered_and_written_where_no_worker_runs(shell: Shell, signed: str, tmp_path: Path) -> None:
    [paper] = shell("document", "export", signed, "--out", tmp_path / "out", "--json").json
    written = tmp_path / "out" / paper["path"]
    assert written.read_bytes()[:2] == b"PK"
    assert paper["pdf"] is None
    assert shell("document", "check", written).out == "符合 GB/T 9704 的版式要求。\n"
    again = shell("document", "export", signed, "--out", tmp_path / "again", "--json").json
    assert (tmp_path / "again" / again[0]["path"]).read_bytes() == written.read_bytes()


def test_without_libre_office_it_says_so_and_writes_the_docx(
    shell: Shell, signed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = shell("document", "export", signed, "--out", tmp_path / "out", "--pdf")
    assert said.status == 0
    assert said.err == "本机未安装 LibreOffice，不能生成 PDF，只导出了 docx 文件。\n"
    assert len(list((tmp_path / "out").glob("*.docx"))) == 1


@pytest.mark.office
@pytest.mark.skipif(not pdf.available(), reason="no LibreOffice here")
def test_a_pdf_is_written_beside_the_docx(shell: Shell, signed: str, tmp_path: Path) -> None:
    [paper] = shell("document", "export", signed, "--out", tmp_path / "out", "--pdf", "--json").json
    assert (tmp_path / "out" / paper["pdf"]).read_bytes()[:5] == b"%PDF-"


def test_a_damaged_paper_is_named_and_the_exit_status_says_so(
    shell: Shell, home: Path, signed: str, tmp_path: Path
) -> None:
    [paper] = shell("document", "export", signed, "--out", tmp_path / "out", "--json").json
    kept = home / "files" / paper["sha256"][:2] / paper["sha256"][2:]
    kept.chmod(0o600)
    kept.write_bytes(b"PK other bytes")
    said = shell("document", "export", signed, "--out", tmp_path / "again")
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith("文书D1未导出：")


@pytest.mark.loopback
def test_the_doctor_says_how_many_pdf_a_files_are_owed_where_libre_office_is_missing(
    shell: Shell, signed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHENCHA_PDF", "on")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shell("document", "export", signed, "--out", tmp_path / "out").status == 0

    def told() -> str:
        findings = shell("doctor", "--json").json["findings"]
        return str(next(one["message"] for one in findings if one["part"] == "libreoffice"))

    assert told() == "未安装，只能导出 docx，不能生成 PDF。有 1 件文书的 PDF/A 文件待安装后补做。"
    monkeypatch.setenv("SHENCHA_PDF", "off")
    assert told() == "未安装，只能导出 docx，不能生成 PDF。"


def test_a_folder_that_cannot_be_written_is_refused(shell: Shell, signed: str, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    said = shell("document", "export", signed, "--out", tmp_path / "out")
    assert said.status == 1
    assert "不能写入文件夹" in said.err


def test_an_account_exports_only_what_it_may_see(shell: Shell, signed: str, tmp_path: Path) -> None:
    shell("user", "add", "jiaotong", "--organisation", "鄂州市道路交通安全委员会办公室", "--role", "agency")
    said = shell("document", "export", signed, "--out", tmp_path / "out", "--as", "jiaotong", "--json")
    assert said.json["error"]["code"] == "case_not_found"
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_docx_is_refused(bare: Shell, tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_text("no docx")
    said = bare("document", "check", tmp_path / "x.docx", "--json")
    assert said.status == 1
    assert "error" in said.json


def test_a_folder_that_is_no_package_has_faults_and_status_1(bare: Shell, tmp_path: Path) -> None:
    said = bare("archive", "verify", tmp_path, "--json")
    assert said.status == 1
    assert said.json["ok"] is False
    assert said.json["faults"]
    assert "处问题" in bare("archive", "verify", tmp_path).out


def test_people_are_spared_a_thousand_faults(bare: Shell, tmp_path: Path) -> None:
    for number in range(80):
        (tmp_path / f"{number}.txt").touch()
    lines = bare("archive", "verify", tmp_path).out.splitlines()
    assert len(lines) == 53
    assert lines[-1].endswith("用 --json 可看全部。")


def test_several_packages_are_verified_at_once_and_one_broken_one_fails_them(bare: Shell, tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    said = bare("archive", "verify", tmp_path / "first", tmp_path / "second", "--json")
    assert (said.status, [one["ok"] for one in said.json]) == (1, [False, False])
    assert bare("archive", "verify", tmp_path / "first", tmp_path / "second").out.count("处问题") == 2
    refused = bare("archive", "verify", tmp_path / "first", tmp_path / "second", "--manifest", "0" * 64)
    assert (refused.status, refused.err) == (1, "清单校验值只能用于一个档案包，请逐个核对。\n")


def test_a_draft_is_edited_in_an_office_program_and_taken_back(shell: Shell, case: str, tmp_path: Path) -> None:
    file = tmp_path / "draft.docx"
    said = shell("document", "export", case, "--editable", "--paper", "D1", "-o", file)
    assert (said.status, file.read_bytes()[:2]) == (0, b"PK")
    same = shell("document", "take-back", file, "--json").json
    assert (same["paper"], same["differences"], same["saved"]) == ("D1", [], False)
    document = docx.Document(str(file))
    typed = [text for text in document.element.body.iter("{*}t") if text.text == "特此报告。"]
    typed[-1].text = "以上报告。"
    document.save(str(file))
    [one] = shell("document", "take-back", file, "--json").json["differences"]
    assert (one["before"], one["now"]) == ("特此报告。", "以上报告。")
    assert shell("document", "take-back", file).out.endswith("确认后加 --save 再运行一次。\n")
    assert shell("document", "take-back", file, "--save").out.endswith("已保存。\n")
    assert shell("document", "take-back", file).status == 1
    assert "请重新导出" in shell("document", "take-back", file).err


def test_an_editable_file_needs_its_paper_and_its_place(shell: Shell, case: str, tmp_path: Path) -> None:
    for given in (("--editable",), ("--editable", "--paper", "D1")):
        assert shell("document", "export", case, *given).status == 1
    for given in (("--paper", "D1"), ()):
        assert shell("document", "export", case, *given).status == 2
    assert not list(tmp_path.glob("*.docx"))
