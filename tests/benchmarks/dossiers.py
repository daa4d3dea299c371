"""As many different dossiers as a bench wants, made of one sample."""

from __future__ import annotations

import json
from datetime import datetime

from models.accident.dossier import Dossier, read
from models.samples import dossier_bytes


def dossiers(count: int, *, now: datetime, sample: str = "ezhou-four-deaths", first: int = 0) -> list[Dossier]:
    """Return dossiers of accidents that differ in number and place, read by the very intake that people use."""
    raw = json.loads(dossier_bytes(sample))
    facts = raw["accident"]
    number, place = int(facts["accident_number"]), facts["place"]
    made = []
    for nth in range(first, first + count):
        facts["accident_number"], facts["place"] = f"{number + nth}", f"{place}以东{nth}米"
        made.append(read(json.dumps(raw).encode(), now=now))
    return made
