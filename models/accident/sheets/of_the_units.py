"""The units behind the accident: what they are, what binds them to each other, what they had to do."""

from __future__ import annotations

from models.kernel.vocabulary import Aspect, OrganisationKind

from .fields import Field as F
from .fields import FieldKind, of_labels, of_word
from .of_the_involved import SHARES
from .sheet import Sheet

K = FieldKind
_KINDS = of_word(
    OrganisationKind,
    {
        "police": ("公安", "公安局", "交警", "交警部门", "公安交管部门", "交通警察"),
        "government": ("政府",),
        "party_committee": ("中共党委",),
        "safety_commission": ("道安办", "道安委", "安委会"),
        "transport": ("交通运输", "交通局", "交通运输局", "运管", "道路运输管理机构"),
        "road_authority": ("公路局", "公路养护", "养护单位", "公路管理机构"),
        "emergency_management": ("应急局", "应急管理", "安监", "安监局"),
        "market_supervision": ("市场监管", "工商", "质监"),
        "agriculture": ("农业农村", "农机", "农机监理"),
        "education": ("教育", "教育局", "学校"),
        "urban_management": ("城管",),
        "housing": ("住建", "住建部门"),
        "health": ("卫健", "卫生"),
        "discipline_inspection": ("纪委监委", "监委", "纪委", "监察"),
        "procuratorate": ("检察院",),
        "court": ("法院",),
        "inspection_agency": ("检测站", "检验机构", "检测机构"),
        "enterprise": ("公司", "运输企业", "个体工商户"),
        "other": ("其他", "事业单位"),
    },
)

ORGANISATIONS = Sheet(
    "organisations",
    "单位",
    (
        F("name", "名称", K.TEXT, required=True),
        F("kind", "单位类别", K.CHOICE, required=True, choices=_KINDS, open=True),
        F("division_code", "行政区划代码", K.TEXT, standard="GB/T 2260"),
        F("credit_code", "统一社会信用代码", K.TEXT, standard="GB 32100"),
        F("short_name", "简称", K.TEXT),
        F("legal_form", "单位性质", K.TEXT),
        F("representative", "法定代表人或负责人", K.TEXT),
        F("actual_controller", "实际控制人", K.TEXT),
        F("founded", "成立时间", K.TEXT),
        F("address", "住所", K.TEXT),
        F("scope", "经营范围或职责", K.LONG),
        F("licence", "经营许可", K.TEXT),
        F("carrier", "是否专业运输单位", K.BOOLEAN),
        F("licence_issuer_ref", "许可机关", K.ORGANISATION),
        F("licence_valid_until", "许可有效期止", K.TEXT),
        F("authority_ref", "行业主管部门", K.ORGANISATION),
        F("parent_ref", "上级单位", K.ORGANISATION),
        F("vehicles", "车辆数", K.INTEGER, unit="辆", least=0, most=10_000_000),
        F("own_vehicles", "自有车辆数", K.INTEGER, unit="辆", least=0, most=10_000_000),
        F("attached_vehicles", "挂靠车辆数", K.INTEGER, unit="辆", least=0, most=10_000_000),
        F("drivers", "驾驶人数", K.INTEGER, unit="人", least=0, most=10_000_000),
        F("staff", "从业人员数", K.INTEGER, unit="人", least=0, most=10_000_000),
        F("safety_management", "安全管理机构和人员", K.LONG),
        F("earlier_accidents", "既往事故", K.LONG),
        F("description", "基本情况", K.LONG),
    ),
    prefix="O",
    aspect=Aspect.MANAGEMENT,
    named_by="name",
)

INDICATORS = Sheet(
    "indicators",
    "单位数据",
    (
        F("organisation_ref", "单位", K.ORGANISATION, required=True),
        F("item", "指标", K.TEXT, required=True),
        F("value", "数值", K.DECIMAL, required=True),
        F("unit", "计量单位", K.TEXT),
        F("period_from", "起", K.DATE),
        F("period_to", "止", K.DATE),
        F("source", "来源", K.TEXT),
    ),
    prefix="I",
    aspect=Aspect.MANAGEMENT,
    named_by="item",
)

CONTRACTS = Sheet(
    "contracts",
    "合同和委托关系",
    (
        F("first_ref", "甲方", K.ORGANISATION),
        F("second_ref", "乙方", K.ORGANISATION),
        F("second_person_ref", "乙方（个人）", K.REF, to="people"),
        F(
            "kind",
            "性质",
            K.CHOICE,
            required=True,
            choices=of_labels("挂靠/服务合同", "承包", "租赁", "运输合同", "劳动合同", "委托", "施工合同", "买卖"),
            open=True,
        ),
        F("signed_on", "签订日期", K.DATE),
        F("valid_until", "有效期止", K.DATE),
        F("content", "主要内容", K.LONG),
        F("fee", "费用", K.TEXT),
    ),
    prefix="K",
    aspect=Aspect.MANAGEMENT,
    named_by="kind",
)

PENALTIES = Sheet(
    "penalties",
    "既往处罚和检查",
    (
        F("organisation_ref", "对象单位", K.ORGANISATION),
        F("person_ref", "对象人员", K.REF, to="people"),
        F("on", "日期", K.DATE),
        F("by_ref", "作出机关", K.ORGANISATION),
        F("by_name", "作出机关（名称）", K.TEXT),
        F(
            "kind",
            "种类",
            K.CHOICE,
            choices=of_labels("行政处罚", "责令改正", "监督检查", "约谈", "通报", "挂牌督办"),
            open=True,
        ),
        F("number", "文号", K.TEXT),
        F("content", "内容", K.LONG, required=True),
        F("carried_out", "执行和复查情况", K.LONG),
    ),
    prefix="N",
    aspect=Aspect.MANAGEMENT,
    named_by="content",
)

DUTIES = Sheet(
    "duties",
    "职责和主管机关",
    (
        F("organisation_ref", "单位", K.ORGANISATION, required=True),
        F("duty", "职责", K.LONG, required=True),
        F("legal_basis", "依据", K.CHOICES, open=True),
        F("wording", "条文内容", K.LONG, help="行为当日有效的文本"),
        F("authority_ref", "监督机关", K.ORGANISATION, help="对这项职责有监督管理职权的机关"),
        F("performed", "履行情况", K.LONG),
        F("not_done", "未履行情况", K.LONG),
        F("evidence", "证据编号", K.TEXT),
    ),
    prefix="D",
    aspect=Aspect.MANAGEMENT,
    named_by="duty",
)

# What an order to a specialised carrier rests on (道路交通安全法 art. 102, 公安部令146号 art. 83); no report tells it.
CARRIER_ACCIDENTS = Sheet(
    "carrier_accidents",
    "专业运输单位死亡事故",
    (
        F("organisation_ref", "单位", K.ORGANISATION, required=True),
        F("on", "日期", K.DATE, required=True),
        F("place", "地点", K.TEXT, required=True),
        F("vehicle", "车辆类型", K.TEXT),
        F("deaths", "死亡人数", K.INTEGER, required=True, unit="人", least=1, most=100_000),
        F(
            "liability",
            "事故责任",
            K.CHOICE,
            required=True,
            choices=SHARES,
            help="该单位或者其车辆驾驶人承担的责任",
        ),
        F("liability_number", "认定书文号", K.TEXT, required=True),
        F("liability_note", "认定书送达和复核情况", K.TEXT, help="如4月10日送达，期满无人申请复核"),
    ),
    prefix="R",
    aspect=Aspect.MANAGEMENT,
    named_by="on",
    lasting=True,
)

HEARINGS = Sheet(
    "hearings",
    "告知和陈述申辩",
    (
        F("organisation_ref", "当事人", K.ORGANISATION, required=True),
        F("told_on", "告知日期", K.DATE, required=True, help="书面告知事实、理由、依据和陈述、申辩权利的日期"),
        F("stated", "是否陈述申辩", K.BOOLEAN, required=True),
        F("stated_on", "陈述申辩日期", K.DATE),
        F("statement", "陈述申辩内容", K.LONG),
        F("outcome", "复核和采纳情况", K.LONG),
        F("told_refs", "通报单位", K.REFS, to="organisations", help="事故发生地和运输单位所在地的有关行政管理部门"),
    ),
    prefix="B",
    aspect=Aspect.MANAGEMENT,
    named_by="told_on",
    lasting=True,
)

UNSAFE_VEHICLES = Sheet(
    "unsafe_vehicles",
    "有安全隐患的车辆",
    (
        F("organisation_ref", "运输单位", K.ORGANISATION, required=True),
        F("plate", "号牌号码", K.TEXT, required=True),
        F("type", "车辆类型", K.TEXT, standard="GA 802"),
        F("hazard", "隐患", K.TEXT, required=True, help="如制动性能检验不合格"),
        F("found_on", "发现日期", K.DATE),
        F("condition", "报验条件", K.TEXT, help="如安全技术检验合格证明"),
        F("removed_on", "确认消除日期", K.DATE, help="报验后经确认消除的日期；已消除的不再列入决定"),
    ),
    prefix="HV",
    aspect=Aspect.VEHICLE,
    named_by="plate",
    lasting=True,
)
