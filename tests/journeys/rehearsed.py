"""What must hold of every rehearsal, whatever its dossier and scenario."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from pathlib import Path

from documents.archive.verify import verify
from documents.check import faults
from flows.rehearsal.result import Happening, PaperFiled, Rehearsed
from models.archive.commands.archiving import OUTLIVING
from models.papers.rules.numbering import parse_document_number
from tests.plain_words import faults as wrong_words
from tests.plain_words import said, unframed
from tests.plain_words import written as words_of
from ui.cli.answer import as_json


def files(folder: Path) -> dict[str, str]:
    """Return the hash of every file below a folder by its relative path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def papers(result: Rehearsed, kind: str) -> list[PaperFiled]:
    """Return the papers of a kind."""
    return [paper for paper in result.documents if paper.kind == kind]


def told(result: Rehearsed, words: str) -> list[Happening]:
    """Return the entries of the timeline that contain the words."""
    return [entry for entry in result.timeline if words in entry.what]


def assert_sound(result: Rehearsed, out: Path, dossier: bytes) -> None:
    """Assert that papers, numbers, words, package and timeline are as an office would accept them."""
    assert json.loads(as_json(result)).keys() == {field.name for field in fields(result)}
    written = files(out)
    for paper in result.documents:
        assert written[paper.path] == paper.sha256
        assert faults((out / paper.path).read_bytes()) == []
    package = out / result.archive.path
    assert verify(package).faults == []
    assert written[f"{package.name}/manifest-sha256.txt"] == result.archive.manifest_sha256
    assert len(json.loads((package / "data/catalogue.json").read_bytes())["items"]) == result.archive.items
    loose = {path for path in written if "/" not in path}
    assert loose == {paper.path for paper in result.documents} | {"推演记录.md"}
    assert_plain(result, out, words_of(dossier.decode()))
    assert_served(result, out)
    assert_gap_free([paper.number for paper in result.documents if paper.kind != "traceback_archive"])
    days = [entry.on for entry in result.timeline]
    assert days == sorted(days)
    running = {clock.rule for clock in result.deadlines if clock.state not in ("met", "withdrawn")}
    assert running <= set(OUTLIVING)
    assert [paper.status for paper in result.documents if paper.recipient] == ["delivered"] * len(
        [paper for paper in result.documents if paper.recipient]
    )


def assert_plain(result: Rehearsed, out: Path, source: str) -> None:
    """Assert that neither the papers nor the record of the rehearsal speak of the program; `source` is what the dossier says."""
    for paper in result.documents:
        wrong = wrong_words((out / paper.path).read_bytes(), source=source)
        assert wrong == [], f"{paper.path}: {wrong}"
        if paper.recipient:
            assert unframed((out / paper.path).read_bytes(), paper.kind) == [], paper.path
    record = (out / "推演记录.md").read_text()
    assert [fault for line in record.splitlines() for fault in said(line, issued=False, source=source)] == []


def assert_served(result: Rehearsed, out: Path) -> None:
    """Assert that every paper went through seal and service, and that the volume holds what came back of it."""
    assert told(result, "会签通过")
    assert papers(result, "excerpt") == []  # a notice says what its recipient is asked
    assert_few(result)
    served = [paper for paper in result.documents if paper.recipient]
    package = out / result.archive.path
    items = {item["number"]: item for item in json.loads((package / "data/catalogue.json").read_bytes())["items"]}
    for paper in served:
        # The paper itself, the scan of the sealed (or signed) original, and the proof of its service.
        assert len(items[paper.number]["files"]) == 3
    [report] = papers(result, "analysis_report")
    assert (report.status, len(items[report.number]["files"])) == ("sealed", 2)


def assert_few(result: Rehearsed) -> None:
    """Assert that our leaders got one report of lateness a month at most, and each unit one reminder."""
    told = [
        (paper.kind, paper.recipient, paper.issued_on.strftime("%Y-%m"))
        for kind in ("late_report", "reminder")
        for paper in papers(result, kind)
    ]
    assert len(told) == len(set(told))


def assert_summoned(result: Rehearsed) -> None:
    """Assert that each talk had its summons and its minutes, in this order."""
    notices, minutes = papers(result, "talk_notice"), papers(result, "talk_minutes")
    assert len(told(result, "批准约谈")) >= 1
    assert [paper.recipient for paper in notices] == [paper.recipient for paper in minutes]
    for notice, record in zip(notices, minutes, strict=True):
        assert notice.issued_on < record.issued_on
    assert told(result, "双方签署约谈纪要")


def assert_gap_free(numbers: list[str]) -> None:
    """Assert that no number is doubled and each series counts from 1 without gaps."""
    assert len(set(numbers)) == len(numbers)
    series: dict[tuple[str, int], list[int]] = {}
    for number in map(parse_document_number, numbers):
        series.setdefault((number.agency_code, number.year), []).append(number.serial)
    for serials in series.values():
        assert sorted(serials) == list(range(1, len(serials) + 1))


def assert_lawful(result: Rehearsed) -> None:
    """Assert that nothing went up, to an enterprise, or to who lies outside, and that what was left out is told."""
    never = ("公司", "人民政府", "国务院", "省", "纪委", "监察", "检察院", "法院")
    for paper in result.documents:
        if paper.kind in ("supervision_order", "talk_notice", "talk_minutes"):
            assert [word for word in never if word in paper.recipient] == []
        if paper.kind == "accountability_proposal":
            assert [word for word in ("公司", "人民政府", "国务院") if word in paper.recipient] == []
        if paper.kind in ("request_for_instructions", "referral_letter"):
            assert any("推演据此制发" in sentence for sentence in result.assumptions)
        if paper.kind == "rectification_notice":
            assert [word for word in ("国务院", "国家") if word in paper.recipient] == []
    if not papers(result, "accountability_proposal"):
        assert told(result, "认定不适用倒查问责建议书")


def assert_story(result: Rehearsed, scenario: str) -> None:
    """Assert that the scenario's story was told; a case without a unit that may be ordered has no orders at all."""
    assert_lawful(result)
    orders = papers(result, "supervision_order")
    theirs_late = [clock for clock in result.deadlines if clock.turn == "theirs" and clock.late]
    waived = told(result, "认定不适用限期落实督办单")
    if scenario == "on-time":
        assert orders == []
        assert waived
        assert theirs_late == []
        assert told(result, "系统预警") == []
    elif not orders:
        # Nobody in this case may be ordered: the unit is reminded or our leaders are told, and the rehearsal says so.
        assert waived
        if scenario == "late":
            assert any("没有适用督办单的责任单位" in sentence for sentence in result.assumptions)
        elif theirs_late:
            assert papers(result, "late_report") or papers(result, "reminder")
    elif scenario == "late":
        assert len(orders) == 1
        assert waived == []
        assert {clock.organisation for clock in theirs_late} == {orders[0].recipient}
        assert any(orders[0].recipient in sentence for sentence in result.assumptions)
        assert len(told(result, "督办解除")) == 1
        assert told(result, "未完成") == []
    else:
        assert told(result, "提交整改方案") == []
        assert len(orders) >= 2
        assert {paper.recipient: 2 for paper in orders} == {
            paper.recipient: sum(other.recipient == paper.recipient for other in orders) for paper in orders
        }
        assert told(result, "系统提出约谈建议")
        assert_summoned(result)
        assert told(result, "列入倒查问责")
        last_order = max(paper.issued_on for paper in orders)
        # Whoever disobeyed is proposed where a norm stands behind its duty and an organ may be written to; else it is told
        # which of the two is missing.
        assert any(paper.issued_on >= last_order for paper in papers(result, "accountability_proposal")) or any(
            f"未列入倒查问责建议书：{missing}" in sentence
            for sentence in result.assumptions
            for missing in ("缺少依据", "没有可以直接去函的有权机关")
        )
        assert told(result, "督办终结（未落实）")
        assert told(result, "未完成（说明理由）")
