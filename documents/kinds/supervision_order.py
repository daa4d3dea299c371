"""限期落实督办单: what is late, how that was counted, the new limit and how the order is lifted."""

from __future__ import annotations

from documents.kinds.forms import closing, reader
from documents.kinds.sentences import cell_day, happened, limit, rests_on, sentence
from documents.layout.ending import close, imprint
from documents.layout.head import enclosure, top
from documents.layout.measures import KAI
from documents.layout.numbered import document, heading
from documents.layout.package import Sheet
from documents.layout.picture import inline, qr_png
from documents.layout.table import form, table
from documents.layout.text import body, led, paragraph
from models.papers import SupervisionOrder
from models.papers.wording import NOTHING, day, listed, or_nothing, ordinal
from models.rules.vocabulary import DocumentKind

REPLY_SLIP = "督办回执"


def _opening(paper: SupervisionOrder) -> str:
    served = (
        f"已于{day(paper.notice_delivered_on)}送达{reader(paper.head)}" if paper.notice_delivered_on else "已经发出"
    )
    title = paper.notice_title or "整改报告通知书"
    text = f"{happened(paper.accident)}{rests_on(paper.notice_number, paper.notice_dated, title)}{served}。"
    text += f"截至{day(paper.head.dated)}，下列事项已超过期限。"
    if paper.silence_confirmed_on:
        by = f"由{paper.silence_confirmed_by}" if paper.silence_confirmed_by else ""
        text += f"经{day(paper.silence_confirmed_on)}{by}核实，未收到书面回复。"
    if paper.ordinal > 1:
        before = f"（前次督办单：{paper.previous_number}）" if paper.previous_number else ""
        text += f"这是第{ordinal(paper.ordinal)}次督办{before}。"
    return body(text + "现予督办：")


def _matters(paper: SupervisionOrder) -> str:
    rows = [
        (
            str(n),
            m.matter + (f"（措施{m.measure}）" if m.measure else ""),
            cell_day(m.original.due) + (f"\n已超过{m.days_late}日" if m.days_late else ""),
            or_nothing(m.done),
            or_nothing(m.not_done),
        )
        for n, m in enumerate(paper.matters, 1)
    ]
    grid = table(("序号", "督办事项", "原定期限", "已做工作", "未做工作"), rows, (640, 2764, 1400, 1940, 2100))
    counted = "".join(
        led(f"（{ordinal(n)}）{m.original.what}。", limit(m.original), KAI) for n, m in enumerate(paper.matters, 1)
    )
    return grid + heading("二、原定期限及其计算") + (counted or body(NOTHING))


def _listed(lines: tuple[str, ...]) -> str:
    if len(lines) <= 1:
        return body(sentence(lines[0]) if lines else NOTHING)
    return "".join(led(f"{n}. ", sentence(line)) for n, line in enumerate(lines, 1))


def _slip(paper: SupervisionOrder) -> str:
    head = paper.head
    return form(
        (
            ("督办单文号", or_nothing(head.number), 1),
            ("回执单位", listed(head.recipients), 1),
            ("督办期限", day(paper.new_limit.due), 1),
            ("落实情况", "", 4),
            ("证明材料清单", "", 2),
            ("未完成的理由", "", 2),
            ("负责人签字\n（单位盖章）", "", 2),
            ("联系人及电话", "", 1),
            ("回执日期", "", 1),
        )
    )


def build(paper: SupervisionOrder) -> Sheet:
    """Lay out the order."""
    head = paper.head
    text = (
        _opening(paper)
        + heading("一、督办事项")
        + _matters(paper)
        + heading("三、新的期限")
        + led(f"{paper.new_limit.what}：", limit(paper.new_limit))
        + heading("四、督办的解除")
        + _listed(paper.lifting)
        + heading("五、逾期的后果")
        + _listed(paper.consequences)
        + body(closing(head))
    )
    titles = (REPLY_SLIP, *(a.title for a in paper.attachments))
    number = 1 if len(titles) > 1 else None
    code = (
        paragraph("GWCell", inline(1, 25, "二维码"), '<w:spacing w:line="240" w:lineRule="auto"/>') if paper.url else ""
    )
    whole = top(head) + close(text, head, titles) + enclosure(number, REPLY_SLIP) + _slip(paper) + code + imprint(head)
    return document(head, whole, DocumentKind.SUPERVISION_ORDER, (qr_png(paper.url),) if paper.url else ())
