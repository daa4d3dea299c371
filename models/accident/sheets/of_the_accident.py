"""The accident as a whole: what happened, when, where, to what cost, and what was done on the spot."""

from __future__ import annotations

from models.accident.rules.codes import entries
from models.kernel.vocabulary import CodeTable

from .fields import Choice, FieldKind, of_labels
from .fields import Field as F
from .sheet import Sheet

K = FieldKind


def _coded(table: CodeTable) -> tuple[Choice, ...]:
    """A code table's names; the dossier keeps the words it came with, and the table groups them for figures."""
    # The profile of an accident, by which its checklist is chosen, reads these words.
    return tuple(Choice(code.name, code.name, code.aliases, ruled=True) for code in entries(table))


DIRECTIONS = of_labels("东", "南", "西", "北", "东北", "东南", "西北", "西南")
TIME_KNOWN = (
    Choice("exact", "时间确切", ("确切",), ruled=True),
    Choice("range", "时间段", ("起止时间",), ruled=True),
    Choice("date", "只知日期", ("日期",), ruled=True),
    Choice("unknown", "时间不详", ("不详", "未知"), ruled=True),
)

SOURCE = Sheet(
    "source",
    "来源",
    (
        F("title", "标题", K.TEXT, required=True, help="事故或案件名称，作案件标题用"),
        F("report_id", "来源报告编号", K.TEXT),
        F("report_date", "来源报告日期", K.DATE),
    ),
    many=False,
)

ACCIDENT = Sheet(
    "accident",
    "事故",
    (
        F("accident_number", "事故编号", K.TEXT, help="公安交管系统的事故编号，查重依据"),
        F("occurred_at", "发生时间", K.MOMENT, required=True),
        F("time_known", "时间掌握程度", K.CHOICE, choices=TIME_KNOWN, help="时间不详或只知日期、起止时间时填写"),
        F("occurred_until", "发生时间（止）", K.MOMENT, help="只知道时间段时填写"),
        F("division_code", "行政区划代码", K.TEXT, required=True, standard="GB/T 2260"),
        F("place", "地点", K.TEXT, required=True),
        F("village", "乡镇村社区", K.TEXT),
        F("road_name", "道路名称", K.TEXT),
        F("road_number", "道路编号", K.TEXT),
        F("stake", "桩号", K.STAKE),
        F("direction", "行驶方向", K.TEXT, help="如由北向南"),
        F("roadside", "车道或路侧", K.TEXT, help="如右侧第二车道、东侧路肩"),
        F("reference_point", "参照物", K.TEXT),
        F("reference_distance_m", "距参照物（米）", K.DECIMAL, unit="米", least=0, most=100_000),
        F("reference_direction", "参照物方位", K.CHOICE, choices=DIRECTIONS, open=True),
        F("end_stake", "最终停止桩号", K.STAKE, help="车辆坠落或停止的位置"),
        F("road_class", "道路类型", K.CHOICE, choices=_coded(CodeTable.ROAD_CLASS), open=True),
        F("coordinates", "坐标", K.PLACE, help="经度,纬度 坐标系，如 114.871,30.392 GCJ-02"),
        F("weather", "天气", K.CHOICE, choices=_coded(CodeTable.WEATHER), open=True),
        F("light", "照明条件", K.CHOICE, choices=_coded(CodeTable.LIGHT), open=True),
        F("pattern", "事故形态", K.CHOICE, choices=_coded(CodeTable.PATTERN), open=True),
        F(
            "nature",
            "事故性质",
            K.CHOICE,
            choices=of_labels("道路交通责任事故", "道路交通意外事故", "非道路交通事故"),
            open=True,
        ),
        F("secondary", "是否二次事故", K.BOOLEAN),
        F("secondary_note", "二次事故情况", K.LONG),
        F("escape", "是否逃逸", K.BOOLEAN),
        F("escape_note", "逃逸和查缉情况", K.LONG),
        F("casualties_settled", "伤亡已查清", K.BOOLEAN, help="伤亡尚未查清时填否，查清后由人员确认"),
        F("deaths", "死亡人数", K.INTEGER, unit="人", least=0, most=100_000, help="含事故后死亡中计入者"),
        F("deaths_at_scene", "现场死亡人数", K.INTEGER, unit="人", least=0, most=100_000),
        F("missing", "失踪人数", K.INTEGER, unit="人", least=0, most=100_000),
        F("serious_injuries", "重伤人数", K.INTEGER, unit="人", least=0, most=100_000),
        F("minor_injuries", "轻伤人数", K.INTEGER, unit="人", least=0, most=100_000),
        F("injured_unspecified", "未区分轻重的受伤人数", K.INTEGER, unit="人", least=0, most=100_000),
        F("direct_loss_yuan", "直接经济损失（元）", K.MONEY, unit="元", least=0, most=1e12, help="定级用"),
        F("property_loss_yuan", "直接财产损失（元）", K.MONEY, unit="元", least=0, most=1e12, help="四项指数用"),
        F("production_safety", "是否生产安全事故", K.BOOLEAN),
        F("investigated_by", "组织调查的机关", K.TEXT),
        F("inquiry_paper", "成立调查组文件", K.TEXT),
        F("inquiry_lead", "牵头调查部门", K.TEXT),
        F("inquiry_approval", "批复文号", K.TEXT),
        F("inquiry_approved_on", "批复日期", K.DATE),
        F("liability_served_on", "事故认定书送达日期", K.DATE),
        F("summary", "简要案情", K.LONG, required=True),
    ),
    many=False,
)

COURSE = Sheet("course", "事故经过", (F("text", "经过（一段）", K.LONG, required=True),), prefix="C", named_by="text")

TIMELINE = Sheet(
    "timeline",
    "时间线",
    (
        F("at", "时间", K.MOMENT, required=True),
        F("what", "事项", K.LONG, required=True),
        F("source", "来源", K.TEXT),
        F("evidence", "证据编号", K.TEXT),
    ),
    prefix="L",
    named_by="what",
)

RESPONSE = Sheet(
    "response",
    "应急处置",
    (
        F("alarm_at", "报警时间", K.MOMENT),
        F("alarm_by", "报警人", K.TEXT),
        F("dispatched_at", "出警时间", K.MOMENT),
        F("police_at", "交警到场时间", K.MOMENT),
        F("ambulance_at", "急救到场时间", K.MOMENT),
        F("fire_at", "消防到场时间", K.MOMENT),
        F("leaders_at", "领导到场时间", K.MOMENT),
        F("rescued_at", "救援完成时间", K.MOMENT),
        F("reported_at", "上报时间", K.MOMENT),
        F("road_open_at", "恢复通行时间", K.MOMENT),
        F("rescue", "现场救援情况", K.LONG),
        F("treatment", "医疗救治情况", K.LONG),
        F("traffic", "交通管制和疏导情况", K.LONG),
        F("environment", "环境监测和处置情况", K.LONG),
        F("aftercare", "善后处理情况", K.LONG),
        F("interim_measures", "临时防护措施", K.LONG),
        F("appraisal", "应急处置评估", K.LONG),
        F("shortcomings", "存在不足", K.LONG),
    ),
    many=False,
)

LOSSES = Sheet(
    "losses",
    "损失明细",
    (
        F(
            "kind",
            "类别",
            K.CHOICE,
            required=True,
            open=True,
            choices=of_labels(
                "死亡伤残赔偿和丧葬/丧葬抚恤",
                "医疗/医疗费",
                "车辆/车辆损失",
                "道路设施/路产损失",
                "货物/货物损失",
                "施救清障/抢险救援",
                "善后处理/善后",
                "环境污染处置",
                "其他",
            ),
        ),
        F("amount_yuan", "金额（元）", K.MONEY, unit="元", required=True, least=0, most=1e12),
        F("property", "是否直接财产损失", K.BOOLEAN),
        F("note", "说明", K.LONG),
        F("source", "来源", K.TEXT),
    ),
    prefix="W",
    named_by="kind",
)

CONFLICTS = Sheet(
    "conflicts",
    "不一致的公开数据",
    (
        F("subject", "事项", K.TEXT, required=True),
        F("figure", "数据一", K.TEXT, required=True),
        F("source", "来源一", K.TEXT, required=True),
        F("other_figure", "数据二", K.TEXT, required=True),
        F("other_source", "来源二", K.TEXT, required=True),
        F("used", "采用", K.TEXT),
        F("why", "采用理由", K.LONG),
    ),
    prefix="Y",
    named_by="subject",
)

LESSONS = Sheet("lessons", "教训", (F("text", "教训", K.LONG, required=True),), prefix="J", named_by="text")

MEDIATION_STATES = (
    Choice("受理", "受理", ("已受理",), ruled=True),
    Choice("调解中", "调解中", ("正在调解",), ruled=True),
    Choice("达成协议", "达成协议", ("已达成协议",), ruled=True),
    Choice("未达成", "未达成", ("未达成协议", "调解不成"), ruled=True),
    Choice("终止", "终止", ("终止调解",), ruled=True),
    # What older dossiers say of a mediation that nobody has accepted yet, or that went to court.
    *(Choice(word, word, retired=True) for word in ("未申请", "已申请", "已起诉")),
)
MEDIATION = Sheet(
    "mediation",
    "损害赔偿调解",
    (
        F(
            "mediator_kind",
            "调解主体",
            K.CHOICE,
            choices=of_labels("公安机关交通管理部门/公安交管部门/交警", "人民调解委员会/人民调解组织", "其他调解组织"),
            open=True,
        ),
        F("mediator", "调解组织和人员", K.TEXT, help="谁主持调解"),
        F("state", "状态", K.CHOICE, choices=MEDIATION_STATES, open=True),
        F("accepted_on", "受理日期", K.DATE),
        F("begun_on", "开始调解日期", K.DATE),
        F("agreed_on", "达成协议日期", K.DATE),
        F("ended_on", "未达成或终止日期", K.DATE),
        F("outcome", "结果", K.LONG, help="协议内容，或未达成、终止的原因"),
    ),
    many=False,
    walled=True,
)
