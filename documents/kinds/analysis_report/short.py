"""简版: the report of a small case on two pages: facts, causes, and one table of problems and measures; no enclosures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from documents.kinds.forms import closing
from documents.kinds.sentences import aspect, cell_day, graded, happened, reasons, sentence, stages
from documents.kinds.short_names import shortened
from documents.kinds.within import in_order
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document, sections
from documents.layout.package import Sheet
from documents.layout.table import table
from documents.layout.text import body
from models.kernel.vocabulary import Aspect, DocumentKind
from models.papers.content import AnalysisReport, FindingEntry, MeasureEntry
from models.papers.content.wording import NOTHING, day, listed, money, norms, number, or_nothing, ordinal

_OF_THE_PLACE = ("路侧情况", "路口和信号控制")
"""What of the road a few pages tell; what its signs lacked stands among the causes."""


def build_short(paper: AnalysisReport) -> Sheet:
    """Lay out the 简版."""
    head = paper.head
    parts = (("事实", _facts(paper)), ("原因", _causes(paper)), ("问题和整改措施", _remedies(paper)))
    text = _opening(paper) + sections(*parts) + body(closing(head)) + _signed(paper)
    text = shortened(text, {one.name: one.short for one in paper.organisations})
    whole = top(head) + close(text, head, tuple(one.title for one in paper.attachments)) + imprint(head)
    return replace(document(head, whole, DocumentKind.ANALYSIS_REPORT), small=True)


def _opening(paper: AnalysisReport) -> str:
    """The accident in one paragraph: when, where, what, its grade, and on what it was investigated."""
    basis = f"依据{norms(paper.legal_basis)}，" if paper.legal_basis else ""
    accident = paper.accident
    # What a grade borrows from is said in full reports; one that is still provisional says so in every paper.
    settled = f"事故等级为{accident.grade.label}事故。"
    grade = graded(accident, paper.head.dated) if accident.grade_provisional else settled
    of_it = "对该起事故" if paper.edition < 3 else ""
    return body(f"{happened(accident)}{grade}{basis}我单位{of_it}开展了深度调查，现报告如下：")


def _facts(paper: AnalysisReport) -> str:
    course = paper.course or ((paper.accident.summary,) if paper.accident.summary else ())
    return _paragraph(course) + _paragraph((*_circumstances(paper), *_established(paper)))


def _paragraph(texts: Iterable[str]) -> str:
    said = "".join(map(sentence, texts))
    return body(said) if said else ""


def _circumstances(paper: AnalysisReport) -> Sequence[str]:
    """What the place and the vehicles were like, a sentence each."""
    accident = paper.accident
    weather = [f"{word}{said}" for word, said in (("天气", accident.weather), ("照明情况为", accident.light)) if said]
    measured = () if paper.appraisals else paper.vehicles  # the experts' opinions tell the speeds
    speeds = [
        f"{one.plate or one.type or '车辆'}车速{number(one.speed_kmh)}千米/小时"
        + (f"，限速{number(one.speed_limit_kmh)}千米/小时" if one.speed_limit_kmh is not None else "")
        for one in measured
        if one.speed_kmh is not None
    ]
    defects = [
        f"{one.plate or one.type or '车辆'}存在{'、'.join(one.defects)}" for one in paper.vehicles if one.defects
    ]
    told = tuple("，".join(group) for group in (weather, speeds, defects) if group)
    if paper.edition < 3:
        return told
    lost = f"直接财产损失{money(accident.property_loss)}" if accident.property_loss is not None else ""
    return (*filter(None, (lost,)), *told, *_of_the_place(paper))


def _of_the_place(paper: AnalysisReport) -> Iterable[str]:
    """What the road was like, where something of it or around it is among the causes."""
    if not any(one.aspect in (Aspect.ROAD, Aspect.ENVIRONMENT) for one in paper.findings):
        return ()
    return (one.text for one in paper.road.told if one.label in _OF_THE_PLACE)


def _established(paper: AnalysisReport) -> Sequence[str]:
    """What experts found, who answers for it, and what happened here before."""
    told = [f"{one.subject}：{one.conclusion.rstrip('。；')}" for one in paper.appraisals if one.conclusion]
    earlier = f"同一路段此前发生事故{len(paper.earlier)}起" if paper.earlier else ""
    return tuple(
        filter(
            None,
            (
                f"经检验鉴定，{'；'.join(told)}" if told else "",
                f"事故认定为{paper.liability}" if paper.liability else "",
                earlier,
                *(f"{day(one.on)}事故后提出的“{one.measure.rstrip('。')}”{one.standing}" for one in paper.promised),
            ),
        )
    )


def _causes(paper: AnalysisReport) -> str:
    caused, worsened, *by_unit = in_order(paper.findings)
    indirect = tuple(one for group in by_unit for one in group)
    told = (("直接原因是", caused), ("加重事故后果的是", worsened), ("间接原因和存在的问题是", indirect))
    groups = [f"{lead}：{_in_a_row(found)}" for lead, found in told if found]
    return _paragraph((*groups, f"经调查，该起事故是一起{paper.character}" if paper.character else ""))


def _in_a_row(findings: Sequence[FindingEntry]) -> str:
    """One problem as it stands, several as 一是 …；二是 …."""
    texts = [one.text.strip().rstrip("。；") for one in findings]
    return texts[0] if len(texts) == 1 else "；".join(f"{ordinal(n)}是{text}" for n, text in enumerate(texts, 1))


def _remedies(paper: AnalysisReport) -> str:
    """The one table: what is wrong, what is done, by whom, until when, and how that is proved."""
    called = {one.number: "、".join(one.tags) or one.text.rstrip("。") or aspect(one) for one in paper.findings}
    # 华容大队 is the end of its own name: a cell needs no more of it to be understood.
    known = [one for one in paper.organisations if one.short and paper.edition > 2]
    ends = {one.name: one.short for one in known if one.short and one.name.endswith(one.short)}
    rows = [
        (
            str(n),
            "；".join(called[key] for key in one.findings if key in called) or NOTHING,
            "\n".join([one.text, *stages(one.milestones)]),
            _by_whom(one, ends),
            cell_day(one.due) if one.due else or_nothing(one.due_explanation),
            or_nothing(one.proof),
        )
        for n, one in enumerate(paper.measures, 1)
    ]
    header = ("序号", "问题", "措施", "牵头单位、\n责任人", "完成\n日期", "完成证明")
    above = body("表中日期均含当日。") if any(one.due for one in paper.measures) else ""
    grid = table(header, rows, (0.6, 1.6, 2.9, 2, 1.3, 1.9), blank=True)
    return above + grid + _paragraph((reasons(paper.measures),))


def _by_whom(measure: MeasureEntry, short: Mapping[str, str]) -> str:
    """The lead with its person; whoever helps stands below."""
    helping = listed(short.get(name, name) for name in measure.cooperating)
    others = f"配合：{helping}" if measure.cooperating else None
    lead = short.get(measure.lead, measure.lead) if measure.lead else None
    return "\n".join(filter(None, (lead, measure.responsible_person, others))) or NOTHING


def _signed(paper: AnalysisReport) -> str:
    """The line on which the investigators sign."""
    names = listed(one.name for one in paper.team if one.name)
    return body(f"调查人员{f'（{names}）' if names != NOTHING else ''}签名：")
