"""逾期情况报告: what units that get no order have not done, told to our leaders once a month."""

from __future__ import annotations

from collections.abc import Sequence

from documents.kinds.forms import closing
from documents.kinds.sentences import cell_day, counts, happened, rests_on, sentence
from documents.kinds.supervision_order.layout import grouped, matter
from documents.kinds.supervision_order.layout import told as called
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document, sections, subsections
from documents.layout.package import Sheet
from documents.layout.table import table
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentKind
from models.papers.content import LateReport, LateUnit, OverdueMatter
from models.papers.content.wording import NOTHING, day, in_short, listed, or_nothing

ADVISED = "下列建议由收文单位研究决定，没有设定期限，不列入逾期统计。"


def _counted(late: Sequence[LateUnit]) -> str:
    units = dict.fromkeys(part.unit for part in late)
    matters = sum(len(grouped(part.matters)) for part in late)
    return f"{len(units)}个单位的{matters}项整改事项逾期" if late else ""


def _opening(paper: LateReport) -> str:
    """What happened in one sentence, how much is late, and whom we thank for what was done."""
    text = f"{in_short(paper.accident)}。截至{day(paper.head.dated)}，"
    text += _counted(paper.late) or "有关单位尚未反馈对整改建议的研究情况"
    thanked = list(dict.fromkeys(part.unit for part, matter in paper.told if matter.done))
    text += "。" + (f"{listed(thanked)}已反馈部分工作情况，对其支持表示感谢。" if thanked else "")
    return body(f"{text}现报告如下：")


def _reminded(part: LateUnit) -> str:
    sent = [f"{day(one.dated)}发催办函（{one.number}）" for one in part.reminded]
    return f"{'，'.join(sent)}。" if sent else ""


def _asked(part: LateUnit, sent: str, again: bool, silent: str | None) -> str:
    """The paper that asked the unit, how it was reminded since, and what is the same for all that it owes."""
    notice = part.notice
    text = ""
    if notice is not None:
        when = f"{day(part.delivered_on)}{sent}" if part.delivered_on else "已经发出"
        text = f"{rests_on(notice.number, notice.dated, notice.title)}{when}。"
    text += "" if again else _reminded(part)
    return body(text + (f"下列事项均{silent}。" if silent else ""))


def _shared(groups: Sequence[Sequence[OverdueMatter]]) -> str | None:
    """What was not done, where it is the same for all matters and nothing was done."""
    said = {(group[0].done, group[0].not_done) for group in groups}
    [(done, not_done), *others] = said
    return not_done if len(groups) > 1 and not others and done is None else None


def _late_of(part: LateUnit, first: int, alone: bool, again: bool) -> str:
    groups = grouped(part.matters)
    shared = _shared(groups)
    rows = [
        (
            NOTHING if alone else str(n),
            called(group, part.notice),
            day(group[0].original.due),
            f"{group[0].days_late}日" if group[0].days_late else NOTHING,
            or_nothing(group[0].done),
            NOTHING if shared else or_nothing(group[0].not_done),
        )
        for n, group in enumerate(groups, first)
    ]
    header = ("序号", "事项", "原定日期", "已逾期", "已做工作", "目前情况")
    return _asked(part, "送达", again, shared) + table(header, rows, (560, 3300, 1800, 900, 1500, 1500))


def _late(late: Sequence[LateUnit]) -> str:
    """Each unit under its name; the matters are counted through, for the count of their dates names them."""
    sizes = [len(grouped(part.matters)) for part in late]
    return subsections(
        *(
            (part.unit, _late_of(part, sum(sizes[:n]) + 1, sum(sizes) == 1, part.unit in [o.unit for o in late[:n]]))
            for n, part in enumerate(late)
        )
    )


def _advised_to(part: LateUnit, again: bool) -> str:
    shared = _shared([[one] for one in part.matters])
    rows = [
        (
            NOTHING if len(part.matters) == 1 else str(n),
            one.matter,
            or_nothing(one.done),
            NOTHING if shared else or_nothing(one.not_done),
        )
        for n, one in enumerate(part.matters, 1)
    ]
    header = ("序号", "建议措施", "已做工作", "反馈情况")
    return _asked(part, "报送", again, shared) + table(header, rows, (560, 5084, 1600, 1600))


def _advised(parts: Sequence[LateUnit]) -> str:
    told = ((part.unit, _advised_to(part, part.unit in [o.unit for o in parts[:n]])) for n, part in enumerate(parts))
    return body(ADVISED) + subsections(*told) if parts else ""


def _numbered(lines: Sequence[str]) -> str:
    return "".join(led(f"{n}. ", sentence(line)) for n, line in enumerate(lines, 1))


def _text(paper: LateReport) -> str:
    lines = [group[0].original for part in paper.late for group in grouped(part.matters)]
    return _opening(paper) + sections(
        ("逾期事项", _late(paper.late)),
        ("未设期限的建议", _advised(paper.advised)),
        ("日期的计算", counts(lines)),
        ("下一步工作", "".join(body(sentence(line)) for line in paper.next_steps)),
    )


def _text_of_one_unit(paper: LateReport) -> str:
    """The report as an earlier version wrote it, for each unit its own."""
    rows = [
        (
            str(n),
            matter(m),
            cell_day(m.original.due),
            or_nothing(m.done),
            or_nothing(m.not_done),
        )
        for n, m in enumerate(paper.matters, 1)
    ]
    what, open_ = ("事项", "未做工作") if paper.limited else ("建议措施", "反馈情况")
    grid = table(("序号", what, "期限", "已做工作", open_), rows, (640, 2764, 1400, 1940, 2100))
    return _opening_of_one_unit(paper) + sections(
        ("尚未完成的事项" if paper.limited else "尚未收到反馈的建议", grid),
        ("期限的计算", counts([m.original for m in paper.matters])),
        ("建议", _numbered(paper.proposals)),
        ("下一步工作", _numbered(paper.next_steps)),
    )


def _opening_of_one_unit(paper: LateReport) -> str:
    text = happened(paper.accident)
    if paper.notice is not None:
        sent = "送达" if paper.limited else "报送"
        served = f"于{day(paper.delivered_on)}{sent}{paper.unit}" if paper.delivered_on else f"发往{paper.unit}"
        text += f"{rests_on(paper.notice.number, paper.notice.dated, paper.notice.title)}已{served}。"
    what = "下列事项尚未收到完成情况" if paper.limited else "下列建议尚未收到书面反馈"
    return body(text + f"截至{day(paper.head.dated)}，{what}，现报告如下：")


def build(paper: LateReport) -> Sheet:
    """Lay out the report."""
    head = paper.head
    text = (_text_of_one_unit(paper) if paper.of_one_unit else _text(paper)) + body(closing(head))
    return document(head, top(head) + close(text, head, ()) + imprint(head), DocumentKind.LATE_REPORT)
