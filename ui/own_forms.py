"""A unit's own form handed in at a door: examined first, stored and recorded only when it is fit."""

from __future__ import annotations

import hashlib
from pathlib import Path

from models.kernel.errors import Invalid
from models.kernel.installation import Installation
from models.kernel.storage.file_names import safe_name
from models.kernel.vocabulary import DocumentForm, DocumentKind
from models.papers.commands.templates import upload_template
from models.papers.rules.template_verdict import TemplateVerdict
from ui.incoming import keep, open_file

LARGEST = 5 << 20  # bytes; the examination refuses more


def examined(data: bytes, kind: DocumentKind) -> TemplateVerdict:
    """Examine a file as a template of a kind of paper."""
    from documents.templates import examine

    return TemplateVerdict(hashlib.sha256(data).hexdigest(), kind, tuple(examine(data, kind)))


def hand_in(
    installation: Installation,
    account: str | None,
    file: Path,
    *,
    issuer: str,
    kind: DocumentKind,
    form: DocumentForm | None,
) -> int:
    """Put the file at `file` into use and return its version. Raises Invalid with every fault, and what the command does.

    Nothing unfit reaches the store.
    """
    with open_file(file) as stream:
        data = stream.read(LARGEST + 1)
    return put_into_use(installation, account, data, file.name, issuer=issuer, kind=kind, form=form)


def put_into_use(
    installation: Installation,
    account: str | None,
    data: bytes,
    name: str,
    *,
    issuer: str,
    kind: DocumentKind,
    form: DocumentForm | None,
) -> int:
    """Put the bytes of a file into use, as `hand_in` does."""
    verdict = examined(data, kind)
    if verdict.faults:
        raise Invalid("模板未通过检查，请修改后重新上传：", faults=verdict.faults, code="template_unfit")
    stored = keep(data, name, installation)
    with installation.acting(account) as act:
        return upload_template(
            act, issuer=issuer, kind=kind, form=form, stored=stored, file_name=safe_name(name), verdict=verdict
        )
