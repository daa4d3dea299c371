"""Time stamps over checkpoints (RFC 3161), asked of a service outside; one that is down holds up nothing, and is asked again.

What was stamped is kept outside first, then in the packages sealed under it, and in the database last: a killed run takes
what it finds outside and goes on.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime

import httpx
from sqlalchemy.exc import IntegrityError

from documents.archive.bag import add_stamp
from models.archive.queries.archives import packages_under
from models.kernel.errors import Conflict, Invalid, Refused
from models.kernel.installation import Installation
from models.kernel.record.checkpoints import Proof, stamp_name
from models.kernel.record.stamping import (
    Unstamped,
    begin_stamping,
    end_stamping,
    keep_stamp,
    may_ask,
    stamp_of,
    stamped_bytes,
    stamping_began,
    stamping_failed,
    unstamped,
)
from models.kernel.record.time_stamps import Stamp, asked_for, authorities_in, read_stamp
from models.kernel.settings import Settings
from models.kernel.storage.place import Place

log = logging.getLogger("shencha.record")

SECONDS = 10.0
"""How long a service may be silent before the worker goes on."""

AT_ONCE = 20
"""Checkpoints stamped in one tick: a service that was away for weeks is not asked for all at once."""

LARGEST = 1 << 20
"""Bytes of an answer; real ones have some thousand."""

Ask = Callable[[bytes], bytes]


def service_of(settings: Settings) -> Ask | None:
    """Return what asks the service that is set; None where none is."""
    if settings.timestamp is None:
        return None
    url = settings.timestamp.get_secret_value()
    return lambda request: _answer(url, request)


def _answer(url: str, request: bytes) -> bytes:
    """Return what the service answers. Raises Refused where it does not answer as it should."""
    headers = {"Content-Type": "application/timestamp-query"}
    got = b""
    try:
        with httpx.stream("POST", url, content=request, headers=headers, timeout=SECONDS) as response:
            if response.status_code != httpx.codes.OK:
                raise Refused(f"时间戳服务答复 HTTP {response.status_code}。", code="stamp_service")
            for block in response.iter_bytes():
                got += block
                if len(got) > LARGEST:
                    raise Refused("时间戳服务的应答过大。", code="stamp_service")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Refused(f"时间戳服务没有应答（{type(error).__name__}）。", code="stamp_service") from error
    return got


def stamp_owed(installation: Installation, at: datetime, ask: Ask | None = None) -> int:
    """Stamp the checkpoints that are owed it, oldest first; returns how many. The first failure ends it until later."""
    ask = ask or service_of(installation.settings)
    with installation.database.reading() as session:
        began = stamping_began(session)
    if began is (ask is None):
        with installation.as_system(at) as act:
            (end_stamping if ask is None else begin_stamping)(act)
    if ask is None:
        return 0
    with installation.database.reading() as session:
        owed = unstamped(session, AT_ONCE) if may_ask(session, at) else []
    for done, one in enumerate(owed):
        if not _tried(installation, one, at, ask):
            return done
    return len(owed)


def stamp_at_once(installation: Installation, proof: Proof | None, at: datetime) -> bytes | None:
    """Return the stamp of a package's checkpoint, asked for now where there is none; None where the service is away.

    Nothing that goes wrong here holds up a sealing: the worker asks again.
    """
    ask = service_of(installation.settings)
    if proof is None:
        return None
    with installation.database.reading() as session:
        stamped, asking = stamp_of(session, proof.number), may_ask(session, at)
    if stamped is not None or ask is None or not asking:
        return stamped
    with installation.as_system(at) as act:
        begin_stamping(act)
    _tried(installation, Unstamped(proof.number, proof.line), at, ask)
    with installation.database.reading() as session:
        return stamp_of(session, proof.number)


def stamp_late(installation: Installation, folder: str, proof: Proof | None) -> None:
    """Give a package that was just sealed the stamp that came while it was written."""
    if proof is None:
        return
    with installation.database.reading() as session:
        stamped = stamp_of(session, proof.number)
    if stamped is not None:
        try:
            _carry(installation, folder, stamped)
        except Conflict:
            log.info("the package %s is getting its time stamp from another worker", folder)


def _tried(installation: Installation, one: Unstamped, at: datetime, ask: Ask) -> bool:
    """Stamp a checkpoint, and return whether that could be done; why not is kept for the doctor."""
    try:
        _stamp(installation, one, at, ask)
    except (Refused, OSError) as error:
        why = error.message if isinstance(error, Refused) else f"不能写到库外存放处（{type(error).__name__}）。"
        log.warning("no time stamp for checkpoint %s: %s", one.number, why)
        with installation.as_system(at) as act:
            stamping_failed(act, why)
        return False
    except IntegrityError:
        log.info("checkpoint %s was stamped by another worker in the same moment", one.number)
    return True


def _stamp(installation: Installation, one: Unstamped, at: datetime, ask: Ask) -> None:
    data, name = stamped_bytes(one.line), stamp_name(one.number, one.line)
    authorities = authorities_in(installation.settings.timestamp_ca)
    outside = Place(installation.settings.checkpoints_place)

    def read(answer: bytes, nonce: int | None = None) -> Stamp:
        return read_stamp(answer, data, authorities=authorities, nonce=nonce)

    answer = _kept_outside(outside, name, read)
    if answer is None:
        nonce = secrets.randbits(64)
        answer = ask(asked_for(data, nonce))
        read(answer, nonce)
        outside.write(name, answer)
    with installation.database.reading() as session:
        folders = packages_under(session, one.number)
    for folder in folders:
        _carry(installation, folder, answer)
    with installation.as_system(at) as act:
        keep_stamp(act, one.number, answer, read(answer))


def _kept_outside(outside: Place, name: str, read: Callable[[bytes], Stamp]) -> bytes | None:
    """Return the stamp that stands outside already, as after a kill or a restore; None for none or a wrong one."""
    if not outside.exists(name):
        return None
    with outside.open(name) as file:
        answer = file.read(LARGEST)
    try:
        read(answer)
    except Invalid:
        return None
    return answer


def _carry(installation: Installation, folder: str, answer: bytes) -> None:
    """Put a stamp into a sealed package, where that is still here and can be written to: it is in the database too."""
    package = installation.settings.archives / folder
    if not package.is_dir():
        return
    try:
        add_stamp(package, answer)
    except OSError as error:
        log.warning("the package %s did not take its time stamp: %s", package, error)
