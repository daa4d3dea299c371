"""Who and what was in it: people, the officials and managers behind it, vehicles."""

from __future__ import annotations

from models.kernel.vocabulary import Aspect, PersonOutcome, PersonRole

from .fields import Field as F
from .fields import FieldKind, of_labels, of_word
from .sheet import Sheet

K = FieldKind
BEHIND = (PersonRole.MANAGER, PersonRole.OFFICIAL)
"""Roles of those who stand behind an accident: never among its casualties."""

_ROLES = of_word(
    PersonRole,
    {
        "driver": ("驾驶员", "司机", "机动车驾驶人"),
        "passenger": ("乘客", "乘车人", "搭乘人员"),
        "cyclist": ("骑车人", "非机动车驾驶人", "电动自行车驾驶人"),
        "manager": ("企业负责人", "管理人员", "法定代表人", "安全管理人员"),
        "official": ("公务员", "国家工作人员", "民警"),
        "other": ("其他",),
    },
)
_IN_IT = tuple(role for role in _ROLES if role.value not in BEHIND)
_BEHIND = tuple(role for role in _ROLES if role.value in BEHIND)
_OUTCOMES = of_word(
    PersonOutcome,
    {
        "dead": ("当场死亡", "抢救无效死亡", "死"),
        "serious": ("重伤员",),
        "minor": ("轻微伤", "受轻伤"),
        "unhurt": ("无伤", "无", "没有受伤", "未伤"),
        "unknown": ("未知",),
    },
)
SHARES = of_labels("全部责任/全部", "主要责任/主要", "同等责任/同等", "次要责任/次要", "无责任/无责/无")
_USED = of_labels("使用/是", "未使用/否", "不详", "不适用")

_NAMED = (
    F("name", "姓名", K.TEXT, required=True, help="可隐去，如王某某"),
    F("id_number", "公民身份号码", K.TEXT, personal=True, standard="GB 11643"),
)
_OF_A_PERSON = (
    F("sex", "性别", K.CHOICE, choices=of_labels("男", "女", "不详"), standard="GB/T 2261.1"),
    F("age", "年龄", K.INTEGER, unit="岁", least=0, most=130),
    F("phone", "联系电话", K.TEXT, personal=True),
    F("address", "住址", K.TEXT, personal=True),
)

PEOPLE = Sheet(
    "people",
    "人员",
    (
        *_NAMED,
        F("role", "身份", K.CHOICE, required=True, choices=_IN_IT, open=True),
        F(
            "further_roles",
            "兼任身份",
            K.CHOICES,
            choices=of_labels(
                "押运员/押运",
                "车主",
                "实际出资人/实际车主",
                "装卸人员",
                "售票员/乘务员",
                "施工作业人员",
                "学生",
                "驾驶人",
            ),
            open=True,
            help="一人有几种身份时填写，如驾驶人兼押运员",
        ),
        F("vehicle_ref", "所乘车辆", K.REF, to="vehicles"),
        F("seat", "座位", K.TEXT),
        F("organisation_ref", "所在单位", K.ORGANISATION),
        F("position", "职务", K.TEXT),
        F("outcome", "伤亡情况", K.CHOICE, choices=_OUTCOMES),
        *_OF_A_PERSON,
        F("injury", "伤情", K.TEXT),
        F("cause_of_death", "死亡原因", K.TEXT),
        F("died_at", "死亡时间", K.MOMENT),
        F("death_place", "死亡地点", K.CHOICE, choices=of_labels("现场/当场", "送医途中", "医院/抢救无效"), open=True),
        F("liability", "事故责任", K.CHOICE, choices=SHARES, open=True),
        F("belt", "安全带", K.CHOICE, choices=_USED),
        F("helmet", "安全头盔", K.CHOICE, choices=_USED),
        F("licence_number", "驾驶证号", K.TEXT, personal=True),
        F("licence_class", "准驾车型", K.TEXT, standard="公安部令第162号"),
        F("licence_first_issued", "初次领证", K.TEXT),
        F("licence_valid_until", "驾驶证有效期止", K.TEXT),
        F("licence_issuer", "发证机关", K.TEXT),
        F("probation", "是否实习期", K.BOOLEAN),
        F("qualification", "从业资格", K.TEXT),
        F("qualification_valid_until", "从业资格有效期止", K.TEXT),
        F("hired_since", "受雇时间", K.TEXT),
        F("points", "累积记分", K.INTEGER, unit="分", least=0, most=1000),
        F("violations", "违法和事故记录", K.LONG),
        F("alcohol", "酒精、毒物检验", K.TEXT),
        F("driving_before", "事故前驾驶和休息情况", K.LONG),
        F("behaviour", "违法行为和操作", K.LONG),
        F("note", "其他情况", K.LONG),
    ),
    prefix="P",
    aspect=Aspect.PERSON,
    named_by="name",
)

OFFICIALS = Sheet(
    "officials",
    "相关管理人员和公职人员",
    (
        *_NAMED,
        F("role", "身份", K.CHOICE, required=True, choices=_BEHIND, open=True),
        F("organisation_ref", "所在单位", K.ORGANISATION),
        F("position", "职务", K.TEXT),
        F("party_member", "是否中共党员", K.BOOLEAN),
        F("post_since", "任职起始", K.TEXT),
        F("post_until", "任职截止", K.TEXT),
        F("in_charge_of", "分管工作", K.TEXT),
        *_OF_A_PERSON,
        F("vehicle_ref", "相关车辆", K.REF, to="vehicles"),
        F("outcome", "伤亡情况", K.CHOICE, choices=_OUTCOMES, help="本人也在事故中时填写"),
        F("note", "其他情况", K.LONG),
    ),
    prefix="P",
    aspect=Aspect.MANAGEMENT,
    named_by="name",
)

VEHICLES = Sheet(
    "vehicles",
    "车辆",
    (
        F("plate", "号牌号码", K.TEXT),
        F("plate_kind", "号牌种类", K.TEXT, standard="GA 24"),
        F("type", "车辆类型", K.TEXT, standard="GA 802"),
        F(
            "part",
            "列车组成",
            K.CHOICE,
            choices=of_labels("单车", "牵引车/主车", "挂车"),
            open=True,
        ),
        F("drawn_by_ref", "牵引车", K.REF, to="vehicles", help="挂车由哪辆车牵引"),
        F("brand", "厂牌型号", K.TEXT),
        F("vin", "车辆识别代号", K.TEXT, standard="GB 16735"),
        F("registered_on", "注册登记日期", K.TEXT),
        F("usage", "使用性质", K.TEXT),
        F("owner_ref", "登记所有人（单位）", K.ORGANISATION),
        F("owner_name", "登记所有人（个人）", K.TEXT),
        F("actual_owner", "实际所有人", K.TEXT),
        F("attached", "是否挂靠", K.BOOLEAN),
        F("attachment_note", "挂靠情况", K.LONG),
        F("inspection_valid_until", "检验有效期止", K.TEXT),
        F("inspected_by_ref", "检验机构", K.ORGANISATION),
        F("insurance", "保险情况", K.TEXT),
        F("permit", "道路运输证", K.TEXT),
        F("permit_valid_until", "道路运输证有效期止", K.TEXT),
        F("approved_load_kg", "核定载质量（千克）", K.INTEGER, unit="千克", least=0, most=10_000_000),
        F("actual_load_kg", "实载质量（千克）", K.INTEGER, unit="千克", least=0, most=10_000_000),
        F("gross_kg", "车货总质量（千克）", K.INTEGER, unit="千克", least=0, most=10_000_000),
        F("approved_persons", "核定载客人数", K.INTEGER, unit="人", least=0, most=100_000),
        F("actual_persons", "实载人数", K.INTEGER, unit="人", least=0, most=100_000),
        F("overload_percent", "超载超员比例（%）", K.DECIMAL, unit="%", least=0, most=10_000),
        F("cargo", "所载货物", K.TEXT),
        F("hazard_class", "危险货物类别", K.TEXT, standard="GB 6944"),
        F("un_number", "联合国编号", K.TEXT),
        F("route", "行驶路线", K.TEXT),
        F("gnss_provider", "卫星定位服务商", K.TEXT),
        F("gnss_state", "卫星定位运行情况", K.LONG),
        F("speed_kmh", "车速（千米/小时）", K.INTEGER, unit="千米/小时", least=0, most=500),
        F(
            "speed_until_kmh",
            "车速上限（千米/小时）",
            K.INTEGER,
            unit="千米/小时",
            least=0,
            most=500,
            help="鉴定为区间时填写",
        ),
        F("collision_speed", "碰撞时车速", K.TEXT),
        F("speed_method", "车速认定方法", K.TEXT),
        F("speed_limit_kmh", "限速（千米/小时）", K.INTEGER, unit="千米/小时", least=0, most=500),
        F("defects", "车辆安全隐患", K.CHOICES, open=True),
        F("modified", "改装情况", K.LONG),
        F("maintenance", "维护情况", K.LONG),
        F("damage", "受损情况", K.LONG),
        F("stopped_at", "停驶时间", K.MOMENT),
        F("stop_stake", "停驶位置桩号", K.STAKE),
        F("note", "其他情况", K.LONG),
    ),
    prefix="V",
    aspect=Aspect.VEHICLE,
    named_by="plate",
)
