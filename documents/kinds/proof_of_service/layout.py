"""送达回证: one page, filled in as far as known, the rest left to the pen."""

from __future__ import annotations

from documents.layout.measures import BIAOSONG, CELL, FANG
from documents.layout.package import Frame, Sheet
from documents.layout.table import form
from documents.layout.text import empty, paragraph, run, run_properties
from models.kernel.vocabulary import DeliveryMode, DocumentKind
from models.papers.content import PaperReference, ProofOfService, title_of
from models.papers.content.wording import NOTHING, day, moment

_TITLE = run_properties(BIAOSONG, 44)
_NOTE = (
    "说明：送达人和收件人签名后，本回证一份附卷；签名即为签收，不另行要求签收。"
    "收件人不是受送达单位负责人的，请注明职务或者代收关系。"
)
_BY_CARRIER = (DeliveryMode.POST, DeliveryMode.CONFIDENTIAL_POST, DeliveryMode.EXCHANGE)


def _named(paper: PaperReference) -> str:
    known = "，".join(part for part in (paper.number, day(paper.dated) if paper.dated else None) if part)
    return f"《{paper.title}》" + (f"（{known}）" if known else "")


def _modes(paper: ProofOfService) -> str:
    return "　".join(f"{'☑' if mode is paper.mode else '□'}{mode.label}" for mode in DeliveryMode)


def _rows(paper: ProofOfService) -> list[tuple[str, str, float]]:
    delivered = moment(paper.delivered_at) if paper.delivered_at else ""
    received = moment(paper.received_at) if paper.received_at else ""
    receiver = "，".join(part for part in (paper.received_by, paper.receiver_position) if part)
    rows: list[tuple[str, str, float]] = [
        ("案　　由", paper.matter or "", 1),
        ("案件编号", paper.case_number, 1),
        ("送达文书\n名称和文号", "\n".join(map(_named, paper.papers)), 1.5),
        ("份　　数", f"{paper.copies}份", 1),
        ("受送达单位", paper.recipient, 1),
        ("送达地点", paper.address or "", 1),
        ("送达方式", _modes(paper), 1),
        ("送达时间", delivered, 1),
        ("送 达 人", "、".join(paper.delivered_by), 1.5),
        ("收件人签名\n或者盖章", receiver, 2),
        ("收到时间", received, 1),
    ]
    if paper.mode is None or paper.mode in _BY_CARRIER:
        rows.append(("邮件或交换号", paper.tracking_number or "", 1))
    if paper.mode in (None, DeliveryMode.LEFT):
        rows += [("拒收事由", paper.refusal or "", 1.5), ("见证人签名", "、".join(paper.witnesses), 1.5)]
    # Once it is signed for nothing is left to the pen.
    nothing = NOTHING if paper.received_at else ""
    remarks = [paper.remark or "", "本次送达由他人代为录入，原件另附。" if paper.recorded_on_behalf else ""]
    rows.append(("备　　注", "\n".join(r for r in remarks if r) or nothing, 1.5))
    return rows


def build(paper: ProofOfService) -> Sheet:
    """Lay out the form."""
    text = (
        paragraph("GWTitle", run(paper.issuer, _TITLE))
        + paragraph("GWTitle", run(DocumentKind.PROOF_OF_SERVICE.label, _TITLE))
        + empty()
        + form(_rows(paper), label=1, field=4)
        + paragraph("GWCellText", run(_NOTE, run_properties(FANG, CELL)))
    )
    return Sheet(
        body=text,
        frame=Frame.DOCUMENT,
        title=title_of(paper),
        creator=paper.issuer,
        category=DocumentKind.PROOF_OF_SERVICE.label,
        dated=paper.dated,
    )
