"""用印 by an electronic provider: an issued paper's PDF → provider → store → record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from documents import pdf
from flows.office import Office
from flows.rendering import built
from models.commands.act import acting, lock_case
from models.commands.approval import find_paper
from models.commands.sealing import may_seal_electronically, seal_electronically
from models.rules.file_names import safe_name
from models.rules.vocabulary import RenditionForm
from models.sealing import SealProvider
from models.tables import Rendition


def seal_by_provider(
    office: Office, provider: SealProvider, account: str, case_number: str, paper: str, at: datetime
) -> str:
    """Have a paper's PDF sealed and put on record; returns the sealed file's hash.

    Asks whether the person may before the provider does anything, and again when the result is recorded. Raises as
    `seal_electronically`, what the provider raises, and Refused where no PDF can be made.
    """
    with acting(office.database, office.settings, account, at) as act:
        case = lock_case(act, case_number)
        document = find_paper(act, case, paper)
        request = may_seal_electronically(act, case, document)
        document_id = document.id
    sealed = provider.seal(_pdf(office, document_id), request)
    stored = office.files.put(sealed.pdf)
    with acting(office.database, office.settings, account, at) as act:
        seal_electronically(
            act,
            case_number,
            paper=paper,
            sealed=stored,
            file_name=safe_name(f"{request.number} {request.title}（{provider.name}）.pdf"),
            certificate=sealed.certificate,
        )
    return stored.sha256


def _pdf(office: Office, document_id: int) -> bytes:
    with office.database.reading() as session:
        known = session.scalar(
            select(Rendition.sha256)
            .where(Rendition.document_id == document_id, Rendition.form == RenditionForm.PDF)
            .order_by(Rendition.version.desc())
            .limit(1)
        )
        twin = built(session, office.files, document_id, for_pdf=True) if known is None else None
    if known is not None:
        return office.files.read(known)
    assert twin is not None
    [made] = pdf.convert([twin])
    return made
