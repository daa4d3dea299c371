"""What a case lacks before it is archived: one list for the step itself, the page of the case and the command line."""

from __future__ import annotations

from models.archive.queries.gaps.standing import gaps_of

__all__ = ["gaps_of"]
