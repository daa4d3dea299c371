"""Our QR codes are those of segno, module for module."""

from __future__ import annotations

import pytest
import segno

from documents.layout.qr import modules


def drawn_by_segno(address: str) -> list[bytes]:
    return [bytes(row) for row in segno.make(address, error="m", mask=3, micro=False, boost_error=False).matrix]


@pytest.mark.parametrize("length", range(1, 190))
def test_an_address_of_any_length_gives_the_same_modules(length: int) -> None:
    address = "".join(chr(33 + (7 * nth + length) % 94) for nth in range(length - 1)) + "a"
    assert modules(address) == drawn_by_segno(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://shencha.example.org/n/7f3c2a9b41d84e6c",
        "https://shencha.example.org/notice/4207-2025-0001/D2",
        "https://交警.example.org/notice/4207-2025-0001/D2",
        "HTTPS://SHENCHA.EXAMPLE.ORG",
        "420720250001",
        "https://shencha.example.org/" + "x" * 400,
    ],
)
def test_addresses_in_other_modes_and_long_ones_too(address: str) -> None:
    assert modules(address) == drawn_by_segno(address)
