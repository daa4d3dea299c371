"""Ports: the wanted one, its neighbour, or a clear sentence."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from flows.ports import any_port, configured_port, free_port, is_free
from models.kernel.errors import Conflict

pytestmark = pytest.mark.loopback


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_gives_way_to_a_neighbour_above(taken: int) -> None:
    port = free_port(taken)
    assert taken < port < taken + 50
    assert is_free(port)


def test_a_free_port_is_kept() -> None:
    port = any_port()
    assert free_port(port) == port == configured_port(port)


def test_a_port_that_a_person_named_is_refused_when_taken(taken: int) -> None:
    with pytest.raises(Conflict, match=f"端口 {taken} 已被其他程序占用"):
        configured_port(taken)


def test_an_occupied_neighbourhood_is_refused(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    monkeypatch.setattr("flows.ports.NEIGHBOURS", 1)
    with pytest.raises(Conflict, match="均被占用"):
        free_port(taken)
