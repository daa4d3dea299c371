"""约谈通知 and 约谈纪要: who is summoned over what; what was put, answered and promised."""

from __future__ import annotations

from collections.abc import Sequence

from documents.kinds.forms import closing, reader
from documents.kinds.sentences import cell_day, rests_on, sentence
from documents.layout.ending import close, imprint
from documents.layout.head import enclosure, top
from documents.layout.measures import HEI
from documents.layout.numbered import document, sections
from documents.layout.package import Sheet
from documents.layout.table import form, table
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentKind
from models.papers.content import TalkMinutes, TalkNotice
from models.papers.content.wording import accident_name, day, in_short, listed, moment, or_nothing

SIGNATURES = "约谈双方签字页"
_JUDGES_NOBODY = "本纪要只记录约谈情况，不作为对单位或者个人的责任结论。"


def _numbered(lines: Sequence[str]) -> str:
    if len(lines) == 1:
        return body(sentence(lines[0]))
    return "".join(led(f"{n}. ", sentence(line)) for n, line in enumerate(lines, 1))


def _opening(paper: TalkNotice) -> str:
    """The order that was not obeyed with its own dates, what is still open, and that a talk follows."""
    text = (
        f"{accident_name(paper.accident)}有整改事项经督办仍未完成。" if paper.order else f"{in_short(paper.accident)}。"
    )
    if paper.order:
        served = f"于{day(paper.order_served_on)}送达" if paper.order_served_on else "已经送达"
        limit = f"，限{day(paper.order_due)}前（含当日）完成" if paper.order_due else ""
        text += f"{rests_on(paper.order.number, paper.order.dated, paper.order.title)}{served}{limit}。"
    by = f"{paper.power}，" if paper.power else ""
    return body(f"{text}{sentence(paper.reason)}{by}现决定对{reader(paper.head)}进行约谈。")


def _arranged(paper: TalkNotice) -> str:
    """Time, place, who and what over, as one table."""
    told = (
        ("时间", moment(paper.held_at) if paper.held_at else ""),
        ("地点", paper.place or ""),
        ("主持", paper.chaired_by or ""),
        ("参加人员", f"{reader(paper.head)}{listed(paper.attendees)}" if paper.attendees else ""),
        ("约谈事项", _lines(paper.matters)),
        ("准备事项", _lines(paper.preparation)),
    )
    return form(tuple((label, words, 1.0) for label, words in told if words))


def _lines(lines: Sequence[str]) -> str:
    if len(lines) == 1:
        return lines[0].rstrip("。；")
    return "\n".join(f"{n}. {line.rstrip('。；')}" for n, line in enumerate(lines, 1))


_WAYS_OUT = (
    "约谈前已经完成的，请书面告知并附证明材料，经核对符合要求的，取消约谈并书面告知。"
    "因故不能参加的，请在约谈前书面说明原因，并确定其他负责人参加。对约谈事项有不同意见的，可以在约谈前书面提出。"
)


def notice(paper: TalkNotice) -> Sheet:
    """Lay out the summons."""
    head = paper.head
    text = _opening(paper) + _arranged(paper) + body(_WAYS_OUT) + body(closing(head))
    titles = tuple(a.title for a in paper.attachments)
    return document(head, top(head) + close(text, head, titles) + imprint(head), DocumentKind.TALK_NOTICE)


def _promises(paper: TalkMinutes) -> str:
    rows = [
        (str(n), p.text, or_nothing(p.responsible_person), cell_day(p.due)) for n, p in enumerate(paper.promises, 1)
    ]
    return table(("序号", "承诺事项", "责任人", "完成期限"), rows, (640, 5164, 1600, 1440))


def _present(paper: TalkMinutes) -> str:
    """出席, 请假 in 黑体, the names in 仿宋 (GB/T 9704 art. 10.3)."""
    lines = (
        ("约谈方出席：", listed(paper.participants) if paper.participants else ""),
        ("被约谈方出席：", listed(paper.attended_by) if paper.attended_by else ""),
        ("请假：", listed(paper.absent, by="；") if paper.absent else ""),
    )
    return "".join(led(name, f"{names}。", HEI) for name, names in lines if names)


def minutes(paper: TalkMinutes) -> Sheet:
    """Lay out the minutes; they name no recipient and both sides sign on a page of their own."""
    head = paper.head
    cited = f"根据{rests_on(paper.notice.number, paper.notice.dated, paper.notice.title)}，" if paper.notice else ""
    place = f"在{paper.place}" if paper.place else ""
    by = f"{paper.chaired_by}主持，" if paper.chaired_by else ""
    when = f"{moment(paper.held_at)}，" if paper.held_at else ""
    recorded = body(f"记录：{paper.recorded_by}。") if paper.recorded_by else ""
    text = body(f"{cited}{when}{head.issuer}{place}对{paper.organisation}进行约谈。{by}纪要如下。") + sections(
        ("约谈指出的问题", _numbered(paper.matters)),
        ("被约谈单位的说明", _numbered(paper.statements)),
        ("被约谈单位的承诺", _promises(paper)),
        ("有关说明", body(_JUDGES_NOBODY)),
        ("参加人员", _present(paper) + recorded),
    )
    signed = form(
        (
            ("约谈方主持人", "", 3),
            ("被约谈单位", paper.organisation, 1),
            ("被约谈单位\n负责人", "", 3),
            ("对纪要的意见", "", 4),
            ("记录人", "", 2),
            ("签字日期", "", 1),
        )
    )
    whole = top(head, addressed=False) + close(text, head, (SIGNATURES,)) + enclosure(None, SIGNATURES) + signed
    return document(head, whole + imprint(head), DocumentKind.TALK_MINUTES)
