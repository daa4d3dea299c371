"""A proposed case is begun: the filing form, filled with what the register knows, for a person to complete and file."""

from __future__ import annotations

from models.case.commands.case_drafts import keep_draft
from models.kernel.act import Act
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Conflict, NotFound
from models.register.tables import RegisteredAccident

_SAME = ("accident_number", "road_name", "road_number", "stake", "weather", "pattern")


def begin_case(act: Act, accident_id: int) -> int:
    """Keep a draft of the filing form for a registered accident; returns its number.

    Raises NotAllowed for who may file no case, NotFound, Conflict where there is a case already.
    """
    row = act.session.get(RegisteredAccident, accident_id)
    if row is None:
        raise NotFound("台账中没有这起事故。", code="accident_not_found")
    if row.accident_id is not None:
        raise Conflict("这起事故已经立案。", code="already_filed")
    return keep_draft(act, _as_form(row))[0]


def _as_form(row: RegisteredAccident) -> dict[str, object]:
    """Return the fields of the form (`ui/web/screens/filing.py`); what the register does not know stays empty."""
    at = row.occurred_at.astimezone(SHANGHAI)
    place = row.place or "".join(filter(None, (row.road_name, row.stake)))
    deaths = f"致{row.deaths}人死亡" if row.deaths else ""
    return {
        "title": row.title or f"{place}“{at.month}·{at.day}”道路交通事故",
        "occurred_on": at.date().isoformat(),
        "occurred_at": None if row.hour is None else at.strftime("%H:%M"),
        "division_code": row.division_code,
        "place": place,
        "deaths": row.deaths,
        "serious_injuries": row.serious,
        "minor_injuries": row.light,
        "injured_unspecified": row.injured_unspecified,
        "direct_loss_yuan": row.property_loss,
        "summary": f"{at.year}年{at.month}月{at.day}日，{place}发生道路交通事故{deaths and '，' + deaths}。",
        "light": row.light_condition or "",
        "reason": "",
        **{name: getattr(row, name) or "" for name in _SAME},
    }
