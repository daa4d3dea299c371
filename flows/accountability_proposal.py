"""倒查问责建议书: the issued paper becomes its file."""

from __future__ import annotations

from prefect import flow

from flows.installation import current_installation, moment
from flows.rendering import RETRIES, render_paper


@flow(name="accountability-proposal", **RETRIES)
def accountability_proposal(document_id: int, as_of: str | None = None) -> bool:
    """Render and store one accountability proposal; returns False where that was done before. Safe to repeat."""
    with current_installation() as installation:
        return render_paper(installation, document_id, moment(as_of))
