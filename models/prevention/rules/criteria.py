"""判定标准: when a place, a section, a unit or a cause must be looked at, because a rule or an office's practice says so.

Criteria are data with source; what stands here is only what an installation begins with. None of them rests on a text that
is in force for every office, so all are borrowed until somebody says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from models.kernel.vocabulary import PartyLiability, WarningKind

LONGEST_DAYS, LONGEST_M = 3 * 366, 20_000
FULL_MAIN, EQUAL = PartyLiability.MAIN, PartyLiability.EQUAL


@dataclass(frozen=True, slots=True)
class Demand:
    """At least so many accidents with at least so many deaths; where `deaths` is 0, accidents without a dead person in which
    at least `serious` people were seriously injured."""

    accidents: int
    deaths: int = 0
    serious: int = 0

    @property
    def words(self) -> str:
        """Return it as a person reads it."""
        if self.deaths > 1:
            return f"{self.accidents}起一次死亡{self.deaths}人以上事故"
        return f"{self.accidents}起{'亡人' if self.deaths else '重伤'}事故"


@dataclass(frozen=True, slots=True)
class Criterion:
    """What fires: within `days`, on `size_m` metres where it is about a place, all demands of any one of `any_of`.

    For units only accidents count in which theirs bore at least that `liability`; null asks for none.
    """

    code: str
    name: str
    kind: WarningKind
    days: int
    any_of: tuple[tuple[Demand, ...], ...]
    size_m: int | None
    liability: PartyLiability | None
    basis: str
    borrowed: bool
    in_force: bool = True
    version: int = 1

    @property
    def fires(self) -> str:
        """Return what fires it as a person reads it, without its name."""
        where = f"{self.size_m}米范围内" if self.size_m else ""
        blame = f"（负{self.liability.label}以上）" if self.liability not in (None, PartyLiability.FULL) else ""
        ways = "，或者".join("和".join(one.words for one in way) for way in self.any_of)
        return f"{where}{self.days}天内发生{ways}{blame}"


def criterion_data(one: Criterion) -> dict[str, Any]:
    """Return what the column `data` holds of it."""
    held = asdict(one)
    for column in ("code", "version", "basis", "borrowed", "in_force"):
        del held[column]
    return held


def criterion_from(
    data: Mapping[str, Any], *, code: str, version: int, basis: str, borrowed: bool, in_force: bool
) -> Criterion:
    """Return the criterion that a row holds."""
    return Criterion(
        code=code,
        version=version,
        basis=basis,
        borrowed=borrowed,
        in_force=in_force,
        name=data["name"],
        kind=WarningKind(data["kind"]),
        days=data["days"],
        size_m=data["size_m"],
        liability=None if data["liability"] is None else PartyLiability(data["liability"]),
        any_of=tuple(tuple(Demand(**one) for one in way) for way in data["any_of"]),
    )


def faults_of(one: Criterion) -> list[str]:
    """Return what is wrong with a criterion, a Chinese sentence each; empty where it can be asked."""
    placed, faults = one.kind in (WarningKind.SITE, WarningKind.SECTION), []
    if not one.name.strip():
        faults.append("请填写判定标准的名称。")
    if not one.basis.strip():
        faults.append("请填写判定标准的依据。")
    if not 1 <= one.days <= LONGEST_DAYS:
        faults.append(f"天数应当在1至{LONGEST_DAYS}之间。")
    if placed and not (one.size_m and 50 <= one.size_m <= LONGEST_M):
        faults.append(f"地点和路段的范围应当在50至{LONGEST_M}米之间。")
    if not placed and one.size_m is not None:
        faults.append("单位和原因没有范围，不填米数。")
    if one.liability is not None and one.kind not in (WarningKind.ENTERPRISE, WarningKind.EMPLOYER):
        faults.append("只有单位的判定标准才看责任。")
    if not one.any_of or any(not way for way in one.any_of):
        faults.append("请填写至少一种触发情形。")
    for demand in (demand for way in one.any_of for demand in way):
        if demand.accidents < 1 or min(demand.deaths, demand.serious) < 0 or demand.deaths + demand.serious < 1:
            faults.append("触发情形应当写明起数（至少1）和死亡或者重伤人数（至少1）。")
    return faults


def read_demands(lines: list[str]) -> tuple[tuple[Demand, ...], ...]:
    """Return ways of firing as a person types them: each line one way, its demands joined by `+`.

    `2亡` are two fatal accidents, `1亡3` one with at least three dead, `5伤` five with seriously injured. Raises ValueError
    with the line for what is none.
    """
    return tuple(tuple(_demand(part, line) for part in line.split("+")) for line in lines)


def _demand(part: str, line: str) -> Demand:
    text = part.strip()
    word = next((word for word in ("亡", "伤") if word in text), None)
    if word is None:
        raise ValueError(line)
    number, _, least = text.partition(word)
    if not number.isdecimal() or (least and not least.isdecimal()):
        raise ValueError(line)
    people = int(least or 1)
    return Demand(int(number), deaths=people) if word == "亡" else Demand(int(number), serious=people)


def typed(one: Criterion) -> list[str]:
    """Return the ways of firing as `read_demands` reads them."""
    return ["+".join(_typed(demand) for demand in way) for way in one.any_of]


def _typed(demand: Demand) -> str:
    people = demand.deaths or demand.serious
    return f"{demand.accidents}{'亡' if demand.deaths else '伤'}{people if people > 1 else ''}"


_HANGZHOU = "《杭州市道路交通安全管理条例》第四十九条（外地规定）"
_HIGH_RISK = "多地公安交管部门按月公布高风险运输企业所列情形（惯例；不含危险货物泄漏、车辆逾期未检验）"
_ART_49 = (
    (Demand(1, deaths=3),),
    (Demand(2, deaths=1),),
    (Demand(1, deaths=1), Demand(2, serious=1)),
    (Demand(5, serious=1),),
)
DEFAULT_CRITERIA = (
    Criterion("site.art49", "事故多发地点", WarningKind.SITE, 365, _ART_49, 500, None, _HANGZHOU, True),
    Criterion("section.art49", "事故多发路段", WarningKind.SECTION, 365, _ART_49, 500, None, _HANGZHOU, True),
    Criterion(
        "section.fatal_3",
        "千米路段连续亡人",
        WarningKind.SECTION,
        365,
        ((Demand(3, deaths=1),),),
        1000,
        None,
        "浙江省交通伤亡事故领导干部到场制度（据公开报道，外地规定）",
        True,
    ),
    Criterion(
        "enterprise.art83",
        "专业运输单位半年内两起较大以上事故",
        WarningKind.ENTERPRISE,
        183,
        ((Demand(2, deaths=3),),),
        None,
        FULL_MAIN,
        "《道路交通事故处理程序规定》（公安部令第146号）第八十三条；是否属于专业运输单位由人核对，六个月按183天计",
        False,
    ),
    Criterion(
        "enterprise.high_risk",
        "高风险运输企业",
        WarningKind.ENTERPRISE,
        92,
        ((Demand(1, deaths=3),), (Demand(3, deaths=1),)),
        None,
        EQUAL,
        _HIGH_RISK,
        True,
    ),
    Criterion(
        "employer.high_risk",
        "驾驶人所在单位连续亡人",
        WarningKind.EMPLOYER,
        92,
        ((Demand(1, deaths=3),), (Demand(3, deaths=1),)),
        None,
        EQUAL,
        _HIGH_RISK,
        True,
    ),
    Criterion(
        "cause.fatal_5",
        "同一原因三个月内亡人集中",
        WarningKind.CAUSE,
        92,
        ((Demand(5, deaths=1),), (Demand(2, deaths=3),)),
        None,
        None,
        "没有公开依据，为本系统参考值，请按本地情况修改",
        True,
    ),
)
