"""What was counted and stays true for some seconds: counted once for all who ask meanwhile, and forgotten on request."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class _Place(Generic[V]):
    lock: Lock = field(default_factory=Lock)
    kept: tuple[float, V] | None = None


class Memory(Generic[K, V]):
    """Answers by key, `seconds` long; of more than `most` keys the one that was asked for longest ago is forgotten."""

    def __init__(self, seconds: float, most: int) -> None:
        self.seconds, self.most = seconds, most
        self._places: OrderedDict[K, _Place[V]] = OrderedDict()
        self._lock = Lock()

    def known(self, key: K) -> V | None:
        """Return what is remembered; None where there is nothing that is young enough."""
        place = self._places.get(key)
        return None if place is None else self._young(place)

    def of(self, key: K, count: Callable[[], V]) -> V:
        """Return what is remembered, else what `count` says now; who asks while it counts waits for the same answer.

        `count` must look anew: what it read before it was called may be older than what was forgotten meanwhile.
        """
        place = self._place(key)
        with place.lock:
            young = self._young(place)
            if young is None:
                young = count()
                place.kept = time.monotonic(), young
            return young

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
