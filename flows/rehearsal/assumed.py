"""Who acts in a rehearsal where the dossier does not say: the accident county's traffic police and offices, by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.accident.dossier import Dossier
from models.kernel import divisions
from models.kernel.calendar.local_time import local_date
from models.kernel.vocabulary import AccountabilityCategory, DivisionLevel, OrganisationKind

MUNICIPALITIES = ("11", "12", "31", "50")
# 2018: supervision commissions and emergency management took over from supervision bureaus and work safety.
REFORM = date(2018, 4, 1)
_TRAFFIC_POLICE = re.compile(r"(交通警察|交警|交巡警)")


@dataclass(frozen=True, slots=True)
class CountyOffice:
    """A county office, in the dossier's own spelling where it names one."""

    name: str
    kind: OrganisationKind


@dataclass(frozen=True, slots=True)
class Assumed:
    """The unit that investigates, in whose names papers leave, and the county offices a dossier may leave open."""

    division: str
    unit: str
    unit_named: bool
    bureau: str
    commission: str
    series_stem: str
    transport: CountyOffice
    discipline: CountyOffice
    emergency: CountyOffice
    police: CountyOffice
    government: CountyOffice

    def organ(self, category: str) -> CountyOffice:
        """Return the organ that is assumed to decide on an accountability item of a category (its Chinese label)."""
        C = AccountabilityCategory
        sanctions = (C.PARTY_OR_GOVERNMENT_SANCTION, C.ADMONITION, C.WRITTEN_REVIEW)
        if category in [sanction.label for sanction in sanctions]:
            return self.discipline
        return {
            C.ADMINISTRATIVE_PENALTY.label: self.emergency,
            C.TRANSFER_TO_JUDICIARY.label: self.police,
        }.get(category, self.government)


def assume(dossier: Dossier) -> Assumed:
    """Return the county's bodies by the division table, each in the dossier's own spelling where it names one."""
    code = dossier.accident.division_code
    on = local_date(dossier.accident.occurred_at)
    own = divisions.own_name(code, on)
    title, bureau, unit = _police_names(code, own, on)
    K = OrganisationKind
    here = [one for one in dossier.organisations if one.division_code == code]
    police = [one.name for one in here if one.kind is K.POLICE]
    named_unit = next((name for name in police if _is_county_traffic_police(name)), None)
    reformed = on >= REFORM
    discipline = f"{title}纪委监委" if reformed else f"{title}纪委监察局"
    emergency = f"{title}应急管理局" if reformed else f"{title}安全生产监督管理局"

    def installation(name: str, kind: OrganisationKind, *known_by: str) -> CountyOffice:
        fitting = [one.name for one in here if one.kind is kind]
        found = name if name in fitting else next((n for word in known_by for n in fitting if n.endswith(word)), None)
        if kind is not K.POLICE:  # every squad bears its bureau's name
            found = found or next((n for word in known_by for n in fitting if word in n), None)
        return CountyOffice(found or name, kind)

    bureau_office = installation(bureau, K.POLICE, "公安局", "分局")
    return Assumed(
        division=code,
        unit=named_unit or unit,
        unit_named=named_unit is not None,
        bureau=bureau_office.name,
        commission=f"{title}道路交通安全委员会办公室",
        series_stem=f"{divisions.short_name(own)}公交",
        transport=installation(f"{title}交通运输局", K.TRANSPORT, "交通运输局"),
        discipline=installation(discipline, K.DISCIPLINE_INSPECTION, "纪委监委", "纪委监察局", "纪律检查委员会"),
        emergency=installation(emergency, K.EMERGENCY_MANAGEMENT, "应急管理局", "安全生产监督管理局"),
        police=bureau_office,
        government=installation(f"{title}人民政府", K.GOVERNMENT, "人民政府"),
    )


def _police_names(code: str, own: str, on: date) -> tuple[str, str, str]:
    """Return (title, bureau, traffic police) of a division: a district's police are branches of the city's."""
    if divisions.level(code) is not DivisionLevel.COUNTY:
        return own, f"{own}公安局", f"{own}公安局交通警察支队"
    if not own.endswith("区"):
        return own, f"{own}公安局", f"{own}公安局交通警察大队"
    above = divisions.parent(code)
    city = divisions.own_name(above, on) if above else ""
    title = f"{city}{own}"
    if code.startswith(MUNICIPALITIES):
        return title, f"{title}公安局", f"{title}公安局交通警察支队"
    stem = divisions.short_name(own)
    return title, f"{city}公安局{stem}分局", f"{city}公安局交通警察支队{stem}大队"


def _is_county_traffic_police(name: str) -> bool:
    """A brigade or detachment of the county itself; expressway units and squads belong to somebody else."""
    return bool(_TRAFFIC_POLICE.search(name)) and name.endswith(("大队", "支队")) and "高速" not in name


def examined(dossier: Dossier, names: Iterable[str]) -> list[str]:
    """Return those of our own bodies that an accountability item concerns, themselves or one of their people."""
    units = {one.ref: one.name for one in dossier.organisations}
    employers = {person.ref: person.organisation_ref for person in dossier.people}
    concerned = {employers.get(item.subject_ref, item.subject_ref) for item in dossier.accountability}
    named = {units[ref] for ref in concerned if ref in units}
    return [name for name in names if name in named]
