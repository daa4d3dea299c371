"""A Merkle tree over where chains end: one hash stands for all of them, and a short path proves that one was among them.

Hashed as RFC 6962 (2.1) has it: leaves and inner nodes begin with different bytes, so that neither passes for the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from models.kernel.record.event_chain import canonical


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """Where the chain of a stream ended at some moment: how many events it had, and the hash of the last one."""

    stream: str
    events: int
    head: str


@dataclass(frozen=True, slots=True)
class Inclusion:
    """How a leaf leads to the root: its place (from 0), the number of leaves, and the hashes beside its way, from below."""

    index: int
    leaves: int
    path: tuple[str, ...]


def leaf(end: ChainEnd) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + canonical([end.stream, end.events, end.head])).digest()


def root(ends: Sequence[ChainEnd]) -> str:
    """Return the root (64 lower-case hex digits) of the tree whose leaves are `ends` in this order."""
    return _levels(ends)[-1][0].hex() if ends else hashlib.sha256(b"").hexdigest()


def inclusion(ends: Sequence[ChainEnd], index: int) -> Inclusion:
    """Return the proof that `ends[index]` is in the tree. Raises IndexError for a place outside it."""
    if not 0 <= index < len(ends):
        raise IndexError(index)
    path, at = [], index
    for level in _levels(ends)[:-1]:
        beside = at ^ 1
        if beside < len(level):
            path.append(level[beside].hex())
        at //= 2
    return Inclusion(index, len(ends), tuple(path))


def root_from(end: ChainEnd, proof: Inclusion) -> str | None:
    """Return the root that a leaf and its proof lead to; None for a proof that fits no tree of that size."""
    if not 0 <= proof.index < proof.leaves:
        return None
    node, at, width, beside = leaf(end), proof.index, proof.leaves, list(proof.path)
    while width > 1:
        if at ^ 1 < width:
            if not beside:
                return None
            other = bytes.fromhex(beside.pop(0))
            node = _node(other, node) if at % 2 else _node(node, other)
        at, width = at // 2, (width + 1) // 2
    return None if beside else node.hex()


def _levels(ends: Sequence[ChainEnd]) -> list[list[bytes]]:
    """Return the hashes from the leaves to the root; a node without a neighbour goes up as it is."""
    levels = [[leaf(end) for end in ends]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        above = [_node(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
        levels.append(above if len(below) % 2 == 0 else [*above, below[-1]])
    return levels


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
