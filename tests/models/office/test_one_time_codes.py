"""The codes of RFC 6238, and what opens a sealed secret."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from models.office.rules.one_time_codes import (
    code_of,
    fitting_step,
    in_letters,
    new_recovery_codes,
    new_secret,
    recovery_hash,
    step_at,
)
from models.office.rules.sealed_secrets import NotOurs, opened, sealed

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(second: int, code: str) -> None:
    """Appendix B of RFC 6238, the last six digits."""
    assert code_of(SECRET, step_at(datetime.fromtimestamp(second, UTC))) == code


def test_a_clock_may_be_off_by_half_a_minute_and_no_more() -> None:
    for seconds, fits in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        shown = code_of(SECRET, step_at(NOW + timedelta(seconds=seconds)))
        assert (fitting_step(SECRET, shown, NOW, after=0) is not None) is fits, seconds


def test_a_code_that_was_taken_and_all_before_it_fit_no_more() -> None:
    step = step_at(NOW)
    assert fitting_step(SECRET, code_of(SECRET, step), NOW, after=step) is None
    assert fitting_step(SECRET, code_of(SECRET, step - 1), NOW, after=step) is None
    assert fitting_step(SECRET, code_of(SECRET, step + 1), NOW, after=step) == step + 1


@pytest.mark.parametrize("given", ["", "12345", "1234567", "12345a", "１２３４５６", "-12345", " 12345"])
def test_what_is_no_six_digits_is_no_code(given: str) -> None:
    assert fitting_step(SECRET, given, NOW, after=0) is None


def test_a_secret_is_written_as_telephones_take_it_in() -> None:
    assert in_letters(SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert new_secret() != new_secret()


def test_a_recovery_code_is_known_however_it_is_typed_and_only_by_the_key() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    kept = recovery_hash(b"key", 7, codes[0])
    assert kept == recovery_hash(b"key", 7, codes[0].upper().replace("-", " "))
    assert kept not in (recovery_hash(b"other", 7, codes[0]), recovery_hash(b"key", 8, codes[0]))


def test_a_sealed_secret_opens_for_its_key_and_account_alone() -> None:
    kept = sealed(b"k" * 32, 7, SECRET)
    assert opened(b"k" * 32, 7, kept) == SECRET
    assert kept != sealed(b"k" * 32, 7, SECRET)
    for key, account, what in (
        (b"l" * 32, 7, kept),
        (b"k" * 32, 8, kept),
        (b"k" * 32, 7, kept[:-8]),
        (b"k" * 32, 7, "?"),
    ):
        with pytest.raises(NotOurs):
            opened(key, account, what)
