"""Words of a case tell what kind of accident it is; a word that only sounds alike tells nothing."""

from __future__ import annotations

import pytest

from models.knowledge.rules.profile import AccidentForm, RoadKind, VehicleKind
from models.knowledge.rules.recognising import FORMS, ROADS, VEHICLES, forms, road_kinds, vehicle_kinds

KINDS = {
    "大型普通客车": {VehicleKind.BUS},
    "中型普通客车": {VehicleKind.BUS},
    "小型普通客车": {VehicleKind.CAR},
    "小型轿车": {VehicleKind.CAR},
    "重型半挂牵引车": {VehicleKind.HEAVY_LORRY},
    "重型罐式货车": {VehicleKind.HEAVY_LORRY},
    "轻型仓栅式货车": {VehicleKind.LIGHT_LORRY},
    "危险货物运输（甲醛）": {VehicleKind.HAZARDOUS_GOODS},
    "小学生专用校车": {VehicleKind.SCHOOL_BUS},
    "普通二轮摩托车": {VehicleKind.MOTORCYCLE},
    "电动自行车": {VehicleKind.E_BIKE},
    "轮式拖拉机": {VehicleKind.FARM_VEHICLE},
    "行人": {VehicleKind.PEDESTRIAN},
    "非营运": set(),
    "客运站": set(),
}
PLACES = {
    "沪昆高速公路1309公里33米处": {RoadKind.MOTORWAY},
    "G230线605KM处（左转弯下坡）": {RoadKind.TRUNK, RoadKind.DANGEROUS},
    "省道107线97KM+500m路段": {RoadKind.TRUNK},
    "临江路与新民街交叉路口": {RoadKind.JUNCTION},
    "梁子湖隧道内": {RoadKind.TUNNEL},
    "X012县道K3+200": {RoadKind.RURAL},
    "文星大道": {RoadKind.URBAN},
    "汽车站": set(),
}
COURSES = {
    "追尾碰撞": {AccidentForm.REAR_END},
    "侧翻后起火": {AccidentForm.ROLLOVER, AccidentForm.FIRE},
    "驾驶人弃车逃逸": {AccidentForm.ESCAPE},
    "大雾，能见度低": {AccidentForm.FOG},
    "开启雾灯": set(),
    "雨": {AccidentForm.WET_OR_ICY},
    "雨刮器完好": set(),
    "夜间无路灯照明": {AccidentForm.NIGHT},
    "晴": set(),
}


@pytest.mark.parametrize("words", KINDS)
def test_who_took_part_is_told_by_type_and_use(words: str) -> None:
    assert vehicle_kinds([words, None]) == KINDS[words]


@pytest.mark.parametrize("words", PLACES)
def test_the_road_is_told_by_its_names(words: str) -> None:
    assert road_kinds([None, words]) == PLACES[words]


@pytest.mark.parametrize("words", COURSES)
def test_form_and_conditions_are_told_by_the_course(words: str) -> None:
    assert forms([words]) == COURSES[words]


def test_every_kind_has_its_words() -> None:
    assert (set(VEHICLES), set(ROADS), set(FORMS)) == (set(VehicleKind), set(RoadKind), set(AccidentForm))
