"""Who is never ordered, summoned or asked to examine: a hard rule that no row of the table of manners lifts.

It stands below the table "who may write what to whom" (党政机关公文处理工作条例 art. 14–17; 政府督查工作条例 art. 2 leaves
inspection to the bodies that have it; whom one may order is one's own line or what the road-safety office's rules name).
What it bars is said in one sentence that names the open way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.kernel.vocabulary import DocumentKind, OrganisationKind, Relation, Word

from .relations import Body, relation, within

RULERS = (OrganisationKind.GOVERNMENT, OrganisationKind.PARTY_COMMITTEE)
OF_LAW = (OrganisationKind.DISCIPLINE_INSPECTION, OrganisationKind.PROCURATORATE, OrganisationKind.COURT)
# Whoever lives by its trade holds no public office: it is no organ, whatever its papers are called.
NO_ORGAN = (OrganisationKind.ENTERPRISE, OrganisationKind.INSPECTION_AGENCY)


class Bar(Word):
    """Why a paper may not go to a body."""

    ITSELF = "organ_concerned", "所涉单位本身"
    ENTERPRISE = "enterprise_no_organ", "企业、检验检测机构"
    SUPERIOR = "own_superior", "本单位的上级"
    HIGHER = "higher_level", "层级高于本单位"
    OF_LAW = "organ_of_law", "纪检监察、检察、审判机关"
    RULER = "ruler_not_directed", "党委、政府"
    UNKNOWN = "level_unknown", "层级不明"
    ELSEWHERE = "elsewhere", "不在本单位辖区"
    NO_AUTHORITY = "no_authority", "层级低于所涉单位"
    SUPERIOR_CONCERNED = "superior_concerned", "本单位的上级党委、政府"


# Who stands so to us is neither lit nor ranked: 亮灯 and 通报 are directives, too.
NEVER_LIT = (Bar.SUPERIOR, Bar.HIGHER, Bar.OF_LAW, Bar.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a paper may not go to a body, and the sentence for the person."""

    bar: Bar
    message: str


def order_bar(issuer: Body, recipient: Body, *, override: Relation | None = None) -> Bar | None:
    """Return why a body is neither ordered nor summoned; None where nothing bars it.

    What a person fixed about the relation can settle an unknown level, and lifts nothing else.
    """
    found = _standing(issuer, recipient, override)
    if found is not None:
        return found
    if recipient.kind in OF_LAW:
        return Bar.OF_LAW
    if recipient.kind in RULERS:
        return Bar.RULER
    return _place(issuer, recipient, override)


def organ_bar(
    issuer: Body, organ: Body, *, override: Relation | None = None, subjects: Iterable[Body] = ()
) -> Bar | None:
    """Return why a body cannot be asked to examine `subjects` (the units concerned, of people their employers)."""
    concerned = tuple(subjects)
    if any(below(subject, organ) for subject in concerned):
        return Bar.ITSELF
    found = _standing(issuer, organ, override)
    if found is not None:
        return found
    if organ.kind in RULERS:
        return Bar.RULER
    place = _place(issuer, organ, override)
    # Another county's organ is asked by a letter; another province's through our superior.
    if place is not None and (place is Bar.UNKNOWN or _province(issuer) != _province(organ)):
        return place
    return Bar.NO_AUTHORITY if any(_stands_above(subject, organ) for subject in concerned) else None


def subject_bar(issuer: Body, subject: Body) -> Bar | None:
    """Return why we propose nothing against a body itself: what concerns the government above us is for a 请示."""
    above = subject.kind in RULERS and relation(issuer, subject) is Relation.SUPERIOR
    return Bar.SUPERIOR_CONCERNED if above else None


def _standing(issuer: Body, other: Body, override: Relation | None) -> Bar | None:
    if other.kind in NO_ORGAN:
        return Bar.ENTERPRISE
    by_rule = relation(issuer, other)  # the tree and the seat of government say so, whatever was fixed
    if Relation.SUPERIOR in (override, by_rule):
        return Bar.SUPERIOR
    ours, theirs = issuer.level, other.level
    if ours is not None and theirs is not None and theirs < ours:
        return Bar.HIGHER
    return None


def _place(issuer: Body, other: Body, override: Relation | None) -> Bar | None:
    """A body of our own line or one whose relation a person fixed has its place; of others the division must say it."""
    if below(issuer, other) or override in (Relation.PEER, Relation.SUBORDINATE):
        return None
    if issuer.division is None or other.division is None:
        return Bar.UNKNOWN
    return None if within(other.division, issuer.division) else Bar.ELSEWHERE


def below(issuer: Body, other: Body) -> bool:
    """Return whether the tree places a body inside the issuer."""
    return bool(issuer.path) and other.path[: len(issuer.path)] == issuer.path


def _stands_above(subject: Body, organ: Body) -> bool:
    """Whoever holds an office answers to an organ of its own level or above (干部管理权限); an enterprise has no level."""
    if subject.kind in NO_ORGAN or subject.level is None or organ.level is None:
        return False
    return subject.level < organ.level


def _province(body: Body) -> str:
    return (body.division or "")[:2]


_ORDER_WAYS = {
    Bar.ENTERPRISE: "是企业或者检验检测机构，不是督办和约谈的对象，不能向其制发{paper}；"
    "请提醒该单位，并函告其行业主管部门依法督促。",
    Bar.SUPERIOR: "是本单位的上级，不能向其制发{paper}；请将逾期情况报告本单位领导，由领导决定如何商请。",
    Bar.HIGHER: "的层级高于本单位，不能向其制发{paper}；请报告本单位领导，通过上级机关商请。",
    Bar.OF_LAW: "是纪检监察、检察或者审判机关，不能向其制发{paper}；请以函商请，并报告本单位领导。",
    Bar.RULER: "是党委或者政府，部门不得向其制发{paper}；请报告本单位领导，通过本级党委、政府办公室或者道路交通安全委员会办理。",
    Bar.UNKNOWN: "的层级不明，不能向其制发{paper}；请先由管理员在单位管理中确认该单位与本单位的关系。",
    Bar.ELSEWHERE: "不在本单位辖区，不能向其制发{paper}；请函告当地公安机关或者其上级主管部门，并报告本单位领导。",
}
_ORGAN_WAYS = {
    Bar.ITSELF: "是问责事项所涉单位本身或者其下属单位，不能作为有权机关；请按干部管理权限确认其上级机关或者当地纪检监察机关。",
    Bar.ENTERPRISE: "是企业或者检验检测机构，不能作为有权机关；请确认其行业主管部门或者当地纪检监察机关。",
    Bar.SUPERIOR: "是本单位的上级，不能直接向其发送倒查问责建议书；请另行请示，或者按干部管理权限确认当地纪检监察机关。",
    Bar.HIGHER: "的层级高于本单位，不能直接向其发送倒查问责建议书；请报请上级机关转送，或者按干部管理权限确认当地纪检监察机关。",
    Bar.RULER: "是党委或者政府，部门不能向其发送倒查问责建议书；请按干部管理权限确认当地纪检监察机关。",
    Bar.UNKNOWN: "的层级不明，不能作为有权机关；请先由管理员在单位管理中确认该单位与本单位的关系，"
    "或者按干部管理权限确认当地纪检监察机关。",
    Bar.NO_AUTHORITY: "的层级低于问责事项所涉单位，没有管理权限；请按干部管理权限报请上级机关转送有权机关。",
    Bar.ELSEWHERE: "在外省，不能直接向其发送倒查问责建议书；请报请上级机关转送。",
}


def order_refusal(bar: Bar, name: str, kind: DocumentKind) -> Refusal:
    """Return the refusal to send an order or a summons to a body of this name."""
    return Refusal(bar, f"{name}{_ORDER_WAYS[bar].format(paper=kind.label)}")


def subject_refusal(bar: Bar, name: str) -> Refusal:
    """Return the refusal to propose that a body of this name be examined."""
    return Refusal(
        bar, f"{name}是本单位的上级党委或者政府，本单位不能对其提出倒查问责建议；请由公安机关另行请示上级机关。"
    )


def organ_refusal(bar: Bar, name: str) -> Refusal:
    """Return the refusal to ask a body of this name to examine somebody."""
    return Refusal(bar, f"{name}{_ORGAN_WAYS[bar]}")


class Part(Word):
    """What a subject must stand with in a proposal."""

    DUTY = "duty", "职责"
    BASIS = "basis", "依据"
    FACT = "fact", "事实"
    EVIDENCE = "evidence", "证据"


def missing_parts(*, duty: bool, basis: bool, fact: bool, evidence: bool) -> tuple[Part, ...]:
    """Return what a subject lacks to stand in a proposal."""
    held = {Part.DUTY: duty, Part.BASIS: basis, Part.FACT: fact, Part.EVIDENCE: evidence}
    return tuple(part for part, there in held.items() if not there)
