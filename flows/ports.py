"""Ports of this machine: the one that was asked for, or the next free one."""

from __future__ import annotations

import errno
import socket

from models.kernel.errors import Conflict

LOOPBACK = "127.0.0.1"
NEIGHBOURS = 50


def is_free(port: int) -> bool:
    """Return whether somebody could listen on `port` right now; port 0 always can."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # A port in TIME_WAIT after our own last run is free for a server, and so it must be for the probe.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as refusal:
            if refusal.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def free_port(preferred: int) -> int:
    """Return `preferred` or the next free port above it.

    Raises Conflict when none of the next fifty is free.
    """
    for port in range(preferred, preferred + NEIGHBOURS):
        if is_free(port):
            return port
    raise Conflict(f"端口 {preferred} 至 {preferred + NEIGHBOURS - 1} 均被占用，请指定其他端口。")


def configured_port(port: int) -> int:
    """Return the port a person asked for by number. Raises Conflict when somebody listens there."""
    if not is_free(port):
        raise Conflict(f"端口 {port} 已被其他程序占用，请关闭该程序或指定其他端口。")
    return port


def any_port() -> int:
    """Return a port that the system says is free."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
