"""损害赔偿调解: read and written by who handles it, through the whole life of a case; no other door tells a word of it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models.accident.dossier import read
from models.case.commands.facts import change_fact, correct_fact
from models.case.queries.differences import differences
from models.case.queries.dossier_of import dossier_of
from models.case.queries.fact_progress import facts_filled
from models.case.queries.facts import changes_since, sheet_shown
from models.kernel.act import find_actor
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import Event, Message
from models.kernel.vocabulary import Role
from models.office.tables import User
from models.overview.queries.cases import case_list
from models.papers.tables import Document, PaperFlag
from models.samples import dossier_bytes
from tests.stories import Story

SECRET = "赔偿三十七万元"
OTHERS = ("wang", "nei", "shen", "qian", "ling", "dang", "guan")


def _set(story: Story, case: str, field: str, value: str, by: str = "li") -> Any:
    op = f"{by}-{field}-{abs(hash(value))}"
    return story.do(by, change_fact, case, sheet="mediation", row="1", field=field, value=value, seen=None, op=op)


def _mediated(story: Story) -> str:
    story.employ("guan", Role.ADMIN)
    case = story.file()
    for field, value in (
        ("mediator_kind", "人民调解委员会"),
        ("mediator", "某某街道人民调解委员会"),
        ("accepted_on", "2025-06-20"),
        ("begun_on", "2025-06-25"),
        ("agreed_on", "2025-07-01"),
        ("state", "达成协议"),
        ("outcome", SECRET),
    ):
        assert _set(story, case, field, value).faults == ()
    return case


def _outcome(story: Story, case: str, by: str) -> str:
    with story.installation.database.reading() as session:
        return sheet_shown(session, find_actor(session, by, story.at), case, "mediation").rows[0].cells["outcome"].text


def test_the_officer_in_charge_reads_and_writes_it_and_nobody_else_does(story: Story) -> None:
    case = _mediated(story)
    assert _outcome(story, case, "li") == SECRET
    for by in OTHERS:
        with pytest.raises((NotAllowed, NotFound)):
            _outcome(story, case, by)
        with pytest.raises((NotAllowed, NotFound)):
            _set(story, case, "outcome", "另一结果", by)
        with pytest.raises((NotAllowed, NotFound)):
            story.do(
                by, correct_fact, case, sheet="mediation", row="1", field="outcome", value="另一结果", reason="核对。"
            )


def test_who_is_named_for_it_handles_it_until_released(story: Story) -> None:
    case = _mediated(story)
    with pytest.raises(NotAllowed, match="主办民警"):
        story.do("wang", "name-mediator", case, who="wang")
    assert story.do("li", "name-mediator", case, who="nei") == story.do("li", _name_of, case, who="nei")
    assert _outcome(story, case, "nei") == SECRET
    _set(story, case, "outcome", f"{SECRET}，分两期", "nei")
    with pytest.raises(Conflict, match="已经是"):
        story.do("li", "name-mediator", case, who="nei")
    for who, refusal, sentence in (("ling", Invalid, "不能经办"), ("nobody", NotFound, "没有账号")):
        with pytest.raises(refusal, match=sentence):
            story.do("li", "name-mediator", case, who=who)
    story.do("li", "release-mediator", case, who="nei")
    with pytest.raises(NotAllowed, match="办理人员"):
        _outcome(story, case, "nei")
    with pytest.raises(NotFound, match="不是本案"):
        story.do("li", "release-mediator", case, who="nei")


def _name_of(act: Any, _case: str, *, who: str) -> str:
    return str(act.session.scalars(select(User.name).where(User.account == who)).one())


def test_its_state_asks_for_its_day_and_its_result(story: Story) -> None:
    case = story.file()
    _set(story, case, "state", "终止")
    _set(story, case, "outcome", "")
    with story.installation.database.reading() as session:
        cells = sheet_shown(session, find_actor(session, "li", story.at), case, "mediation").rows[0].cells
    assert {name for name, cell in cells.items() if cell.faults} == {"ended_on", "outcome"}
    assert "状态为“终止”" in cells["ended_on"].faults[0].message
    assert _set(story, case, "state", "未达成协议").value == "未达成"


def test_it_goes_on_after_the_report_is_signed_and_flags_no_paper(story: Story) -> None:
    case = story.rectifying()
    place = "高新大道"
    with story.installation.database.reading() as session:
        content = json.dumps(
            session.scalars(select(Document.content).where(Document.content.is_not(None))).first(), ensure_ascii=False
        )
    words = next(word for word in (place, "道路", "驾驶") if word in content)
    _set(story, case, "outcome", words)
    said = story.do(
        "li", correct_fact, case, sheet="mediation", row="1", field="outcome", value=SECRET, reason=f"{SECRET}已付。"
    )
    assert said == []
    with story.installation.database.reading() as session:
        assert session.scalars(select(PaperFlag)).all() == []
        told = [(event.why, event.data) for event in session.scalars(select(Event))]
    assert SECRET not in str(told)


def test_no_list_feed_search_export_or_comparison_tells_it(story: Story) -> None:
    case = _mediated(story)
    with story.installation.database.reading() as session:
        for by in ("li", *OTHERS):
            actor, handles = find_actor(session, by, story.at), by == "li"
            assert case_list(session, actor, local_date(story.at), words=SECRET) == []
            try:
                feed = changes_since(session, actor, case, 0)
            except (NotAllowed, NotFound):
                continue  # no police: nothing of the facts at all
            assert any(change.sheet == "mediation" for change in feed) is handles
            assert ("mediation" in facts_filled(session, actor, case, ["mediation", "losses"]).sheets) is handles
        for by in ("li", "wang"):
            written = dossier_of(session, find_actor(session, by, story.at), case)
            assert "mediation" not in written.tree
            assert SECRET not in json.dumps(written.tree, ensure_ascii=False)
            assert [fault.code for fault in written.left_out] == (["facts_walled"] if by == "li" else [])
        raw = json.loads(dossier_bytes("ezhou-one-death"))
        given = read(
            json.dumps({**raw, "mediation": {"state": "调解中"}}).encode()
            if raw["schema"] == "case-dossier/2"
            else json.dumps(raw).encode(),
            now=story.at,
        )
        for by in ("li", "wang"):
            found = differences(session, find_actor(session, by, story.at), case, given)
            assert any(one.sheet == "mediation" for one in found) is (by == "li")
        assert SECRET not in str([(event.why, event.data) for event in session.scalars(select(Event))])


def test_no_paper_message_or_volume_holds_it(story: Story) -> None:
    case = _mediated(story)
    story.address(case)
    story.issue(case, "D1")
    papers = story.prepare(case)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    story.archive(case)
    package = story.seal_volume(case)
    with story.installation.database.reading() as session:
        contents = session.scalars(select(Document.content).where(Document.content.is_not(None))).all()
        messages = session.execute(select(Message.subject, Message.body)).all()
    assert contents
    assert SECRET not in json.dumps(contents, ensure_ascii=False)
    assert SECRET not in str(messages)
    assert _holding(package, SECRET) == []
    # Whoever handled it still reads it, and changes it no more.
    assert _outcome(story, case, "li") == SECRET
    with pytest.raises(WrongStage):
        _set(story, case, "outcome", "另一结果")


def _holding(package: Path, words: str) -> list[str]:
    """Return the files of a package, and the parts of its documents, that hold words."""
    files = [package] if package.is_file() else [file for file in package.rglob("*") if file.is_file()]
    found = []
    for file in files:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as parts:
                found += [f"{file.name}/{name}" for name in parts.namelist() if words.encode() in parts.read(name)]
        elif words.encode() in file.read_bytes():
            found.append(file.name)
    return found
