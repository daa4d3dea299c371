"""How a 请示 tells why the direct way is closed, and which way we would prefer: what competence ruled, in words of paper."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from models.office.rules.competence import Ruling, Way
from models.office.rules.stands import Stand

_STANDS: Mapping[Stand, str] = MappingProxyType(
    {
        Stand.ENTERPRISE_ELSEWHERE: "{unit}不在我单位辖区",
        Stand.HIGHER_RULER: "{unit}是上级机关",
        Stand.FAR_SUPERIOR: "{unit}不是我单位的直接上级",
        Stand.FAR: "{unit}与我单位没有直接行文关系",
        Stand.HIGHER_LAW: "{unit}与我单位没有直接行文关系",
        Stand.UNKNOWN: "{unit}与我单位没有直接行文关系",
        Stand.ENTERPRISE_HERE: "{unit}在我单位辖区",
        Stand.HIGHER_HERE: "{unit}是上一级单位",
    }
)
"""Labels of classes, as 辖区外企业或者检验检测机构, say too much or too little of one unit; what is not here has a plain one."""

_WAYS: Mapping[Way, str] = MappingProxyType(
    {
        Way.VIA_POLICE_THERE: "由{superior}函告{unit}所在地公安机关和行业主管部门，请其依照职权督促落实上述措施",
        Way.VIA_SUPERIOR: "由{superior}逐级报请有相应行文权限的上级公安机关办理",
        Way.VIA_AUTHORITY: "由{superior}函商{unit}的行业主管部门，请其依照职权督促落实上述措施",
        Way.VIA_BETWEEN: "由{superior}交{unit}的直接上级公安机关转办",
        Way.VIA_PARTY: "经{superior}党委报请党委办公室行文",
    }
)
"""By the way that competence gave first; by all others our superior writes itself."""


def why_not_straight(unit: str, ruling: Ruling) -> str:
    """Return why we may not write to the unit, and which rule says so."""
    stands = _STANDS.get(ruling.stand, f"{{unit}}是{ruling.stand.label}").format(unit=unit)
    rule = next((f"按照{one.text}的规定，" for one in ruling.basis if one.text.startswith("《")), "")
    return f"{stands}，{rule}我单位不能直接向其行文提出整改措施。"


def inclined(unit: str, superior: str, ruling: Ruling) -> str:
    """Return which way we would prefer, and that our superior may see it otherwise."""
    if ruling.stand is Stand.LOWER_GOVERNMENT:
        # 条例 art. 16(2): our superior, too, writes to a lower government only by consent of its own.
        wished = f"由{superior}报经本级人民政府同意后，就上述措施向{unit}行文，文中注明已经人民政府同意"
        other = "由本级人民政府办公室转送或者以其他方式办理"
    else:
        plain = "由{superior}就上述措施向{unit}行文"
        wished = _WAYS.get(ruling.way, plain).format(superior=superior, unit=unit)
        other = "以其他方式办理"
    return f"为此，我单位倾向于{wished}；{superior}认为{other}更为适宜的，我单位将按要求提供文稿。"
