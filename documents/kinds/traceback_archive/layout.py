"""监管回溯档案 as a paper volume: cover, catalogue, records, 备考表; page numbers at the outer top corner."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from documents.kinds.sentences import cell_day, cell_moment, cell_number, happened, overview, sentence
from documents.layout.measures import BIAOSONG
from documents.layout.numbered import sections
from documents.layout.package import Frame, Sheet, section
from documents.layout.table import form, table
from documents.layout.text import body, empty, led, paragraph, run, run_properties
from models.kernel.vocabulary import DocumentKind
from models.papers.content import (
    ArchivedFile,
    CatalogueItem,
    ExcusedGap,
    HazardFacts,
    NotApplicable,
    OutcomeEntry,
    ReplyEntry,
    TracebackArchive,
)
from models.papers.content.wording import NOTHING, beijing_date, day, listed, or_nothing, places, title_lines
from models.papers.kinds.traceback_archive.content import RESTRICTED

_ON_BEHALF, _BY_PROOF = "代录", "凭送达\n回证"
_TITLE_RUN = run_properties(BIAOSONG, 44)


def _size(paper: TracebackArchive) -> str:
    pages = paper.notes.total_pages
    return f"{len(paper.items)}件" + (f"，{pages}页" if pages is not None else "")


def _cover(paper: TracebackArchive) -> str:
    items = (
        ("档　　号", or_nothing(paper.archive_number)),
        ("全宗号", or_nothing(paper.fonds_number)),
        ("案件编号", paper.case_number),
        ("立卷单位", paper.issuer),
        ("起止日期", "至".join(day(on) for on in (paper.period_from, paper.period_to) if on) or NOTHING),
        ("保管期限", or_nothing(paper.retention)),
        ("件数页数", _size(paper)),
        ("存放位置", or_nothing(paper.shelf_place)),
    )
    big = run_properties(BIAOSONG, 52)
    name = paragraph("GWVolumeTitle", run(paper.fonds_name, _TITLE_RUN))
    kind = paragraph("GWVolumeTitle", run(DocumentKind.TRACEBACK_ARCHIVE.label, big))
    lines = [part for line in paper.title for part in title_lines(line, most=20)]
    title = "".join(paragraph("GWVolumeTitle", run(line, _TITLE_RUN)) for line in lines)
    end = f"<w:p><w:pPr>{section(Frame.VOLUME, plain=True)}</w:pPr></w:p>"
    return (
        empty(2)
        + name
        + kind
        + empty(2)
        + title
        + empty(2)
        + form([(k, v, 1.2) for k, v in items], label=1, field=3)
        + end
    )


def _page(title: str) -> str:
    return paragraph("GWTitle", run(title, _TITLE_RUN), "<w:pageBreakBefore/>") + empty()


def _first_page(title: str) -> str:
    return paragraph("GWTitle", run(title, _TITLE_RUN)) + empty()


HOW_TO_READ = (
    "先看本页和{first}，其余按卷内文件目录的序号查阅；备注“限定名单查阅”的，按批准的名单查阅。",
    "电子档案包中的data/catalogue.json列明每件的责任者、日期、页数和校验值；在装有Python的计算机上运行data/verify.py，"
    "可以核对文件是否被改动。",
    "办理情况记录和卷内备考表说明文书怎样送达、措施怎样办结、哪些内容没有收入。",
)


def _for_a_stranger(paper: TracebackArchive) -> str:
    """The entry page: what happened, what became of the measures, when, and how to go on reading."""
    hazard = isinstance(paper.accident, HazardFacts)
    first = "整改通知" if hazard else "调查分析报告"
    return _first_page("案卷首页") + sections(
        ("隐患概况" if hazard else "事故概况", body(happened(paper.accident)) + overview(paper.accident, paper.dated)),
        ("措施办理结果", _results(paper)),
        ("办理经过", _course(paper)),
        ("怎样阅读本卷", "".join(led(f"{n}. ", line.format(first=first)) for n, line in enumerate(HOW_TO_READ, 1))),
    )


def _results(paper: TracebackArchive) -> str:
    """The measures by unit, outcome and day, each group by its first."""
    alike: dict[tuple[str | None, str | None, date | None], list[OutcomeEntry]] = {}
    for one in paper.outcomes:
        outcome = one.outcome.label if one.outcome else None
        alike.setdefault((one.organisation, outcome, one.closed_on), []).append(one)
    rows = [
        (or_nothing(unit), _measures(measures), or_nothing(outcome), cell_day(closed))
        for (unit, outcome, closed), measures in alike.items()
    ]
    return table(("责任单位", "措施", "结果", "办结日期"), rows, (2100, 3704, 1700, 1340))


def _measures(group: Sequence[OutcomeEntry]) -> str:
    numbers = [re.search(r"\d+", one.measure) for one in group]
    where = places(sorted(int(n[0]) for n in numbers if n)) if all(numbers) else listed(one.measure for one in group)
    more = f"等{len(group)}项" if len(group) > 1 else ""
    return f"{group[0].text.rstrip('。；')}{more}（{where}）"


def _course(paper: TracebackArchive) -> str:
    """The days on which something left or came, by the numbers of the catalogue; restricted papers only by these."""
    days: dict[date, list[CatalogueItem]] = {}
    for item in paper.items:
        if item.number and item.dated:
            days.setdefault(item.dated, []).append(item)
    told = [(on, _papers_of(items)) for on, items in days.items()]
    closed = [one.closed_on for one in paper.outcomes if one.closed_on]
    begun = "交办" if isinstance(paper.accident, HazardFacts) else "立案"
    told += [(paper.period_from, begun)] if paper.period_from else []
    told += [(max(closed), "最后一项措施办结")] if closed else []
    told += [(paper.dated, "归档")] if paper.dated else []
    order = {begun: 0, "最后一项措施办结": 2, "归档": 3}
    rows = [(cell_day(on), what) for on, what in sorted(told, key=lambda one: (one[0], order.get(one[1], 1)))]
    return table(("日期", "事项"), rows, (1540, 7304))


def _papers_of(items: Sequence[CatalogueItem]) -> str:
    open_ones = [item for item in items if RESTRICTED not in (item.remark or "")]
    where = f"（{places([item.sequence for item in items], '件')}）"
    if not open_ones:
        return f"限定名单查阅的文书{where}"
    return f"{open_ones[0].title}{f'等{len(items)}件' if len(items) > 1 else ''}{where}"


def _catalogue(paper: TracebackArchive) -> str:
    rows = [
        (
            str(i.sequence),
            or_nothing(i.responsible),
            cell_number(i.number),
            i.title,
            cell_day(i.dated),
            or_nothing(i.pages),
            or_nothing(i.remark),
        )
        for i in paper.items
    ]
    header = ("序号", "责任者", "文号", "题名", "日期", "页数", "备注")
    return table(header, rows, (640, 1560, 1760, 2284, 1240, 640, 720))


def _deliveries(paper: TracebackArchive) -> str:
    rows = [
        (
            d.document,
            d.recipient,
            d.mode.label if d.mode else NOTHING,
            f"{cell_moment(d.delivered_at)}\n{or_nothing(d.delivered_by)}",
            f"{cell_moment(d.received_at)}\n{or_nothing(d.received_by)}",
            _BY_PROOF if d.by_proof else _ON_BEHALF if d.recorded_on_behalf else NOTHING,
        )
        for d in paper.deliveries
    ]
    header = ("文书", "受送达单位", "方式", "送达时间\n和送达人", "签收时间\n和签收人", "备注")
    return table(header, rows, (1700, 1500, 800, 2060, 2060, 724))


def _verdict(reply: ReplyEntry) -> str:
    if reply.withdrawn_at:
        return f"已撤回\n{cell_day(beijing_date(reply.withdrawn_at))}"
    verdict = reply.verdict.label if reply.verdict else NOTHING
    return f"{verdict}\n{cell_day(beijing_date(reply.assessed_at))}" if reply.assessed_at else verdict


def _replies(paper: TracebackArchive) -> str:
    rows = [
        (
            r.organisation,
            "\n".join(t for t in (r.kind.label, r.subject) if t),
            cell_moment(r.received_at) + (f"\n{_ON_BEHALF}" if r.recorded_on_behalf else ""),
            or_nothing(r.summary),
            listed((f.path for f in r.evidence), by="\n"),
            _verdict(r),
        )
        for r in paper.replies
    ]
    return table(
        ("反馈单位", "类型和事项", "收到时间", "内容", "证明材料", "研判"), rows, (1400, 1360, 2060, 1644, 1140, 1240)
    )


def _verifications(paper: TracebackArchive) -> str:
    rows = [
        (
            v.measure,
            or_nothing(v.organisation),
            cell_moment(v.verified_at),
            or_nothing(v.verified_by),
            or_nothing(v.place),
            or_nothing(v.result),
            listed((f.path for f in v.photos), by="\n"),
        )
        for v in paper.verifications
    ]
    return table(
        ("措施", "责任单位", "复查时间", "复查人", "地点", "结果", "照片"),
        rows,
        (640, 1400, 2060, 940, 1304, 1400, 1100),
    )


def _outcomes(paper: TracebackArchive) -> str:
    rows = [
        (
            o.measure,
            o.text,
            or_nothing(o.organisation),
            o.outcome.label if o.outcome else NOTHING,
            cell_day(o.closed_on),
            or_nothing(o.reason),
        )
        for o in paper.outcomes
    ]
    return table(("措施", "内容", "责任单位", "结果", "办结日期", "说明"), rows, (900, 2504, 1660, 1160, 1320, 1300))


def _events(paper: TracebackArchive) -> str:
    rows = [(str(e.sequence), cell_moment(e.at), or_nothing(e.actor), e.what, or_nothing(e.why)) for e in paper.events]
    count = len(paper.events) if paper.event_count is None else paper.event_count
    return table(("序号", "时间", "办理人", "事项", "理由"), rows, (760, 2060, 1300, 2624, 2100)) + _chain(
        count, paper.event_chain_head
    )


def _chain(count: int, head: str | None) -> str:
    return paragraph("GWCellText", run(f"事件记录共{count}条，末条校验值：")) + paragraph(
        "GWCellText", run(or_nothing(head))
    )


def _files(paper: TracebackArchive) -> str:
    held: list[tuple[str, ArchivedFile]] = [(str(i.sequence), f) for i in paper.items for f in i.files]
    held += [("反馈", f) for r in paper.replies for f in r.evidence]
    held += [("复查", f) for v in paper.verifications for f in v.photos]
    once = {f.path: (where, f.path, or_nothing(f.size), f.sha256) for where, f in reversed(held)}
    rows = list(reversed(once.values()))
    return table(("件号", "文件", "字节数", "SHA-256 校验值"), rows, (760, 2900, 1240, 3944))


def _approved(absent: NotApplicable) -> str:
    known = [word for word in (absent.approved_by, day(absent.approved_on) if absent.approved_on else None) if word]
    return f"批准：{'，'.join(known)}。" if known else ""


def _excused(gap: ExcusedGap) -> str:
    return f"缺项：{gap.what}。理由：{sentence(gap.reason)}批准：{gap.approved_by}，{day(gap.approved_on)}。"


def _notes(paper: TracebackArchive) -> str:
    notes = paper.notes
    absent = [f"{n.document.label}：不适用。理由：{sentence(n.reason)}{_approved(n)}" for n in notes.not_applicable]
    return _page("卷内备考表") + form(
        (
            ("本卷情况", f"共{_size(paper)}。", 1.5),
            ("不适用的文书", "\n".join(absent) or NOTHING, 3),
            ("说明", "\n".join((*notes.remarks, *map(_excused, notes.excused))) or NOTHING, 6),
            ("立卷人", or_nothing(notes.prepared_by), 1.5),
            ("检查人", or_nothing(notes.checked_by), 1.5),
            ("立卷时间", day(notes.dated or paper.dated), 1.5),
        )
    )


def build(paper: TracebackArchive) -> Sheet:
    """Lay out the volume. The cover is a section of its own and carries no number."""
    whole = (
        _cover(paper)
        + _for_a_stranger(paper)
        + _page("卷内文件目录")
        + _catalogue(paper)
        + _page("办理情况记录")
        + sections(
            ("送达和签收", _deliveries(paper)),
            ("反馈和研判", _replies(paper)),
            ("现场复查", _verifications(paper)),
            ("措施办结", _outcomes(paper)),
            ("事件记录", _events(paper)),
            ("电子文件清单", _files(paper)),
        )
        + _notes(paper)
    )
    return Sheet(
        body=whole,
        frame=Frame.VOLUME,
        title="".join(paper.title),
        creator=paper.issuer,
        category=DocumentKind.TRACEBACK_ARCHIVE.label,
        dated=paper.dated,
        first_page=paper.first_page,
    )
