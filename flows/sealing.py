"""用印 by an electronic provider: an issued paper's PDF → provider → store → record."""

from __future__ import annotations

from datetime import datetime

from flows.electronic_seal import sealed_paper
from models.kernel.act import acting
from models.kernel.case_lock import lock_case
from models.kernel.installation import Installation
from models.kernel.storage.file_names import safe_name
from models.kernel.vocabulary import Door
from models.papers.commands.approval import find_paper
from models.papers.commands.sealing import may_seal_electronically, seal_electronically
from models.papers.rules.electronic_seal import SealProvider


def seal_by_provider(
    installation: Installation,
    provider: SealProvider,
    account: str,
    case_number: str,
    paper: str,
    at: datetime,
    *,
    door: Door = Door.SYSTEM,
) -> str:
    """Have a paper's PDF sealed and put on record; returns the sealed file's hash.

    Asks whether the person may before the provider does anything, and again when the result is recorded. Raises as
    `seal_electronically` and `sealed_paper`.
    """
    with acting(installation.database, installation.settings, account, at, door=door) as act:
        case = lock_case(act, case_number)
        document = find_paper(act, case, paper)
        may_seal_electronically(act, case, document)
        document_id, name = document.id, f"{document.number} {document.title}"
    sealed = sealed_paper(installation, document_id, provider)
    stored = installation.files.put(sealed.pdf)
    with acting(installation.database, installation.settings, account, at, door=door) as act:
        seal_electronically(
            act,
            case_number,
            paper=paper,
            sealed=stored,
            file_name=safe_name(f"{name}（{provider.name}）.pdf"),
            certificate=sealed.certificate,
        )
    return stored.sha256
