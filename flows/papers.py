"""Maps each paper kind to its flow, and names its runs in Prefect."""

from __future__ import annotations

from datetime import datetime

from prefect import Flow

from flows.accompanying_paper import accompanying_paper
from flows.accountability_proposal import accountability_proposal
from flows.analysis_report import analysis_report
from flows.engine import Tracked, tracked
from flows.rectification_notice import rectification_notice
from flows.rendering import Issued
from flows.supervision_order import supervision_order
from flows.traceback_archive import traceback_archive
from models.kernel.vocabulary import DocumentKind

FLOW_OF: dict[DocumentKind, Flow[..., bool]] = {
    DocumentKind.ANALYSIS_REPORT: analysis_report,
    DocumentKind.RECTIFICATION_NOTICE: rectification_notice,
    DocumentKind.ACCOUNTABILITY_PROPOSAL: accountability_proposal,
    DocumentKind.SUPERVISION_ORDER: supervision_order,
    DocumentKind.TRACEBACK_ARCHIVE: traceback_archive,
    **{kind: accompanying_paper for kind in DocumentKind if not kind.one_of_five},
}
# The worker's outbox tries again later: a run must not hold up all others for the minute of its own retries.
_ONCE = {kind: flow.with_options(retries=0) for kind, flow in FLOW_OF.items()}


def run_flow_of(paper: Issued, at: datetime) -> Tracked[bool]:
    """Run the flow of one paper here and now, in the present office; raises what the work raises."""
    flow = _ONCE[paper.kind]
    return tracked(
        flow,
        paper.document_id,
        at.isoformat(),
        tags=[f"case:{paper.case_number}", f"paper:{paper.ref}"],
        run_name=f"{paper.case_number} {flow.name} {paper.ref}",
    )
