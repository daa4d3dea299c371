"""In-process cache with expiry: one caller recomputes, the others wait for or share its value; entries can be invalidated.

Where an answer may be given a while longer and takes long to count, who asks for it gets it at once, and it is counted
anew behind the page.

Not `dogpile.cache`: its memory grows without bound, it keeps what was being counted when its key was forgotten, and it
gives what is stale however old that is; a backend, keys and a runner of our own around it would be longer than this.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Generic, TypeVar

SLOW = 0.3  # seconds: for what is counted faster, who asks waits
log = logging.getLogger("shencha.web")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class _Place(Generic[V]):
    lock: Lock = field(default_factory=Lock)
    kept: tuple[float, V] | None = None
    took: float = 0.0


class Memory(Generic[K, V]):
    """Answers by key, `seconds` long; of more than `most` keys the one that was asked for longest ago is forgotten.

    One that is older, but less than `grace` seconds so, and took long, is given still, while a thread counts the next.
    """

    def __init__(self, seconds: float, most: int, grace: float = 0.0) -> None:
        self.seconds, self.most, self.grace = seconds, most, grace
        self._places: OrderedDict[K, _Place[V]] = OrderedDict()
        self._lock = Lock()

    def known(self, key: K) -> V | None:
        """Return what is remembered; None where there is nothing that is young enough."""
        place = self._places.get(key)
        return None if place is None else self._young(place)

    def of(self, key: K, count: Callable[[], V]) -> V:
        """Return what is remembered, else what `count` says now; who asks while it counts waits for the same answer.

        `count` must look anew: what it read before it was called may be older than what was forgotten meanwhile. Within
        the grace it is called by another thread; what it raises there is logged, and raised once the grace is over.
        """
        place = self._place(key)
        kept = place.kept
        if kept is not None and place.took >= SLOW:
            age = time.monotonic() - kept[0]
            if self.seconds <= age < self.seconds + self.grace:
                self._renew(place, count)
                return kept[1]
        with place.lock:
            young = self._young(place)
            return self._counted(place, count) if young is None else young

    def _renew(self, place: _Place[V], count: Callable[[], V]) -> None:
        """Let a thread count, unless somebody does already."""
        if not place.lock.acquire(blocking=False):
            return

        def counting() -> None:
            try:
                self._counted(place, count)
            except Exception:  # nobody waits for it; who asks after the grace counts, and is told
                log.exception("what is shown a while longer could not be counted anew")
            finally:
                place.lock.release()

        try:
            Thread(target=counting, daemon=True).start()
        except RuntimeError:  # no thread is to be had: the next who asks tries again
            place.lock.release()

    @staticmethod
    def _counted(place: _Place[V], count: Callable[[], V]) -> V:
        began = time.monotonic()
        counted = count()
        ended = time.monotonic()
        place.kept, place.took = (ended, counted), ended - began
        return counted

    def put(self, key: K, value: V) -> None:
        """Remember what was counted elsewhere just now."""
        self._place(key).kept = time.monotonic(), value

    def forget(self, which: Callable[[K], bool]) -> None:
        """Forget the keys of which this is true; what is being counted for them is remembered by nobody."""
        with self._lock:
            for key in [key for key in self._places if which(key)]:
                del self._places[key]

    def _place(self, key: K) -> _Place[V]:
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
            while len(self._places) > self.most:
                self._places.popitem(last=False)
            return place

    def _young(self, place: _Place[V]) -> V | None:
        kept = place.kept
        return None if kept is None or time.monotonic() - kept[0] >= self.seconds else kept[1]
