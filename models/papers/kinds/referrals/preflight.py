"""What 请示 and 意见 must hold before they are signed: one matter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.papers.preflight import Place, Remark, checks, doubtful

from .content import Opinion, OwnWords, RequestForInstructions

_SECOND = re.compile("另请|并请|同时请|还请|一并请示")


@checks(RequestForInstructions)
def of_request(request: RequestForInstructions) -> Iterator[Remark]:
    """Yield where a request asks for a second thing (党政机关公文处理工作条例 art. 15: one matter a request)."""
    yield from _one_matter(request.own)


@checks(Opinion)
def of_opinion(opinion: Opinion) -> Iterator[Remark]:
    """Yield where an opinion that is dealt with as a request asks for a second thing."""
    if opinion.head.signatory is not None:
        yield from _one_matter(opinion.own)


def _one_matter(own: OwnWords | None) -> Iterator[Remark]:
    for text in () if own is None else (own.matter, own.inclination):
        if found := _SECOND.search(text):
            yield doubtful(
                "one_matter",
                Place.PAPER,
                "一文一事",
                f"请示应当一文一事，文中另有请示事项：“{found[0]}”。",
                row=found[0],
            )
