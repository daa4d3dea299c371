"""A package with very many events: how long the verifier takes, beside a bare loop that reads and hashes the same events."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from documents.archive.bag import ARCHIVE_NUMBER, listing, write_bag
from documents.archive.verify import EVENTS, verify
from tests.benchmarks.measuring import Measured, Row, Size, Target, Unit
from tests.benchmarks.workplace import Workplace
from tests.documents.archive.conftest import ARCHIVED, INFO, chained, open_file, volume_items

BENCH = "verify"
MOST = 1.5
_RENDERED = ("paper_rendered", {"paper": "D1", "form": "docx", "sha256": "0" * 64, "version": 1, "door": "system"})
_SERVED = ("paper_delivered", {"paper": "D1", "recipient": "某市公路管理局", "mode": "direct", "door": "web"})
_CLOSED = ("measure_closed", {"before": {"state": "待复查"}, "after": {"state": "办结"}, "door": "web"})


def bench(place: Workplace, size: Size) -> Measured:
    """Verify one package of a long life, and read and hash its events in a bare loop, in turn."""
    events, rounds = size.of(1_000_000, 50_000, 300), size.of(3, 3, 1)
    package = _package(place.subfolder(), events)
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(rounds):
        bare.append(_spent(lambda: _bare(package / EVENTS)))
        ours.append(_spent(lambda: _verified(package)))
    first = Row(BENCH, f"verify a package of {events:,} events", Unit.SECONDS, tuple(ours), ours=True, group="chain")
    second = Row(BENCH, "a bare loop over its events", Unit.SECONDS, tuple(bare), group="chain")
    times = min(ours) / min(bare)
    return Measured(
        BENCH,
        "Verifying a package of very many events",
        (first, second),
        facts=(
            "seconds of the processor; the bare loop parses each line, spells what its hash covers, and hashes that",
            f"the verifier, with every file, manifest and origin, takes {times:.2f} times as long",
        ),
        targets=(Target(f"within {MOST:g} times the bare loop", times <= MOST),),
    )


def _package(folder: Path, count: int) -> Path:
    listed = {"archive_number": INFO[ARCHIVE_NUMBER], **asdict(listing(volume_items(), INFO, volume=b"PK volume"))}
    life = [(_RENDERED, _SERVED, _CLOSED)[n % 3] for n in range(count - 2)]
    events = chained([*life, ARCHIVED, ("package_listed", listed)])
    return write_bag(folder / "p", volume_items(), INFO, events, volume=b"PK volume", open_file=open_file).path


def _bare(file: Path) -> None:
    previous = ""
    with file.open("rb") as lines:
        for line in lines:
            event = json.loads(line)
            stored = event.pop("hash")
            covered = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            previous = hashlib.sha256(covered.encode()).hexdigest()
            assert previous == stored


def _verified(package: Path) -> None:
    found = verify(package)
    assert {fault.code for fault in found.faults} <= {"event_missing"}, found.faults[:3]


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
