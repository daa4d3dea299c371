"""How long whoever guessed wrong waits before the next guess: longer each time, and never for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

FORGOTTEN = timedelta(days=1)
"""After how long without a wrong guess the earlier ones are forgotten."""
KNOWN = timedelta(days=180)
"""For how long an address or a browser is remembered as one that guessed right."""


@dataclass(frozen=True, slots=True)
class Slowing:
    """The first `free` wrong guesses cost nothing; then a second, two, four, at most `longest`."""

    free: int
    longest: timedelta

    def wait(self, wrong: int) -> timedelta:
        """Return how long to wait after so many wrong guesses in a row."""
        if wrong < self.free:
            return timedelta(0)
        return min(self.longest, timedelta(seconds=2 ** min(wrong - self.free, 20)))


# One who guesses at one thing; and all who guess at it, or all that is guessed from one address, where a whole office may
# sit behind one address and a stranger must not be able to shut a door for long.
ONE, ALL = Slowing(3, timedelta(minutes=5)), Slowing(50, timedelta(minutes=1))
