"""整改报告通知书 as 通知, 函 or 报告."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from documents.kinds.forms import closing, enclosed, reader, upward, writer
from documents.kinds.replies import advised, asked, unlimited
from documents.kinds.sentences import (
    cell_day,
    earlier_list,
    happened,
    looked,
    reasons,
    responsible,
    seen,
    sentence,
    stages,
    task,
)
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.measures import FANG, KAI
from documents.layout.numbered import document, sections, subsections
from documents.layout.package import Sheet
from documents.layout.picture import code, code_media
from documents.layout.table import form, table
from documents.layout.text import body, led, paragraph, run, run_properties
from models.kernel.vocabulary import DocumentForm, DocumentKind
from models.papers.content import (
    AccidentFacts,
    FindingEntry,
    FurtherCase,
    HazardFacts,
    Head,
    MeasureEntry,
    RectificationNotice,
)
from models.papers.content.wording import (
    NOTHING,
    accident_name,
    day,
    in_short,
    listed,
    norms,
    noticed,
    number,
    or_nothing,
    ordinal,
)

REPLY_FORM = "整改反馈表"
SECTION_LIST, EARLIER_LIST = "隐患路段明细表", "同一路段既往事故明细表"


def _form_enclosed(paper: RectificationNotice) -> bool:
    """Whom a letter sets no limit (a government, an organ of law) answers in its own way."""
    form = paper.head.form
    return form is DocumentForm.NOTICE or (form is DocumentForm.LETTER and bool(paper.replies))


def _investigated(paper: RectificationNotice, report: FurtherCase | None = None) -> str:
    """By what power we investigated, and the report that came of it; of a hazard when we looked on site."""
    if isinstance(paper.accident, HazardFacts):
        return looked(paper.accident)
    how = paper.investigated or "公安机关交通管理部门开展了深度调查，分析了事故原因和存在的问题"
    part = report or paper
    if part.report_dated is None:
        return f"{how}。"
    number = f"（{part.report_number}）" if part.report_number else ""
    return f"{how}，调查分析报告已于{day(part.report_dated)}签发{number}。"


def _asked(head: Head, how: str = "", of: str = "", by: str = "调查") -> str:
    """What follows, in the words of the form: suggested upward, asked of a peer, demanded of our own."""
    if upward(head):
        return f"现将{of}{by}中发现的问题和建议{how}报告如下。"
    if head.form is DocumentForm.LETTER:
        return f"现将属于{reader(head)}职责范围的问题和建议措施{how}函告如下。"
    return f"现将涉及{reader(head)}的问题和整改措施{how}通知如下。"


def _opening(paper: RectificationNotice) -> str:
    consented = f"经人民政府同意（{listed(paper.consents)}），" if paper.consents else ""
    by = "排查" if isinstance(paper.accident, HazardFacts) else "调查"
    if paper.power is not None:
        return body(f"{paper.power}。{consented}{_asked(paper.head, of=accident_name(paper.accident), by=by)}")
    if isinstance(paper.accident, HazardFacts):
        return body(f"{noticed(paper.accident)}。{looked(paper.accident)}{consented}{_asked(paper.head, by=by)}")
    return body(f"{in_short(paper.accident)}。{_investigated(paper)}{consented}{_asked(paper.head)}")


def _accident(paper: RectificationNotice) -> str:
    """The accident at some length, where the power comes first and the accident has not been told."""
    if paper.power is None:
        return ""
    if isinstance(paper.accident, HazardFacts):
        return body(f"{noticed(paper.accident)}。{looked(paper.accident)}")
    told = body(sentence(paper.accident.summary) or happened(paper.accident)) + body(_investigated(paper))
    return told + (body(sentence(paper.road)) if paper.road else "")


def _shortcomings(paper: RectificationNotice) -> str:
    """What is wrong; to who decides about a road, that accidents happen there time and again comes first."""
    if isinstance(paper.accident, HazardFacts):
        return _hazards(paper.accident)
    if not paper.earlier:
        return problems(paper.findings)
    return led(f"（{ordinal(1)}）", _again_and_again(paper), KAI) + problems(paper.findings, after=1)


def _hazards(hazard: HazardFacts) -> str:
    """What is dangerous, in the words in which it was told of, and what was seen on site; alone it is one paragraph."""
    told = [sentence(hazard.description), *seen(hazard)]
    if len(told) == 1:
        return body(told[0])
    return "".join(led(f"（{ordinal(n)}）", text, KAI) for n, text in enumerate(told, 1))


def _again_and_again(paper: RectificationNotice) -> str:
    """How many accidents the section had before, over which time, and what they cost together with this one."""
    before = sorted(one.on for one in paper.earlier)
    deaths, injured = (sum(getattr(one, of) or 0 for one in paper.earlier) for of in ("deaths", "injured"))
    accident = paper.accident
    assert isinstance(accident, AccidentFacts)  # only an accident is told of together with those before it
    hurt = (accident.serious_injuries, accident.minor_injuries, accident.injured_unspecified)
    wet = sum("雨" in (one.weather or "") for one in paper.earlier)
    until = f"至{day(before[-1])}" if len(before) > 1 else ""
    rain = f"，其中{wet}起发生在雨天" if wet else ""
    return (
        f"{day(before[0])}{until}，同一路段发生事故{len(before)}起，死亡{deaths}人、受伤{injured}人{rain}；"
        f"加上本次事故，死亡{deaths + (accident.deaths or 0)}人、受伤{injured + sum(k or 0 for k in hurt)}人。"
    )


def _taken(paper: RectificationNotice) -> str:
    told = enumerate(map(sentence, paper.taken), 1)
    return "".join(led(f"（{ordinal(n)}）", text, KAI) for n, text in told)


def _sections(paper: RectificationNotice) -> str:
    """隐患路段明细表, with the sum of the lengths where each is known."""
    rows = [(str(n), one.where, or_nothing(one.length), one.state) for n, one in enumerate(paper.sections, 1)]
    lengths = [Decimal(one.length) for one in paper.sections if one.length]
    if len(lengths) == len(rows) > 1:
        rows.append(("合计", NOTHING, number(sum(lengths)), NOTHING))
    return table(("序号", "起讫桩号", "长度（米）", "状况"), rows, (0.8, 2.6, 1.4, 4.2), blank=True)


def problems(entries: Sequence[FindingEntry], *, items: bool = False, after: int = 0) -> str:
    """Problems as （一）（二）, or as 1. 2. below such a heading, each with the rule that was not kept in brackets.

    `after` says how many stand before them under the same heading.
    """
    told = ((f"{n}. " if items else f"（{ordinal(n)}）", f) for n, f in enumerate(entries, after + 1))
    return "".join(led(number, _problem(one), FANG if items else KAI) for number, one in told)


def _problem(finding: FindingEntry) -> str:
    basis = norms(finding.basis)
    text = sentence(finding.text)
    return text if basis == NOTHING or not text.endswith("。") else f"{text[:-1]}（{basis}）。"


def tasks(entries: Sequence[MeasureEntry], head: Head) -> str:
    """The measures as one table: what, who, until when, proved how. The year stands in the head where all share it."""
    own = head.recipients[0] if head.recipients else None
    suggested = upward(head)
    alone = own is not None and all(m.lead == own and not m.cooperating for m in entries)
    years = {m.due.year for m in entries if m.due}
    year = f"{min(years)}年，" if len(years) == 1 else ""
    rows = [
        (
            m.number,
            task(m),
            NOTHING if alone else responsible(m),
            NOTHING if suggested else or_nothing(m.responsible_person),
            (f"{m.due.month}月{m.due.day}日" if year and m.due else cell_day(m.due)),
            or_nothing(m.proof),
        )
        for m in entries
    ]
    titles = (
        "序号",
        "措施" if head.form is DocumentForm.NOTICE else "建议措施",
        "责任单位",
        "责任人",
        f"{'建议完成日期' if suggested else '完成日期'}\n（{year}含当日）",
        "完成证明",
    )
    return table(titles, rows, (640, 2904, 1640, 940, 1400, 1320))


def _reasons(entries: Sequence[MeasureEntry], head: Head, *, hazard: bool = False) -> str:
    """On what each measure rests; that some are mere advice, to a department that may say it is not its duty."""
    told = reasons(entries)
    if not told or upward(head):
        return ""
    alone = [one.number for one in entries if not one.basis]
    aim = "消除隐患" if hazard else "预防同类事故"
    advice = f"第{'、'.join(alone)}项是{aim}的建议，没有列出对应的条文，请结合职责研究。"
    return body(told + (advice if alone and head.form is DocumentForm.LETTER else ""))


def _replies(paper: RectificationNotice) -> str:
    head = paper.head
    if upward(head):
        return ""
    lines = "".join(body(sentence(line)) for line in paper.reply_instructions)
    if not _form_enclosed(paper):
        return unlimited(head) + lines
    letter = head.form is DocumentForm.LETTER
    if paper.advisory:
        return advised(paper.replies, head) + lines + _told_by(paper)
    formal = "函复可以使用公函，也可以填写所附《整改反馈表》" if letter else "反馈请填写所附《整改反馈表》"
    answer_code = f"，并写明答复码{paper.answer_code}" if paper.answer_code else ""
    scanned = "扫描所附二维码可以查看本件、签收和拟写反馈。" if paper.url else ""
    told = asked(paper.replies, head) + lines + body(f"{formal}，加盖公章后送达{writer(head)}{answer_code}。{scanned}")
    own = _OWN_LINE_OF_HAZARD if isinstance(paper.accident, HazardFacts) else _OWN_LINE
    return told + (body(own.format(ours=writer(head))) if paper.own_line else "")


_OWN_LINE = (
    "逾期未落实的，{ours}将派员督办。本通知只涉及工作整改，本次事故涉及公安民警履职情况的，由有关部门依照规定另行办理。"
)


_OWN_LINE_OF_HAZARD = (
    "逾期未落实的，{ours}将派员督办。本通知只涉及隐患整改，涉及公安民警履职情况的，由有关部门依照规定另行办理。"
)


def _told_by(paper: RectificationNotice) -> str:
    """How an enterprise may answer a letter that orders nothing."""
    code = f"并写明答复码{paper.answer_code}，" if paper.answer_code else ""
    scanned = "也可以扫描所附二维码查看本函、签收和填写。" if paper.url else ""
    return body(f"告知可以使用所附《{REPLY_FORM}》，{code}加盖公章后送达{writer(paper.head)}。{scanned}")


def _parts(paper: RectificationNotice) -> tuple[FurtherCase, ...]:
    """The cases of a notice over several, each as it states it."""
    own = FurtherCase(**{name: getattr(paper, name) for name in FurtherCase.model_fields})
    return (own, *paper.further)


def _several(paper: RectificationNotice) -> str:
    """A notice over several cases: each with accident, problems and measures under its own heading, the answers once."""
    parts = _parts(paper)
    text = body(f"{writer(paper.head)}对{len(parts)}起道路交通事故开展了深度调查。" + _asked(paper.head, "汇总"))
    cases = tuple(
        (
            accident_name(part.accident),
            body(f"{in_short(part.accident)}。{_investigated(paper, part)}该案编号为{part.case_number}。")
            + subsections(
                ("问题", problems(part.findings, items=True)),
                (_third(paper), tasks(part.measures, paper.head) + _reasons(part.measures, paper.head)),
            ),
        )
        for part in parts
    )
    return text + sections(*cases, (_fourth(paper.head), _replies(paper)))


def _advice(paper: RectificationNotice) -> str:
    """提示函: the facts, the enterprise's own duty in the words of the law, advice, and what we ask it to tell."""
    you = reader(paper.head)
    quoted = [duty.partition("规定，")[0] for duty in paper.duties]
    found = [
        one.model_copy(update={"basis": tuple(norm for norm in one.basis if norm.strip() not in quoted)})
        for one in paper.findings
    ]
    hazard = paper.accident if isinstance(paper.accident, HazardFacts) else None
    opening = f"{noticed(hazard) if hazard else in_short(paper.accident)}。{_investigated(paper)}"
    known, aim = ("", "消除上述隐患") if hazard else ("调查查明的", "防范同类事故")
    return (
        body(f"{opening}{known}与{you}有关的情况如下：")
        + (_hazards(hazard) if hazard else problems(found))
        + body(f"{_duties(paper.duties)}为{aim}，现提示如下：")
        + "".join(led(f"{n}. ", _advised(one), FANG) for n, one in enumerate(paper.measures, 1))
        + _replies(paper)
    )


def _advised(measure: MeasureEntry) -> str:
    by = f"，建议于{day(measure.due)}前（含当日）完成" if measure.due else ""
    return sentence(measure.text.rstrip("。；") + by) + "".join(f"{one}。" for one in stages(measure.milestones))


def _duties(duties: Sequence[str]) -> str:
    """What the law says of each, a law named once: 《…》第四条规定，…；第六条规定，…。"""
    laws: dict[str, list[str]] = {}
    for duty in duties:
        law, found, article = duty.partition("》")
        laws.setdefault(law + found, []).append(article)
    return "".join(f"{law}{'；'.join(articles)}。" for law, articles in laws.items())


def _third(paper: RectificationNotice) -> str:
    return "措施" if paper.head.form is DocumentForm.NOTICE else "建议措施"


def _fourth(head: Head) -> str:
    return "请予函复的事项" if head.form is DocumentForm.LETTER else "报送和核对"


def _called(paper: RectificationNotice) -> str:
    """The heading under which a reader who was told the power first is told what happened."""
    if isinstance(paper.accident, HazardFacts):
        return "隐患基本情况"
    return "事故和路段基本情况" if paper.road else "事故基本情况"


def _one(paper: RectificationNotice) -> str:
    hazard = isinstance(paper.accident, HazardFacts)
    return _opening(paper) + sections(
        (_called(paper), _accident(paper)),
        ("存在的问题" if upward(paper.head) else "问题", _shortcomings(paper)),
        ("已采取的措施", _taken(paper)),
        (_third(paper), tasks(paper.measures, paper.head) + _reasons(paper.measures, paper.head, hazard=hazard)),
        (_fourth(paper.head), _replies(paper)),
    )


def _numbers(paper: RectificationNotice) -> str:
    """The measures to answer, under their cases where there are several."""
    if not paper.further:
        return "、".join(m.number for m in paper.measures) or "—"
    return "\n".join(f"{part.case_number}：{'、'.join(m.number for m in part.measures)}" for part in _parts(paper))


def _reply_form(paper: RectificationNotice) -> str:
    head = paper.head
    cited = f"《{''.join(head.title)}》（{or_nothing(head.number)}）"
    kinds = "□签收　□整改方案　□进展情况　□完成情况\n□不予采纳（说明理由）　□延期申请　□职责争议"
    return form(
        (
            ("所答复文书", cited, 1),
            ("反馈单位", listed(head.recipients), 1),
            ("反馈类型", kinds, 1),
            ("措施序号", _numbers(paper), 1),
            ("落实情况\n（或理由）", "", 3),
            ("证明材料清单", "", 2),
            ("负责人签字\n（单位盖章）", "", 2),
            ("联系人及电话", "", 1),
            ("反馈日期", "", 1),
        )
    )


def _code() -> str:
    words = run("扫描二维码可查看本文书并拟写反馈；正式反馈以填写答复码或者加盖公章为准。", run_properties(size=24))
    return code(kept_with_next=True) + paragraph("GWCell", words)


def build(paper: RectificationNotice) -> Sheet:
    """Lay out one notice to one recipient."""
    head = paper.head
    worded = _several if paper.further else _advice if paper.advisory else _one
    text = worded(paper) + body(closing(head))
    coded = paper.url is not None and _form_enclosed(paper)
    answer = _reply_form(paper) + (_code() if coded else "") if _form_enclosed(paper) else ""
    titles, pages = enclosed(
        (REPLY_FORM, answer),
        (SECTION_LIST, _sections(paper)),
        (EARLIER_LIST, earlier_list(paper.earlier)),
        others=paper.attachments,
    )
    whole = top(head) + close(text, head, titles) + pages + imprint(head)
    pictures = code_media(paper.url) if paper.url and coded else ()
    return document(head, whole, DocumentKind.RECTIFICATION_NOTICE, pictures)
