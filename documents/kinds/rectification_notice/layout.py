"""整改报告通知书 as 通知, 函 or 报告."""

from __future__ import annotations

from collections.abc import Sequence

from documents.kinds.forms import announce, closing, enclosed, reader
from documents.kinds.sentences import (
    findings,
    graded,
    happened,
    limit,
    measures,
    overview,
    rests_on,
    sentence,
    to_be_published,
)
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document, sections, subsections
from documents.layout.package import Sheet
from documents.layout.picture import inline, qr_png
from documents.layout.table import form
from documents.layout.text import body, led, paragraph, run, run_properties
from models.kernel.vocabulary import DocumentForm, DocumentKind, Part
from models.papers.content import DeadlineLine, FindingEntry, FurtherCase, Head, MeasureEntry, RectificationNotice
from models.papers.content.wording import accident_name, day, listed, or_nothing

REPLY_FORM = "整改反馈表"
_QR_SIDE = 25  # mm


def _asked(head: Head, how: str = "") -> str:
    if _upward(head):
        return f"现将调查发现的问题和整改建议{how}{announce(head)}如下："
    return f"现将涉及{reader(head)}的问题和整改措施{how}{announce(head)}如下："


def _opening(paper: RectificationNotice) -> str:
    consented = f"经人民政府同意（{listed(paper.consents)}），" if paper.consents else ""
    asked = consented + _asked(paper.head)
    found = f"经深度调查，形成{rests_on(paper.report_number, paper.report_dated)}。"
    return body(happened(paper.accident) + found + asked)


def answers(replies: Sequence[DeadlineLine], head: Head) -> str:
    """What must be answered until when: each limit with its date, and once how these dates were counted."""
    asked = "".join(led(f"{n}. {line.what}：", limit(line)) for n, line in enumerate(replies, 1))
    if not any(line.due for line in replies):
        return asked
    counted = (
        f"以上日期按{day(head.dated)}送达并签收计算，起算当日不计入；实际送达、签收在后的，按实际日期起算，"
        "未按期签收的，报送整改方案的期限自签收期限届满之日起算。"
    )
    return asked + body(counted + to_be_published(replies))


def _upward(head: Head) -> bool:
    """A 报告 asks for nothing (党政机关公文处理工作条例 art. 15): no answer, no form to fill, no code."""
    return head.form is DocumentForm.REPORT


def _form_enclosed(paper: RectificationNotice) -> bool:
    """Whom a letter sets no limit (a government, an organ of law) answers in its own way."""
    form = paper.head.form
    return form is DocumentForm.NOTICE or (form is DocumentForm.LETTER and bool(paper.replies))


def _replies(paper: RectificationNotice) -> str:
    if _upward(paper.head):
        return ""
    lines = "".join(body(sentence(line)) for line in paper.reply_instructions)
    if not _form_enclosed(paper):
        return body("请将办理情况函告我单位；对措施或者职责有不同意见的，请一并说明。") + lines
    code = f"正式答复时请填写答复码{paper.answer_code}。" if paper.answer_code else ""
    within = "请在同一期限内" if paper.replies else "请"
    how = f"请填写所附《整改反馈表》，加盖公章后送达我单位；对措施或者职责有不同意见的，{within}书面说明理由。"
    asked = answers(paper.replies, paper.head)
    return asked + body(how) + lines + (body(code) if code else "")


def _shared_work(measures: Sequence[MeasureEntry], head: Head) -> str:
    """Who leads and who cooperates, where the recipient is not alone with a measure."""
    if _upward(head):
        return ""  # a 报告 does not speak to its reader; the table names all units
    lines = []
    for measure in measures:
        if measure.part is Part.COOPERATING:
            lines.append(f"第{measure.number}项措施由{measure.lead or '其他单位'}牵头，{reader(head)}配合。")
        elif measure.part is Part.LEAD and measure.cooperating:
            lines.append(f"第{measure.number}项措施由{reader(head)}牵头，{listed(measure.cooperating)}配合。")
    return body("".join(lines)) if lines else ""


def _parts(paper: RectificationNotice) -> tuple[FurtherCase, ...]:
    """The cases of a notice over several, each as it states it."""
    own = FurtherCase(**{name: getattr(paper, name) for name in FurtherCase.model_fields})
    return (own, *paper.further)


def _several(paper: RectificationNotice) -> str:
    """A notice over several cases: each with accident, problems and measures under its own heading, the answers once."""
    parts = _parts(paper)
    text = body(f"我单位对{len(parts)}起道路交通事故开展了深度调查。" + _asked(paper.head, "汇总"))
    cases = tuple(
        (
            accident_name(part.accident),
            body(
                happened(part.accident)
                + graded(part.accident, paper.head.dated)
                + f"该案编号为{part.case_number}，经深度调查，形成{rests_on(part.report_number, part.report_dated)}。"
            )
            + subsections(
                (_second(part.findings), findings(part.findings, items=True)),
                (_third(paper), _asked_of(part.measures, paper.head)),
            ),
        )
        for part in parts
    )
    return text + sections(*cases, ("反馈要求", _replies(paper)))


def _second(found: Sequence[FindingEntry]) -> str:
    return "存在的问题和依据" if any(finding.basis for finding in found) else "存在的问题"


def _third(paper: RectificationNotice) -> str:
    if _upward(paper.head):
        return "建议采取的措施"
    return "整改措施和期限" if paper.replies or any(m.due for m in paper.measures) else "整改措施"


def _asked_of(entries: Sequence[MeasureEntry], head: Head) -> str:
    own = head.recipients[0] if head.recipients else None
    what = "建议措施" if _upward(head) else "整改措施"
    return measures(entries, own=own, what=what) + _shared_work(entries, head)


def _one(paper: RectificationNotice) -> str:
    return _opening(paper) + sections(
        ("事故概况", overview(paper.accident, paper.head.dated)),
        (_second(paper.findings), findings(paper.findings)),
        (_third(paper), _asked_of(paper.measures, paper.head)),
        ("反馈要求", _replies(paper)),
    )


def _numbers(paper: RectificationNotice) -> str:
    """The measures to answer, under their cases where there are several."""
    if not paper.further:
        return "、".join(m.number for m in paper.measures) or "—"
    return "\n".join(f"{part.case_number}：{'、'.join(m.number for m in part.measures)}" for part in _parts(paper))


def _reply_form(paper: RectificationNotice) -> str:
    head = paper.head
    cited = f"《{''.join(head.title)}》（{or_nothing(head.number)}）"
    kinds = "□签收　□整改方案　□进展情况　□完成情况\n□不予采纳（说明理由）　□延期申请　□职责争议"
    return form(
        (
            ("所答复文书", cited, 1),
            ("反馈单位", listed(head.recipients), 1),
            ("反馈类型", kinds, 1),
            ("措施序号", _numbers(paper), 1),
            ("落实情况\n（或理由）", "", 3),
            ("证明材料清单", "", 2),
            ("负责人签字\n（单位盖章）", "", 2),
            ("联系人及电话", "", 1),
            ("反馈日期", "", 1),
        )
    )


def _code() -> str:
    words = run("扫描二维码可查看本文书并拟写反馈；正式反馈以填写答复码或者加盖公章为准。", run_properties(size=24))
    return paragraph(
        "GWCell", inline(1, _QR_SIDE, "二维码"), '<w:keepNext/><w:spacing w:line="240" w:lineRule="auto"/>'
    ) + (paragraph("GWCell", words))


def build(paper: RectificationNotice) -> Sheet:
    """Lay out one notice to one recipient."""
    head = paper.head
    text = (_several(paper) if paper.further else _one(paper)) + body(closing(head))
    coded = paper.url is not None and _form_enclosed(paper)
    answer = _reply_form(paper) + (_code() if coded else "") if _form_enclosed(paper) else ""
    titles, pages = enclosed((REPLY_FORM, answer), others=paper.attachments)
    whole = top(head) + close(text, head, titles) + pages + imprint(head)
    pictures = (qr_png(paper.url),) if paper.url and coded else ()
    return document(head, whole, DocumentKind.RECTIFICATION_NOTICE, pictures)
