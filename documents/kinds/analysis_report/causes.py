"""调查分析报告书: what was found on the spot, said and examined, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable

from documents.kinds.sentences import aspect, earlier_list, sentence
from documents.kinds.within import CAUSED, WORSENED, in_order
from documents.layout.numbered import subsections
from documents.layout.table import table
from documents.layout.text import body, led
from models.kernel.vocabulary import FindingLevel
from models.papers.content import AnalysisReport, FigureSection, FindingEntry
from models.papers.content.wording import NOTHING, day, listed, norms, or_nothing

from .pictures import cause_picture, figures


def causes(paper: AnalysisReport) -> str:
    """What the causes rest on, the causes by their kind, and what the accident is."""
    caused, worsened, *by_unit = in_order(paper.findings)
    worse = body("以下情况不引起事故，但加重了事故后果：") + _found(worsened, paper) if worsened else ""
    return subsections(
        ("现场勘查情况", _survey(paper) + figures(paper, FigureSection.SURVEY, "现场情况")),
        ("调查询问情况", "" if paper.short else _statements(paper)),
        ("检验鉴定意见", "" if paper.short else _appraisals(paper)),
        ("直接原因", _found(caused, paper) + worse),
        (
            "间接原因和存在的问题",
            _told_where(paper)
            + "".join(_of_unit(one, paper) for one in by_unit)
            + figures(paper, FigureSection.CAUSES, "各原因之间的关系"),
        ),
        ("致因图", cause_picture(paper)),
        ("事故性质", body(f"经调查，该起事故是一起{paper.character}。") if paper.character else ""),
    )


def _told_where(paper: AnalysisReport) -> str:
    some = any(_told_as_duty(one, paper) for one in paper.findings)
    return body("下列问题的事实、依据和证据，见第四部分。") if some else ""


def _found(findings: Iterable[FindingEntry], paper: AnalysisReport) -> str:
    return "".join(led(f"{f.number}. ", _told(f, (*f.organisations, *f.people), paper)) for f in findings)


def _of_unit(findings: tuple[FindingEntry, ...], paper: AnalysisReport) -> str:
    """What a unit failed in: it heads its problems, and is not named again with each.

    What the fourth part tells in full with the duty, its basis and its proof stands here by its name.
    """
    units = listed(findings[0].organisations)
    head = body(f"{units if units != NOTHING else '其他方面'}：")
    told = (
        (f"{f.number}. ", _in_part_four(f, paper) if _told_as_duty(f, paper) else _told(f, f.people, paper))
        for f in findings
    )
    return head + "".join(led(number, text) for number, text in told)


def _told_as_duty(finding: FindingEntry, paper: AnalysisReport) -> bool:
    """Whether the analysis of duties has all that there is to say of a problem; reports of before said it twice."""
    text = finding.text.strip().rstrip("。；")
    return (
        paper.edition > 2
        and finding.duty_failure
        and bool(finding.tags)
        and any(
            text in (duty.not_done or "")
            and set(finding.basis) <= set(duty.basis)
            and set(finding.evidence) <= set(duty.evidence)
            for duty in paper.duties
        )
    )


def _in_part_four(finding: FindingEntry, paper: AnalysisReport) -> str:
    """挂靠车辆失管、动态监控缺失，加重了事故后果。"""
    effect = _effect(finding, paper)
    concerned = listed(finding.people)
    who = f"该项涉及{concerned}。" if concerned != NOTHING else ""
    wording = f"条文规定：{sentence(finding.wording)}" if finding.wording else ""
    named = "、".join(finding.tags)
    if paper.edition > 3:
        named += f"，{effect}" if effect else ""
    else:
        named = f"{aspect(finding)}：{named}" + (f"（{effect}）" if effect else "")
    return f"{named}。{who}{wording}{sentence(finding.proof)}"


def _effect(finding: FindingEntry, paper: AnalysisReport) -> str | None:
    """What a problem did to the accident, where it did not bring it about."""
    if finding.effect in (None, CAUSED):
        return None
    return "加重了事故后果" if finding.effect == WORSENED and paper.edition > 3 else finding.effect


def _told(finding: FindingEntry, concerned: Iterable[str], paper: AnalysisReport) -> str:
    """A problem with what it rests on. Its marks stand in the table of measures; reports of before had them here, too."""
    effect = None if finding.level is FindingLevel.DIRECT else _effect(finding, paper)
    if paper.edition > 3:
        return sentence(finding.text) + _rests_on(finding, concerned, effect)
    marks = "，".join(filter(None, (aspect(finding), *finding.tags, effect)))
    return f"{finding.text.rstrip('。')}（{marks}）。{_rests_on(finding, concerned)}"


def _rests_on(finding: FindingEntry, concerned: Iterable[str], effect: str | None = None) -> str:
    """What a problem did, whom it concerns, what proves it and what it rests on, in one sentence; then the norm's words."""
    told = (
        ("{}", or_nothing(effect)),
        ("涉及{}", listed(concerned)),
        ("由{}证明", listed(finding.evidence)),
        ("依据为{}", norms(finding.basis)),
    )
    said = "，".join(words.format(text) for words, text in told if text != NOTHING)
    wording = f"条文规定：{sentence(finding.wording)}" if finding.wording else ""
    return (f"该项{said}。" if said else "") + wording + sentence(finding.proof)


def problems(paper: AnalysisReport) -> dict[str, str]:
    """Return what the table of measures calls each problem: its number and its marks."""
    return {f.number: f"第{f.number}项" + (f"（{'、'.join(f.tags)}）" if f.tags else "") for f in paper.findings}


def _survey(paper: AnalysisReport) -> str:
    rows = [
        (
            s.item,
            or_nothing(s.stake),
            or_nothing(s.value),
            or_nothing(s.description),
            or_nothing(s.how),
            or_nothing(s.evidence),
        )
        for s in paper.survey
    ]
    header = ("项目", "桩号", "测量值", "描述", "测量方法、人员和时间", "证据\n编号")
    return table(header, rows, (1.4, 1.4, 1, 2, 2.8, 0.8), title="现场勘查", blank=True)


def _statements(paper: AnalysisReport) -> str:
    rows = [(or_nothing(s.person), or_nothing(s.taken), s.content, or_nothing(s.evidence)) for s in paper.statements]
    header = ("被询问人", "时间、地点和询问人", "主要内容", "证据\n编号")
    return table(header, rows, (1.2, 2.6, 4.1, 0.8), title="调查询问", blank=True)


def _appraisals(paper: AnalysisReport) -> str:
    rows = [
        (
            "\n".join(filter(None, (a.subject, a.about))),
            "\n".join(filter(None, (a.institute, a.number))) or NOTHING,
            sentence(a.conclusion) + sentence(a.told) or NOTHING,
            "\n".join(f"{on.text}{on.label}" for on in a.dates) or NOTHING,
            or_nothing(a.evidence),
        )
        for a in paper.appraisals
    ]
    return table(
        ("项目", "机构", "意见", "日期", "证据\n编号"),
        rows,
        (1.3, 1.3, 2.8, 2.8, 0.8),
        title="检验鉴定意见",
        blank=True,
    )


def earlier(paper: AnalysisReport) -> str:
    """Earlier accidents of the same section, with what they add up to."""
    if not paper.earlier:
        return ""
    deaths, injured = (sum(getattr(one, of) or 0 for one in paper.earlier) for of in ("deaths", "injured"))
    told = body(f"同一路段此前发生事故{len(paper.earlier)}起，死亡{deaths}人、受伤{injured}人。")
    return told + earlier_list(paper.earlier, title="同一路段既往事故")


def promised(paper: AnalysisReport) -> str:
    """What was asked for after earlier accidents, and what became of it."""
    rows = [
        (day(one.on), one.place, listed(one.alike), one.measure, or_nothing(one.organisation), one.standing)
        for one in paper.promised
    ]
    if not rows:
        return ""
    header = ("事故日期", "地点", "共同点", "当时提出的整改措施", "责任单位", "落实情况")
    told = body("本起事故之前，在同一地点、同一路段或者同一企业发生的事故已提出整改措施，落实情况如下：")
    return told + table(header, rows, (1.2, 1.5, 1.1, 2.8, 1.5, 1.2), title="此前整改措施落实情况", blank=True)
