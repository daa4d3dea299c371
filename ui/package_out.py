"""A sealed package on its way to a person: as one zip file, item by item as encapsulations, or checked where it lies."""

from __future__ import annotations

import zipfile
from pathlib import Path
from tempfile import NamedTemporaryFile

from documents.archive.encapsulation import Encapsulated, encapsulations, opened, schema
from documents.archive.verify import CATALOGUE_XML, Result, verify
from documents.archive.workplace import workplace
from flows.archive_audit import held_against
from models.archive.queries.archives import Sealed, package_of
from models.kernel.errors import Conflict, Invalid, WrongStage
from models.kernel.installation import Installation
from models.kernel.record.event_record import as_utc
from models.kernel.record.signatures import signer_in
from models.kernel.storage.file_names import safe_name
from models.kernel.storage.files import PUT_BACK
from models.kernel.storage.privacy import handed_out
from ui.readings import export_on_record

ENCAPSULATION_SCHEMA = "encapsulation.xsd"


def package_zip(installation: Installation, account: str, number: str) -> tuple[str, Path]:
    """Return a name and a temporary zip file of a package, which the caller deletes. Raises NotFound, WrongStage."""
    folder, _ = _folder(installation, account, number)
    export_on_record(installation, account, f"档案包{number}")
    with (
        NamedTemporaryFile(prefix="shencha-", suffix=".zip", delete=False) as made,
        zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as package,
    ):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                package.write(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    return f"{safe_name(number)}.zip", Path(made.name)


def checked(installation: Installation, account: str, number: str) -> Result:
    """Return what a verification of a package finds, held against what is on record. Raises NotFound, WrongStage."""
    folder, sealed = _folder(installation, account, number)
    return held_against(verify(folder), sealed)


def encapsulate(installation: Installation, account: str | None, number: str, to: Path) -> int:
    """Write each item of a package as one XML file with its data inside, with their schema; returns how many.

    They are signed by the key that signs checkpoints, where there is one. All of them appear at once in `to`, which must be
    new. Raises NotFound, WrongStage (also for a package of an early version), Conflict for a package that does not hold.
    """
    folder, sealed = _folder(installation, account, number)
    if to.exists():
        raise Invalid(f"“{to}”已经存在，请换一个新的文件夹。", code="target_exists")
    if not held_against(verify(folder), sealed).ok:
        raise Conflict("档案包校验不通过，不能封装，请先用 shencha archive verify 查看。", code="package_broken")
    catalogue = folder / CATALOGUE_XML
    if not catalogue.is_file():
        raise WrongStage("档案包由早期版本制作，没有 XML 目录，不能封装。", code="no_xml_catalogue")
    export_on_record(installation, account, f"封装包{number}")
    made = encapsulations(
        catalogue.read_bytes(),
        lambda place: (folder / place).read_bytes(),
        created_at=as_utc(installation.clock()),
        signer=signer_in(installation.settings.checkpoint_key_file),
    )
    with handed_out(), workplace(to) as place:
        (place / ENCAPSULATION_SCHEMA).write_bytes(schema())
        for make in made:
            name, data = make()
            (place / name).write_bytes(data)
        place.rename(to)
    return len(made)


def taken_out(file: Path, key: str | None, to: Path | None) -> Encapsulated:
    """Return what an encapsulation holds, checked, and write its files into a new folder of its own below `to`.

    Raises Invalid for what is no sound encapsulation, or none that `key` signed.
    """
    try:
        held = opened(file.read_bytes())
    except OSError as error:
        raise Invalid(f"不能读取“{file}”，请检查路径和权限。", code="file_unreadable") from error
    if key is not None and held.key != key:
        raise Invalid(f"“{file.name}”不是用所给的密钥签名。", code="encapsulation_key")
    if to is not None:
        target = to / safe_name(held.number)
        if target.exists():
            raise Invalid(f"“{target}”已经存在，请换一个新的文件夹。", code="target_exists")
        with handed_out(), workplace(target) as place:
            for name, data in held.files.items():
                (place / name).write_bytes(data)
            place.rename(target)
    return held


def _folder(installation: Installation, account: str | None, number: str) -> tuple[Path, Sealed]:
    with installation.reading(account) as read:
        sealed = package_of(read.session, read.actor, number)
    folder = Path(installation.settings.archives) / sealed.path
    if not folder.is_dir():
        raise WrongStage(
            f"档案包“{sealed.path}”不在档案目录中，{PUT_BACK}",
            code="package_missing",
        )
    return folder, sealed
