"""调查分析报告摘录: a recipient's own measures and the problems behind them out of the report, never the rest."""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.kernel.errors import Invalid
from models.kernel.vocabulary import Part
from models.papers.content.common import Content, Head, HeadedPaper, PaperReference
from models.papers.content.facts import FindingEntry, MeasureEntry, Milestone
from models.papers.content.wording import accident_name
from models.papers.kinds.analysis_report.content import AnalysisReport


class ExcerptFinding(Content):
    """A problem as its recipient may read it: no people, no other units, no evidence numbers."""

    number: str
    text: str
    basis: tuple[str, ...] = ()


class ExcerptMeasure(Content):
    """A measure and the recipient's part in it; the lead is named, since who cooperates must know with whom."""

    number: str
    text: str
    part: Part
    lead: str | None = None
    responsible_person: str | None = None  # only of the recipient's own
    due: date | None = None
    milestones: tuple[Milestone, ...] = ()
    proof: str | None = None


class Excerpt(HeadedPaper):
    """What one unit gets to read of a report: it holds nothing else, so that nothing else can be printed."""

    kind: Literal["excerpt"] = "excerpt"
    head: Head
    case_number: str
    report: PaperReference
    accident: str  # as titles call it
    organisation: str
    findings: tuple[ExcerptFinding, ...] = ()
    measures: tuple[ExcerptMeasure, ...] = ()


def excerpt_of(report: AnalysisReport, organisation: str, head: Head) -> Excerpt:
    """Return what a report says to one unit. Raises Invalid where no measure of it is the unit's."""
    own = own_measures(report, organisation)
    if not own:
        raise Invalid(f"报告中没有由“{organisation}”负责的整改措施，无需摘录。", code="nothing_to_excerpt")
    behind = {number for measure in own for number in measure.findings}
    return Excerpt(
        head=head,
        case_number=report.case_number,
        report=PaperReference(title="".join(report.head.title), number=report.head.number, dated=report.head.dated),
        accident=accident_name(report.accident),
        organisation=organisation,
        findings=tuple(_finding(f) for f in report.findings if f.number in behind),
        measures=tuple(_measure(m, organisation) for m in own),
    )


def own_measures(report: AnalysisReport, organisation: str) -> list[MeasureEntry]:
    """Return the measures of a report that a unit leads or cooperates in."""
    return [m for m in report.measures if m.lead == organisation or organisation in m.cooperating]


def _finding(finding: FindingEntry) -> ExcerptFinding:
    return ExcerptFinding(number=finding.number, text=finding.text, basis=finding.basis)


def _measure(measure: MeasureEntry, organisation: str) -> ExcerptMeasure:
    leads = measure.lead == organisation
    own = next((partner for partner in measure.partners if partner.organisation == organisation), None)
    person, due = (own.responsible_person, own.due) if own else (None, measure.due)
    return ExcerptMeasure(
        number=measure.number,
        text=measure.text,
        part=Part.LEAD if leads else Part.COOPERATING,
        lead=measure.lead,
        responsible_person=measure.responsible_person if leads else person,
        due=measure.due if leads else due,
        milestones=measure.milestones,
        proof=measure.proof,
    )
