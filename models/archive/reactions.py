"""What follows for the volumes of a case when its result changes: how long they are kept is derived anew."""

from __future__ import annotations

from models.case.announcements import ResultChanged
from models.kernel.act import Act
from models.kernel.reactions import reacts_to

from .commands.retention import derive_anew


@reacts_to(ResultChanged)
def _keep_as_long_as_the_result_asks(act: Act, changed: ResultChanged) -> None:
    derive_anew(act, changed.case, changed.why)
