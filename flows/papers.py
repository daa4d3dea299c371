"""The flows that turn an issued paper into its file: one function under the name of each kind, and its runs' names."""

from __future__ import annotations

from datetime import datetime

from prefect import Flow, flow

from flows.engine import Tracked, tracked
from flows.installation import current_installation, moment
from flows.rendering import RETRIES, Issued, render_paper
from flows.traceback_archive import traceback_archive
from models.kernel.vocabulary import DocumentKind


def issued_paper(document_id: int, as_of: str | None = None) -> bool:
    """Render and store one issued paper; returns False where that was done before. Safe to repeat."""
    with current_installation() as installation:
        return render_paper(installation, document_id, moment(as_of))


def _named(name: str) -> Flow[..., bool]:
    return flow(name=name, **RETRIES)(issued_paper)


# Published names: Prefect lists runs by them, and who filters by one goes on finding them.
accompanying_paper = _named("accompanying-paper")
FLOW_OF: dict[DocumentKind, Flow[..., bool]] = {
    DocumentKind.ANALYSIS_REPORT: _named("analysis-report"),
    DocumentKind.RECTIFICATION_NOTICE: _named("rectification-notice"),
    DocumentKind.ACCOUNTABILITY_PROPOSAL: _named("accountability-proposal"),
    DocumentKind.SUPERVISION_ORDER: _named("supervision-order"),
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
