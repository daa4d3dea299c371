"""整改报告通知书 as 通知, 函 or 报告."""

from __future__ import annotations

from documents.kinds.forms import announce, closing, reader
from documents.kinds.sentences import findings, graded, happened, limit, measures, rests_on, sentence
from documents.layout.ending import close, imprint
from documents.layout.head import enclosure, top
from documents.layout.numbered import document, heading
from documents.layout.package import Sheet
from documents.layout.picture import inline, qr_png
from documents.layout.table import form
from documents.layout.text import body, led, paragraph, run, run_properties
from models.papers import RectificationNotice
from models.papers.wording import listed, or_nothing
from models.rules.vocabulary import DocumentForm, DocumentKind

REPLY_FORM = "整改反馈表"
_QR_SIDE = 25  # mm


def _opening(paper: RectificationNotice) -> str:
    head = paper.head
    if head.form is DocumentForm.REPORT:
        asked = f"现将调查发现的问题和整改建议{announce(head)}如下："
    else:
        asked = f"现将涉及{reader(head)}的问题和整改措施{announce(head)}如下："
    found = f"经深度调查，形成{rests_on(paper.report_number, paper.report_dated)}。"
    return body(happened(paper.accident) + found + asked)


def _replies(paper: RectificationNotice) -> str:
    asked = "".join(led(f"{n}. {line.what}：", limit(line)) for n, line in enumerate(paper.replies, 1))
    lines = "".join(body(sentence(line)) for line in paper.reply_instructions)
    code = f"正式答复时请填写答复码{paper.answer_code}。" if paper.answer_code else ""
    how = "请填写所附《整改反馈表》，加盖公章后送达我单位；对措施或者职责有不同意见的，请在同一期限内书面说明理由。"
    return (asked or body("—")) + body(how) + lines + (body(code) if code else "")


def _reply_form(paper: RectificationNotice) -> str:
    head = paper.head
    cited = f"《{''.join(head.title)}》（{or_nothing(head.number)}）"
    kinds = "□签收　□整改方案　□进展情况　□完成情况\n□不予采纳（说明理由）　□延期申请　□职责争议"
    return form(
        (
            ("所答复文书", cited, 1),
            ("反馈单位", listed(head.recipients), 1),
            ("反馈类型", kinds, 1),
            ("措施序号", "、".join(m.number for m in paper.measures) or "—", 1),
            ("落实情况\n（或理由）", "", 3),
            ("证明材料清单", "", 2),
            ("负责人签字\n（单位盖章）", "", 2),
            ("联系人及电话", "", 1),
            ("反馈日期", "", 1),
        )
    )


def _code(paper: RectificationNotice) -> str:
    if not paper.url:
        return ""
    words = run("扫描二维码可查看本文书并拟写反馈；正式反馈以填写答复码或者加盖公章为准。", run_properties(size=24))
    return paragraph(
        "GWCell", inline(1, _QR_SIDE, "二维码"), '<w:keepNext/><w:spacing w:line="240" w:lineRule="auto"/>'
    ) + (paragraph("GWCell", words))


def build(paper: RectificationNotice) -> Sheet:
    """Lay out one notice to one recipient."""
    head = paper.head
    enclosed = (REPLY_FORM, *(a.title for a in paper.attachments))
    third = "三、建议采取的措施" if head.form is DocumentForm.REPORT else "三、整改措施和期限"
    text = (
        _opening(paper)
        + heading("一、事故概况")
        + body(sentence(paper.accident.summary) or happened(paper.accident))
        + body(graded(paper.accident))
        + heading("二、存在的问题和依据")
        + findings(paper.findings)
        + heading(third)
        + measures(paper.measures)
        + heading("四、反馈要求")
        + _replies(paper)
        + body(closing(head))
    )
    number = 1 if len(enclosed) > 1 else None
    whole = (
        top(head)
        + close(text, head, enclosed)
        + enclosure(number, REPLY_FORM)
        + _reply_form(paper)
        + _code(paper)
        + imprint(head)
    )
    pictures = (qr_png(paper.url),) if paper.url else ()
    return document(head, whole, DocumentKind.RECTIFICATION_NOTICE, pictures)
