"""Rate limit for addresses where nobody is signed in (token bucket).

Not `limits`: it has windows only, which let a person who used one up wait for its end instead of for the next turn, and
its memory keeps every address that a flood invents for as long as the window lasts; this one keeps the last 10,000.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

KNOWN = 10_000


@dataclass
class Pace:
    """Lets an address come `most` times at once, then once every `seconds`; forgets those who came long ago."""

    most: int
    seconds: float
    monotonic: Callable[[], float] = time.monotonic
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def allows(self, address: str, weight: int = 1) -> bool:
        """Return whether the address may come now, and count that it did; a refused visit counts nothing."""
        now = self.monotonic()
        left, seen = self._left.pop(address, (float(self.most), now))
        left = min(self.most, left + (now - seen) / self.seconds)
        may = left >= weight
        self._left[address] = (left - weight if may else left, now)
        if len(self._left) > KNOWN:
            self._left.popitem(last=False)
        return may
