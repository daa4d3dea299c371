"""Everyone who is not on the list of a restricted paper, and every question that any of them can ask."""

from __future__ import annotations

import importlib
import inspect
import itertools
import json
import pkgutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, get_type_hints

import click
from sqlalchemy import func, select

import models
from models.accident.dossier import read
from models.accident.sheets import SHEETS
from models.archive.queries.archives import Sought
from models.case.commands.filing import file_case
from models.case.tables import Case
from models.clock.queries.rulebook import rulebook
from models.clock.tables import Deadline
from models.kernel.act import acting, find_actor
from models.kernel.errors import Refused
from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import AccountabilityCategory, DocumentKind, Role, SeriesMode, Stage
from models.office.tables import Organisation
from models.overview.queries.brief import last_week
from models.overview.queries.dashboard.as_of import AsOf
from models.papers.rules.periods import Period
from models.register.queries.around import Section
from models.register.queries.counting import Counted
from models.register.queries.hazards import Filters
from models.register.queries.near_hazards import Alike
from models.register.queries.register_list import Wanted
from models.samples import dossier_bytes
from tests.stories import Story

# Words that stand in nothing but the two restricted papers and what leads to them.
OURS, ABOVE = "玄黄", "荒洪"
ROADS = "鄂州市城市管理执法委员会"
ORGAN = "鄂州市纪委监委"

# Who may not know of our own paper: account by what kind of person it is.
OUTSIDERS = {
    "a leader": "ling",
    "another officer": "wang",
    "a clerk": "nei",
    "a reviewer who has no step": "qita",
    "an archivist": "dang",
    "an agency with a notice": "cheng",
    "the organ that gets the paper": "jiwei",
    "an administrator": "guan",
    "an auditor": "cha",
    "a recused reviewer": "hui",
    "a leader who is examined": "bei",
    "an officer struck off the list": "chen",
}


def prepared(story: Story) -> str:
    """Tell the story up to the moment before the restricted papers: everybody is there, a notice is out."""
    unit, bureau = story.installation.settings.unit, story.installation.settings.bureau
    for account, role in (
        ("chen", Role.OFFICER),
        ("qita", Role.REVIEWER),
        ("hui", Role.REVIEWER),
        ("bei", Role.LEADER),
    ):
        story.employ(account, role)
    for account, role in (("shang", Role.OFFICER), ("shangshen", Role.REVIEWER), ("shangqian", Role.SIGNER)):
        story.employ(account, role, unit=bureau)
    case = _filed(story)
    story.address(case)
    story.issue(case, "D1")
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    story.deliver(case, *notices)
    story.employ("cheng", Role.AGENCY, unit=ROADS)
    story.employ("jiwei", Role.AGENCY, unit=ORGAN)
    story.employ("guan", Role.ADMIN)
    story.employ("cha", Role.AUDITOR, by="guan")
    kind, why = DocumentKind.ACCOUNTABILITY_PROPOSAL, "按职责分工"
    story.in_office(
        "guan", "set-chain", issuer=unit, kind=kind, steps=[f"审核:{unit}:shen", f"签发:{unit}:qian"], reason=why
    )
    story.in_office(
        "guan", "set-chain", issuer=bureau, kind=kind, steps=[f"审核:{bureau}", f"签发:{bureau}"], reason=why
    )
    for issuer in (unit, bureau):
        story.in_office("guan", "set-series", issuer=issuer, kind=kind, mode=SeriesMode.EXTERNAL, reason="用发文登记簿")
    story.do("hui", "recuse", case, who="hui", reason="与当事人有亲属关系")
    story.do("li", "identify-person", case, person="P98", who="bei")
    return case


def _filed(story: Story) -> str:
    """File the sample with two officials whom only accountability asks about: a stranger, and one of our leaders."""
    dossier = json.loads(dossier_bytes("ezhou-one-death"))
    unit = story.installation.settings.unit
    dossier["organisations"] += [
        {"ref": "O98", "name": unit, "kind": "police", "division_code": story.installation.settings.unit_division},
        {"ref": "O99", "name": ORGAN, "kind": "discipline_inspection", "division_code": "420700"},
    ]
    # The officer of the case knows whom the file names; what the upper unit writes about our leader, nobody here does.
    people = (("P98", "贝某", "O98"), ("P99", f"{OURS}某", "O1"))
    dossier["officials"] = [
        {"ref": ref, "name": name, "role": "official", "organisation_ref": where, "outcome": "unhurt"}
        for ref, name, where in people
    ]
    dossier["accountability"] = []
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        case = file_case(act, read(json.dumps(dossier).encode(), now=story.at)).case_number
    for person, word in (("P98", ABOVE), ("P99", OURS)):
        story.do(
            "li",
            "add-accountability",
            case,
            person=person,
            category=AccountabilityCategory.OTHER,
            text=f"{word}履职不到位",
            organ=ORGAN,
            duty="维护责任路段通行秩序",
            legal_basis=["《中华人民共和国道路交通安全法》第八十七条第一款"],
            facts="当日没有安排巡逻",
            evidence=[story.do("li", "add-evidence", case, title="勤务安排表", reference="调查卷宗")],
        )
    return case


def restricted_paper(story: Story, case: str, author: str, reviewer: str, signer: str, word: str) -> str:
    """Take a proposal through its whole life, with a word in everything that can be said of it; returns its name."""
    paper: str = story.do(author, "prepare", case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)[0]
    story.do(author, "edit-paper", case, paper=paper, title=f"关于{word}的建议书", note=f"{word}的情况")
    story.do(author, "submit", case, paper=paper)
    story.do(reviewer, "return", case, paper=paper, reason=f"{word}的依据不足")
    story.do(author, "submit", case, paper=paper)
    story.do(reviewer, "approve", case, paper=paper, remark=f"{word}可行")
    story.do(signer, "sign", case, paper=paper, number=f"鄂{word}〔2025〕77号")
    story.do(author, "deliver", case, paper=paper)
    story.do(author, "attach-proof", case, paper=paper, scan=story.scan(word), file_name=f"{word}.pdf")
    return paper


def struck(story: Story, case: str, paper: str) -> None:
    """Put an officer on the list and take the officer off again."""
    story.do("li", "add-reader", case, paper=paper, reader="chen", reason="协助核对")
    story.do("li", "remove-reader", case, paper=paper, reader="chen", reason="核对完毕")


# --- every query ---------------------------------------------------------------------------------------------------


def reading_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every public function of a room's queries that answers an actor, found by looking at all modules.

    What returns a condition or a statement answers nothing by itself.
    """
    for module_info in pkgutil.walk_packages(models.__path__, "models."):
        if ".queries." not in module_info.name:
            continue
        module = importlib.import_module(module_info.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith("_"):
                continue
            if "actor" not in inspect.signature(function).parameters:
                continue
            answer = str(get_type_hints(function).get("return"))
            if "ColumnElement" not in answer and "Select" not in answer:
                yield f"{module_info.name.partition('.queries.')[2]}.{name}", function


def questions(story: Story, case: str) -> Mapping[str, list[Any]]:
    """Return what each parameter of such a function is asked with: known things, and what is not there (yet)."""
    with story.installation.database.reading() as session:
        case_id = session.scalars(select(Case.id).where(Case.case_number == case)).one()
        last = session.scalar(select(func.max(Deadline.id))) or 0
        units = session.scalars(select(Organisation.id).where(Organisation.name.in_((ROADS, ORGAN)))).all()
    now = story.at
    return {
        "now": [now],
        "today": [now.date()],
        "day": [now.date()],
        "as_of": [now.date()],
        "case_number": [case],
        "case_id": [case_id],
        "case_ids": [[case_id]],
        "stage": [Stage.RECTIFYING],
        "deadline_id": [1, *range(last, last + 4)],
        "deadline": [1, *range(last, last + 4)],
        "paper": [f"D{number}" for number in range(1, 8)],
        "papers": [[f"D{number}" for number in range(1, 8)], []],
        "year": [now.year],
        "at": [AsOf(now.date(), now.date()), AsOf(now.date() + timedelta(days=90), now.date())],
        "organisation_id": units,
        "reply": ["R1"],
        "evidence": ["E1"],
        "ref": [None, "E1", "F1", "M1", "A1", *(f"D{number}" for number in range(1, 8))],
        "findings": [["F1", "F2", "F3"], []],
        "measures": [["M1", "M2"], []],
        "incoming": ["W1"],
        "on": [now.date()],
        "recipient_id": units,
        "kind": [DocumentKind.RECTIFICATION_NOTICE, DocumentKind.CLUE_TRANSFER],
        "talk": [1],
        "draft_id": [1],
        "account": ["li", "ling"],
        "sought": [Sought(), Sought(words="建议")],
        "recipient": units,
        "recipient_path": ["/"],
        "secrets": [{}],
        "whole": [False, True],
        "number": range(1, 40),
        "number:str": [
            "J001-2025-D30-事故-9999"
        ],  # a refusal names what was asked for, so not the one that is looked for
        "settings": [story.installation.settings],
        "store": [story.installation.files],
        "gaps": [[]],
        "excused": [{}],
        "sheet_name": list(SHEETS),
        "sheet_names": [list(SHEETS)],
        "seq": [0],
        "run_id": [1],
        "quarantine_id": [1],
        "phrase": [OURS, ABOVE, "建议", "书"],
        "period": [Period(now.date() - timedelta(days=60), now.date() - timedelta(days=1))],
        "week": [last_week(now.date()), Period(now.date(), now.date() + timedelta(days=6))],
        "accidents": [None],
        "territory": [story.installation.settings.unit_division],
        "filters": [Filters(), Filters(words="书", open_only=True)],
        "given": [Alike("护栏缺失", now.date(), 38_583_000, 13_365_000, "G316", None, 845_200, "某村口")],
        "secret": [b"only for this test"],
        "place:int": [1],
        "dossier": [read(dossier_bytes("ezhou-four-deaths"), now=now)],
        "counted": [Counted(story.installation.settings.unit_division)],
        "accident": [1, 2],
        "since": [now.date() - timedelta(days=90)],
        "until": [now.date()],
        "unit": units,
        "wanted": [Wanted(), Wanted(deaths=1)],
        "place": [Section("G316", 12_000)],
    }


def asked(function: Callable[..., Any], known: Mapping[str, list[Any]]) -> Iterator[dict[str, Any]]:
    """Yield each way to ask a function. Raises AssertionError for a parameter that nobody told how to fill."""
    names = []
    for name, parameter in inspect.signature(function).parameters.items():
        # Conditions narrow an answer, and are asked for where the narrowed answers are added up.
        if name in ("session", "actor", "rules") or parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            continue
        if name in known:
            of_type = f"{name}:{parameter.annotation}"
            names.append((name, of_type if of_type in known else name))
        else:
            assert parameter.default is not inspect.Parameter.empty, (
                f"{function.__module__}.{function.__name__} answers an actor, and this test does not know how to ask it: "
                f"add its parameter “{name}” to `questions`"
            )
    for values in itertools.product(*(known[asked_with] for _, asked_with in names)):
        yield dict(zip((name for name, _ in names), values, strict=True))


def answers(story: Story, account: str, known: Mapping[str, list[Any]]) -> dict[str, str]:
    """Return what every reading function answers a person, or how it refuses, as text."""
    told = {}
    with story.installation.database.reading() as session:
        actor: Actor = find_actor(session, account, story.at)
        story.installation.database.for_person(session, actor.id)
        rules = rulebook(session)
        for name, function in reading_functions():
            parameters = inspect.signature(function).parameters
            given = {n: v for n, v in (("session", session), ("actor", actor), ("rules", rules)) if n in parameters}
            for said in asked(function, known):
                try:
                    answer = repr(function(**given, **said))
                except Refused as refusal:
                    answer = f"{refusal.code}: {refusal.message}"
                told[f"{name}{sorted((key, str(value)) for key, value in said.items())}"] = answer
    return told


# --- every verb of the command line ---------------------------------------------------------------------------------

# How each reading verb is asked. A verb that is neither here nor among those below fails the test.
READING: Mapping[str, tuple[str, ...]] = {
    "accident duplicates": (),
    "accident list": (),
    "accident show": ("1",),
    "case list": (),
    "case causes": ("{case}",),
    "case checklist": ("{case}",),
    "case similar": ("{case}",),
    "case trace": ("{case}",),
    "case scene": ("{case}", "{out}/scene.svg"),
    "case show": ("{case}", "--events", "1000"),
    "case stuck": (),
    "archive missing": ("{case}",),
    "archive disposals": (),
    "document list": ("{case}",),
    "document flagged": (),
    "document preflight": ("{case}", "--paper", "{paper}"),
    "document readers": ("{case}", "--paper", "{paper}"),
    "document export": ("{case}", "--out", "{out}"),
    "document print-set": ("{case}", "--out", "{out}/print.docx"),
    "channel list": (),
    "message list": (),
    "message stuck": (),
    "deadline explain": ("{deadline}",),
    "recurrence list": (),
    "user list": (),
    "warning list": (),
    "warning lists": (),
    "warning criteria": (),
    "effect": (),
    "organisation list": (),
    "unit list": (),
    "code list": (),
    "template list": (),
    "authority list": (),
    "circular list": (),
    "circular preview": (),
    "brief": (),
    "figures": ("--from", "2025-01-01"),
    "competence list": (),
    "incoming list": ("--all",),
    "hazard list": (),
    "hazard show": ("YH2025-0001",),
    "competence ask": (ROADS, "--paper", "rectification_notice"),
    "search words": ("建议",),
    "office show": (),
    "import list": (),
    "import profile list": (),
    "import profile show": ("police-accidents",),
    "import runs": (),
    "import differences": ("1",),
    "import quarantine list": (),
    "import proposed": (),
    "scanner list": (),
    # Without an account: for whoever stands at the machine.
    "doctor": (),
    "record list": (),
    "record readings": (),
    "record verify": (),
    "settings": (),
    "sweep": ("--dry-run", "--as-of", "2026-06-01T09:00:00+08:00"),
    "calendar show": (),
    "rule show": (),
    "ladder show": (),
    "manner list": (),
    "case schema": (),
    "case fact list": ("{case}", "--all"),
    "case fact show": ("{case}", "accident.place"),
    "case export": ("{case}", "{out}/case.zip"),
    "case export-dossier": ("{case}",),
}
# They change something, start something, or read a file that is handed to them.
NOT_READING = {
    "accident apart",
    "accident correct",
    "accident link",
    "accident merge",
    "accident split",
    "archive audit",
    "archive encapsulate",  # what package_of lets out; it writes files
    "archive extract",
    "archive transfer",
    "archive verify",
    "backup",  # of everything, by whoever stands at the machine
    "calendar load",
    "case compare",
    "case fact add",
    "case fact remove",
    "case fact set",
    "case fact take-entry",
    "case file",
    "case import",
    "case template",
    "case upgrade-dossier",
    "channel add",
    "channel disable",
    "channel test",
    "code add",
    "code retire",
    "database move",
    "database rotate-key",
    "demo",
    "document check",
    "document seal",
    "document take-back",  # of a file that somebody edited
    "export ledger",  # its bytes carry the moment; what stands in it is asked of the query behind it
    "hazard export",  # its bytes carry the moment; what stands in it is asked of the query behind it
    "hazard import",
    "hazard report",
    "import accidents",
    "import give-up",
    "import notices",
    "import profile set",
    "import quarantine drop",
    "import quarantine mend",
    "import quarantine retry",
    "import suggest",  # of a file that is handed to it
    "init",
    "knowledge suggest",  # of the law, and of no case
    "ladder set",
    "message handled",
    "message read",
    "message resend",
    "manner set",
    "organisation add",
    "organisation import",
    "record checkpoint",
    "record explain",
    "rehearse",
    "restore",
    "rule set",
    "scanner again",
    "scanner release",
    "search rebuild",
    "template check",
    "template fields",
    "template retire",
    "template upload",
    "unit confirm",
    "unit merge",
    "unit rename",
    "up",
    "user add",
    "user link",
    "user link-os",
    "user unlink-os",
    "user reset-password",
    "user second-factor",
    "user set-password",
    "user disable",
    "user enable",
    "warning judge",
    "warning screen",
    "warning show",  # of one warning, which this story has not; what stands in it the lists tell
    "web",
    "worker",
}


def verbs() -> dict[str, Any]:
    """Return every verb of the command line but the steps of the registry, which act and answer nothing else."""
    from ui.cli.actions import registry
    from ui.cli.commands import command

    # Steps act; they are no questions.
    steps = {("office", name) for name in registry(office=True)} | {("case", "do")}
    found: dict[str, Any] = {}

    def walk(group: Any, path: list[str]) -> None:
        if not hasattr(group, "list_commands"):
            found[" ".join(path)] = group
            return
        context = click.Context(group)
        for name in group.list_commands(context):
            if (*path, name) not in steps:
                walk(group.get_command(context, name), [*path, name])

    walk(command(), [])
    return found


def account_option(verb: Any) -> bool:
    """Return whether a verb can be asked as somebody."""
    return any("--as" in getattr(parameter, "opts", ()) for parameter in verb.params)


def words_in(folder: Path) -> str:
    """Return names and contents of the files that an export wrote."""
    told: list[str] = []
    for path in sorted(folder.rglob("*")):
        told.append(path.name)
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as package:
                told += [package.read(name).decode("utf-8", "replace") for name in sorted(package.namelist())]
    return "\n".join(told)
