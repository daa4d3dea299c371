"""The events of a case, chained as `act.record` chains them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from models.kernel.record import event_chain as chain
from tests.benchmarks.web.rows import Rows, spelled

if TYPE_CHECKING:
    from tests.benchmarks.web.cases import Life

COLUMNS = (
    "case_id",
    "seq",
    "kind",
    "happened_at",
    "recorded_at",
    "actor",
    "actor_name",
    "why",
    "data",
    "prev_hash",
    "hash",
)
BEGINNING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("case_filed", {"grade": "ordinary", "deaths": 1, "measures": 5}),
    ("finding_added", {"finding": "F1"}),
    ("finding_added", {"finding": "F2"}),
    *(("measure_added", {"measure": f"M{nth}"}) for nth in range(1, 6)),
    ("paper_drafted", {"paper": "D1", "kind": "analysis_report"}),
)
REPORTED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("paper_submitted", {"paper": "D1"}),
    ("paper_approved", {"paper": "D1"}),
    ("paper_issued", {"paper": "D1", "kind": "analysis_report"}),
    *(
        (kind, {"paper": paper})
        for paper in ("D2", "D3")
        for kind in ("paper_submitted", "paper_approved", "paper_issued", "paper_delivered", "paper_acknowledged")
    ),
)
LATER: tuple[tuple[str, dict[str, Any]], ...] = (
    ("reply_given", {"measure": "M1", "kind": "completion"}),
    ("reply_assessed", {"measure": "M1", "verdict": "accepted"}),
    ("measure_verified", {"measure": "M1"}),
    ("rung_fired", {"rung": "remind.half", "measure": "M2"}),
    ("measure_changed", {"measure": "M3", "text": "补充巡查要求。"}),
)

_SPELLED = {id(data): spelled(data) for _, data in BEGINNING + REPORTED + LATER}  # once, not five million times


def chained(rows: Rows, one: Life, events: int) -> str:
    """Add the events of a case; returns the hash of the last."""
    told = []
    before, number = chain.GENESIS, one.case_number
    days, mark = max(one.age, 1), rows.moment("")[1:]
    who, name = one.officer.account, one.officer.name
    for seq, (kind, data) in enumerate(_happened(one, events), 1):
        day = one.after(seq * days // (events + 1))
        moment = f"{day}T02:00:00.000000+00:00"
        head = _hash(before, number, seq, kind, moment, who, name, data)
        at = f"{day} {mark}"
        told.append((one.nth, seq, kind, at, at, who, name, None, _SPELLED[id(data)], before, head))
        before = head
    rows.add_many("events", COLUMNS, told)
    return before


def _happened(one: Life, events: int) -> Iterator[tuple[str, dict[str, Any]]]:
    begun = BEGINNING + (REPORTED if one.reported else ())
    for nth in range(events):
        yield begun[nth] if nth < len(begun) else LATER[nth % len(LATER)]


def _hash(before: str, number: str, seq: int, kind: str, moment: str, who: str, name: str, data: dict[str, Any]) -> str:
    said = {
        "case_number": number,
        "seq": seq,
        "kind": kind,
        "happened_at": moment,
        "recorded_at": moment,
        "actor": who,
        "actor_name": name,
        "why": None,
        "data": data,
        "prev_hash": before,
    }
    return hashlib.sha256(chain.canonical(said)).hexdigest()
