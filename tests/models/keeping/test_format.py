"""The format of a backup: what is encrypted opens only whole and under its name, rows keep every value, the list is known cut."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.keeping.rules import manifest
from models.keeping.rules.cipher import BLOCK, Damaged, Decrypting, Encrypting, Key, encrypted_size, key_of
from models.keeping.rules.neutral import Kind, read, spelled

KEY, NAME = Key(b"k" * 32), "files/ab/cd"


def encrypted(content: bytes, name: str = NAME) -> bytes:
    out = io.BytesIO()
    encrypting = Encrypting(out, KEY, name)
    for at in range(0, len(content), 700_001):
        encrypting.write(content[at : at + 700_001])
    encrypting.close()
    return out.getvalue()


def opened(content: bytes, key: Key = KEY, name: str = NAME) -> bytes:
    return Decrypting(io.BytesIO(content), key, name).read()


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 7])
def test_what_is_encrypted_opens_as_it_was_and_is_as_long_as_was_said(size: int) -> None:
    content = bytes(at % 251 for at in range(1000)) * (size // 1000 + 1)
    content = content[:size]
    found = encrypted(content)
    assert opened(found) == content
    assert len(found) == encrypted_size(size)
    assert size < 32 or content[:32] not in found


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda whole: whole[:-1],
        lambda whole: whole[: 20 + BLOCK + 16],  # cut after a block: each that is left is right
        lambda whole: whole[:10],
        lambda whole: b"",
        lambda whole: whole + b"\0",
        lambda whole: whole[:100] + bytes([whole[100] ^ 1]) + whole[101:],
        lambda whole: whole[:20] + whole[20 + BLOCK + 16 : 20 + 2 * (BLOCK + 16)] + whole[20 : 20 + BLOCK + 16] + b"",
    ],
)
def test_what_was_cut_or_changed_does_not_open(spoilt: object) -> None:
    whole = encrypted(b"x" * (2 * BLOCK + 5))
    with pytest.raises(Damaged):
        opened(spoilt(whole))  # type: ignore[operator]


def test_nothing_opens_with_another_key_or_under_another_name() -> None:
    whole = encrypted(b"content")
    with pytest.raises(Damaged):
        opened(whole, Key(b"l" * 32))
    with pytest.raises(Damaged):
        opened(whole, name="files/ab/ce")


def test_a_key_follows_from_secret_and_salt_and_is_never_shown() -> None:
    key = key_of(b"a long passphrase", b"s" * 16)
    assert key == key_of(b"a long passphrase", b"s" * 16)
    assert key != key_of(b"a long passphrase", b"t" * 16)
    assert str(key.secret) not in repr(key)


FINITE = st.floats(allow_nan=False, allow_infinity=False)
VALUES = {
    Kind.PLAIN: st.one_of(
        st.none(),
        st.text(st.characters(codec="utf-8")),
        st.integers(),
        FINITE,
    ),
    Kind.TRUTH: st.one_of(st.none(), st.booleans()),
    Kind.MOMENT: st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
    Kind.DAY: st.one_of(st.none(), st.dates()),
    Kind.DECIMAL: st.one_of(st.none(), st.decimals(allow_nan=False, allow_infinity=False)),
    Kind.BYTES: st.one_of(st.none(), st.binary()),
}


@given(st.data())
def test_every_value_comes_back_as_it_went_and_takes_one_line(data: st.DataObject) -> None:
    kinds = list(VALUES)
    row = [data.draw(VALUES[kind]) for kind in kinds]
    line = spelled(kinds, row)
    assert line.count(b"\n") == 1
    assert read(kinds, line) == row
    assert spelled(kinds, read(kinds, line)) == line


def test_a_moment_is_spelled_the_same_with_any_zone_and_without() -> None:
    at = datetime(2026, 3, 5, 1, 2, 3, 4, tzinfo=UTC)
    for same in (at.replace(tzinfo=None), at.astimezone(timezone(timedelta(hours=8)))):
        assert spelled([Kind.MOMENT], [same]) == spelled([Kind.MOMENT], [at])


def test_json_null_is_not_the_nothing_of_a_database() -> None:
    assert spelled([Kind.JSON], ["null"]) == b"[[null]]\n"
    assert spelled([Kind.JSON], [None]) == b"[null]\n"
    assert read([Kind.JSON], b'[[{"a":1}]]') == [[{"a": 1}]]


def test_a_row_with_other_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="other columns"):
        read([Kind.PLAIN], b"[1,2]")


LIST = manifest.Manifest(
    name="20260305T010203Z-abcd",
    taken_at=datetime(2026, 3, 5, tzinfo=UTC),
    program="1",
    schema="0001",
    unit="某支队",
    database="sqlite",
    tables=(manifest.TablePart("cases", ("id",), ("plain",), 3, "0" * 64),),
    files=manifest.FileList(1, 2, "1" * 64),
    packages=manifest.FileList(0, 0, "2" * 64),
    references=(manifest.Reference("文书链接密钥", "link.key", "ab"),),
    lacking=("3" * 64,),
)


def test_a_list_of_contents_comes_back_as_it_was() -> None:
    assert manifest.read(manifest.written(LIST)) == LIST


def test_a_list_of_contents_that_was_cut_or_changed_anywhere_is_none() -> None:
    whole = manifest.written(LIST)
    for at in range(0, len(whole), 17):
        for other in (whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]):
            with pytest.raises(manifest.Cut):
                manifest.read(other)


def test_a_day_and_a_decimal_are_what_they_say() -> None:
    kinds = [Kind.DAY, Kind.DECIMAL]
    assert spelled(kinds, [date(2026, 3, 5), Decimal("1.50")]) == b'["2026-03-05","1.50"]\n'
    assert cast("Decimal", read(kinds, b'["2026-03-05","1.50"]')[1]).as_tuple().exponent == -2
