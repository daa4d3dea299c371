"""What a proof supports and where its original lies, and who answers in units that cooperate, are facts like others."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models.case.commands.facts import change_fact
from models.case.queries.dossier_of import dossier_of
from models.case.tables import Case, Evidence
from models.kernel.act import find_actor
from models.kernel.errors import WrongStage
from models.kernel.vocabulary import Part
from models.papers.filling.findings import findings
from models.rectification.tables import Assignment
from tests.stories import Story


def change(story: Story, case: str, sheet: str, row: str, field: str, value: str | None) -> None:
    op = f"{row}/{field}/{value}"
    story.do("li", change_fact, case, sheet=sheet, row=row, field=field, value=value, seen=None, op=op)


def rows(story: Story, case: str, sheet: str) -> dict[str, dict[str, Any]]:
    with story.installation.database.reading() as session:
        told = dossier_of(session, find_actor(session, "li", story.at), case)
    return {row["ref"]: row for row in told.tree[sheet]}


def proving(story: Story, case: str) -> dict[str, tuple[str, ...]]:
    """Return the evidence that papers name beside each finding."""
    with story.installation.database.reading() as session:
        number = session.scalars(select(Case.id).where(Case.case_number == case)).one()
        return {one.entry.number: one.entry.evidence for one in findings(session, number)}


def test_evidence_of_a_dossier_is_registered_and_supports_its_finding(story: Story) -> None:
    case = story.file()
    with story.installation.database.reading() as session:
        first = session.scalars(select(Evidence).where(Evidence.ref == "E1")).one()
        assert (first.title, first.reference) == ("车速鉴定意见书", "事故卷宗第一册第21至26页")
        assert first.finding_id is not None
        assert first.sha256 is None
    change(story, case, "evidence", "E1", "finding_ref", "F2")
    change(story, case, "evidence", "E1", "reference", "事故卷宗第三册第1至6页")
    told = rows(story, case, "evidence")["E1"]
    assert (told["finding_ref"], told["reference"]) == ("F2", "事故卷宗第三册第1至6页")
    change(story, case, "evidence", "E1", "finding_ref", None)
    assert "finding_ref" not in rows(story, case, "evidence")["E1"]


def test_evidence_supports_several_findings_and_each_names_it(story: Story) -> None:
    case = story.file()
    change(story, case, "evidence", "E1", "finding_ref", "F2")
    change(story, case, "evidence", "E1", "other_finding_refs", "F1、F3")
    told = rows(story, case, "evidence")["E1"]
    assert (told["finding_ref"], told["other_finding_refs"]) == ("F2", ["F1", "F3"])
    assert {ref for ref, proofs in proving(story, case).items() if "E1" in proofs} == {"F1", "F2", "F3"}
    change(story, case, "evidence", "E1", "other_finding_refs", "F2")
    assert {ref: proofs.count("E1") for ref, proofs in proving(story, case).items()}["F2"] == 1


def test_a_file_that_comes_again_for_another_finding_supports_both(story: Story) -> None:
    case, scan = story.file(), story.scan()
    for finding, name in (("F1", "a.pdf"), ("F2", "b.pdf"), ("F2", "b.pdf")):
        said = story.do(
            "li",
            "add-evidence",
            case,
            title="勘查笔录",
            file=scan,
            file_name=name,
            media_type="application/pdf",
            finding=finding,
        )
    told = rows(story, case, "evidence")[said]
    assert (told["finding_ref"], told["other_finding_refs"]) == ("F1", ["F2"])
    proofs = proving(story, case)
    assert said in proofs["F1"]
    assert said in proofs["F2"]


def test_the_original_of_a_file_is_the_file_itself(story: Story) -> None:
    case = story.file(bare=True)
    story.do(
        "li", "add-evidence", case, title="照片", file=story.scan(), file_name="a.pdf", media_type="application/pdf"
    )
    assert rows(story, case, "evidence")["E1"]["reference"] == "电子文件“a.pdf”"
    with pytest.raises(WrongStage, match="原件是已上传的文件"):
        change(story, case, "evidence", "E1", "reference", "别处")


def test_units_that_cooperate_have_a_person_too(story: Story) -> None:
    case = story.file("ezhou-four-deaths")
    assert rows(story, case, "measures")["M5"]["cooperating_person"] == "分管副大队长"
    change(story, case, "measures", "M5", "cooperating_person", "大队长")
    assert rows(story, case, "measures")["M5"]["cooperating_person"] == "大队长"
    with story.installation.database.reading() as session:
        persons = session.scalars(
            select(Assignment.responsible_person).where(
                Assignment.part == Part.COOPERATING, Assignment.responsible_person == "大队长"
            )
        ).all()
    assert persons == ["大队长"]
