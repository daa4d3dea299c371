"""The hash chain of events."""

from __future__ import annotations

import copy
import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kernel.errors import Invalid
from models.kernel.record.event_chain import FIELDS, GENESIS, canonical, link, verify


def chained(count: int) -> list[dict[str, Any]]:
    """Return `count` events of one case, linked."""
    events: list[dict[str, Any]] = []
    previous = GENESIS
    for seq in range(1, count + 1):
        event: dict[str, Any] = {
            "case_number": "4207-2026-0001",
            "seq": seq,
            "kind": "case_filed",
            "happened_at": f"2026-03-{seq:02d}T09:00:00+08:00",
            "recorded_at": f"2026-03-{seq:02d}T09:01:00+08:00",
            "actor": "officer",
            "actor_name": "张某",
            "why": "",
            "data": {"before": None, "after": {"序": seq}},
        }
        event["prev_hash"], event["hash"] = previous, link(previous, event)
        previous = event["hash"]
        events.append(event)
    return events


def codes(events: list[dict[str, Any]]) -> set[str]:
    return {fault.code for fault in verify(events).faults}


@pytest.mark.parametrize("previous", [GENESIS, "5e" * 32])
def test_the_hash_is_that_of_a_spelling_anyone_can_repeat(previous: str):
    event = dict.fromkeys(FIELDS, "") | {"seq": 1, "data": {"乙": 1, "甲": [None, True]}}
    text = (
        '{"actor":"","actor_name":"","case_number":"","data":{"乙":1,"甲":[null,true]},"happened_at":"","kind":"",'
        f'"prev_hash":"{previous}","recorded_at":"","seq":1,"why":""}}'
    )
    assert link(previous, event) == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_an_untouched_chain_holds_and_tells_its_head():
    events = chained(5)
    checked = verify(events)
    assert checked.ok
    assert (checked.length, checked.head, checked.first_broken) == (5, events[-1]["hash"], None)


def test_no_events_are_a_chain_whose_head_is_genesis():
    assert verify([]).head == GENESIS
    assert verify([]).ok


def test_what_is_not_covered_may_be_present_and_may_change():
    event = chained(1)[0]
    assert link(GENESIS, event | {"id": 7}) == event["hash"]


@pytest.mark.parametrize("field", FIELDS)
def test_an_edit_of_any_field_breaks_the_chain_at_that_event(field: str):
    events = chained(4)
    events[2][field] = 9 if field == "seq" else "改动"
    checked = verify(events)
    assert "chain_hash" in {fault.code for fault in checked.faults}
    assert checked.first_broken == 2


@pytest.mark.parametrize("field", FIELDS)
def test_a_missing_field_is_named(field: str):
    events = chained(2)
    del events[1][field]
    assert any(field in fault.message for fault in verify(events).faults)


def test_an_edit_with_its_hash_recomputed_breaks_the_next_link():
    events = chained(4)
    events[1]["why"] = "事后补写"
    events[1]["hash"] = link(events[1]["prev_hash"], events[1])
    checked = verify(events)
    assert [(fault.path, fault.code) for fault in checked.faults] == [("$[2]", "chain_link")]


def test_a_removed_event_is_a_gap_named_by_its_numbers():
    events = chained(5)
    del events[1:3]
    assert any(fault.code == "chain_gap" and "2 至 3" in fault.message for fault in verify(events).faults)


def test_a_removed_first_event_is_a_gap():
    assert "chain_gap" in codes(chained(3)[1:])


def test_exchanged_events_are_out_of_order_and_leave_no_gap():
    events = chained(4)
    events[1], events[2] = events[2], events[1]
    assert "chain_order" in codes(events)
    assert "chain_gap" not in codes(events)


def test_a_repeated_event_is_a_duplicate():
    events = chained(3)
    events.insert(1, copy.deepcopy(events[0]))
    assert "chain_duplicate" in codes(events)


def test_an_event_of_another_case_is_foreign():
    events = chained(3)
    events[2]["case_number"] = "4207-2026-0002"
    events[2]["hash"] = link(events[2]["prev_hash"], events[2])
    assert codes(events) == {"chain_case"}


@pytest.mark.parametrize("seq", [0, -1, True, "1", None, 1.0])
def test_a_number_that_is_no_positive_integer_is_a_fault(seq: object):
    events = chained(1)
    events[0]["seq"] = seq
    assert "chain_seq" in codes(events)


def test_a_chain_without_stored_previous_hashes_is_checked_all_the_same():
    events = [{name: value for name, value in event.items() if name != "prev_hash"} for event in chained(4)]
    assert verify(events).ok
    events[1], events[2] = events[2], events[1]
    assert not verify(events).ok


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", {1, 2}])
def test_what_json_cannot_say_is_refused(value: Any):
    with pytest.raises(Invalid, match="规范 JSON"):
        canonical({"data": value})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_the_spelling_does_not_depend_on_the_order_of_keys(value: Any):
    def turned(inner: Any) -> Any:
        if isinstance(inner, dict):
            return {key: turned(inner[key]) for key in reversed(list(inner))}
        return [turned(each) for each in inner] if isinstance(inner, list) else inner

    assert canonical(turned(value)) == canonical(value)
