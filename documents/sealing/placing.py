"""Where the seal belongs: over issuer and date, upright and in the middle of both (GB/T 9704 art. 7.3.5.1)."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date

from documents.layout.measures import BODY
from documents.sealing import Place
from models.papers.content.wording import day, width

_SIZE = BODY / 2  # points
_RISE = 38.0  # points from the date's base line to the seal's centre: issuer and date stand a little under it


def place_over_date(pdf: bytes, dated: date) -> Place | None:
    """Return where the last line stands that is nothing but the paper's date; None where there is none."""
    from pypdf import PdfReader

    wanted, found = day(dated), None
    for number, page in enumerate(PdfReader(io.BytesIO(pdf)).pages):
        lines: dict[int, list[tuple[float, str]]] = {}

        def note(
            text: str,
            _cm: object,
            matrix: Sequence[float],
            *_: object,
            lines: dict[int, list[tuple[float, str]]] = lines,
        ) -> None:
            if text.strip():
                lines.setdefault(round(matrix[5]), []).append((matrix[4], text))

        page.extract_text(visitor_text=note)
        for y, pieces in lines.items():
            pieces.sort(key=lambda piece: piece[0])
            if re.sub(r"\s+", "", "".join(text for _, text in pieces)) == wanted:
                last, words = pieces[-1]
                right = max(pieces[0][0] + width(wanted) * _SIZE, last + width(words.strip()) * _SIZE)
                found = Place(number, (pieces[0][0] + right) / 2, y + _RISE)
    return found
