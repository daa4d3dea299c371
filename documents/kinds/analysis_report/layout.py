"""调查分析报告书: introduction, facts, course, causes, duties, measures; signatures and evidence as attachments."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from documents.kinds.duties import duties
from documents.kinds.forms import closing, enclosed
from documents.kinds.sentences import evidence, graded, happened, measures, sentence
from documents.kinds.short_names import shortened
from documents.layout.contents import LONG, pages, with_contents
from documents.layout.ending import close, imprint
from documents.layout.figure import directory, media
from documents.layout.head import top
from documents.layout.measures import KAI
from documents.layout.numbered import document, sections, subsections
from documents.layout.package import Sheet
from documents.layout.table import numbered, table
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentKind, OrganisationKind
from models.papers.content import AccidentFacts, AnalysisReport, FigureSection, LossEntry
from models.papers.content.wording import NOTHING, casualties, listed, moment, money, norms, or_nothing, ordinal, sums

from .causes import causes, earlier, problems, promised
from .involved import people, vehicles
from .pictures import drawn_last, figures
from .short import build_short

_EXPERT = "专家"
TEAM_LIST, EVIDENCE_LIST, FIGURE_LIST = "调查组成员签名表", "证据目录", "附图目录"


def _opening(paper: AnalysisReport) -> str:
    basis = f"依据{norms(paper.legal_basis)}，" if paper.legal_basis else ""
    experts = [m for m in paper.team if m.role == _EXPERT and m.name] if paper.edition > 2 else []
    members = listed(dict.fromkeys(m.organisation for m in paper.team if m.organisation and m not in experts))
    invited = f"，邀请专家{len(experts)}人参加" if experts else ""
    team = f"调查组由{members}派员组成{invited}。" if members != NOTHING else ""
    return body(
        f"{happened(paper.accident)}{basis}调查组对该起事故开展了深度调查，查明了事故经过和原因，"
        f"分析了责任，提出了整改措施。{team}现将有关情况报告如下："
    )


def _each(told: Iterable[tuple[str, str | None]]) -> str:
    """Each of several under a number and its name; of whom there is nothing more to say is left out."""
    known = [(name, text) for name, text in told if text]
    return "".join(led(f"{n}. {name}。", sentence(text)) for n, (name, text) in enumerate(known, 1))


def _road(paper: AnalysisReport) -> str:
    road = paper.road
    names = [n for n in (road.name, road.number, road.stake, road.road_class) if n]
    told = sentence(road.description) or sentence("，".join(names))
    text = (body(told) if told else "") + _each((one.label, one.text) for one in road.told)
    return text + figures(paper, FigureSection.ROAD, "现场位置和道路情况")


def _losses(paper: AnalysisReport) -> str:
    """The parts of the loss with their sum, which of them is of property, and figures that were published otherwise."""
    *told, whole = sums([*(one.amount for one in paper.losses), _sum(paper.losses)])
    rows = [
        (one.kind, amount, or_nothing(one.note), or_nothing(one.source))
        for one, amount in zip(paper.losses, told, strict=True)
    ]
    if rows:
        rows.append(("合计", whole, NOTHING, NOTHING))
    grid = table(("类别", "金额", "说明", "来源"), rows, (2.4, 1.6, 3, 2), title="直接经济损失", blank=True)
    property_ = [one for one in paper.losses if one.property]
    of_property = ""
    if property_:
        kinds = listed(one.kind for one in property_)
        of_property = body(
            f"直接财产损失为{kinds}{f'{len(property_)}项' if len(property_) > 1 else ''}，计{money(_sum(property_))}。"
        )
    return grid + of_property + _sentences(paper.conflicts)


def _sum(parts: Iterable[LossEntry]) -> Decimal:
    return sum((one.amount for one in parts), start=Decimal(0))


def _organisations(paper: AnalysisReport) -> str:
    described = [o for o in paper.organisations if o.description]
    named = listed(o.name for o in paper.organisations if not o.description)
    text = "".join(led(f"{n}. {o.name}。", sentence(o.description)) for n, o in enumerate(described, 1))
    others = f"{'其他相关单位' if described else '相关单位'}有{named}。"
    return text + (body(others) if named != NOTHING else "") + _sentences(paper.relations)


def _surroundings(paper: AnalysisReport) -> str:
    return "".join(body(sentence(one.text)) for one in paper.surroundings)


def _loss(accident: AccidentFacts) -> str:
    """直接经济损失412万元，其中直接财产损失38.6万元: both in one unit."""
    either = ((accident.economic_loss, "直接经济损失"), (accident.property_loss, "直接财产损失"))
    known = [(Decimal(amount), what) for amount, what in either if amount is not None]
    told = sums([amount for amount, _ in known])
    return "，其中".join(f"{what}{amount}" for (_, what), amount in zip(known, told, strict=True)) or NOTHING


def _outline(paper: AnalysisReport) -> str:
    """事故概要: the accident on a few lines, then its grade and what else is to be said of it as a whole."""
    accident = paper.accident
    rows = (
        ("事故编号", or_nothing(accident.accident_number)),
        ("时间", f"{moment(accident.occurred_at)}许"),
        ("地点", accident.place),
        ("形态", or_nothing(accident.pattern)),
        ("伤亡", casualties(accident).partition("，直接经济损失")[0].removeprefix("造成")),
        ("损失", _loss(accident)),
        ("等级", f"{accident.grade.label}事故"),
        ("事故认定", or_nothing(paper.liability)),
    )
    grid = "" if paper.short else table(("项目", "内容"), [row for row in rows if row[1] != NOTHING], (1, 5))
    # The table has the grade already: a sentence of its own only for what it rests on, or still waits for.
    adds = paper.edition < 3 or paper.short or accident.grade_basis or accident.grade_provisional
    said = (graded(accident, paper.head.dated) if adds else "") + "".join(map(sentence, paper.nature))
    return grid + (body(said) if said else "")


def _facts(paper: AnalysisReport) -> str:
    return subsections(
        ("事故概要", _outline(paper)),
        ("人员情况", people(paper)),
        ("车辆情况", vehicles(paper)),
        ("道路情况", _road(paper)),
        ("同一路段既往事故", earlier(paper)),
        ("此前整改措施落实情况", promised(paper)),
        ("天气和环境情况", _surroundings(paper)),
        ("有关单位情况", _organisations(paper)),
        ("损失情况", _losses(paper)),
    )


def _sentences(texts: Iterable[str]) -> str:
    return "".join(body(sentence(text)) for text in texts)


def _timeline(paper: AnalysisReport) -> str:
    rows = [(or_nothing(t.at), t.what, or_nothing(t.source), or_nothing(t.evidence)) for t in paper.timeline]
    return table(("时间", "事项", "来源", "证据\n编号"), rows, (1.9, 4, 2.2, 0.9), title="事故和处置时间线", blank=True)


def _course(paper: AnalysisReport) -> str:
    course = paper.course or ((paper.accident.summary,) if paper.accident.summary else ())
    return subsections(
        ("事故发生经过", _sentences(course) + figures(paper, FigureSection.COURSE, "事故发生经过")),
        ("时间线", "" if paper.short else _timeline(paper)),
        ("应急处置情况", _sentences(paper.response)),
        ("应急处置评估", _sentences(paper.response_judged)),
    )


def _duties(paper: AnalysisReport) -> str:
    if not paper.duties:
        return ""
    police = {one.name for one in paper.organisations if one.kind is OrganisationKind.POLICE}
    ours = paper.edition > 2 and any(entry.subject in police for entry in paper.duties)
    apart = "涉及公安机关自身的问题，由有权机关依照规定另行调查。" if ours else ""
    return body(f"本部分只说明职责、依据和未履行的事实，不提出处理意见。{apart}") + duties(paper.duties)


def _lesson(n: int, text: str) -> str:
    """A lesson's first sentence is its heading."""
    first, _, rest = sentence(text).partition("。")
    return led(f"（{ordinal(n)}）{first}。", rest, KAI)


def _signatures(paper: AnalysisReport) -> str:
    rows = [
        (or_nothing(m.name), m.role, "".join(x for x in (m.organisation, m.position) if x) or NOTHING, None)
        for m in paper.team
    ]
    return table(("姓名", "调查组职务", "单位和职务", "签名"), rows, (1.5, 1.5, 4.0, 2.0), blank=True)


def _remedies(paper: AnalysisReport) -> str:
    told = measures(paper.measures, problems=problems(paper), title="问题、措施和证明", blank=True)
    if not paper.findings or not told:
        return told
    return body("措施所针对的问题，按第三部分的编号列出。") + told


def build(paper: AnalysisReport) -> Sheet:
    """Lay out the report."""
    return build_short(paper) if paper.short and paper.edition > 1 else _build_full(paper)


def _build_full(paper: AnalysisReport) -> Sheet:
    head = paper.head
    text = (
        _opening(paper)
        + sections(
            ("基本情况", _facts(paper)),
            ("事故经过和应急处置", _course(paper)),
            ("事故原因", causes(paper)),
            ("责任分析", _duties(paper)),
            ("整改措施", _remedies(paper)),
            ("教训", "".join(_lesson(n, text) for n, text in enumerate(paper.lessons, 1))),
        )
        + body(closing(head))
    )
    text = numbered(shortened(text, {one.name: one.short for one in paper.organisations}))
    titles, enclosures = enclosed(
        (TEAM_LIST, _signatures(paper)),
        (EVIDENCE_LIST, evidence(paper.evidence, blank=True)),
        (FIGURE_LIST, directory(paper.figures, drawn=drawn_last(paper)) if paper.figures else ""),
        others=paper.attachments,
    )
    if _long(paper, text + enclosures):
        text = with_contents(text)
    whole = top(head) + close(text, head, titles) + enclosures + imprint(head)
    return document(head, whole, DocumentKind.ANALYSIS_REPORT, media(paper.figures))


def _long(paper: AnalysisReport, text: str) -> bool:
    """Whether it begins with a 目录: never a draft, which is edited in office programs and taken back."""
    return paper.edition > 1 and paper.head.dated is not None and pages(text) > LONG
