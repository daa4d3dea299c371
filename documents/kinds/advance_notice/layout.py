"""先行整改通知 as 通知, 函 or 报告: an urgent hazard, what to do at once, how to answer."""

from __future__ import annotations

from documents.kinds.forms import announce, closing, reader
from documents.kinds.rectification_notice.layout import answers
from documents.kinds.sentences import findings, happened, measures, overview, sentence
from documents.kinds.slips import RECEIPT_SLIP, receipt_slip
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document, sections
from documents.layout.package import Media, Sheet
from documents.layout.picture import inline, qr_png
from documents.layout.text import body, paragraph
from models.kernel.vocabulary import DocumentForm, DocumentKind
from models.papers.content import AdvanceNotice, Head

_FOLLOWS = "调查工作仍在进行，待调查分析报告形成后，上述事项并入整改报告一并落实和核查。"
_QR_SIDE = 25  # mm


def _opening(paper: AdvanceNotice) -> str:
    head = paper.head
    why = sentence(paper.urgency) or "调查中发现的下列隐患危险紧迫，不宜等待调查分析报告形成后处理。"
    asked = "建议先行采取措施" if _upward(head) else f"请{reader(head)}先行整改"
    return body(f"{happened(paper.accident)}{why}现将有关情况{announce(head)}如下，{asked}：")


def _upward(head: Head) -> bool:
    """A 报告 asks for nothing (党政机关公文处理工作条例 art. 15): no answer, no slip, no code."""
    return head.form is DocumentForm.REPORT


def _replies(paper: AdvanceNotice) -> str:
    if _upward(paper.head):
        return body("隐患消除前，建议采取限速、警示、封闭等临时管控措施。")
    asked = answers(paper.replies, paper.head)
    how = "隐患消除前，请采取限速、警示、封闭等临时管控措施；整改情况请书面反馈，并附照片等证明材料。"
    code = body(f"正式答复时请填写答复码{paper.answer_code}。") if paper.answer_code else ""
    return body(how) + (asked or body(f"本文书不为{reader(paper.head)}设定反馈期限。")) + code


def build(paper: AdvanceNotice) -> Sheet:
    """Lay out one advance notice to one recipient."""
    head = paper.head
    third = "建议先行采取的措施" if _upward(head) else "先行整改措施和期限"
    own = head.recipients[0] if head.recipients else None
    text = (
        _opening(paper)
        + sections(
            ("事故概况", overview(paper.accident, head.dated)),
            ("需要立即消除的隐患", findings(paper.hazards)),
            (third, measures(paper.measures, own=own, what="建议措施" if _upward(head) else "整改措施")),
            ("临时管控" if _upward(head) else "反馈要求", _replies(paper) + body(_FOLLOWS)),
        )
        + body(closing(head))
    )
    coded = paper.url is not None and not _upward(head)
    titles = (*(() if _upward(head) else (RECEIPT_SLIP,)), *(a.title for a in paper.attachments))
    code = (
        paragraph("GWCell", inline(1, _QR_SIDE, _QR_SIDE, "二维码"), '<w:spacing w:line="240" w:lineRule="auto"/>')
        if coded
        else ""
    )
    slip = "" if _upward(head) else receipt_slip(head, 1 if len(titles) > 1 else None)
    whole = top(head) + close(text, head, titles) + slip + code + imprint(head)
    return document(
        head, whole, DocumentKind.ADVANCE_NOTICE, (Media("png", qr_png(paper.url)),) if paper.url and coded else ()
    )
