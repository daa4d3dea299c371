"""逾期情况报告: what units that get no order have not done, told to our leaders once a month."""

from __future__ import annotations

from collections.abc import Sequence

from documents.kinds.forms import closing
from documents.kinds.sentences import cell_day, cell_number, counts, happened, rests_on, sentence
from documents.kinds.supervision_order.layout import grouped, matter
from documents.kinds.supervision_order.layout import told as called
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document, sections
from documents.layout.package import Sheet
from documents.layout.table import table
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentKind
from models.papers.content import LateReport, LateUnit, OverdueMatter
from models.papers.content.wording import NOTHING, day, listed, or_nothing

Group = tuple[LateUnit, list[OverdueMatter]]
ADVISED = "下列建议由收文单位研究决定，没有设定期限，不列入逾期统计。"


def _groups(parts: Sequence[LateUnit]) -> list[Group]:
    return [(part, group) for part in parts for group in grouped(part.matters)]


def _counted(late: Sequence[Group]) -> str:
    units = dict.fromkeys(part.unit for part, _ in late)
    return f"{len(units)}个单位的{len(late)}项整改事项逾期未收到完成情况" if late else ""


def _opening(paper: LateReport, late: Sequence[Group]) -> str:
    """What happened, how much is late, and whom we thank for what was done."""
    text = f"{happened(paper.accident)}截至{day(paper.head.dated)}，"
    text += _counted(late) or "有关单位尚未反馈对整改建议的研究情况"
    thanked = list(dict.fromkeys(part.unit for part, matter in paper.told if matter.done))
    text += "。" + (f"{listed(thanked)}已反馈部分工作情况，对其支持表示感谢。" if thanked else "")
    return body(f"{text}现报告如下：")


def _paper_cell(part: LateUnit) -> str:
    notice = part.notice
    if notice is None:
        return NOTHING
    dated = cell_day(notice.dated).replace("\n", "") if notice.dated else ""
    return "\n".join(filter(None, (cell_number(notice.number) if notice.number else f"《{notice.title}》", dated)))


def _done(part: LateUnit, done: str | None) -> str:
    """What the unit did, and below it how it was reminded: that stands in its first row."""
    reminded = [f"{day(one.dated)}发催办函（{one.number}）" for one in part.reminded]
    return "\n".join(filter(None, (done, *reminded))) or NOTHING


def _late(late: Sequence[Group]) -> str:
    rows = [
        (
            str(n) if len(late) > 1 else NOTHING,
            part.unit,
            _paper_cell(part),
            called(group),
            cell_day(group[0].original.due),
            _done(part, group[0].done) if part.unit not in before else or_nothing(group[0].done),
            or_nothing(group[0].not_done),
        )
        for n, (part, group) in enumerate(late, 1)
        for before in [{other.unit for other, _ in late[: n - 1]}]
    ]
    header = ("序号", "单位", "文书", "事项", "原定日期", "已做工作", "未做工作")
    return table(header, rows, (520, 1300, 1500, 2024, 1100, 1200, 1200))


def _advised(parts: Sequence[LateUnit]) -> str:
    rows = [
        (part.unit, _paper_cell(part), one.matter, _done(part, one.done), or_nothing(one.not_done))
        for part in parts
        for one in part.matters
    ]
    grid = table(("单位", "文书", "建议措施", "已做工作", "反馈情况"), rows, (1500, 1600, 2744, 1500, 1500))
    return (body(ADVISED) + grid) if grid else ""


def _numbered(lines: Sequence[str]) -> str:
    return "".join(led(f"{n}. ", sentence(line)) for n, line in enumerate(lines, 1))


def _text(paper: LateReport) -> str:
    late = _groups(paper.late)
    return _opening(paper, late) + sections(
        ("逾期事项", _late(late)),
        ("未设期限的建议", _advised(paper.advised)),
        ("日期的计算", counts([group[0].original for _, group in late])),
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
