"""`document print-set`, and the papers around the five from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from documents import pdf
from models.samples import dossier_bytes
from tests.documents.anatomy import Docx
from tests.ui.cli.conftest import Said, Shell, issue


@pytest.fixture
def many(shell: Shell, tmp_path: Path) -> str:
    """The number of a case with four deaths, whose dossier names a discipline organ."""
    path = tmp_path / "many.json"
    path.write_bytes(dossier_bytes("ezhou-four-deaths"))
    number: str = shell("case", "file", path, "--json").json["case_number"]
    return number


def do(shell: Shell, case: str, account: str, action: str, *given: object) -> Said:
    return shell("case", "do", case, action, *given, "--as", account, "--json")


def test_clues_are_handed_over_printed_with_their_proof_and_answered(shell: Shell, many: str, tmp_path: Path) -> None:
    approval = tmp_path / "批准.pdf"
    approval.write_bytes(b"%PDF-1.7 approval\n%%EOF\n")
    recorded = shell(
        *("office", "record-authority", "--basis-kind", "party_approval", "--number", "某公党〔2025〕7号"),
        *("--given-by", "市公安局党委", "--scope", "移送问题线索", "--scan", approval, "--valid-from", "2025-01-01"),
        *("--organisation", "鄂州市纪委监委", "--as", "nei", "--json"),
    )
    assert recorded.status == 0, recorded.err
    assert "某公党〔2025〕7号" in shell("authority", "list", "--as", "nei").out
    assert "某公党〔2025〕7号" not in shell("authority", "list", "--as", "li").out
    said = do(
        *(shell, many, "li", "prepare-clue-transfer", "--organ", "鄂州市纪委监委"),
        *("--item", "A5", "--item", "A6", "--finding", "F16", "--source", "调取台账发现"),
    )
    paper = said.json["result"]
    issue(shell, many, paper)
    given = ("--paper", paper, "--mode", "confidential_post", "--place", "纪委监委机要室")
    assert do(shell, many, "li", "prepare-proof", *given).status == 0
    out = tmp_path / "print.docx"
    said = shell("document", "print-set", many, "--out", out, "--proofs", "--as", "li", "--json")
    assert said.json == {"case_number": many, "papers": [paper], "proofs": 1, "path": str(out)}
    text = Docx(out.read_bytes()).text()
    assert "问题线索移送回执" in text  # without materials there is no list of them
    assert "纪委监委机要室" in text
    assert "☑机要送达" in text
    said = shell("document", "print-set", many, "--out", out, "--paper", paper, "--as", "nei")
    assert (said.status, said.err) == (1, f"本案没有编号为“{paper}”的文书，或您无权查看。\n")
    served = ("--paper", paper, "--mode", "confidential_post", "--register-number", "机要35")
    assert do(shell, many, "li", "deliver", *served).status == 0
    scan = tmp_path / "清单.pdf"
    scan.write_bytes(b"%PDF-1.7\n%%EOF\n")
    receipt = ("--paper", paper, "--received-by", "案管室某", "--scan", scan)
    assert do(shell, many, "li", "acknowledge", *receipt).status == 0
    assert do(shell, many, "li", "record-clue-answer", "--paper", paper, "--answer", "accepted").status == 0


def test_a_print_set_says_what_is_wrong_with_it(shell: Shell, case: str, tmp_path: Path) -> None:
    for out, given, words in (
        ("set.txt", (), "打印套件的文件名应以 .docx 或 .pdf 结尾。\n"),
        ("set.docx", (), "没有可以打印的文书：没有已签发而未送达的文书。\n"),
        ("set.docx", ("--paper", "D1"), "文书D1尚未签发，不能打印正式文件。\n"),
    ):
        said = shell("document", "print-set", case, "--out", tmp_path / out, *given)
        assert (said.status, said.err) == (1, words)
    assert not (tmp_path / "set.docx").exists()


@pytest.mark.skipif(not pdf.available(), reason="needs LibreOffice")
def test_a_print_set_may_be_a_pdf(shell: Shell, case: str, tmp_path: Path) -> None:
    issue(shell, case, "D1")
    out = tmp_path / "set.pdf"
    said = shell("document", "print-set", case, "--out", out, "--paper", "D1")
    assert (said.status, said.out) == (0, f"案件{case}：文书D1已写入{out}。\n")
    assert out.read_bytes()[:5] == b"%PDF-"
