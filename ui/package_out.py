"""A sealed package on its way to a person: as one zip file, or checked where it lies."""

from __future__ import annotations

import zipfile
from pathlib import Path
from tempfile import NamedTemporaryFile

from documents.archive.verify import Result, verify
from models.archive.queries.archives import Sealed, package_of
from models.kernel.errors import WrongStage
from models.kernel.installation import Installation
from models.kernel.storage.file_names import safe_name
from models.kernel.storage.files import PUT_BACK
from ui.package_check import held_against
from ui.readings import export_on_record


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


def _folder(installation: Installation, account: str, number: str) -> tuple[Path, Sealed]:
    with installation.reading(account) as read:
        sealed = package_of(read.session, read.actor, number)
    folder = Path(installation.settings.archives) / sealed.path
    if not folder.is_dir():
        raise WrongStage(
            f"档案包“{sealed.path}”不在档案目录中，{PUT_BACK}",
            code="package_missing",
        )
    return folder, sealed
