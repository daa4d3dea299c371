"""Whatever a spoiled dossier looks like, it is read or refused in Chinese; nothing else ever happens."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.accident import dossier
from models.kernel.errors import Invalid
from tests.first_format import first_format
from tests.models.accident.dossier.conftest import NOW
from tests.models.accident.dossier.test_faults import no_english

GOOD = first_format("ezhou-one-death")

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(codec=None), max_size=20),
    st.sampled_from(["O1", "P1", "", "\ud800", "2025-06-03", "2025-06-03T00:00", "9999-12-31T23:59:59-23:59", 10**60]),
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
patient = settings(derandomize=True, deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])


def spoil(draw, inside):
    """Walk to a random place and put, drop, double or add something there."""
    keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
    if not keys:
        return
    key = draw(st.sampled_from(keys))
    if isinstance(inside[key], dict | list) and inside[key] and draw(st.integers(0, 3)):
        spoil(draw, inside[key])
        return
    match draw(st.sampled_from(["put", "drop", "double", "add"])):
        case "put":
            inside[key] = draw(values)
        case "drop":
            del inside[key]
        case "double" if isinstance(inside, list):
            inside.append(inside[key])
        case "add" if isinstance(inside, dict):
            inside[draw(st.text(max_size=10))] = draw(values)


def refusal_of(data):
    """Return the refusal, or None where the dossier is read and its notes can be told."""
    try:
        dossier.notes(dossier.read(data, now=NOW), now=NOW)
    except Invalid as refusal:
        return refusal
    return None


def read_or_refused_in_chinese(data):
    refusal = refusal_of(data)
    if refusal is None:
        return
    assert refusal.faults
    assert all(no_english(sentence) for sentence in (refusal.message, *(fault.message for fault in refusal.faults)))
    assert json.loads(json.dumps(refusal.as_json(), ensure_ascii=False).encode("utf-8")) == refusal.as_json()


@patient
@given(st.data())
def test_a_dossier_spoiled_in_places_is_read_or_refused_in_chinese(data):
    raw = json.loads(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        spoil(data.draw, raw)
    read_or_refused_in_chinese(json.dumps(raw).encode())


@patient
@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=4), st.integers(0, 6))
def test_a_file_with_some_bytes_changed_is_read_or_refused_in_chinese(place, put_in, taken_out):
    read_or_refused_in_chinese(GOOD[:place] + put_in + GOOD[place + taken_out :])


@patient
@given(values)
def test_any_other_json_is_refused_in_chinese(value):
    read_or_refused_in_chinese(json.dumps(value).encode())
