"""What kind of accident the words of a case tell: 重型罐式货车 used for 危险货物运输 is a lorry with hazardous goods.

Words of dossiers are free text; what none of the patterns knows adds no kind, and so asks nothing special.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from models.kernel.vocabulary import Word

from .profile import AccidentForm, RoadKind, VehicleKind

W = TypeVar("W", bound=Word)

VEHICLES: Mapping[VehicleKind, str] = {
    VehicleKind.SCHOOL_BUS: r"校车",
    VehicleKind.BUS: r"(?:大型|中型|卧铺|双层|铰接|公共|公交).{0,3}客车|公交车|客运(?!站)|(?<!非)营运客车",
    VehicleKind.HAZARDOUS_GOODS: r"危险(?:货物|化学)|危化品?|爆炸品|易燃|汽油|液化|乙醇|甲醛|炸药",
    VehicleKind.HEAVY_LORRY: r"(?:重型|中型)(?!.{0,4}客车)|牵引车|半挂|挂车|自卸|铰接列车|搅拌车",
    VehicleKind.LIGHT_LORRY: r"(?:轻型|微型).{0,6}货车|皮卡|低速货车|三轮汽车",
    VehicleKind.CAR: r"轿车|(?:小型|微型).{0,4}(?:客车|越野)|出租|网约",
    VehicleKind.MOTORCYCLE: r"摩托",
    VehicleKind.E_BIKE: r"电动(?:自行车|两轮|三轮)|自行车|非机动车|人力三轮",
    VehicleKind.FARM_VEHICLE: r"拖拉机|农用|收割机|变型拖拉",
    VehicleKind.PEDESTRIAN: r"行人",
}
ROADS: Mapping[RoadKind, str] = {
    RoadKind.MOTORWAY: r"高速(?!.{0,2}(?:出口|口).{0,6}(?:外|附近))",
    RoadKind.TRUNK: r"国道|省道|(?<![A-Z0-9])[GS]\d{3}(?!\d)",
    RoadKind.RURAL: r"(?:县|乡|村)道|农村公路|(?<![A-Z0-9])[XYC]\d{3}|四级公路|等外",
    RoadKind.URBAN: r"城市道路|主干路|次干路|支路|(?:大道|大街)",
    RoadKind.JUNCTION: r"路口|交叉口|平交|环岛",
    RoadKind.TUNNEL: r"隧道",
    RoadKind.BRIDGE: r"(?:大|中|小|特大|高架|立交)桥|桥梁|桥面",
    RoadKind.DANGEROUS: r"急弯|陡坡|长下坡|下坡|弯道|临水|临崖|连续转弯|转弯下坡",
    RoadKind.WORK_ZONE: r"施工(?:路段|区|作业)|占道(?:施工|作业|维修)",
}
FORMS: Mapping[AccidentForm, str] = {
    AccidentForm.REAR_END: r"追尾",
    AccidentForm.HEAD_ON: r"正面碰撞|正面相撞|对向",
    AccidentForm.SIDE: r"侧面碰撞|侧面相撞|刮擦|剐蹭",
    AccidentForm.ROLLOVER: r"侧翻|翻滚|翻车|坠(?:车|崖|落|入|河)|冲出路面",
    AccidentForm.FIRE: r"起火|燃烧|燃爆|爆炸(?!品)|爆燃|泄漏",
    AccidentForm.ESCAPE: r"逃逸|弃车逃",
    AccidentForm.SECONDARY: r"二次事故|再次(?:追尾|碰撞|相撞)",
    AccidentForm.NIGHT: r"夜间|凌晨|无路灯|黎明|黄昏",
    AccidentForm.FOG: r"雾(?!灯)|霾|能见度(?:低|不足|差)",
    AccidentForm.WET_OR_ICY: r"(?<!避)雨(?!刮|棚|水口)|雪|结冰|冰冻|湿滑|积水",
}


def vehicle_kinds(words: Iterable[str | None]) -> frozenset[VehicleKind]:
    """Return who took part, by the words for types and uses of the vehicles and for the people on foot."""
    return _known(VEHICLES, words)


def road_kinds(words: Iterable[str | None]) -> frozenset[RoadKind]:
    """Return on what road it happened, by class, name, number and place."""
    return _known(ROADS, words)


def forms(words: Iterable[str | None]) -> frozenset[AccidentForm]:
    """Return in which form and under which conditions it happened, by pattern, light, weather and the course."""
    return _known(FORMS, words)


def _known(patterns: Mapping[W, str], words: Iterable[str | None]) -> frozenset[W]:
    told = [word for word in words if word]
    return frozenset(kind for kind, pattern in patterns.items() if any(re.search(pattern, word) for word in told))
