"""更正 and 撤销: which paper, what was wrong, what is right, and what happens to the clocks."""

from __future__ import annotations

from collections.abc import Sequence

from documents.kinds.forms import announce, closing, reader, writer
from documents.kinds.sentences import cell_day, limit, rests_on, sentence, to_be_published
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document, sections
from documents.layout.package import Sheet
from documents.layout.table import table
from documents.layout.text import body, led
from models.kernel.vocabulary import ClockEffect, DocumentForm, DocumentKind
from models.papers.content import AmendedClock, Correction, DeadlineLine, Head, PaperReference, Withdrawal
from models.papers.content.wording import NOTHING, day


def _cited(paper: PaperReference) -> str:
    return rests_on(paper.number, paper.dated, paper.title)


def _served(paper: Correction | Withdrawal) -> str:
    when = f"于{day(paper.delivered_on)}" if paper.delivered_on else ""
    return f"{writer(paper.head)}{when}送达{reader(paper.head)}的{_cited(paper.paper)}"


def _sorry(head: Head) -> str:
    """A word to a peer whom our error made work; to our own and upward it is out of place."""
    return f"给{reader(head)}工作带来的不便，谨致歉意。" if head.form is DocumentForm.LETTER else ""


def _due(line: DeadlineLine | None) -> str:
    return cell_day(line.due) if line else NOTHING


def _clocks(clocks: Sequence[AmendedClock]) -> str:
    if not clocks:
        return body("原文书载明的各项期限不变，继续计算。")
    rows = [
        (
            str(n),
            c.what,
            cell_day(c.before),
            c.effect.label,
            cell_day(c.before) if c.effect is ClockEffect.UNCHANGED else _due(c.after),
        )
        for n, c in enumerate(clocks, 1)
    ]
    counted = "".join(led(f"{c.what}：", limit(c.after)) for c in clocks if c.after and c.after.explanation)
    doubt = to_be_published(c.after for c in clocks if c.after)
    grid = table(("序号", "事项", "原期限", "处理", "现期限"), rows, (640, 3064, 1440, 2060, 1640))
    return grid + counted + (body(doubt) if doubt else "")


def _finish(head: Head, text: str, kind: DocumentKind) -> Sheet:
    return document(head, top(head) + close(text + body(closing(head)), head) + imprint(head), kind)


def correction(paper: Correction) -> Sheet:
    """Lay out a correction."""
    head = paper.head
    rows = [(str(n), p.place, p.wrong, p.right) for n, p in enumerate(paper.passages, 1)]
    if paper.replanned:
        opening, act, header = "，其中长期整改的期限经研究予以调整", "调整", ("序号", "事项", "原期限", "调整为")
    else:
        opening, act, header = "有误，现予更正", "更正", ("序号", "位置", "原文", "更正为")
    sorry = "" if paper.replanned else _sorry(head)
    text = body(f"{_served(paper)}{opening}。{sorry}有关事项{announce(head)}如下：") + sections(
        (f"{act}的原因", body(sentence(paper.reason))),
        (
            f"{act}的内容",
            table(header, rows, (640, 2004, 3100, 3100))
            + body(f"原文书的其他内容不变。本{act}与原文书一并使用，自送达之日起生效。"),
        ),
        ("对期限的影响", _clocks(paper.clocks)),
    )
    return _finish(head, text, DocumentKind.CORRECTION)


def withdrawal(paper: Withdrawal) -> Sheet:
    """Lay out a withdrawal."""
    head = paper.head
    instead = (
        f"该文书由{_cited(paper.replaced_by)}代替，请以后者为准。"
        if paper.replaced_by
        else "该文书撤销后，不另行发文代替。"
    )
    done = sentence(paper.work_done) or f"{reader(head)}依原文书已经开展的工作，不因撤销而需要恢复原状。"
    text = body(
        f"{_served(paper)}，现予撤销，自本文书送达之日起不再执行。{_sorry(head)}有关事项{announce(head)}如下："
    ) + sections(
        ("撤销的原因", body(sentence(paper.reason))),
        ("撤销后的处理", body(instead) + body(done)),
        (
            "对期限的影响",
            _clocks(paper.clocks) if paper.clocks else body("原文书载明的各项期限自本文书送达之日起不再计算。"),
        ),
    )
    return _finish(head, text, DocumentKind.WITHDRAWAL)
