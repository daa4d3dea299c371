"""The road, what stands beside it, the weather, and what happened on the same section before."""

from __future__ import annotations

from models.kernel.vocabulary import Aspect

from .fields import Field as F
from .fields import FieldKind, of_labels
from .sheet import Sheet

K = FieldKind

ROAD = Sheet(
    "road",
    "道路",
    (
        F(
            "administrative",
            "行政等级",
            K.CHOICE,
            choices=of_labels("国道", "省道", "县道", "乡道", "村道", "专用公路", "城市道路"),
            open=True,
        ),
        F(
            "technical_grade",
            "技术等级",
            K.CHOICE,
            choices=of_labels("高速公路/高速", "一级公路", "二级公路", "三级公路", "四级公路", "等外公路"),
            open=True,
            standard="JTG B01",
        ),
        F("length_km", "全长（公里）", K.DECIMAL, unit="公里", least=0, most=10_000),
        F("from_to", "起讫点", K.TEXT),
        F("section_from", "事故路段起点", K.STAKE),
        F("section_to", "事故路段终点", K.STAKE),
        F("alignment", "线形", K.TEXT, help="如左转急弯接下坡"),
        F("radius_m", "平曲线半径（米）", K.DECIMAL, unit="米", least=0, most=100_000),
        F("slope_percent", "纵坡（%）", K.DECIMAL, unit="%", least=-100, most=100),
        F("superelevation_percent", "超高（%）", K.DECIMAL, unit="%", least=-100, most=100),
        F("width_m", "路面宽（米）", K.DECIMAL, unit="米", least=0, most=200),
        F("shoulder", "路肩", K.TEXT),
        F("lanes", "车道", K.TEXT),
        F("separation", "中央分隔", K.TEXT),
        F("surface", "路面", K.TEXT),
        F(
            "surface_state",
            "路面状况",
            K.CHOICE,
            choices=of_labels("干燥", "潮湿", "积水", "冰雪", "油污", "泥泞"),
            open=True,
        ),
        F("friction", "摩擦系数", K.TEXT),
        F("sight_distance_m", "视距（米）", K.DECIMAL, unit="米", least=0, most=100_000),
        F("roadside", "路侧情况", K.LONG, help="边坡、落差、临水临崖"),
        F("drop_m", "路侧落差（米）", K.DECIMAL, unit="米", least=0, most=5_000),
        F("water_depth_m", "水深（米）", K.DECIMAL, unit="米", least=0, most=500),
        F("guard_rail", "护栏", K.LONG),
        F("signs", "标志", K.LONG),
        F("markings", "标线", K.LONG),
        F("lighting", "照明设施", K.TEXT),
        F("speed_limits", "分车型限速", K.LONG),
        F("junction", "路口和信号控制", K.LONG),
        F("works", "施工和占道情况", K.LONG),
        F("designed_by", "设计单位", K.TEXT),
        F("built_by", "施工单位", K.TEXT),
        F("designed_on", "设计时间", K.TEXT),
        F("handed_over_on", "交竣工时间", K.TEXT),
        F("rebuilt_on", "改扩建时间", K.TEXT),
        F("manager_ref", "管理单位", K.ORGANISATION),
        F("maintainer_ref", "养护单位", K.ORGANISATION),
        F("police_ref", "管辖交警", K.ORGANISATION),
        F("traffic_volume", "交通流量", K.TEXT),
        F("hazard_list", "隐患列管和治理情况", K.LONG),
        F("treatment_estimate_yuan", "治理估算（元）", K.MONEY, unit="元", least=0, most=1e12),
        F("description", "其他情况", K.LONG),
    ),
    many=False,
    aspect=Aspect.ROAD,
)

FACILITIES = Sheet(
    "facilities",
    "设施和隐患路段",
    (
        F(
            "kind",
            "类别",
            K.CHOICE,
            required=True,
            open=True,
            choices=of_labels(
                "护栏", "标志", "标线", "照明", "信号灯", "视线诱导", "减速设施", "监控", "隐患路段", "其他设施"
            ),
        ),
        F("what", "名称", K.TEXT),
        F("from_stake", "起点桩号", K.STAKE),
        F("to_stake", "终点桩号", K.STAKE),
        F("length_m", "长度（米）", K.DECIMAL, unit="米", least=0, most=1_000_000),
        F("side", "方向或路侧", K.TEXT),
        F("state", "状况", K.TEXT, required=True),
        F("known_since", "何时起", K.TEXT),
        F("evidence", "证据编号", K.TEXT),
    ),
    prefix="G",
    aspect=Aspect.ROAD,
    named_by="kind",
)

SCENE = Sheet(
    "scene",
    "现场图要素",
    (
        F(
            "kind",
            "类别",
            K.CHOICE,
            required=True,
            choices=of_labels(
                "车辆最终位置/车辆",
                "碰撞时车辆位置",
                "碰撞点",
                "制动痕迹/痕迹/拖印",
                "散落物",
                "人员",
                "参照物",
                "指北针/北",
            ),
        ),
        F("label", "图注", K.TEXT, help="车辆不填时写号牌和车型"),
        F("vehicle_ref", "车辆", K.REF, to="vehicles"),
        F(
            "along_m",
            "沿路距离（米）",
            K.DECIMAL,
            unit="米",
            least=-5000,
            most=5000,
            help="从事故桩号处量起，桩号增大方向为正",
        ),
        F("across_m", "距路中心（米）", K.DECIMAL, unit="米", least=-200, most=200, help="面向桩号增大方向，右侧为正"),
        F(
            "heading_deg",
            "朝向（度）",
            K.DECIMAL,
            least=-360,
            most=360,
            help="桩号增大方向为0，顺时针；指北针填北的方向",
        ),
        F("to_along_m", "终点沿路距离（米）", K.DECIMAL, unit="米", least=-5000, most=5000, help="痕迹填终点"),
        F("to_across_m", "终点距路中心（米）", K.DECIMAL, unit="米", least=-200, most=200),
        F("length_m", "长（米）", K.DECIMAL, unit="米", least=0, most=60, help="车辆外廓；不填按车型"),
        F("breadth_m", "宽（米）", K.DECIMAL, unit="米", least=0, most=10),
        F("evidence", "证据编号", K.TEXT),
    ),
    prefix="Z",
    aspect=Aspect.ROAD,
    named_by="label",
)

WEATHER = Sheet(
    "weather",
    "天气和环境",
    (
        F("conditions", "天气实况", K.TEXT),
        F("temperature", "气温（℃）", K.DECIMAL, unit="℃", least=-80, most=80),
        F("wind", "风力风向", K.TEXT),
        F("precipitation", "降水", K.TEXT),
        F("visibility_m", "能见度（米）", K.DECIMAL, unit="米", least=0, most=100_000),
        F("sun", "日出日落", K.TEXT),
        F("warning", "气象预警", K.TEXT),
        F("source", "资料来源", K.TEXT),
        F("surroundings", "周边环境", K.LONG),
        F("activities", "沿线出行需求", K.LONG, help="客运、校车、集市、劝导站等"),
    ),
    many=False,
    aspect=Aspect.ENVIRONMENT,
)

EARLIER = Sheet(
    "earlier_accidents",
    "同一路段既往事故",
    (
        F("on", "日期", K.DATE, required=True),
        F("stake", "桩号", K.STAKE),
        F("place", "地点", K.TEXT),
        F("pattern", "形态", K.TEXT),
        F("deaths", "死亡人数", K.INTEGER, unit="人", least=0, most=100_000),
        F("injured", "受伤人数", K.INTEGER, unit="人", least=0, most=100_000),
        F("weather", "天气", K.TEXT),
        F("note", "说明", K.TEXT),
    ),
    prefix="H",
    aspect=Aspect.ROAD,
    named_by="on",
)
