"""The foot of a paper: attachments note, signature, date, contact and version block (GB/T 9704 art. 7.3.4 to 7.4)."""

from __future__ import annotations

from math import ceil

from documents.layout.head import recipients_fit, recipients_line
from documents.layout.measures import CHARACTERS, LEFT, TEXT_HEIGHT, TEXT_WIDTH
from documents.layout.text import TAB, empty, indent, keep_next, paragraph, run
from models.kernel.vocabulary import DocumentForm
from models.papers.content import Head
from models.papers.content.wording import day, or_nothing, width

_THIN, _THICK = 6, 8  # eighths of a point: 0.25 and 0.35 mm as printed
_IMPRINT_CHARACTERS = 27  # of 4号 in a line beside 抄送：
_TALL = 6  # lines from which the block takes a page of its own: a tall floating table would tear what stands before
_FULL = TEXT_HEIGHT // 480 - 2  # lines that a page holds; a longer block must be allowed to run on
_PAGE = (
    '<w:p><w:pPr><w:pageBreakBefore/><w:snapToGrid w:val="0"/><w:spacing w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
)
END = '<w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:line="20" w:lineRule="exact"/></w:pPr></w:p>'


def _attachments(titles: tuple[str, ...]) -> str:
    if not titles:
        return ""
    if len(titles) == 1:
        note = paragraph("GWAttachments", run("附件：" + titles[0]), indent(left=5, hanging=3))
        return empty(keep=True) + note
    notes = [
        paragraph(
            "GWAttachments",
            run(("附件：" if n == 1 else "") + f"{n}. {title}"),
            indent(left=6.25, hanging=4.25) if n == 1 else indent(left=6.25, hanging=1.25),
        )
        for n, title in enumerate(titles, 1)
    ]
    return empty(keep=True) + "".join(notes)


def signature_indents(issuer: str, dated: str) -> tuple[float, float]:
    """Right indents of signature and date in characters: the date 4 in, the signature centred over it.

    A name too long for that stands 2 in, or less where it fills the line, and the date is centred under it (7.3.5.2).
    """
    centre = 4 + width(dated) / 2
    indent_of_name = centre - width(issuer) / 2
    if indent_of_name >= 2:
        return indent_of_name, 4
    of_name = min(2.0, max(0.0, CHARACTERS - width(issuer)))
    return of_name, max(of_name, of_name + (min(width(issuer), CHARACTERS) - width(dated)) / 2)


def contact_of(head: Head) -> str:
    """The contact of a paper as its note has it; empty where nobody is named."""
    known = ((label, word) for label, word in (("联系人", head.contact_name), ("电话", head.contact_phone)) if word)
    return "，".join(f"{label}：{word}" for label, word in known)


def close(body: str, head: Head, attachments: tuple[str, ...] = (), *, note: str | None = None, bound: int = 2) -> str:
    """Bind the last body paragraphs, the attachments note, the signature and the date into one chain and append them, and
    the contact below them to the date: half a telephone number alone on a page is of no use.

    `bound` of the body, two where the last is closing words: alone over a signature they leave a page that says nothing.
    `note` stands in the place of the contact.
    """
    dated = day(head.dated)
    of_name, of_date = signature_indents(head.issuer, dated)
    told = contact_of(head) if note is None else note
    contact = paragraph("GWNote", run(f"（{told}）"), "<w:keepLines/>") if told else ""
    if head.publicity is not None:
        contact += paragraph("GWNote", run(f"（此件{head.publicity}）"), "<w:keepLines/>")
    return (
        keep_next(body, bound)
        + _attachments(attachments)
        + empty(2, keep=True)  # room for the seal, whose top edge stays within a line of the text
        + paragraph("GWSignature", run(head.issuer), indent(right=of_name))
        + paragraph("GWDate", run(dated), ("<w:keepNext/>" if contact else "") + indent(right=of_date))
        + contact
    )


def _cell(inner: str, top: int, bottom: int) -> str:
    def rule(side: str, size: int) -> str:
        line = "single" if size else "nil"
        return f'<w:{side} w:val="{line}" w:sz="{size}" w:space="0" w:color="auto"/>'

    return (
        f'<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{TEXT_WIDTH}" w:type="dxa"/>'
        f"<w:tcBorders>{rule('top', top)}{rule('bottom', bottom)}</w:tcBorders></w:tcPr>{inner}</w:tc></w:tr>"
    )


def imprint(head: Head) -> str:
    """版记 at the foot of the last page's text block. A letter's has neither rules nor printing note (10.1)."""
    texts = [] if recipients_fit(head) else ["主送：" + recipients_line(head).rstrip("：") + "。"]
    if head.copied_to:
        word = "通报" if head.form is DocumentForm.DECISION else "抄送"  # a decision is made known, not copied
        texts.append(f"{word}：" + "，".join(head.copied_to).rstrip("。") + "。")
    rows = [paragraph("GWImprint", run(text)) for text in texts]
    letter = head.form is DocumentForm.LETTER
    if not letter:
        stop = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH - 280}"/></w:tabs>'
        printed = run(or_nothing(head.printed_by or head.issuer)) + TAB
        rows.append(paragraph("GWImprint", printed + run(f"{day(head.printed_on or head.dated)}印发"), stop))
    if not rows:
        return END
    edges = [0 if letter else _THICK, *([0 if letter else _THIN] * (len(rows) - 1)), 0 if letter else _THICK]
    cells = "".join(_cell(row, edges[n], edges[n + 1]) for n, row in enumerate(rows))
    height = 1 + sum(ceil(width(text) / _IMPRINT_CHARACTERS) for text in texts)
    return (_PAGE if height > _TALL else "") + _imprint_table(cells, floating=height <= _FULL) + END


def _imprint_table(cells: str, *, floating: bool) -> str:
    # LibreOffice floats a table as wide as the text block only when it is anchored to the page horizontally.
    place = (
        '<w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin" w:horzAnchor="page" '
        f'w:tblpX="{LEFT}" w:tblpYSpec="bottom"/><w:tblOverlap w:val="never"/>'
    )
    return (
        f'<w:tbl><w:tblPr>{place if floating else ""}<w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
        f'</w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="{TEXT_WIDTH}"/></w:tblGrid>{cells}</w:tbl>'
    )
