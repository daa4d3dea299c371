"""The investigation itself: who does it, what it rests on, what it found, what must follow."""

from __future__ import annotations

from models.kernel.vocabulary import AccountabilityCategory, Aspect, FindingLevel, SubjectType, TeamRole

from .fields import Choice, FieldKind, of_labels, of_word
from .fields import Field as F
from .sheet import Sheet

K = FieldKind

TEAM = Sheet(
    "team",
    "调查组",
    (
        F("name", "姓名", K.TEXT),
        F(
            "role",
            "分工",
            K.CHOICE,
            required=True,
            open=True,
            choices=(
                *of_word(TeamRole, {"lead": ("组长",), "member": ("成员", "组员")}),
                Choice("deputy", "副组长", ("副组长单位",)),
                Choice("group_leader", "小组组长"),
                Choice("expert", "专家", ("专家组成员",)),
                Choice("procuratorate", "邀请的检察机关", ("检察机关", "检察院")),
                Choice("invited", "邀请单位"),
            ),
        ),
        F("organisation_ref", "单位", K.ORGANISATION),
        F("position", "职务或职称", K.TEXT),
        F("speciality", "专业", K.TEXT),
        F(
            "group",
            "小组",
            K.CHOICE,
            choices=of_labels("综合组", "技术组", "管理组", "责任追究组", "专家组"),
            open=True,
        ),
        F("count", "人数", K.INTEGER, unit="人", least=1, most=1000, help="只写单位派员人数时填写"),
        F("note", "说明", K.TEXT),
    ),
    prefix="T",
    named_by="name",
)

APPRAISALS = Sheet(
    "appraisals",
    "检验鉴定",
    (
        F("subject", "项目", K.TEXT, required=True),
        F("institute", "机构", K.TEXT),
        F("institute_ref", "机构（单位）", K.ORGANISATION),
        F("vehicle_ref", "车辆", K.REF, to="vehicles"),
        F("person_ref", "人员", K.REF, to="people"),
        F("method", "方法", K.TEXT),
        F("commissioned_on", "委托日期", K.DATE),
        F("concluded_on", "出具日期", K.DATE),
        F("served_on", "送达日期", K.DATE),
        F("conclusion", "意见", K.LONG),
        F("number", "文号", K.TEXT),
        F("evidence", "证据编号", K.TEXT),
    ),
    prefix="X",
    named_by="subject",
)

STATEMENTS = Sheet(
    "statements",
    "询问笔录",
    (
        F("person_ref", "人员", K.REF, to="people"),
        F("person_name", "被询问人", K.TEXT),
        F("taken_at", "时间", K.MOMENT),
        F("taken_by", "询问人", K.TEXT),
        F("place", "地点", K.TEXT),
        F("content", "主要内容", K.LONG, required=True),
        F("evidence", "证据编号", K.TEXT),
    ),
    prefix="S",
    named_by="person_name",
)

SURVEY = Sheet(
    "survey",
    "现场勘查",
    (
        F("item", "项目", K.TEXT, required=True, help="如制动痕迹、散落物、碰撞点"),
        F("stake", "桩号", K.STAKE),
        F("value", "测量值", K.DECIMAL),
        F("unit", "计量单位", K.TEXT),
        F("description", "描述", K.LONG),
        F("method", "方法", K.TEXT),
        F("measured_at", "时间", K.MOMENT),
        F("measured_by", "测量人", K.TEXT),
        F("evidence", "证据编号", K.TEXT),
    ),
    prefix="Q",
    named_by="item",
)

FIGURES = Sheet(
    "figures",
    "报告附图",
    (
        F("caption", "图题", K.TEXT, required=True),
        F("kind", "类别", K.CHOICE, choices=of_labels("现场图", "照片", "致因图", "视频截图", "示意图"), open=True),
        F("evidence", "证据编号", K.TEXT),
        F("taken_at", "拍摄时间", K.MOMENT),
        F("taken_by", "拍摄或绘制人", K.TEXT),
        F("place", "拍摄地点", K.TEXT),
        F("in_report", "列入报告", K.BOOLEAN),
        F(
            "section",
            "所在部分",
            K.CHOICE,
            choices=of_labels("道路情况", "事故发生经过", "现场勘查情况", "原因分析"),
            help="不填时现场图在道路情况、致因图在原因分析、其他在现场勘查情况",
        ),
        F("width_mm", "图宽（毫米）", K.INTEGER, unit="毫米", least=1, most=156, help="不填时按版心安排"),
    ),
    prefix="U",
    named_by="caption",
)

EVIDENCE = Sheet(
    "evidence",
    "证据",
    (
        F("title", "名称", K.TEXT, required=True),
        F("finding_ref", "证明的问题", K.REF, to="findings"),
        F("other_finding_refs", "还证明的问题", K.REFS, to="findings", help="同一证据证明几个问题的，其余问题填在这里"),
        F("reference", "原件存放处", K.TEXT, required=True, help="原件在哪里可以找到，如事故卷宗第二册第15至18页"),
        F(
            "form",
            "形式",
            K.CHOICE,
            choices=of_labels(
                "书证", "物证", "照片", "现场图", "视听资料", "电子数据", "鉴定意见", "勘验笔录", "证人证言"
            ),
            open=True,
        ),
        F("extent", "页数或时长", K.TEXT),
        F("obtained", "取得日期", K.TEXT),
        F("obtained_from", "提供单位或人员", K.TEXT),
        F("taken_by", "拍摄或制作人", K.TEXT),
        F("taken_at", "拍摄时间", K.MOMENT, help="照片带有拍摄时间的自动填入，可以更正"),
        F("place", "地点", K.TEXT),
        F("note", "说明", K.LONG),
    ),
    prefix="E",
    named_by="title",
)

FINDINGS = Sheet(
    "findings",
    "问题",
    (
        F(
            "level",
            "原因层级",
            K.CHOICE,
            required=True,
            choices=of_word(FindingLevel, {"direct": ("直接",), "indirect": ("间接",)}),
        ),
        F(
            "aspect",
            "方面",
            K.CHOICE,
            required=True,
            choices=of_word(
                Aspect,
                {
                    "person": ("人的因素", "人员"),
                    "vehicle": ("车的因素", "车辆"),
                    "road": ("道路", "路的因素"),
                    "environment": ("环境因素",),
                    "management": ("管理因素",),
                },
            ),
        ),
        F("cause_tags", "原因标签", K.CHOICES, open=True),
        F("text", "问题描述", K.LONG, required=True),
        F("organisation_refs", "涉及单位", K.REFS, to="organisations"),
        F("person_refs", "涉及人员", K.REFS, to="people"),
        F("legal_basis", "法律依据", K.CHOICES, open=True),
        F("basis_text", "条文内容", K.LONG, help="行为当日有效的文本"),
        F("duty_failure", "是否履职不到位", K.BOOLEAN, required=True),
        F("effect", "对事故的作用", K.CHOICE, choices=of_labels("引起事故", "加重后果", "与事故无直接关系"), open=True),
        F("proof", "证明情况", K.LONG),
        F("no_basis_because", "没有依据的说明", K.LONG),
        F("no_evidence_because", "没有证据的说明", K.LONG),
    ),
    prefix="F",
    named_by="text",
)

MEASURES = Sheet(
    "measures",
    "整改措施",
    (
        F("finding_refs", "针对问题", K.REFS, to="findings"),
        F("organisation_ref", "牵头单位", K.ORGANISATION, help="未指明时留空，由人确认"),
        F("cooperating_refs", "配合单位", K.REFS, to="organisations"),
        F("addressee_words", "原文所称单位", K.TEXT, help="原文写作一类单位时保留原文，如各县区交通运输部门"),
        F("responsible_person", "责任人", K.TEXT),
        F("text", "措施内容", K.LONG, required=True),
        F("due", "完成期限", K.DATE),
        F("proof", "完成证明", K.TEXT),
        F("cooperating_person", "配合单位责任人", K.TEXT, help="配合单位的责任人或责任岗位"),
        F("basis", "提出措施的依据", K.TEXT),
        F("funds_yuan", "所需资金（元）", K.MONEY, unit="元", least=0, most=1e12),
    ),
    prefix="M",
    named_by="text",
)

ACCOUNTABILITY = Sheet(
    "accountability",
    "问责事项",
    (
        F("subject_type", "对象类型", K.CHOICE, required=True, choices=of_word(SubjectType, {"person": ("人员",)})),
        F("subject_ref", "对象", K.TEXT, required=True, help="个人填人员编号，单位填单位编号"),
        F(
            "category",
            "类别",
            K.CHOICE,
            required=True,
            choices=tuple(Choice(c.label, c.label, (c.value,), ruled=True) for c in AccountabilityCategory),
            open=True,
        ),
        F("proposal", "内容", K.LONG, required=True),
        F("finding_refs", "依据问题", K.REFS, to="findings"),
        F("competent_organ_ref", "有权处理机关", K.ORGANISATION),
        F("duty", "应尽职责", K.LONG),
        F("legal_basis", "职责依据", K.CHOICES, open=True),
        F("facts", "未履行情况", K.LONG),
        F("in_favour", "有利于当事人的情况", K.LONG),
        F(
            "responsibility",
            "责任种类",
            K.CHOICE,
            choices=of_labels("直接责任", "主要领导责任", "重要领导责任", "监管责任", "主体责任"),
            open=True,
        ),
        F("sanctions", "已有处理", K.CHOICES, open=True, help="已作出的处理，可以几项"),
        F(
            "judicial_state",
            "司法状态",
            K.CHOICE,
            choices=of_labels("立案侦查", "取保候审", "刑事拘留", "逮捕", "移送审查起诉", "提起公诉", "判决"),
            open=True,
        ),
        F("judicial_on", "司法措施日期", K.DATE),
        F("decided_by", "作出处理的机关", K.TEXT),
        F("decided_on", "作出处理的日期", K.DATE),
    ),
    prefix="A",
    named_by="proposal",
)
