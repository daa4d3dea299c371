"""How long a volume is kept (保管期限; a reference value mixed from office and accident-file practice)."""

from __future__ import annotations

from datetime import date

from models.kernel.vocabulary import Grade, Word


class Retention(Word):
    """保管期限; the value stands in the archive number."""

    PERMANENT = "Y", "永久"
    YEARS_30 = "D30", "30年"
    YEARS_10 = "D10", "10年"


_YEARS = {Retention.PERMANENT: None, Retention.YEARS_30: 30, Retention.YEARS_10: 10}


def retention(grade: Grade, deaths: int | None, serious_injuries: int | None) -> Retention:
    """Return the default: permanent from 较大 on, whichever figure reached it, 30 years where anybody was killed or
    seriously injured, else 10; an unknown figure counts as none."""
    if grade is not Grade.ORDINARY:
        return Retention.PERMANENT
    return Retention.YEARS_30 if deaths or serious_injuries else Retention.YEARS_10


def kept_until(term: Retention, closed_on: date) -> date | None:
    """Return the last day of keeping, counted from 1 January after the closing; None for permanent."""
    years = _YEARS[term]
    return None if years is None else date(closed_on.year + years, 12, 31)
