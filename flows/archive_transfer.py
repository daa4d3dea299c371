"""移交: copies packages with their list and checksums for another archive, and reads all of it back before it says done."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from documents.archive.transfer_list import BOOK, JSON_LIST, SUMS, XML_LIST, Line, Transfer, as_book, as_json, as_xml
from documents.archive.verify import encoded
from documents.archive.workplace import workplace
from flows.archive_audit import examined
from models.archive.commands.handing_over import record_handed_over
from models.archive.queries.audits import PackageToAudit, packages_to_audit
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict, Invalid, NotFound, WrongStage
from models.kernel.installation import Installation
from models.kernel.storage.file_names import safe_name
from models.kernel.storage.files import BLOCK
from models.kernel.storage.place import synced
from models.kernel.storage.privacy import handed_out


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was prepared: where it lies, its packages by 档号, and the hash of its checksums."""

    path: Path
    packages: tuple[str, ...]
    files: int
    list_sha256: str


def hand_over(
    installation: Installation,
    account: str | None,
    target: Path,
    recipient: str,
    numbers: Collection[str] = (),
    *,
    before_writing: Callable[[int], None] = lambda packages: None,
) -> HandedOver:
    """Write the volumes named, or all in force that the account keeps, with their supplements, to a new folder `target`.

    `before_writing` is told how many packages they are. Everything is read back, and each package is held against its
    sealing, before it is put on record; it is shown last, so that nothing is shown that is not on record. Raises
    Invalid without a recipient, NotFound for an unknown 档号, Conflict where something stands at `target`, WrongStage where
    a package is not whole.
    """
    if not recipient.strip():
        raise Invalid("请填写接收档案的单位。", code="recipient_missing")
    if target.exists():
        raise Conflict(f"“{target}”已经存在，请换一个位置。", code="target_exists")
    with installation.reading(account) as read:
        packages = _wanted(packages_to_audit(read.session, read.actor), numbers)
        today = local_date(read.at)
    archives = Path(installation.settings.archives)
    before_writing(len(packages))
    with handed_out(), workplace(target) as place:
        lines = tuple(_copied(archives, place, package) for package in packages)
        transfer = Transfer(installation.settings.unit, recipient.strip(), today, lines)
        for name, data in ((BOOK, as_book(transfer)), (JSON_LIST, as_json(transfer)), (XML_LIST, as_xml(transfer))):
            (place / name).write_bytes(data)
        sums = {name: _sum(place / name) for name in _files(place)}
        listed = "".join(f"{digest}  {encoded(name)}\n" for name, digest in sorted(sums.items())).encode()
        (place / SUMS).write_bytes(listed)
        for path in (*place.rglob("*"), place):
            synced(path)
        _read_back(place, packages, sums)
        list_sha256 = hashlib.sha256(listed).hexdigest()
        with installation.acting(account) as act:
            for package in packages:
                if package.supplement_id is None:
                    record_handed_over(
                        act,
                        package.case_number,
                        archive_id=package.archive_id,
                        number=package.number,
                        recipient=recipient.strip(),
                        list_sha256=list_sha256,
                    )
        place.rename(target)
    synced(target.parent)
    return HandedOver(target, tuple(package.number for package in packages), len(sums), list_sha256)


def _wanted(packages: list[PackageToAudit], numbers: Collection[str]) -> list[PackageToAudit]:
    known = {package.number for package in packages if package.supplement_id is None}
    unknown = [number for number in numbers if number not in known]
    if unknown:
        raise NotFound(f"没有档号为“{'、'.join(unknown)}”的已封装案卷，或您无权查看。", code="package_not_found")
    chosen = {package.archive_id for package in packages if not numbers or package.number in numbers}
    found = [package for package in packages if package.archive_id in chosen]
    if not found:
        raise NotFound("没有可以移交的案卷。", code="nothing_to_hand_over")
    return found


def _copied(archives: Path, place: Path, package: PackageToAudit) -> Line:
    source = archives / package.sealed.path
    if not source.is_dir():
        raise WrongStage(f"档案包“{package.sealed.path}”不在档案目录中，请从备份补回。", code="package_missing")
    folder = f"packages/{safe_name(package.number)}"
    _copy(source, place / folder)
    files = [path for path in (place / folder).rglob("*") if path.is_file()]
    return Line(
        archive_number=package.number,
        title=package.title,
        case_number=package.case_number,
        retention=package.retention,
        dated=local_date(package.packed_at),
        items=package.sealed.items,
        files=len(files),
        size=sum(path.stat().st_size for path in files),
        manifest_sha256=package.sealed.manifest_sha256,
        folder=folder,
    )


def _copy(source: Path, to: Path) -> None:
    """Copy a folder as the person makes files: not with the modes of our own, which are for its owner alone."""
    to.mkdir(parents=True)
    for path in sorted(source.rglob("*")):
        if path.is_dir():
            (to / path.relative_to(source)).mkdir()
        else:
            shutil.copyfile(path, to / path.relative_to(source))


def _read_back(place: Path, packages: list[PackageToAudit], sums: dict[str, str]) -> None:
    """Refuse what does not lie there as it was sealed. Raises WrongStage with what is wrong."""
    for package in packages:
        _, faults = examined(place / "packages" / safe_name(package.number), package.sealed)
        wrong = [fault for fault in faults if fault.code != "format"]  # what was sealed so is handed over so
        if wrong:
            raise WrongStage(f"档案包{package.number}未通过校验，没有移交：", faults=wrong, code="package_unsound")
    altered = [name for name, digest in sums.items() if _sum(place / name) != digest]
    if altered:
        raise WrongStage(f"写出的文件读回不符：{'、'.join(altered)}。", code="written_wrong")


def _files(place: Path) -> Iterator[str]:
    return (path.relative_to(place).as_posix() for path in sorted(place.rglob("*")) if path.is_file())


def _sum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while block := content.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
