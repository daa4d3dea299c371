"""Flow `delivery` (送达之后): tells the recipient of a served paper, by its inbox here."""

from __future__ import annotations

from prefect import flow

from flows.installation import current_installation, moment
from flows.rendering import RETRIES
from models.overview.commands.drafting_due import tell_served


@flow(name="delivery", **RETRIES)
def delivery(document_id: int, as_of: str | None = None) -> bool:
    """Tell the recipient of a served paper; returns False where it was told before or is not to be. Safe to repeat."""
    with current_installation() as installation, installation.as_system(moment(as_of)) as act:
        return tell_served(act, document_id)
