"""限期落实督办单: what is late, how that was counted, the new limit and how the order is lifted."""

from __future__ import annotations

from documents.kinds.forms import closing, enclosed, reader
from documents.kinds.sentences import cell_day, counts, happened, limit, rests_on, sentence, to_be_published
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document, sections
from documents.layout.package import Media, Sheet
from documents.layout.picture import inline, qr_png
from documents.layout.table import form, table
from documents.layout.text import body, led, paragraph
from models.kernel.vocabulary import DocumentKind
from models.papers.content import OverdueMatter, SupervisionOrder
from models.papers.content.wording import day, listed, or_nothing, ordinal

REPLY_SLIP, COUNTED = "督办回执", "期限计算说明"


def _opening(paper: SupervisionOrder) -> str:
    served = (
        f"已于{day(paper.notice_delivered_on)}送达{reader(paper.head)}" if paper.notice_delivered_on else "已经发出"
    )
    title = paper.notice_title or "整改报告通知书"
    text = f"{happened(paper.accident)}{rests_on(paper.notice_number, paper.notice_dated, title)}{served}。"
    text += f"截至{day(paper.head.dated)}，下列事项已超过期限。"
    if paper.silence_confirmed_on:
        by = f"经{paper.silence_confirmed_by}于{day(paper.silence_confirmed_on)}" if paper.silence_confirmed_by else ""
        text += f"{by or f'经{day(paper.silence_confirmed_on)}'}核实，未收到书面回复。"
    if paper.ordinal > 1:
        before = f"（前次督办单：{paper.previous_number}）" if paper.previous_number else ""
        text += f"这是第{ordinal(paper.ordinal)}次督办{before}。"
    return body(text + "现予督办：")


def matter(entry: OverdueMatter) -> str:
    """What is late, with its place in the notice where that is known."""
    place = entry.measure if entry.measure and entry.measure.isdecimal() else None
    return entry.matter + (f"（整改措施第{place}项）" if place else "")


def _matters(paper: SupervisionOrder) -> str:
    rows = [
        (
            str(n),
            matter(m),
            cell_day(m.original.due) + (f"\n已超过{m.days_late}日" if m.days_late else ""),
            or_nothing(m.done),
            or_nothing(m.not_done),
        )
        for n, m in enumerate(paper.matters, 1)
    ]
    return table(("序号", "督办事项", "原定期限", "已做工作", "未做工作"), rows, (640, 2764, 1400, 1940, 2100))


def _new_limit(paper: SupervisionOrder) -> str:
    line = paper.new_limit
    later = "此后送达的，自实际送达之日起算。" if line.due else ""
    return led(f"{line.what}：", limit(line) + later + to_be_published((line,)))


def _listed(lines: tuple[str, ...]) -> str:
    if len(lines) == 1:
        return body(sentence(lines[0]))
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
        + sections(
            ("督办事项", _matters(paper)),
            ("新的期限", _new_limit(paper)),
            ("督办的解除", _listed(paper.lifting)),
            ("逾期的后果", _listed(paper.consequences)),
        )
        + body(closing(head))
    )
    code = (
        paragraph("GWCell", inline(1, 25, 25, "二维码"), '<w:spacing w:line="240" w:lineRule="auto"/>')
        if paper.url
        else ""
    )
    titles, pages = enclosed(
        (COUNTED, counts([m.original for m in paper.matters])),
        (REPLY_SLIP, _slip(paper) + code),
        others=paper.attachments,
    )
    whole = top(head) + close(text, head, titles) + pages + imprint(head)
    return document(
        head, whole, DocumentKind.SUPERVISION_ORDER, (Media("png", qr_png(paper.url)),) if paper.url else ()
    )
