"""How a recipient stands to us; what that means for its papers is data (`models.office.rules.writing_rules`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from models.kernel.errors import Invalid
from models.kernel.vocabulary import Level, Line, OrganisationKind, Relation, Standing, Word


class IssuingBody(Word):
    """In whose name a paper leaves."""

    OWN_UNIT = "own_unit", "本单位"
    CITY_BUREAU = "city_bureau", "市公安局"
    ROAD_SAFETY_OFFICE = "road_safety_office", "道路交通安全委员会办公室"


class Group(Word):
    """The rows of the table "who may write what to whom"."""

    SUPERIOR = "superior", "上级党委、政府"
    DEPARTMENT = "department", "平级或者不相隶属的部门"
    SUBORDINATE = "subordinate", "下级单位"
    ENTERPRISE = "enterprise", "辖区企业"
    ENTERPRISE_ELSEWHERE = "enterprise_elsewhere", "本市辖区外企业"
    ENTERPRISE_OTHER_CITY = "enterprise_other_city", "外地企业"
    OUTSIDE = "outside", "外地单位、纪检监察和司法机关"


ENTERPRISES = (Group.ENTERPRISE, Group.ENTERPRISE_ELSEWHERE, Group.ENTERPRISE_OTHER_CITY)
_MUNICIPALITIES = ("11", "12", "31", "50")
_RULERS = (OrganisationKind.GOVERNMENT, OrganisationKind.PARTY_COMMITTEE)
_INDEPENDENT = (OrganisationKind.DISCIPLINE_INSPECTION, OrganisationKind.PROCURATORATE, OrganisationKind.COURT)


@dataclass(frozen=True, slots=True)
class Body:
    """The facts of a unit that decide a relation: kind, GB/T 2260 division (2 to 12 digits; None unknown), tree path.

    `path` are the identifiers from the root of the tree down to the unit itself; empty when the tree says nothing.
    `level` and `led_from` (the level of whoever leads it) are None until they are known; competence asks for both.
    """

    kind: OrganisationKind
    division: str | None = None
    path: tuple[int | str, ...] = ()
    level: Level | None = None
    led_from: Level | None = None
    line: Line = Line.OTHER
    standing: Standing = Standing.ORGAN
    name: str = ""

    def __post_init__(self) -> None:
        code = self.division
        if code is not None and not (code.isascii() and code.isdigit() and len(code) in (2, 4, 6, 9, 12)):
            raise Invalid(f"行政区划代码“{code}”应为6位数字，请修改。", code="division_code")


def level(division: str) -> Level:
    """Return the level of a GB/T 2260 code: 420000 province, 420700 prefecture, 420704 county, longer: township."""
    return list(Level)[min((len(_stem(division)) + 1) // 2, Level.TOWNSHIP.rank)]


def within(inner: str, outer: str) -> bool:
    """Return whether the division `inner` lies in `outer` or is it."""
    return _stem(inner).startswith(_stem(outer))


def other_city(issuer: Body, recipient: Body) -> bool:
    """Return whether the recipient belongs to another city: neither in ours nor above it. Unknown counts as ours."""
    if issuer.division is None or recipient.division is None:
        return False
    city = _stem(issuer.division)[: 2 if issuer.division.startswith(_MUNICIPALITIES) else 4]
    return not within(recipient.division, city) and not within(issuer.division, recipient.division)


def relation(issuer: Body, recipient: Body, *, override: Relation | None = None) -> Relation:
    """Return how the recipient stands to the issuer: what a person fixed, else the tree, else kind and division.

    By default a government or party committee of our own line at or above our level is a superior; a body of a lower
    division within ours, an enterprise of ours and our own unit are below us; a department of our level in our city
    is a peer; all others are not subordinate. Discipline organs, procuratorates and courts never are.
    """
    if override is not None:
        return override
    if issuer.path and recipient.path:
        if recipient.path[: len(issuer.path)] == issuer.path:
            return Relation.SUBORDINATE
        if issuer.path[: len(recipient.path)] == recipient.path:
            return Relation.SUPERIOR
    if recipient.kind in _INDEPENDENT:
        return Relation.NOT_SUBORDINATE
    if recipient.kind is OrganisationKind.ENTERPRISE:
        return Relation.SUBORDINATE if _in_jurisdiction(issuer, recipient) else Relation.NOT_SUBORDINATE
    if issuer.division is None or recipient.division is None:
        return Relation.NOT_SUBORDINATE
    if recipient.kind in _RULERS and within(issuer.division, recipient.division):
        return Relation.SUPERIOR
    ours, theirs = level(issuer.division).rank, level(recipient.division).rank
    if theirs > ours and within(recipient.division, issuer.division):
        return Relation.SUBORDINATE
    same_rank = theirs == ours and recipient.kind not in _RULERS and not other_city(issuer, recipient)
    return Relation.PEER if same_rank else Relation.NOT_SUBORDINATE


@lru_cache(maxsize=4096)  # asked of every unit with a running clock, for every list
def group(issuer: Body, recipient: Body, *, override: Relation | None = None) -> Group:
    """Return the row of the table that a recipient belongs to."""
    found = relation(issuer, recipient, override=override)
    elsewhere = other_city(issuer, recipient)
    if found is Relation.SUPERIOR:
        return Group.SUPERIOR
    if recipient.kind is OrganisationKind.ENTERPRISE:
        if found is Relation.SUBORDINATE:
            return Group.ENTERPRISE
        return Group.ENTERPRISE_OTHER_CITY if elsewhere else Group.ENTERPRISE_ELSEWHERE
    if found is Relation.SUBORDINATE:
        return Group.SUBORDINATE
    return Group.OUTSIDE if elsewhere or recipient.kind in _INDEPENDENT else Group.DEPARTMENT


def _in_jurisdiction(issuer: Body, recipient: Body) -> bool:
    known = issuer.division is not None and recipient.division is not None
    return not known or within(recipient.division or "", issuer.division or "")


def _stem(division: str) -> str:
    """Return the code without the zeros that stand for "all of it": 420700 → 4207, 420704100000 → 420704100."""
    stem = division[:6]
    while stem.endswith("00") and len(stem) % 2 == 0:
        stem = stem[:-2]
    town = division[6:9]
    return stem + town if town not in ("", "000") else stem
