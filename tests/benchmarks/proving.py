"""A case as large as the gravest accidents make them: how long its pages take to open, and a typed cell to be saved."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from statistics import quantiles
from typing import Any

import httpx

from models.accident.dossier import read
from models.case.commands.evidence import add_evidence
from models.case.commands.filing import file_case
from models.kernel.act import acting
from models.kernel.calendar.time import wall_clock
from models.kernel.settings import Settings
from models.kernel.tables import Heartbeat
from models.samples import dossier_bytes
from tests.benchmarks.measuring import Measured, Row, Size, Target, Unit
from tests.benchmarks.web.clients import Ask, clicks, sign_in
from tests.benchmarks.web.servers import Server, ours
from tests.benchmarks.workplace import AT, Workplace
from tests.stories import PASSWORD, give_passwords, staffed
from ui.web.facts.parts import PARTS

BENCH = "proof"
PAGE_MS, CELL_MS = 150.0, 100.0
PEOPLE, VEHICLES, FINDINGS, MEASURES, EVIDENCE = 60, 20, 60, 120, 300
SAMPLE = "ezhou-four-deaths"
WARM = 3


def bench(place: Workplace, size: Size) -> Measured:
    """Open every part of one large case in turn, and save one cell after the other, on each database."""
    runs, cells = size.of(40, 10, 2), size.of(200, 40, 3)
    rows: list[Row] = []
    processor: list[str] = []
    for name, on_postgres in (("PostgreSQL", True), ("SQLite", False)):
        if on_postgres and place.server is None:
            continue
        with ExitStack() as stack:
            database = stack.enter_context(place.database(on_postgres=on_postgres, prepare=staffed))
            tree = large(size)
            with acting(database, Settings(), "li", AT) as act:
                case = file_case(act, read(json.dumps(tree).encode(), now=AT)).case_number
                for n in range(size.of(EVIDENCE, EVIDENCE, 10)):
                    add_evidence(act, case, title=f"书证{n + 1}", reference=f"调查卷宗第{n + 1}页", finding="F1")
            with database.writing() as session:  # no page warns that the clock stands still
                session.add(Heartbeat(worker="bench", beat_at=wall_clock(), last_sweep_at=wall_clock(), looked_at=0))
            give_passwords(database.url)
            server = stack.enter_context(ours(place.subfolder(), database.url))
            cookie = sign_in(server.address, "li", PASSWORD)
            before = server.processor_seconds
            opened = list(_pages(server, cookie, case, tree["source"]["title"], runs, name))
            spent = 1000 * (server.processor_seconds - before) / sum(len(row.figures) + WARM for row in opened)
            rows += [*opened, _cells(server, cookie, case, cells, name)]
            processor.append(f"{spent:.0f} ms of the processor a page, {name}")
    pages, saved = [row for row in rows if "cell" not in row.what], [row for row in rows if "cell" in row.what]
    return Measured(
        BENCH,
        "Opening and editing one very large case",
        tuple(rows),
        facts=(
            f"{PEOPLE} people, {VEHICLES} vehicles, {FINDINGS} findings, {MEASURES} measures, {EVIDENCE} pieces of evidence",
            "a page is one run of the script, from the click to its last element; a cell is one request, from its sending to "
            "its answer, with its event and its version",
            "95 of 100 within: " + ", ".join(f"{within(row):.0f} ms {row.what}" for row in rows),
            *processor,
        ),
        targets=(
            Target(f"95 of 100 pages within {PAGE_MS:g} ms", all(within(row) <= PAGE_MS for row in pages)),
            Target(f"95 of 100 cells within {CELL_MS:g} ms", all(within(row) <= CELL_MS for row in saved)),
        ),
    )


def within(row: Row) -> float:
    """Return the time within which 95 of 100 were done."""
    return quantiles(row.figures, n=20)[-1] if len(row.figures) > 1 else row.figures[0]


def _pages(server: Server, cookie: str, case: str, title: str, runs: int, on: str) -> Iterator[Row]:
    asks = {
        "overview": "",
        **{f"facts, {one.name}": f"&part=facts&of={one.name}" for one in PARTS.values()},
        **{part: f"&part={part}" for part in ("measures", "evidence", "papers", "checklist")},
    }
    for what, query in asks.items():
        ask = Ask("case", title, f"number={case}{query}")
        done = asyncio.run(clicks(server.address, cookie, [ask] * (runs + WARM)))[WARM:]
        failures = [told for run in done for told in run.failures]
        assert failures == [], failures
        yield Row(BENCH, f"{what}, {on}", Unit.MILLISECONDS, tuple(1000 * run.seconds for run in done))


def _cells(server: Server, cookie: str, case: str, cells: int, on: str) -> Row:
    figures = []
    headers = {"Origin": server.address, "Cookie": cookie}
    with httpx.Client(base_url=server.address, headers=headers, timeout=60) as client:
        for n in range(cells + WARM):
            op = {
                "op": f"c{n}",
                "kind": "set",
                "row": f"P{n % 5 + 1}",
                "field": "note",
                "value": f"第{n}次",
                "seen": None,
            }
            began = time.perf_counter()
            answer = client.patch(f"/facts/{case}/people", json={"ops": [op]})
            figures.append(1000 * (time.perf_counter() - began))
            assert answer.status_code == httpx.codes.OK, answer.text
    return Row(BENCH, f"a saved cell, {on}", Unit.MILLISECONDS, tuple(figures[WARM:]))


def large(size: Size) -> dict[str, Any]:
    """Return the dossier of an accident with very many people, vehicles, problems and measures."""
    tree: dict[str, Any] = json.loads(dossier_bytes(SAMPLE))
    for sheet, prefix, wanted in (
        ("people", "P", PEOPLE),
        ("vehicles", "V", VEHICLES),
        ("findings", "F", FINDINGS),
        ("measures", "M", MEASURES),
    ):
        rows = tree[sheet]
        for n in range(len(rows), size.of(wanted, wanted, len(rows))):
            row = {**rows[n % len(rows)], "ref": f"{prefix}{n + 100}"}
            named = {"people": "name", "vehicles": "plate"}.get(sheet, "text")
            rows.append({**row, named: f"{row[named]}{n}"})
    for person in tree["people"][15:]:
        person |= {"role": "passenger", "outcome": "unhurt"}
        person.pop("died_at", None)
    return tree
