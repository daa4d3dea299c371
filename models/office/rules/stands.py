"""How a recipient stands to the body that wants to write, as the table of competence distinguishes it."""

from __future__ import annotations

from models.kernel.vocabulary import Level, OrganisationKind, Standing, Word

from .ranks import NO_ORGAN
from .relations import Body, within

K = OrganisationKind


class Stand(Word):
    """The recipients that the table of competence knows."""

    ITSELF = "itself", "行文单位本身"
    OWN_GOVERNMENT = "own_government", "本级人民政府"
    OWN_PARTY = "own_party", "本级党委"
    SUPERIOR = "superior", "本系统直接上级"
    FAR_SUPERIOR = "far_superior", "本系统的间接上级"
    HIGHER_RULER = "higher_ruler", "上级党委、政府"
    HIGHER_HERE = "higher_here", "当地上一级其他系统单位"
    FAR = "far", "高两级以上、外省或者层级无法确认的单位"
    PEER = "peer", "平级部门"
    SUBORDINATE = "subordinate", "本系统下级"
    LOWER_BUREAU = "lower_bureau", "下级公安机关"
    FAR_SUBORDINATE = "far_subordinate", "本系统的间接下级"
    LOWER_GOVERNMENT = "lower_government", "下级人民政府"
    LOWER_PARTY = "lower_party", "下级党委"
    LOWER_DEPARTMENT = "lower_department", "下级政府的其他系统部门"
    LOWER_COMMISSION = "lower_commission", "下级道路交通安全委员会"
    COMMISSION = "commission", "本级道路交通安全委员会"
    ENTERPRISE_HERE = "enterprise_here", "辖区企业或者检验检测机构"
    ENTERPRISE_ELSEWHERE = "enterprise_elsewhere", "辖区外企业或者检验检测机构"
    DISCIPLINE = "discipline", "当地纪检监察机关"
    PROCURATORATE = "procuratorate", "当地检察机关"
    COURT = "court", "当地人民法院"
    HIGHER_LAW = "higher_law", "上级或者外地纪检监察、检察、审判机关"
    NEIGHBOUR = "neighbour", "本省外地平级单位"
    POLICE_ELSEWHERE = "police_elsewhere", "外地公安机关"
    UNKNOWN = "unknown", "情况不明的单位"


class Missing(Word):
    """What must be known of a unit before anybody can say who may write to it."""

    LEVEL = "level", "层级"
    LEADER = "led_from", "领导机关层级"
    PLACE = "division_code", "行政区划"


_RULERS = {
    K.GOVERNMENT: (Stand.OWN_GOVERNMENT, Stand.LOWER_GOVERNMENT),
    K.PARTY_COMMITTEE: (Stand.OWN_PARTY, Stand.LOWER_PARTY),
}
_OF_LAW = {
    K.DISCIPLINE_INSPECTION: Stand.DISCIPLINE,
    K.PROCURATORATE: Stand.PROCURATORATE,
    K.COURT: Stand.COURT,
}
_MUNICIPALITIES = ("11", "12", "31", "50")


def below(issuer: Body, other: Body) -> bool:
    """Return whether the tree places a body inside the issuer, or it is the issuer itself."""
    return bool(issuer.path) and other.path[: len(issuer.path)] == issuer.path


def missing(recipient: Body) -> Missing | None:
    """Return what is not known of a unit and must be; of enterprises only the place, of the nation's bodies none."""
    if recipient.kind in NO_ORGAN:
        settled = recipient.division is not None or recipient.level is Level.UNDETERMINED
        return None if settled else Missing.PLACE
    if recipient.level is None:
        return Missing.LEVEL
    if recipient.level in (Level.NATION, Level.UNDETERMINED):
        return None
    if recipient.led_from is None:
        return Missing.LEADER
    return Missing.PLACE if recipient.division is None else None


def steps(issuer: Body, other: Body) -> int:
    """Return how many levels a body, or who leads it, stands above the issuer; negative below.

    A municipality directly under the central government has no level between its districts and itself.
    """
    ours, theirs = _rank(issuer, issuer.level), min(_rank(other, other.level), _rank(other, other.led_from))
    return ours - theirs


def _rank(body: Body, of: Level | None) -> int:
    rank = (of or Level.UNDETERMINED).rank
    directly = (body.division or "").startswith(_MUNICIPALITIES) or (body.division or "")[2:4] == "90"
    return rank - 1 if directly and rank >= Level.COUNTY.rank else rank


def stand(issuer: Body, recipient: Body) -> Stand:
    """Return how a recipient stands to an issuer; unknown, too, where the issuer's own level or place is."""
    if issuer.path and issuer.path == recipient.path:
        return Stand.ITSELF
    if missing(recipient) is not None or issuer.level in (None, Level.UNDETERMINED) or issuer.division is None:
        return Stand.UNKNOWN
    if recipient.kind in NO_ORGAN:
        return _enterprise(issuer, recipient)
    if recipient.level in (Level.NATION, Level.UNDETERMINED):
        return Stand.FAR if recipient.kind not in _OF_LAW else Stand.HIGHER_LAW
    if recipient.kind is K.POLICE and issuer.kind is K.POLICE:
        return _police(issuer, recipient)
    if recipient.kind in _RULERS:
        return _ruler(issuer, recipient)
    if recipient.kind in _OF_LAW:
        return _of_law(issuer, recipient)
    if recipient.kind is K.SAFETY_COMMISSION:
        return _commission(issuer, recipient)
    return _department(issuer, recipient)


def _inside(issuer: Body, recipient: Body) -> bool:
    return within(recipient.division or "", issuer.division or "")


def _covers(issuer: Body, recipient: Body) -> bool:
    return within(issuer.division or "", recipient.division or "")


def _here(issuer: Body, recipient: Body) -> bool:
    return _inside(issuer, recipient) or _covers(issuer, recipient)


def same_province(issuer: Body, recipient: Body) -> bool:
    """Return whether both lie in one province."""
    return (issuer.division or "")[:2] == (recipient.division or "")[:2]


def _enterprise(issuer: Body, recipient: Body) -> Stand:
    if recipient.division is None:
        return Stand.FAR
    if _inside(issuer, recipient):
        return Stand.ENTERPRISE_HERE
    return Stand.HIGHER_HERE if _covers(issuer, recipient) else Stand.ENTERPRISE_ELSEWHERE


def _police(issuer: Body, recipient: Body) -> Stand:
    """A bureau leads its traffic police and the bureaus below; the traffic police above guide the ones below."""
    up = steps(issuer, recipient)
    if not _here(issuer, recipient):
        return Stand.POLICE_ELSEWHERE if up == 0 else Stand.FAR
    ours, theirs = issuer.standing is Standing.TRAFFIC_POLICE, recipient.standing is Standing.TRAFFIC_POLICE
    if up >= 1:
        return Stand.SUPERIOR if up == 1 and ours is theirs else Stand.FAR_SUPERIOR
    if up == 0:
        return _in_one_bureau(issuer, recipient)
    if ours and not theirs:
        return Stand.LOWER_BUREAU
    return Stand.SUBORDINATE if up == -1 and ours is theirs else Stand.FAR_SUBORDINATE


def _in_one_bureau(issuer: Body, recipient: Body) -> Stand:
    """Of one level and place: the bureau and its traffic police, as the standing or the tree says."""
    if issuer.standing is not recipient.standing:
        return Stand.SUPERIOR if issuer.standing is Standing.TRAFFIC_POLICE else Stand.SUBORDINATE
    if below(issuer, recipient):
        return Stand.SUBORDINATE
    return Stand.SUPERIOR if below(recipient, issuer) else Stand.POLICE_ELSEWHERE


def _ruler(issuer: Body, recipient: Body) -> Stand:
    own, lower = _RULERS[recipient.kind]
    up = steps(issuer, recipient)
    if not _here(issuer, recipient):
        return Stand.FAR
    if up == 0:
        return own
    return Stand.HIGHER_RULER if up > 0 else lower


def _of_law(issuer: Body, recipient: Body) -> Stand:
    up = steps(issuer, recipient)
    if not _here(issuer, recipient):
        near = same_province(issuer, recipient) and up == 0
        return Stand.NEIGHBOUR if near else Stand.HIGHER_LAW
    if up > 0:
        return Stand.HIGHER_LAW
    return _OF_LAW[recipient.kind]


def _commission(issuer: Body, recipient: Body) -> Stand:
    up = steps(issuer, recipient)
    if not _here(issuer, recipient):
        return Stand.FAR
    if up == 0:
        return Stand.COMMISSION
    if up < 0:
        return Stand.LOWER_COMMISSION
    if issuer.kind is K.SAFETY_COMMISSION:
        return Stand.SUPERIOR if up == 1 else Stand.FAR_SUPERIOR
    return Stand.HIGHER_HERE if up == 1 else Stand.FAR


def _department(issuer: Body, recipient: Body) -> Stand:
    up = steps(issuer, recipient)
    if not _here(issuer, recipient):
        near = same_province(issuer, recipient) and up == 0
        return Stand.NEIGHBOUR if near else Stand.FAR
    if up >= 2:
        return Stand.FAR
    if up == 1:
        return Stand.HIGHER_HERE
    return Stand.PEER if up == 0 else Stand.LOWER_DEPARTMENT
