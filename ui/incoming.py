"""Receives uploaded files: recognised by their bytes, named safely, stored before anything refers to them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from flows.scanner import Verdict, examined_now
from models.kernel.errors import Invalid, Refused
from models.kernel.installation import Installation
from models.kernel.storage.file_names import safe_name
from models.kernel.storage.files import FileStore, Stored
from models.kernel.storage.media import Media, acting_in, recognise, refuse_acting
from models.kernel.storage.pictures import Picture, pictured, refuse_undrawable
from models.kernel.vocabulary import FileState
from models.overview.commands.examinations import enrol
from models.overview.queries.examinations import Known
from models.papers.commands.renditions import Enclosure, PictureFile

log = logging.getLogger("shencha.web")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file in the store, with the name and the kind that go on record; of a picture also the copies that show it."""

    stored: Stored
    name: str
    media_type: str
    picture: Picture | None = None


def take_in(path: Path, installation: Installation, *, evidence: bool = False) -> Incoming:
    """Store the file at `path`, as `receive`. Raises Invalid for one that is missing."""
    with open_file(path) as stream:
        return receive(stream, path.name, installation, evidence=evidence)


def receive(
    stream: BinaryIO,
    name: str,
    installation: Installation,
    *,
    evidence: bool = False,
    recognised: Callable[[BinaryIO, str], Media] | None = None,
) -> Incoming:
    """Store what a stream holds under a safe name; of `evidence` also copies that show it.

    Evidence is kept as it came, because it must not be altered: a damaged photograph, a file that acts when somebody
    opens it, and one in which malware was found, which is then not handed out. `recognised` tells the kind of what is no
    upload like others. Raises Invalid for what is not allowed, and where it is no evidence for what acts; Refused where
    the store takes nothing.
    """
    usual = partial(recognise, limit=installation.settings.max_file_bytes)
    kind = (recognised or usual)(stream, name)
    if not evidence:
        refuse_acting(stream, kind, name)
    verdict = examined_now(installation.settings, stream)
    if not evidence:
        _refuse_infected(verdict, name)
    try:
        shown = _shown(stream, kind, name, installation.files) if evidence else None
        stored = installation.files.put(stream)
    except Exception as failed:  # whatever the store is made of
        log.exception("a file could not be stored")
        raise Refused(
            f"“{safe_name(name)}”没有保存成功，本次没有提交任何内容，请稍后再试；多次失败的，请联系管理员。",
            code="file_not_stored",
        ) from failed
    acts = acting_in(stream, kind) if evidence else ()
    known = _enrolled(installation, stored, acts, verdict)
    if not evidence and known.locked:
        raise infected(name, known.found)
    return Incoming(stored, safe_name(name), kind.mime, shown)


def keep(data: bytes, name: str, installation: Installation) -> Stored:
    """Store a file that was looked at in another way, once the scanner has seen it. Raises Invalid for malware."""
    verdict = examined_now(installation.settings, BytesIO(data))
    _refuse_infected(verdict, name)
    stored = installation.files.put(data)
    _enrolled(installation, stored, (), verdict)
    return stored


def infected(name: str, found: str | None) -> Invalid:
    """Return what is said of a file in which malware was found."""
    return Invalid(
        f"“{safe_name(name)}”查出恶意程序（{found}），没有保存，请不要打开它，并换用干净的文件。", code="file_malware"
    )


def _refuse_infected(verdict: Verdict | None, name: str) -> None:
    if verdict is not None and verdict.state is FileState.FOUND:
        raise infected(name, verdict.found)


def _enrolled(installation: Installation, stored: Stored, acts: Sequence[str], verdict: Verdict | None) -> Known:
    with installation.as_system(installation.clock()) as act:
        state, found = (None, None) if verdict is None else (verdict.state, verdict.found)
        return enrol(act, stored.sha256, acts, state, found)


def _shown(stream: BinaryIO, kind: Media, name: str, store: FileStore) -> Picture | None:
    try:
        return pictured(stream, kind, name, store)
    except Invalid:
        return None


def receive_all(files: Iterable[tuple[BinaryIO, str]], installation: Installation) -> list[Enclosure]:
    """Store several files that come together. Raises Invalid that names each one that is not allowed."""
    taken = _each([partial(receive, stream, name, installation) for stream, name in files])
    return [Enclosure(one.stored, one.name, one.media_type) for one in taken]


def receive_pictures(files: Iterable[tuple[BinaryIO, str]], installation: Installation) -> list[PictureFile]:
    """Store several pictures that come together, as `receive_all`. Raises Invalid also for what cannot be shown."""
    return _picture_files(_each([partial(_picture, stream, name, installation) for stream, name in files]))


def take_in_pictures(paths: Iterable[Path], installation: Installation) -> list[PictureFile]:
    """Store the pictures at paths, as `receive_pictures`."""
    return _picture_files(_each([partial(_picture_at, path, installation) for path in paths]))


def take_in_all(paths: Iterable[Path], installation: Installation) -> list[Enclosure]:
    """Store the files at paths, as `receive_all`."""
    taken = _each([partial(take_in, path, installation) for path in paths])
    return [Enclosure(one.stored, one.name, one.media_type) for one in taken]


def _picture(stream: BinaryIO, name: str, installation: Installation) -> Incoming:
    kind = recognise(stream, name, installation.settings.max_file_bytes)
    refuse_undrawable(kind, name)
    taken = receive(stream, name, installation, evidence=True)
    if taken.picture is None:
        pictured(stream, kind, name, installation.files)  # says why
    return taken


def _picture_at(path: Path, installation: Installation) -> Incoming:
    with open_file(path) as stream:
        return _picture(stream, path.name, installation)


def _picture_files(taken: Iterable[Incoming]) -> list[PictureFile]:
    return [PictureFile(one.stored, one.name, one.media_type, picture=one.picture) for one in taken]


def _each(takings: Iterable[Callable[[], Incoming]]) -> list[Incoming]:
    """Take each file in; where some are not allowed, all of these are named in one refusal."""
    taken: list[Incoming] = []
    refused: list[Invalid] = []
    for take in takings:
        try:
            taken.append(take())
        except Invalid as refusal:
            refused.append(refusal)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        told = "".join(refusal.message for refusal in refused)
        raise Invalid(f"{len(refused)}个文件不能上传，本次没有提交任何内容。{told}", code="files_refused")
    return taken


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading. Raises Invalid in words for one that cannot be."""
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise Invalid(f"找不到文件“{path}”。", code="file_not_found") from error
    except IsADirectoryError as error:
        raise Invalid(f"“{path}”是文件夹，请指明一个文件。", code="file_is_folder") from error
    except OSError as error:
        raise Invalid(f"不能读取文件“{path}”，请检查权限。", code="file_unreadable") from error
