"""问题线索移送函: the clues, the list of materials, the slip of receipt. It states facts and decides nothing."""

from __future__ import annotations

from documents.kinds.forms import enclosed, reader, writer
from documents.kinds.sentences import happened, overview, sentence
from documents.layout.ending import close, imprint
from documents.layout.head import IN_PERSON, top
from documents.layout.measures import KAI
from documents.layout.numbered import document, sections
from documents.layout.package import Sheet
from documents.layout.table import form, table
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentForm, DocumentKind, SubjectType
from models.papers.content import Clue, ClueTransfer
from models.papers.content.wording import NOTHING, listed, norms, or_nothing, ordinal

MATERIALS, RECEIPT = "移送材料清单", "问题线索移送回执"


def _organ(paper: ClueTransfer) -> str:
    return reader(paper.head).replace("单位", "机关")


def _clue(n: int, clue: Clue) -> str:
    post = "".join(part for part in (clue.organisation, clue.position) if part)
    name = f"{clue.subject}（{post}）" if post and clue.subject_type is SubjectType.PERSON else clue.subject
    told = (("线索来源", sentence(clue.source)), ("相关材料", listed(clue.materials) + "。" if clue.materials else ""))
    facts = "" if clue.facts == NOTHING else sentence(clue.facts)
    return led(f"（{ordinal(n)}）{name}。", facts, KAI) + "".join(
        body(f"{label}：{words}") for label, words in told if words
    )


def _materials(paper: ClueTransfer) -> str:
    rows = [
        (
            m.number,
            m.title,
            "原件" if m.original else "复制件",
            str(m.copies),
            or_nothing(m.pages),
            f"{m.sha256[:8]}\n{m.sha256[8:16]}" if m.sha256 else NOTHING,
        )
        for m in paper.materials
    ]
    if not rows:
        return ""
    handed = body(f"移送人：{listed(paper.transferred_by)}。") if paper.transferred_by else ""
    counted = "以上材料在移交时由双方当面清点，件数和内容以双方签字的回执为准，双方签字前不记为已移送。"
    return (
        table(
            ("编号", "材料名称", "原件或\n复制件", "份数", "页数", "校验值\n前16位"),
            rows,
            (900, 3724, 1140, 800, 800, 1480),
        )
        + handed
        + body(counted)
    )


def _receipt(paper: ClueTransfer) -> str:
    head = paper.head
    return form(
        (
            ("移送文书", f"{''.join(head.title)}（{or_nothing(head.number)}）", 1.5),
            ("移送机关", head.issuer, 1),
            ("接收机关", listed(head.recipients), 1),
            ("线索和材料", f"线索{len(paper.clues)}条，材料{len(paper.materials)}件", 1),
            ("接收日期", "", 1),
            ("清点情况", "", 2.5),
            ("移送人签字\n（两人）", "", 2),
            ("接收人签字\n（机关盖章）", "", 2.5),
            ("接收机关\n收文编号", "", 1),
            ("联系人及电话", "", 1),
        )
    )


_DECIDES_NOTHING = (
    "本函移送的是调查中发现的问题线索，尚待有权机关调查核实，不是对责任的认定，也不提出处理意见；"
    "是否受理以及如何处理，由{organ}决定。"
)


def _asked(paper: ClueTransfer) -> str:
    counted = "清点所附材料并" if paper.materials else ""
    return f"请{_organ(paper)}{counted}填写《{RECEIPT}》；处理结果可以告知的，请书面告知{writer(paper.head)}。"


def build(paper: ClueTransfer) -> Sheet:
    """Lay out one transfer to one organ."""
    head = paper.head
    basis = f"依据{norms(paper.basis)}，" if paper.basis else ""
    basis += f"{paper.approved}，" if paper.approved else ""
    text = (
        body(
            f"{happened(paper.accident)}{writer(head)}在深度调查中发现公职人员涉嫌职务违法、职务犯罪或者不履行职责的问题线索。"
            f"{basis}现将有关线索和材料移送{_organ(paper)}："
        )
        + sections(
            ("事故概况", overview(paper.accident, head.dated)),
            ("移送的问题线索", "".join(_clue(n, c) for n, c in enumerate(paper.clues, 1))),
            ("有关说明", body(_DECIDES_NOTHING.format(organ=_organ(paper))) + body(_asked(paper))),
        )
        + body((head.closing or _closing(head.form)).rstrip("。") + "。")
    )
    titles, pages = enclosed((MATERIALS, _materials(paper)), (RECEIPT, _receipt(paper)))
    whole = top(head, handled=IN_PERSON) + close(text, head, titles) + pages + imprint(head)
    return document(head, whole, DocumentKind.CLUE_TRANSFER)


def _closing(form_of_paper: DocumentForm) -> str:
    return "专此函达" if form_of_paper is DocumentForm.LETTER else "以上线索，请予审查"
