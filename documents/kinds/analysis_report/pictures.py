"""调查分析报告书: its figures, each in the part that it belongs to, and the picture of causes as the last of them."""

from __future__ import annotations

from documents.causes.figure import figure
from documents.layout.figure import of_section, shown
from models.papers.content import AnalysisReport, FigureSection
from models.papers.content.causes import Causes


def figures(paper: AnalysisReport, section: FigureSection, what: str) -> str:
    """The figures of a part, behind the sentence that sends the reader to them."""
    return shown(of_section(paper.figures, section), what)


def drawn_last(paper: AnalysisReport) -> tuple[int, str] | None:
    """Number and caption of the picture of causes: its part comes last of those that hold figures."""
    return None if paper.cause_picture is None else (len(paper.figures) + 1, paper.cause_picture)


def cause_picture(paper: AnalysisReport) -> str:
    """The causes as a picture; a report prints the numbers of its findings nowhere, so the picture does not either."""
    last = drawn_last(paper)
    if last is None:
        return ""
    told = Causes(
        accident=paper.accident,
        findings=paper.findings,
        duties=paper.duties,
        measures=paper.measures,
        numbered=False,
    )
    return figure(*last, told)
