"""可读性核查 (yearly): reads sealed packages through, holds them against their sealing, opens every file as what it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from documents.archive.file_formats import looked_at
from documents.archive.verify import CATALOGUE, EVENTS, MANIFEST, Result, verify
from documents.archive.verify import Fault as Found
from models.archive.commands.auditing import record_audit
from models.archive.queries.archives import Sealed
from models.archive.queries.audits import PackageToAudit, packages_to_audit
from models.kernel.errors import Fault, NotFound
from models.kernel.installation import Installation


@dataclass(frozen=True, slots=True)
class Audited:
    """What a look at one package found; `files` were opened."""

    number: str
    case_number: str
    files: int
    faults: tuple[Fault, ...]


def held_against(found: Result, sealed: Sealed) -> Result:
    """Add to what `verify` found where a package differs from what was recorded when it was sealed."""
    says = found.says
    pairs = (
        (MANIFEST, "清单校验值", found.manifest_sha256, sealed.manifest_sha256, "sealed_manifest"),
        (EVENTS, "末条事件校验值", says and says.chain_head, sealed.chain_head, "sealed_head"),
        (EVENTS, "事件条数", says and says.event_count, str(sealed.chain_length), "sealed_events"),
        (CATALOGUE, "目录项数", says and says.items, sealed.items, "sealed_items"),
    )
    faults = [
        Found(place, f"{what}与封卷时记录的{recorded}不符", code)
        for place, what, stated, recorded, code in pairs
        if stated != recorded
    ]
    known = [fault for fault in found.faults if fault.code != "sealed_manifest"]
    return replace(found, faults=[*known, *faults], compared=replace(found.compared, sealing=True))


def audit(
    installation: Installation, account: str | None, *, number: str | None = None, everything: bool = False
) -> Iterator[Audited]:
    """Look at the packages whose year is over, at one by its 档号, or at `everything` that the account keeps; each is put on
    record as it is done, so that a look that was broken off goes on where it stopped. Raises NotFound for no such package.
    """
    with installation.reading(account) as read:
        packages = packages_to_audit(read.session, read.actor, number=number)
        now = read.at
    if number is not None and not packages:
        raise NotFound(f"没有档号为“{number}”的已封装档案包，或您无权查看。", code="package_not_found")
    for package in packages:
        if number is None and not everything and not package.due(now):
            continue
        yield _looked(installation, account, package)


def _looked(installation: Installation, account: str | None, package: PackageToAudit) -> Audited:
    files, faults = examined(Path(installation.settings.archives) / package.sealed.path, package.sealed)
    with installation.acting(account) as act:
        record_audit(
            act,
            package.case_number,
            archive_id=package.archive_id,
            supplement_id=package.supplement_id,
            number=package.number,
            files=files,
            faults=faults,
        )
    return Audited(package.number, package.case_number, files, faults)


def examined(folder: Path, sealed: Sealed) -> tuple[int, tuple[Fault, ...]]:
    """Return how many files of a package were opened, and what is wrong with any: missing, altered, or no file of its kind."""
    if not folder.is_dir():
        return 0, (Fault(folder.name, "档案包不在档案目录中，请从备份补回", "package_missing"),)
    found = held_against(verify(folder), sealed)
    faults = [Fault(fault.path, fault.message, fault.code) for fault in found.faults]
    files = sorted(path for path in (folder / "data").rglob("*") if path.is_file())
    for path in files:
        name = path.relative_to(folder).as_posix()
        if len(Path(name).parts) < 3:
            continue  # what the package brings for its readers was verified by its own rules
        try:
            with path.open("rb") as content:
                looked = looked_at(content, path.name)
        except OSError:
            faults.append(Fault(name, "不能读取，请检查存储介质", "unreadable"))
            continue
        if looked.trouble:
            faults.append(Fault(name, f"不能按其格式打开：{looked.trouble}", "format"))
    return len(files), tuple(faults)
