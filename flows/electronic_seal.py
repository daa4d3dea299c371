"""Applies the installation's electronic seal to an issued paper."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from documents import pdf
from documents.sealing.local import LocalSeal
from flows.rendering import built
from models.kernel.errors import Invalid, NotFound, WrongStage
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.office.tables import Organisation
from models.papers.queries.fixing import fixed_files
from models.papers.rules.electronic_seal import Sealed, SealProvider, SealRequest
from models.papers.tables import Document


def seal_provider(settings: Settings, at: datetime) -> SealProvider:
    """Return the provider that the settings name, sealing at a moment. Raises Invalid where there is no key.

    An installation with a seal service of the authorities returns its own provider here.
    """
    if settings.seal_key is None:
        raise Invalid("尚未设置电子印章密钥（SHENCHA_SEAL_KEY），请设置后再用印。", code="seal_key")
    try:
        key = settings.seal_key.read_bytes()
    except OSError as error:
        raise Invalid(f"不能读取电子印章密钥文件“{settings.seal_key}”。", code="seal_key") from error
    passphrase = settings.seal_passphrase
    return LocalSeal(key, passphrase.get_secret_value().encode() if passphrase else None, at)


def sealed_paper(installation: Installation, document_id: int, provider: SealProvider) -> Sealed:
    """Return an issued paper as sealed PDF, the one on record where there is one; nothing is recorded.

    Raises NotFound, WrongStage before it is issued, Refused without LibreOffice and for what the provider refuses.
    """
    with installation.database.reading() as session:
        row = session.execute(
            select(Organisation.name, Document.number, Document.title, Document.issued_on)
            .join(Organisation, Organisation.id == Document.issuer_id)
            .where(Document.id == document_id)
        ).one_or_none()
        if row is None:
            raise NotFound(f"没有内部编号为{document_id}的文书。", code="document_not_found")
        if row.number is None or row.issued_on is None:
            raise WrongStage("文书尚未签发编号，不能用印。", code="not_issued")
        known = fixed_files(session, [document_id]).get(document_id)
        twins = [] if known else [built(session, installation.files, document_id)]
    made = installation.files.read(known) if known else pdf.convert(twins)[0]
    return provider.seal(made, SealRequest(row.name, row.number, row.title, row.issued_on))
