"""Whatever has an address, asked for by everybody: who gets it is written down here by hand, kind by kind.

An address is guessed (short names and numbers beside the right ones), taken from another case, or known exactly. Who may
not have a thing is told the same as of one that is not there.
"""

from __future__ import annotations

import inspect
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

from starlette.routing import Match

from models.accident.sheets import SHEETS
from tests.security.conftest import Visit
from tests.security.office import (
    ADMINISTRATOR,
    ELSEWHERE,
    EVERYBODY,
    NEIGHBOUR,
    OFFICERS,
    ORIGIN,
    RECUSED,
    SECRET_WORD,
    SERVED,
    UNIT,
    Attacked,
    program,
)
from tests.stories import Story
from tests.ui.web.test_every_screen import MARK
from ui.web import server

# The list of a restricted paper: its author and who stood in its chain. The volume that holds one is for whoever stands on
# every list in it, and for who archives.
LISTED = frozenset({"li", "shen", "qian"})


@dataclass(frozen=True)
class Thing:
    """Something with an address, what it is, and who may have it."""

    kind: str
    address: str
    may: frozenset[str]
    slow: bool = False


def things(told: Attacked) -> Iterator[Thing]:
    """Yield one of every kind that can be asked for by GET."""
    sealed, case = told.sealed.case, told.open
    at, open_at = f"/file/{sealed}", f"/file/{case}"
    nobody: frozenset[str] = frozenset()
    yield Thing("report", f"{at}/D1.docx", UNIT)
    for notice in told.notices:
        yield Thing("notice", f"{at}/{notice}.docx", UNIT | {SERVED} if notice == told.notices[0] else UNIT)
    for paper in told.sealed.restricted:
        if paper != told.volume:
            yield Thing("restricted paper", f"{at}/{paper}.docx", LISTED)
    yield Thing("volume", f"{at}/{told.volume}.docx", LISTED | {"dang"})
    yield Thing("package", f"/file/archives/{quote(told.sealed.archive)}.zip", frozenset({"dang"}))
    yield Thing("draft as a file", f"{open_at}/{told.draft}.docx", UNIT, slow=True)
    yield Thing("restricted draft as a file", f"{open_at}/{told.secret_draft}.docx", frozenset({"li"}))
    yield Thing("evidence", f"{at}/evidence/{told.sealed.evidence}", UNIT)
    yield Thing("evidence", f"{open_at}/evidence/{told.evidence}", UNIT)
    yield Thing("file of a reply", f"{at}/reply/R1/1", UNIT | {SERVED})
    yield Thing("photograph of a check", f"{at}/verification/1", UNIT)
    yield Thing("answer of a superior", f"{open_at}/decision/{told.request}", UNIT)
    yield Thing("paper that came in", f"{open_at}/incoming/{told.incoming}", UNIT)
    yield Thing("what closed it", f"{open_at}/incoming/{told.incoming}/closing", UNIT)
    yield Thing("authority", f"/file-authority/{told.authority}", frozenset(EVERYBODY) - {SERVED, NEIGHBOUR})
    yield Thing(
        "approval of the party committee", f"/file-authority/{told.approval}", frozenset({"qian", "ling", "nei"})
    )
    yield Thing("print set", f"/file-print/set?paper={sealed}/D1&paper={sealed}/{told.notices[0]}", UNIT, slow=True)
    secret = next(paper for paper in told.sealed.restricted if paper != told.volume)
    yield Thing("print set", f"/file-print/set?paper={sealed}/D1&paper={sealed}/{secret}", LISTED, slow=True)
    yield Thing("words of a draft", f"/draft/{case}/{told.draft}", UNIT, slow=True)
    yield Thing("words of a draft", f"/draft/{case}/{told.draft}.docx", UNIT, slow=True)
    yield Thing("words of a restricted draft", f"/draft/{case}/{told.secret_draft}", frozenset({"li"}))
    yield Thing("words of a restricted draft", f"/draft/{case}/{told.secret_draft}.docx", frozenset({"li"}))
    for sheet in SHEETS.values():
        kind = "sheet" if sheet.name in ("people", "accountability") or sheet.walled else "sheet like others"
        yield Thing(kind, f"/facts/{case}/{sheet.name}", frozenset({"li"}) if sheet.walled else UNIT)
    yield Thing("choices of a sheet", f"/facts/{case}/choices/findings", UNIT)
    yield Thing("news of a sheet", f"/facts/{case}/people/since/0", UNIT)
    yield Thing("knowledge for a case", f"/facts/{case}/knowledge?words=超速", UNIT)
    # What lies beside what is there: another number, another case, another spelling, another kind.
    yield Thing("guess", f"{at}/D0.docx", nobody)
    yield Thing("guess", f"{at}/D99.docx", nobody)
    yield Thing("guess", f"{at}/d1.docx", nobody)
    yield Thing("guess", f"{at}/D01.docx", nobody)
    yield Thing("guess", f"{at}/D1%20.docx", nobody)
    yield Thing("guess", f"{at}/%25.docx", nobody)
    yield Thing("guess", f"{at}/evidence/E0", nobody)
    yield Thing("guess", f"{at}/evidence/E99/small", nobody)
    yield Thing("guess", f"{at}/evidence/{told.evidence}0", nobody)
    yield Thing("guess", f"{at}/reply/R1/0", nobody)
    yield Thing("guess", f"{at}/reply/R1/2", nobody)
    yield Thing("guess", f"{at}/reply/R2/1", nobody)
    yield Thing("guess", f"{open_at}/reply/R1/1", nobody)
    yield Thing("guess", f"{at}/verification/0", nobody)
    yield Thing("guess", f"{at}/verification/2", nobody)
    yield Thing("guess", f"{open_at}/verification/1", nobody)
    yield Thing("guess", f"{at}/incoming/{told.incoming}", nobody)
    yield Thing("guess", f"{open_at}/incoming/W2", nobody)
    yield Thing("guess", f"{at}/decision/{told.request}", nobody)
    yield Thing("guess", f"{open_at}/decision/D1", nobody)
    yield Thing("guess", "/file-authority/0", nobody)
    yield Thing("guess", f"/file-authority/{told.approval + 1}", nobody)
    yield Thing("guess", f"/file/archives/{quote(told.sealed.archive)}-%E8%A1%A51.zip", nobody)
    yield Thing("guess", "/file/archives/..%2f..%2fshencha.db.zip", nobody)
    yield Thing("guess", f"/file-print/set?paper={sealed}/D99", nobody)
    yield Thing("guess", f"/draft/{case}/D99", nobody)
    yield Thing("guess", f"/facts/{_next(case)}/people", nobody)
    yield Thing("guess", f"/file/{_next(case)}/D1.docx", nobody)


def _next(case: str) -> str:
    """Return the number of a case that is not there, beside one that is."""
    head, number = case[:-4], int(case[-4:])
    return f"{head}{number + 7:04d}"


def asked_by(one: Thing) -> tuple[str, ...]:
    """Return who asks for a thing: everybody; what nobody has, and the sheets that are alike, fewer of each sort."""
    if one.kind == "guess":
        return "li", "dang", ADMINISTRATOR, SERVED, ELSEWHERE
    if one.kind == "sheet like others":
        return "wang", ADMINISTRATOR, RECUSED, SERVED, ELSEWHERE
    # What takes long to make is made for two of those who may have it.
    return tuple(sorted(one.may)[:2]) + tuple(sorted({*EVERYBODY} - one.may)) if one.slow else EVERYBODY


def test_everything_with_an_address_is_for_those_it_is_for_and_nobody_else(attacked: Attacked, visit: Visit) -> None:
    wrong, tried, given = [], 0, 0
    for one in things(attacked):
        for account in asked_by(one):
            answer = visit(account).get(one.address)
            tried += 1
            if account in one.may:
                given += 1
                if answer.status_code not in (200, 204):
                    wrong.append((one.kind, one.address, account, answer.status_code, answer.text[:60]))
            elif answer.status_code not in (403, 404) or MARK in answer.text or SECRET_WORD in answer.text:
                wrong.append((one.kind, one.address, account, answer.status_code, answer.text[:60]))
    assert wrong == [], "\n".join(map(str, wrong))
    assert tried > 500
    assert given > 100


def test_a_stranger_gets_nothing_at_all(attacked: Attacked, visit: Visit) -> None:
    stranger = visit(None)
    for address in {one.kind: one.address for one in things(attacked)}.values():
        answer = stranger.get(address)
        assert (answer.status_code, answer.text) == (401, "请先登录。"), address


def test_what_is_hidden_and_what_is_not_there_are_told_alike(attacked: Attacked, visit: Visit) -> None:
    """But for the name that was asked for, a restricted paper answers as one that never was."""
    case, secret = attacked.sealed.case, attacked.sealed.restricted[0]
    for account in ("wang", "ling", ADMINISTRATOR, SERVED, ELSEWHERE):
        for place in ("/file/{case}/{ref}.docx", "/file/{case}/decision/{ref}", "/draft/{case}/{ref}"):
            browser = visit(account)
            there, not_there = (browser.get(place.format(case=case, ref=ref)) for ref in (secret, "D77"))
            assert there.status_code == not_there.status_code, (account, place)
            assert there.text.replace(secret, "D77") == not_there.text, (account, place)


def test_nobody_changes_a_sheet_or_a_draft_that_is_not_theirs(attacked: Attacked, visit: Visit) -> None:
    """Words and cells are sent straight to the routes, as a program would: only officers of the unit have them taken."""
    case = attacked.open
    changes = (
        (f"/facts/{case}/people", {"ops": [{"op": "a1", "kind": "set", "row": "P1", "field": "name", "value": "改"}]}),
        (f"/draft/{case}/{attacked.draft}", {"passage": "opening", "text": "改", "seen": 0}),
        (f"/draft/{case}/{attacked.secret_draft}", {"passage": "opening", "text": "改", "seen": 0}),
    )
    for account in sorted({*EVERYBODY} - OFFICERS):
        for address, said in changes:
            answer = visit(account).patch(address, json={"account": account, **said}, headers=ORIGIN)
            told = answer.json()
            status = {one["status"] for one in told["said"]} if "said" in told else {told["status"]}
            assert status <= {403, 404}, (account, address, told)
            assert MARK not in answer.text, (account, address)
            assert SECRET_WORD not in answer.text, (account, address)
    answer = visit("wang").patch(changes[2][0], json={"account": "wang", **changes[2][1]}, headers=ORIGIN)
    assert answer.status_code == 404, "a restricted draft is not there for a colleague either"


def test_words_that_somebody_else_wrote_are_not_taken_under_my_name(attacked: Attacked, visit: Visit) -> None:
    said = {"account": "wang", "ops": [{"op": "a1", "kind": "set", "row": "P1", "field": "name", "value": "改"}]}
    answer = visit("li").patch(f"/facts/{attacked.open}/people", json=said, headers=ORIGIN)
    assert (answer.status_code, answer.json()["code"]) == (401, "other_account")


def test_identity_numbers_are_for_officers_alone(attacked: Attacked, visit: Visit) -> None:
    personal = {field.name for field in SHEETS["people"].fields if field.personal}
    assert personal
    for account in sorted(UNIT):
        rows = visit(account).get(f"/facts/{attacked.open}/people").json()["rows"]
        cells = [row["cells"][name] for row in rows for name in personal if name in row["cells"]]
        if account in OFFICERS:
            assert not any(cell["masked"] for cell in cells), account
        else:
            assert len(cells) == len(rows) * len(personal), account
            assert all(cell["masked"] and cell["text"] in ("", "（已隐去）") for cell in cells), account


def test_a_ledger_holds_what_the_own_unit_was_given(attacked: Attacked, visit: Visit) -> None:
    for account in EVERYBODY:
        answer = visit(account).get("/file/ledger.xlsx")
        assert answer.status_code == (200 if account in (SERVED, NEIGHBOUR) else 404), account
        if answer.status_code == 200:
            with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
                told = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
            assert (attacked.sealed.case in told) is (account == SERVED)
            assert attacked.open not in told


def test_a_link_opens_its_own_notice_and_no_file_of_another(attacked: Attacked, visit: Visit) -> None:
    stranger = visit(None)
    for token in ("", "x", "a" * 26, quote(attacked.sealed.case), "..%2fauth", "%00", "é"):
        for address in (f"/n/{token}", f"/n/{token}/{attacked.sealed.case}/R1/1", f"/h/{token}"):
            answer = stranger.get(address)
            assert answer.status_code in (404, 429), address
            assert MARK not in answer.text, address


# What has no object of a case behind it: its own tests try it (`tests/ui/web/test_gate.py`, `test_second_factor.py`).
OF_NO_OBJECT = {
    "sign_in",
    "code",
    "sign_out",
    "own_password",
    "language",
    "own_second_factor",
    "_own_file",
    "blank_dossier",
    "not_there",
}
# Walked with a foreign hazard in `tests/ui/web/test_every_screen.py`.
OF_HAZARDS = {"hazards_file", "of_hazard", "small_of_hazard", "site_check"}
ELSEWHERE_HERE = {
    "ledger_file",
    "register_file",
    "figures_file",
    "circular_tables",
    "notice",
    "answered_with",
    "change",
    "foreseen",
    "back",
    "small_evidence",
}


def test_every_route_is_attacked(attacked: Attacked, story: Story) -> None:
    """A new route stands in the table above, or is named here; the program has no other than those of these lists."""
    walked = set()
    routes = program(story.installation.settings).routes
    for one in things(attacked):
        path = one.address.partition("?")[0]
        scope = {"type": "http", "path": unquote(path), "method": "GET", "headers": []}
        walked |= {next((route.name for route in routes if route.matches(scope)[0] is Match.FULL), "")}
    assert {route.name for route in routes} - walked <= OF_NO_OBJECT | OF_HAZARDS | ELSEWHERE_HERE  # type: ignore[attr-defined]
    told = set(re.findall(r"\*(\w+)\(", inspect.getsource(server.application)))
    assert told == {"signing_in", "files", "facts", "drafts", "notices", "hazards", "below_our_doors"}, (
        "routes that `program` does not have"
    )
