"""What kind of accident it is (事故画像): who met, on which road, in which form; the checklist asks by it."""

from __future__ import annotations

from dataclasses import dataclass

from models.kernel.errors import Invalid
from models.kernel.vocabulary import Word


class VehicleKind(Word):
    """Who or what took part; a pedestrian stands among the vehicles, since the checklist asks by either."""

    BUS = "bus", "营运客车"
    SCHOOL_BUS = "school_bus", "校车"
    HAZARDOUS_GOODS = "hazardous_goods", "危险货物运输车"
    HEAVY_LORRY = "heavy_lorry", "重型、中型货车"
    LIGHT_LORRY = "light_lorry", "轻型、微型货车"
    CAR = "car", "小型、微型客车"
    MOTORCYCLE = "motorcycle", "摩托车"
    E_BIKE = "e_bike", "电动自行车和其他非机动车"
    FARM_VEHICLE = "farm_vehicle", "拖拉机和其他农用车"
    PEDESTRIAN = "pedestrian", "行人"


class RoadKind(Word):
    """On what road it happened; several may be true of one place (a tunnel of a motorway)."""

    MOTORWAY = "motorway", "高速公路"
    TRUNK = "trunk", "国省道"
    RURAL = "rural", "农村公路"
    URBAN = "urban", "城市道路"
    JUNCTION = "junction", "交叉路口"
    TUNNEL = "tunnel", "隧道"
    BRIDGE = "bridge", "桥梁"
    DANGEROUS = "dangerous", "急弯、陡坡、临水、临崖路段"
    WORK_ZONE = "work_zone", "施工路段"


class AccidentForm(Word):
    """In which form it happened and under which conditions; several may be true."""

    REAR_END = "rear_end", "追尾"
    HEAD_ON = "head_on", "对向碰撞"
    SIDE = "side", "侧面碰撞"
    ROLLOVER = "rollover", "侧翻、翻滚、坠车"
    FIRE = "fire", "起火、爆炸、泄漏"
    ESCAPE = "escape", "逃逸"
    SECONDARY = "secondary", "二次事故"
    NIGHT = "night", "夜间"
    FOG = "fog", "雾、低能见度"
    WET_OR_ICY = "wet_or_icy", "雨、雪、结冰"


@dataclass(frozen=True, slots=True)
class AccidentProfile:
    """The accident as the checklist sees it; no kind given means that nothing special is asked. Invalid below no death."""

    deaths: int
    vehicle_kinds: frozenset[VehicleKind] = frozenset()
    road_kinds: frozenset[RoadKind] = frozenset()
    forms: frozenset[AccidentForm] = frozenset()

    def __post_init__(self) -> None:
        if self.deaths < 0:
            raise Invalid("死亡人数不能为负数，请修改。", code="negative")
