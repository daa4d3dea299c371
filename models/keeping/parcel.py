"""A case parcel (案件包): a backup of one case as one file. The same vault, packed without compression and in a fixed order."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import socket
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.kernel.errors import Invalid, NotFound, Refused
from models.kernel.settings import Settings
from models.kernel.storage.place import lives, synced

from .vault import HEAD

MOST_FILES = 100_000
_NAME = re.compile(
    rf"{re.escape(HEAD)}|backups/[0-9]{{4}}-H?[0-9]{{4}}-[0-9]{{4,}}/[a-z_/]+|files/[0-9a-f]{{2}}/[0-9a-f]+"
)
_LONGEST = 200
_BLOCK = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment that a zip knows: the same case gives the same bytes
_WORKPLACE = re.compile(r"\.parcel-(.+)-([0-9]+)-[0-9]+")
_opened = itertools.count()


@contextmanager
def workplace(settings: Settings) -> Iterator[Path]:
    """Yield a folder of this process for what is in a parcel; those of processes that were killed are taken away."""
    home = settings.home.absolute()
    for left in home.glob(".parcel-*"):
        found = _WORKPLACE.fullmatch(left.name)
        if found and found[1] == socket.gethostname() and not lives(int(found[2])):
            shutil.rmtree(left)
    place = home / f".parcel-{socket.gethostname()}-{os.getpid()}-{next(_opened)}"
    place.mkdir(mode=0o700, parents=True)
    try:
        yield place
    finally:
        shutil.rmtree(place)


def pack(folder: Path, to: Path) -> None:
    """Write the vault in a folder as one file, which is on disk when this returns."""
    with to.open("wb") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and _NAME.fullmatch(name):
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.create_system, entry.external_attr = 3, 0o600 << 16
                with path.open("rb") as source, packed.open(entry, "w", force_zip64=True) as target:
                    while block := source.read(_BLOCK):
                        target.write(block)
    synced(to)


def unpack(file: Path, folder: Path) -> None:
    """Bring the vault in a file back into a folder. Nothing in it is compressed, so that it takes no more than the file.

    Raises NotFound, or Invalid for what is no parcel, leads elsewhere, or holds more than it can.
    """
    try:
        size = file.stat().st_size
        with zipfile.ZipFile(file) as packed:
            entries = packed.infolist()
            _refuse_strange(entries, size)
            for entry in entries:
                target = folder / entry.filename
                target.parent.mkdir(parents=True, exist_ok=True)
                with packed.open(entry) as source, target.open("wb") as out:
                    while block := source.read(_BLOCK):
                        out.write(block)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFound(f"没有文件“{file}”，请核对路径。", code="file_not_found") from error
    except PermissionError as error:
        raise Invalid(f"文件“{file}”不能读取，请检查权限。", code="file_unreadable") from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise not_a_parcel() from error


def not_a_parcel() -> Invalid:
    """Return what is said of a file that is no parcel, or one that was cut."""
    return Invalid("文件不是案件包，或者已经损坏，没有导入。", code="not_a_parcel")


def _refuse_strange(entries: list[zipfile.ZipInfo], size: int) -> None:
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > size:
        raise Refused("案件包展开后的内容超过它自身的大小，没有导入。", code="parcel_bomb")
    if HEAD not in names or any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise not_a_parcel()
    if len(set(names)) != len(names):
        raise not_a_parcel()
    for name in names:
        if len(name) > _LONGEST or "//" in name or not _NAME.fullmatch(name):
            raise Refused(f"案件包中有不应有的路径“{name[:_LONGEST]}”，没有导入。", code="parcel_path")
