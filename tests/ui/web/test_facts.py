"""Facts by the routes of the browser: who reads and saves, what is refused alone, what is done once, what a look costs."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import func, select, update
from starlette.applications import Starlette
from starlette.middleware import Middleware

from models.accident.sheets import SHEETS
from models.case.tables import FactChange
from models.kernel.calendar.time import wall_clock
from models.kernel.settings import Settings
from models.kernel.tables import Event, RecordedReading
from models.kernel.vocabulary import Role
from models.office.tables import Organisation, WebSession
from tests.stories import STAFF, Story
from tests.ui.web.conftest import Look, words
from ui.web.authentication import COOKIE
from ui.web.english import ENGLISH
from ui.web.facts.parts import PARTS, USUAL, sheets_of
from ui.web.facts.routes import routes
from ui.web.facts.shape import columns
from ui.web.frame import Frame
from ui.web.gate import Gate

with warnings.catch_warnings():  # it would rather have the successor of httpx, which is not in the lock
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1:8501"
ORIGIN = {"Origin": HERE}

As = Callable[[str], TestClient]


@pytest.fixture
def come(story: Story, sign_in: Callable[[str], str]) -> Iterator[As]:
    """Come to the routes as somebody, through the gate."""
    gate = Middleware(Gate, settings=Settings(), frame=Frame())
    tokens: dict[str, str] = {}
    story.at = wall_clock()
    with TestClient(Starlette(routes=routes(), middleware=[gate]), base_url=HERE) as browser:

        def entered(account: str) -> TestClient:
            if account not in tokens:
                tokens[account] = sign_in(account)
            browser.cookies.clear()
            browser.cookies.set(COOKIE, tokens[account])
            return browser

        yield entered


def save(browser: TestClient, case: str, sheet: str, *ops: dict[str, Any], **headers: str) -> Response:
    return browser.patch(f"/facts/{case}/{sheet}", json={"ops": list(ops)}, headers={**ORIGIN, **headers})


def cell(row: str, field: str, value: str, seen: int | None = 0, op: str = "") -> dict[str, Any]:
    name = op or f"{row}-{field}-{abs(hash(value))}".replace("+", "n")
    return {"op": name, "kind": "set", "row": row, "field": field, "value": value, "seen": seen}


def held(browser: TestClient, case: str, sheet: str) -> dict[str, dict[str, Any]]:
    return {row["ref"]: row["cells"] for row in browser.get(f"/facts/{case}/{sheet}").json()["rows"]}


def events(story: Story, kind: str = "facts_changed") -> int:
    with story.installation.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Event).where(Event.kind == kind)) or 0


def test_every_sheet_stands_on_a_part_or_on_a_page_of_its_own() -> None:
    shown = [name for part in PARTS.values() for name in part.sheets]
    elsewhere = {"source", "evidence", "figures", "scene", "findings", "measures", "accountability"}
    assert sorted(shown) == sorted(set(SHEETS) - elsewhere)
    for name, usual in USUAL.items():
        for field in usual.split():
            SHEETS[name].field(field)
    titles = {part.title for part in PARTS.values()} | {one.title for part in PARTS.values() for one in sheets_of(part)}
    assert titles <= ENGLISH.keys()


def test_what_is_typed_is_saved_with_its_version_and_what_is_wrong_with_it(story: Story, come: As) -> None:
    case = story.file()
    [said] = save(come("li"), case, "accident", cell("1", "occurred_until", "2026.11")).json()["said"]
    assert (said["status"], said["version"], said["text"]) == (200, 1, "2026.11")
    assert "不是可以识别的时间" in said["faults"][0]["message"]
    [said] = save(come("li"), case, "accident", cell("1", "occurred_until", "2025.11.5 8:10", 1)).json()["said"]
    assert (said["version"], said["text"], said["faults"]) == (2, "2025年11月5日8时10分", [])
    assert held(come("li"), case, "accident")["1"]["occurred_until"]["version"] == 2


def test_a_change_that_comes_twice_is_made_once(story: Story, come: As) -> None:
    case = story.file()
    new = {"op": "a1", "kind": "add", "row": "+x"}
    ops = (new, cell("+x", "plate", "鄂G00001", op="s1"), cell("+x", "type", "小型轿车", op="s2"))
    first = save(come("li"), case, "vehicles", *ops).json()["said"]
    before = held(come("li"), case, "vehicles")
    again = save(come("li"), case, "vehicles", *ops).json()["said"]
    assert [one["row"] for one in first] == [one["row"] for one in again]
    assert held(come("li"), case, "vehicles") == before
    assert before[first[0]["row"]]["plate"]["text"] == "鄂G00001"
    assert events(story) == 1


def test_words_that_were_typed_on_after_a_lost_answer_are_not_lost(story: Story, come: As) -> None:
    case = story.file()
    new = {"op": "a1", "kind": "add", "row": "+x"}
    save(come("li"), case, "vehicles", new, cell("+x", "plate", "鄂G0000", op="s1"))
    [added, said] = save(come("li"), case, "vehicles", new, cell("+x", "plate", "鄂G00001", 1, op="s2")).json()["said"]
    assert said["text"] == held(come("li"), case, "vehicles")[added["row"]]["plate"]["text"] == "鄂G00001"


def test_a_pasted_block_is_one_change_of_the_record(story: Story, come: As) -> None:
    case = story.file()
    there = len(held(come("li"), case, "people"))
    adds = [{"op": f"blk/{n}", "kind": "add", "row": f"+{n}"} for n in (1, 2, 3)]
    cells = [cell(f"+{n}", field, value) for n in (1, 2, 3) for field, value in (("name", f"某{n}"), ("age", "三十"))]
    answer = save(come("li"), case, "people", *adds, *cells)
    assert answer.status_code == 200
    rows = held(come("li"), case, "people")
    assert len(rows) == there + 3
    assert [rows[one["row"]]["age"]["text"] for one in answer.json()["said"][:3]] == ["30"] * 3
    assert events(story) == 1


def test_who_was_overtaken_is_told_what_stands_there_and_by_whom(story: Story, come: As) -> None:
    case = story.file()
    save(come("wang"), case, "people", cell("P1", "seat", "前排左"))
    answer = save(come("li"), case, "people", cell("P1", "seat", "后排"))
    assert answer.status_code == 409
    [said] = answer.json()["said"]
    assert (said["code"], said["theirs"]["text"], said["theirs"]["by"]) == ("conflict_seen", "前排左", "王某")
    assert "王某" in said["message"]
    # Who wrote the same is not asked anything.
    [same] = save(come("li"), case, "people", cell("P1", "seat", "前排左", op="same")).json()["said"]
    assert (same["status"], same["version"]) == (200, 1)


def test_what_is_refused_is_refused_alone(story: Story, come: As) -> None:
    case = story.file()
    save(come("wang"), case, "people", cell("P1", "seat", "前排左"))
    answer = save(
        come("li"),
        case,
        "people",
        cell("P1", "position", "驾驶员"),
        cell("P1", "seat", "后排"),
        cell("P1", "injury", "一\x07二"),
        cell("P99", "injury", "骨折"),
        cell("P1", "name", ""),
        cell("P1", "note", "已核对"),
    )
    assert answer.status_code == 207
    assert [one["status"] for one in answer.json()["said"]] == [200, 409, 422, 410, 200, 200]
    found = held(come("li"), case, "people")["P1"]
    assert (found["position"]["text"], found["note"]["text"], found["seat"]["text"]) == ("驾驶员", "已核对", "前排左")
    for one in answer.json()["said"][1:4]:
        assert one["code"]
        assert one["message"].endswith("。")


def test_a_row_is_taken_out_and_put_back_unless_something_names_it(story: Story, come: As) -> None:
    case = story.file()
    [added] = save(come("li"), case, "vehicles", {"op": "a", "kind": "add", "row": "+x"}).json()["said"]
    gone = {"op": "r", "kind": "remove", "row": added["row"]}
    assert save(come("li"), case, "vehicles", gone).status_code == 200
    assert added["row"] not in held(come("li"), case, "vehicles")
    assert save(come("li"), case, "vehicles", cell(added["row"], "plate", "x")).status_code == 410
    back = {"op": "b", "kind": "restore", "row": added["row"]}
    assert save(come("li"), case, "vehicles", back).status_code == 200
    assert added["row"] in held(come("li"), case, "vehicles")
    named = next(
        row["vehicle_ref"]["text"] for row in held(come("li"), case, "people").values() if "vehicle_ref" in row
    )
    refused = save(come("li"), case, "vehicles", {"op": "n", "kind": "remove", "row": named})
    assert (refused.status_code, refused.json()["said"][0]["code"]) == (409, "still_named")


def test_a_unit_is_added_with_its_name(story: Story, come: As) -> None:
    case = story.file()
    new = {"op": "o1", "kind": "add", "row": "+o"}
    assert come("li").get(f"/facts/{case}/organisations").json()["needs"] == ["name"]
    refused = save(come("li"), case, "organisations", new, cell("+o", "kind", "企业")).json()["said"]
    assert [one["status"] for one in refused] == [422, 404]
    said = save(
        come("li"), case, "organisations", new, cell("+o", "name", "测试市某客运公司"), cell("+o", "kind", "企业")
    )
    assert [one["status"] for one in said.json()["said"]] == [200, 200, 200]


def test_others_hear_what_changed_and_nothing_else(story: Story, come: As) -> None:
    case = story.file()
    seq = come("wang").get(f"/facts/{case}/people").json()["seq"]
    assert come("wang").get(f"/facts/{case}/people/since/{seq}").status_code == 204
    save(come("li"), case, "people", cell("P1", "seat", "前排左"))
    news = come("wang").get(f"/facts/{case}/people/since/{seq}").json()
    assert news["changes"] == [{"row": "P1", "field": "seat", "by": "李某", "mine": False}]
    assert [row["ref"] for row in news["rows"]] == ["P1"]
    assert set(news["order"]) == set(held(come("wang"), case, "people"))
    assert come("li").get(f"/facts/{case}/people/since/{seq}").json()["changes"][0]["mine"]
    assert come("wang").get(f"/facts/{case}/vehicles/since/{seq}").status_code == 204


def test_an_open_table_does_not_keep_a_session_alive(story: Story, come: As) -> None:
    case = story.file()
    browser, old = come("li"), wall_clock() - timedelta(minutes=20)
    with story.installation.database.writing() as session:
        session.execute(update(WebSession).values(seen_at=old))
    assert browser.get(f"/facts/{case}/people/since/0").status_code == 204
    with story.installation.database.reading() as session:
        assert session.scalars(select(WebSession.seen_at)).one() == old
    assert browser.get(f"/facts/{case}/people").status_code == 200
    with story.installation.database.reading() as session:
        assert session.scalars(select(WebSession.seen_at)).one() > old
    with story.installation.database.writing() as session:
        session.execute(update(WebSession).values(seen_at=wall_clock() - timedelta(hours=2)))
    assert browser.get(f"/facts/{case}/people/since/0").status_code == 401


def test_choices_are_the_rows_of_another_sheet_and_cost_nothing_while_they_stay(story: Story, come: As) -> None:
    case = story.file()
    address = f"/facts/{case}/choices/people"
    first = come("li").get(address)
    assert first.json()[0][0] == "P1"
    assert first.json()[0][1].startswith("P1 ")
    tag = {"If-None-Match": first.headers["etag"]}
    assert come("li").get(address, headers=tag).status_code == 304
    save(come("li"), case, "people", cell("P1", "name", "丁某"))
    assert come("li").get(address, headers=tag).json()[0] == ["P1", "P1 丁某"]


def test_only_who_may_comes_in_and_only_from_our_pages(story: Story, come: As) -> None:
    case = story.file()
    op = cell("P1", "seat", "前排左")
    address = f"/facts/{case}/people"
    assert come("li").patch(address, json={"ops": [op]}).status_code == 403
    assert save(come("li"), case, "people", op, Origin="http://elsewhere.example").status_code == 403
    for account in STAFF.keys() - {"li", "wang"}:
        assert not come(account).get(address).json()["editable"]
        refused = save(come(account), case, "people", op)
        assert (refused.status_code, refused.json()["said"][0]["code"]) == (403, "not_allowed")
    with story.installation.database.reading() as session:
        unit = session.scalars(select(Organisation.name).where(Organisation.issues_as.is_(None))).first()
    story.employ("ju", Role.AGENCY, unit=unit)
    assert come("ju").get(address).status_code in (403, 404)
    assert save(come("ju"), case, "people", op).status_code in (403, 404)
    assert come("li").get("/facts/4207-1999-0001/people").json()["code"] == "case_not_found"
    assert come("li").get(f"/facts/{case}/nothing").status_code == 404
    assert save(come("li"), "4207-1999-0001", "people", op).status_code == 404
    browser = come("li")
    browser.cookies.clear()
    assert browser.get(address).status_code == 401
    with story.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(FactChange)) == 0


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "{",
        '{"ops": []}',
        '{"ops": [1]}',
        '{"ops": [{"op": "a", "kind": "steal", "row": "P1"}]}',
        '{"ops": [{"op": "a b", "kind": "add", "row": "+x"}]}',
        '{"ops": [{"op": "a", "kind": "set", "row": "P1", "field": "seat", "value": 3, "seen": 0}]}',
        '{"ops": [{"op": "a", "kind": "set", "row": "P1", "field": "seat", "value": "3", "seen": "x"}]}',
        '{"ops": [{"op": "a", "kind": "set", "row": "../P1", "field": "seat", "value": "3", "seen": 0}]}',
    ],
)
def test_what_no_page_of_ours_sends_is_refused_whole(story: Story, come: As, body: str) -> None:
    answer = come("li").patch(f"/facts/{story.file()}/people", content=body, headers=ORIGIN)
    assert answer.status_code == 422
    assert set(answer.json()) == {"status", "code", "message"}


def test_what_one_person_wrote_is_not_saved_as_anothers(story: Story, come: As) -> None:
    case = story.file()
    said = {"account": "wang", "ops": [cell("P1", "seat", "前排")]}
    answer = come("li").patch(f"/facts/{case}/people", json=said, headers=ORIGIN)
    assert (answer.status_code, answer.json()["code"]) == (401, "other_account")
    assert "seat" not in held(come("li"), case, "people")["P1"]


def test_after_the_report_is_signed_a_cell_is_corrected_with_a_reason_and_papers_are_told(
    story: Story, come: As, look: Look
) -> None:
    case = story.rectifying()
    shown = come("li").get(f"/facts/{case}/people").json()
    assert (shown["editable"], shown["correctable"]) == (False, True)
    assert not come("li").get(f"/facts/{case}/findings").json()["correctable"]
    assert not come("shen").get(f"/facts/{case}/people").json()["correctable"]
    refused = save(come("li"), case, "people", cell("P1", "seat", "前排"))
    assert (refused.status_code, refused.json()["said"][0]["code"]) == (409, "report_signed")
    assert "载有原内容的文书会标记为需要更正" in words(look("wang", "case", number=case, part="facts"))

    asked = {"row": "P1", "field": "name", "value": "何某某"}
    foreseen = come("li").post(f"/facts/{case}/foreseen/people", json=asked, headers=ORIGIN)
    [paper] = foreseen.json()["papers"]
    assert paper.startswith("D1（")
    assert held(come("li"), case, "people")["P1"]["name"]["text"] == "何某"  # nothing was written
    correction = {"op": "c1", "kind": "correct", **asked}
    [said] = save(come("li"), case, "people", correction).json()["said"]
    assert (said["status"], said["code"]) == (422, "reason_missing")
    [said] = save(come("li"), case, "people", {**correction, "reason": "复核卷宗"}).json()["said"]
    assert (said["status"], said["text"], said["papers"]) == (200, "何某某", [paper])
    assert events(story, "facts_corrected") == 1


def test_who_corrects_what_somebody_else_has_corrected_meanwhile_is_told_so(story: Story, come: As) -> None:
    case = story.rectifying()
    asked = {
        "op": "c1",
        "kind": "correct",
        "row": "P1",
        "field": "name",
        "value": "何某某",
        "reason": "复核",
        "seen": 0,
    }
    assert save(come("li"), case, "people", asked).status_code == 200
    refused = save(come("wang"), case, "people", {**asked, "op": "c2", "value": "何甲"})
    assert refused.status_code == 409
    [said] = refused.json()["said"]
    assert (said["code"], said["theirs"]["text"], said["theirs"]["by"]) == ("conflict_seen", "何某某", "李某")
    # Sent again after the answer was lost, it is done once; what somebody corrected since stays.
    assert save(come("li"), case, "people", asked).status_code == 200
    assert events(story, "facts_corrected") == 1
    assert save(come("wang"), case, "people", {**asked, "op": "c3", "value": "何甲", "seen": 1}).status_code == 200
    assert save(come("li"), case, "people", asked).status_code == 409
    assert held(come("li"), case, "people")["P1"]["name"]["text"] == "何甲"


def test_a_figure_that_is_corrected_names_the_papers_that_state_another(story: Story, come: As) -> None:
    case = story.rectifying()
    asked = {"row": "1", "field": "deaths", "value": "2人"}
    foreseen = come("li").post(f"/facts/{case}/foreseen/accident", json=asked, headers=ORIGIN).json()
    assert foreseen["papers"][0].startswith("D1（")
    refused = come("li").post(f"/facts/{case}/foreseen/accident", json={**asked, "value": "约2人"}, headers=ORIGIN)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_exact")


def test_the_answer_to_a_saved_cell_says_how_far_the_part_is_now(story: Story, come: As) -> None:
    case = story.file(bare=True)
    before = save(come("li"), case, "people", cell("P1", "name", "")).json()["filled"]
    assert before["people"]["look"] == "lacking"
    after = save(come("li"), case, "people", cell("P1", "name", "何某", 1)).json()["filled"]
    assert after["people"]["text"] != before["people"]["text"]
    news = come("wang").get(f"/facts/{case}/people/since/1").json()
    assert news["filled"] == after
    assert save(come("li"), case, "findings", cell("F1", "proof", "照片")).json()["filled"] == {}


def test_an_entry_of_the_knowledge_base_is_taken_over_once_and_withdrawn_with_a_reason(story: Story, come: As) -> None:
    case = story.file()
    entries = come("li").get(f"/facts/{case}/knowledge", params={"words": "路侧没有护栏"}).json()["entries"]
    assert come("li").get(f"/facts/{case}/knowledge").json()["entries"] == []
    assert come("li").get("/facts/4207-2020-0001/knowledge", params={"words": "护栏"}).status_code == 404
    take = {"op": "k1", "kind": "take", "row": "+k", "value": f"{entries[0]['key']} 0"}
    [said] = save(come("li"), case, "findings", take).json()["said"]
    [again] = save(come("li"), case, "findings", take).json()["said"]
    assert said == again
    finding = held(come("li"), case, "findings")[said["row"]]
    assert finding["text"]["text"] == entries[0]["finding"]
    answering = [row for row in held(come("li"), case, "measures").values() if "finding_refs" in row]
    assert said["row"] in [row["finding_refs"]["text"] for row in answering]
    [refused] = save(come("li"), case, "findings", {"op": "r0", "kind": "remove", "row": "F1"}).json()["said"]
    assert (refused["status"], refused["code"]) == (422, "own_step")
    withdrawal = {"op": "r1", "kind": "remove", "row": "F1", "reason": "重复登记"}
    assert save(come("li"), case, "findings", withdrawal).status_code == 200
    assert "F1" not in held(come("li"), case, "findings")
    assert events(story, "finding_withdrawn") == 1
    bad = {"op": "k2", "kind": "take", "row": "+k", "value": "no-such 0"}
    assert save(come("li"), case, "findings", bad).status_code == 404
    for value in ("x y", "", " ", f"x {'1' * 5000}"):
        assert save(come("li"), case, "findings", {**bad, "value": value}).json()["said"][0]["code"] == "bad_change"


def test_a_row_of_evidence_waits_for_its_name_and_its_place(story: Story, come: As) -> None:
    case = story.file()
    assert come("li").get(f"/facts/{case}/evidence").json()["needs"] == ["title", "reference"]
    new = {"op": "e1", "kind": "add", "row": "+e"}
    refused = save(come("li"), case, "evidence", new, cell("+e", "title", "照片一组"))
    assert refused.json()["said"][0]["code"] == "missing"
    ops = ({**new, "op": "e2"}, cell("+e", "title", "照片一组", op="t2"), cell("+e", "reference", "第二册", op="r2"))
    assert save(come("li"), case, "evidence", *ops).status_code == 200


def test_every_part_has_an_address_and_says_how_far_it_is(story: Story, look: Look) -> None:
    case = story.file(bare=True)
    for part in PARTS.values():
        page = look("li", "case", number=case, part="facts", of=part.name)
        shown = words(page)
        assert f"of={part.name}" in shown
        assert [one.value for one in page.subheader] == [one.title for one in sheets_of(part)]
        for title in (one.title for one in PARTS.values()):
            assert title in shown
    assert "未填" in shown
    assert 'aria-current=page>损失与教训<small class="sc-far-nothing">未填' in shown
    # The dispute between the parties is walled off from who does not handle the case.
    told = [one.value for one in look("shen", "case", number=case, part="facts", of="losses").subheader]
    assert "损害赔偿调解" not in told


def test_columns_have_their_english_by_the_switch(story: Story, come: As) -> None:
    case = story.file()
    browser = come("li")
    browser.cookies.set("shencha_language", "en")
    titles = [one["title"] for one in browser.get(f"/facts/{case}/people").json()["fields"]]
    assert titles[:2] == ["Name", "Role"]
    assert [one.title for one in columns(SHEETS["people"])][:2] == ["姓名", "身份"]


def test_garbage_is_refused_in_a_sentence(story: Story, come: As) -> None:
    case = story.file()
    answer = come("li").patch(f"/facts/{case}/accident", content=b"[" * 200_000, headers=ORIGIN)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_json")
    assert come("li").get(f"/facts/{case}/people/since/{10**30}").status_code == 204
    answer = save(come("li"), case, "people", cell("P1", "vehicle_ref", "V99"))
    assert (answer.status_code, answer.json()["said"][0]["code"]) == (422, "unknown_reference")


def test_a_mediation_is_told_to_who_handles_it_alone(story: Story, come: As) -> None:
    case = story.file()
    assert save(come("li"), case, "mediation", cell("1", "outcome", "双方约定保密")).status_code == 200
    assert "双方约定保密" in come("li").get(f"/facts/{case}/mediation").text
    for account in ("wang", "ling", "nei"):
        browser = come(account)
        for address in ("mediation", "mediation/since/0", "choices/mediation"):
            assert browser.get(f"/facts/{case}/{address}").status_code in (204, 403)
        refused = save(browser, case, "mediation", cell("1", "outcome", "另写", op=f"by-{account}"))
        assert refused.status_code == 403
    story.do("li", "name-mediator", case, who="nei")
    assert "双方约定保密" in come("nei").get(f"/facts/{case}/mediation").text
    assert save(come("nei"), case, "mediation", cell("1", "state", "调解中")).status_code == 200


def test_personal_data_are_half_hidden_until_somebody_asks_and_who_asked_is_on_record(story: Story, come: As) -> None:
    case, number = story.file(), "420704198001010015"
    address = f"/facts/{case}/people"
    save(come("li"), case, "people", cell("P1", "id_number", number))
    hidden = come("li").get(address)
    assert number not in hidden.text
    assert hidden.json()["hides"]
    shown = held(come("li"), case, "people")["P1"]["id_number"]
    assert (shown["text"], shown["masked"]) == ("4207**********0015", True)
    assert number not in come("li").get(f"{address}/since/0").text
    assert number not in come("ling").get(f"{address}?clear=1").text
    assert readings(story) == []
    for ask in (address, address, f"{address}/since/0"):
        assert number in come("li").get(f"{ask}?clear=1").text
    assert readings(story) == [("li", "personal", "“人员”的证件号码、电话、住址", case)]
    assert come("li").get(f"/facts/{case}/vehicles?clear=1").status_code == 200
    assert len(readings(story)) == 1


def readings(story: Story) -> list[tuple[str, str, str, str | None]]:
    with story.installation.database.reading() as session:
        rows = session.scalars(select(RecordedReading).order_by(RecordedReading.seq))
        return [(row.account, row.kind.value, row.what, row.case_number) for row in rows]
