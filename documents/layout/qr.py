"""QR codes of addresses: the very modules that segno draws, for a fraction of its time.

A code's form depends on its version alone, so it is asked of segno once; what is left for an address is its bits, their
error correction (ISO/IEC 18004 table 9, level M) and one permutation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, zip_longest
from operator import itemgetter

import segno
from segno import consts

_MASK = 3  # fixed: choosing one costs more than the paper
_DATA = (consts.TYPE_DATA_LIGHT, consts.TYPE_DATA_DARK)
_BLOCKS = {  # version: error correction bytes of a block, data bytes of each block
    1: (10, (16,)),
    2: (16, (28,)),
    3: (26, (44,)),
    4: (18, (32,) * 2),
    5: (24, (43,) * 2),
    6: (16, (27,) * 4),
    7: (18, (31,) * 4),
    8: (22, (38,) * 2 + (39,) * 2),
    9: (22, (36,) * 3 + (37,) * 2),
}
_HEAD = 2  # bytes that the mode, the length and the terminator take


@dataclass(frozen=True, slots=True)
class _Form:
    """`place` puts bits, followed by a light and a dark module, where they belong; `mask` is XORed to the bits."""

    across: int
    bits: int
    mask: int
    place: Callable[[bytes], Sequence[int]]


def modules(address: str) -> list[bytes]:
    """Return the rows of a code (level M), a byte for a module, 1 for dark."""
    data = address.encode("utf-8")
    version = next((v for v, (_, blocks) in _BLOCKS.items() if sum(blocks) >= len(data) + _HEAD), None)
    if version is None or not address.isascii() or address == address.upper():  # longer, or in another mode
        return [bytes(row) for row in segno.make(address, error="m", mask=_MASK, micro=False, boost_error=False).matrix]
    form = _form(version)
    words = int.from_bytes(bytes(_codewords(data, version)), "big") << form.bits % 8
    drawn = bytes(form.place(f"{words ^ form.mask:0{form.bits}b}".encode().translate(_TO_MODULE) + b"\x00\x01"))
    return [drawn[at : at + form.across] for at in range(0, len(drawn), form.across)]


_TO_MODULE = bytes(byte & 1 for byte in range(256))


def _codewords(data: bytes, version: int) -> Iterator[int]:
    """Return the bytes of data and error correction, taken in turn from each block."""
    correcting, sizes = _BLOCKS[version]
    # Byte mode (0100), the length in 8 bits, the data, the terminator (0000).
    filled = ((0x4 << 8 | len(data)) << 8 * len(data) | int.from_bytes(data, "big")) << 4
    stream = filled.to_bytes(len(data) + _HEAD, "big")
    # segno pads the last byte even where it is whole: readers pass over it, and the papers that are out carry it.
    stream = (stream + b"\x00" + b"\xec\x11" * sum(sizes))[: sum(sizes)]
    blocks, at = [], 0
    for size in sizes:
        blocks.append(stream[at : at + size])
        at += size
    corrections = [_correction(block, correcting) for block in blocks]
    taken = chain(chain.from_iterable(zip_longest(*blocks)), chain.from_iterable(zip(*corrections, strict=True)))
    return (word for word in taken if word is not None)


def _correction(block: bytes, length: int) -> bytes:
    """Return the remainder of the block, as a polynomial over GF(256), divided by the generator of that degree."""
    table, top, kept = _multiples(length), 8 * (length - 1), (1 << 8 * length) - 1
    rest = 0
    for byte in block:
        rest = (rest << 8 & kept) ^ table[rest >> top ^ byte]
    return rest.to_bytes(length, "big")


@cache
def _multiples(length: int) -> tuple[int, ...]:
    """Return each multiple of the generator (without its leading term), one number for all its coefficients."""
    generator = [1]
    for power in range(length):
        root = consts.GALIOS_EXP[power]
        shifted = [*generator, 0]
        generator = [a ^ _times(b, root) for a, b in zip(shifted, [0, *generator], strict=True)]
    return tuple(int.from_bytes(bytes(_times(c, factor) for c in generator[1:]), "big") for factor in range(256))


def _times(a: int, b: int) -> int:
    return consts.GALIOS_EXP[(consts.GALIOS_LOG[a] + consts.GALIOS_LOG[b]) % 255] if a and b else 0


@cache
def _form(version: int) -> _Form:
    example = segno.make("a", version=version, error="m", mask=_MASK, mode="byte", boost_error=False)
    kinds = [list(row) for row in example.matrix_iter(border=0, verbose=True)]
    across = len(kinds)
    astray = (8, across - 9)  # segno takes this one for a part of the format, and draws data there
    free = [cell for cell in _zigzag(across) if kinds[cell[0]][cell[1]] in _DATA or cell == astray]
    order = {cell: nth for nth, cell in enumerate(free)}
    light = len(free)
    source = [
        order.get((row, column), light + example.matrix[row][column])
        for row in range(across)
        for column in range(across)
    ]
    mask = int("".join("1" if (row + column) % 3 == 0 else "0" for row, column in free), 2)
    return _Form(across, len(free), mask, itemgetter(*source))


def _zigzag(across: int) -> Iterator[tuple[int, int]]:
    """Two columns at a time from the right, up and down in turn, past the column of the vertical timing pattern."""
    upward = True
    for right in (*range(across - 1, 6, -2), 5, 3, 1):
        for row in range(across - 1, -1, -1) if upward else range(across):
            yield row, right
            yield row, right - 1
        upward = not upward
