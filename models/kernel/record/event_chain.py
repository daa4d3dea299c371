"""Hash chain of a case's events: each hash covers the event's fields and the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from models.kernel.errors import Fault, Invalid

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"

GENESIS = "0" * 64
FIRST_SEQ = 1
FIELDS = ("case_number", "seq", "kind", "happened_at", "recorded_at", "actor", "actor_name", "why", "data")


@dataclass(frozen=True, slots=True)
class Checked:
    """What `verify` found: how many events, the hash of the last one, and every fault in the order met."""

    length: int
    head: str
    faults: tuple[Fault, ...]
    first_broken: int | None
    """The lowest position (0-based, as given) at which the chain does not hold."""

    @property
    def ok(self) -> bool:
        return not self.faults


def canonical(value: JSON) -> bytes:
    """Return the one UTF-8 spelling of a JSON value: sorted keys, no spaces, no NaN.

    Raises Invalid for what JSON or UTF-8 cannot say (NaN, infinity, half a surrogate pair, a date object).
    """
    try:
        return _CANONICAL.encode(value).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise Invalid(f"内容不能写成规范 JSON：{error}。", code="not_canonical") from error


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def link(prev_hash: str, event: Mapping[str, JSON]) -> str:
    """Return the hash (64 lower-case hex digits) of `event` after `prev_hash`; the first follows `GENESIS`.

    Only `FIELDS` count, so that a row's id or its own hash may be present. Raises Invalid when a field is missing.
    """
    missing = [name for name in FIELDS if name not in event]
    if missing:
        raise Invalid(f"事件缺少字段：{'、'.join(missing)}。", code="event_field_missing")
    covered: dict[str, JSON] = {name: event[name] for name in FIELDS}
    covered["prev_hash"] = prev_hash
    return hashlib.sha256(canonical(covered)).hexdigest()


def verify(events: Iterable[Mapping[str, JSON]]) -> Checked:
    """Check one case's events in the order given, each with `FIELDS`, its `hash` and, where stored, its `prev_hash`.

    An edited event is named alone: the links after it are checked against the hashes as stored.
    """
    rows = list(events)
    found = sorted([*_sequence_faults(rows), *_link_faults(rows)], key=lambda pair: pair[0])
    head = rows[-1].get("hash") if rows else GENESIS
    return Checked(
        length=len(rows),
        head=head if isinstance(head, str) else "",
        faults=tuple(fault for _, fault in found),
        first_broken=found[0][0] if found else None,
    )


def _sequence_faults(rows: Sequence[Mapping[str, JSON]]) -> Iterator[tuple[int, Fault]]:
    """Numbers run 1, 2, 3 … without gap, repetition or exchange, within one case."""
    seen: dict[int, int] = {}
    highest = FIRST_SEQ - 1
    for at, row in enumerate(rows):
        seq = row.get("seq")
        if not isinstance(seq, int) or isinstance(seq, bool) or seq < FIRST_SEQ:
            yield at, _fault(at, f"序号“{seq}”不是正整数", "chain_seq")
            continue
        if seq in seen:
            yield at, _fault(at, f"序号 {seq} 重复", "chain_duplicate")
        elif seq < highest:
            yield at, _fault(at, f"序号 {seq} 排在 {highest} 之后，顺序颠倒", "chain_order")
        seen.setdefault(seq, at)
        highest = max(highest, seq)
        if row.get("case_number") != rows[0].get("case_number"):
            yield at, _fault(at, "案件编号与第一条事件不同", "chain_case")
    for before, after in pairwise([FIRST_SEQ - 1, *sorted(seen)]):
        if after > before + 1:
            yield seen[after], _fault(seen[after], f"缺少序号 {before + 1} 至 {after - 1} 的事件", "chain_gap")


def _link_faults(rows: Sequence[Mapping[str, JSON]]) -> Iterator[tuple[int, Fault]]:
    """Each event names the hash stored before it and carries the hash of its own fields."""
    previous: JSON = GENESIS
    for at, row in enumerate(rows):
        follows = row.get("prev_hash", previous)
        if follows != previous:
            yield at, _fault(at, "与前一条事件的哈希不衔接", "chain_link")
        try:
            expected = link(follows, row) if isinstance(follows, str) else None
        except Invalid as refusal:
            yield at, _fault(at, refusal.message.rstrip("。"), refusal.code)
        else:
            if row.get("hash") != expected:
                yield at, _fault(at, f"序号 {row.get('seq')} 的内容与其哈希不符", "chain_hash")
        previous = row.get("hash")


def _fault(at: int, message: str, code: str) -> Fault:
    return Fault(path=f"$[{at}]", message=message, code=code)
