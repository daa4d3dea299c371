"""送达回证: that a paper was served, when, where and on whom; filled in by hand where something is not known yet."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from models.kernel.vocabulary import DeliveryMode, DocumentKind
from models.papers.content.common import Count, Paper, PaperReference


class ProofOfService(Paper):
    """One paper to one recipient. What is None is left open for the pen."""

    kind: Literal["proof_of_service"] = "proof_of_service"
    case_number: str
    issuer: str  # 送达机关
    matter: str | None = None  # 案由
    papers: tuple[PaperReference, ...] = ()
    copies: Count = 1
    recipient: str
    address: str | None = None
    mode: DeliveryMode | None = None
    delivered_at: datetime | None = None
    delivered_by: tuple[str, ...] = ()
    received_at: datetime | None = None
    received_by: str | None = None
    receiver_position: str | None = None  # the receiver's post, or in whose stead
    tracking_number: str | None = None  # 邮件号, of mail and exchange
    refusal: str | None = None  # why it was left (留置)
    witnesses: tuple[str, ...] = ()  # who saw it left
    recorded_on_behalf: bool = False
    remark: str | None = None
    dated: date | None = None

    @property
    def title_line(self) -> str:
        """The title on one line."""
        return f"{DocumentKind.PROOF_OF_SERVICE.label}（{self.recipient}）"

    @property
    def own_date(self) -> date | None:
        """The day on the form; None where it is left open."""
        return self.dated

    @property
    def author(self) -> str:
        """送达机关."""
        return self.issuer
