"""How an office says the facts of each sheet: sentences of clauses, as data.

A clause names fields in braces and vanishes with any of them that is empty, unless the name ends with `?`; a sentence
vanishes with its last clause. What stands behind a colon says how a value is worded (`prose.WORDINGS`). A clause that
begins with a bracket follows the one before without a comma. Names that are no field of the sheet are given by whoever
asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Sentences = tuple[tuple[str, ...], ...]

SENTENCES: Mapping[str, Sentences] = MappingProxyType(
    {
        "accident": (
            (
                "事故地点属{village}",
                "位于{roadside}",
                "距{reference_point}{reference_direction?}{reference_distance_m}米",
                "事故车辆的行驶方向为{direction}",
                "车辆最终停止于{end_stake}",
            ),
            ("发生时间为{occurred_at}至{occurred_until}",),
            ("死亡人员中现场死亡{deaths_at_scene:some}人", "失踪{missing:some}人"),
            (
                "受伤人员中重伤{serious_injuries:some}人",
                "轻伤{minor_injuries:some}人",
                "未区分轻重{injured_unspecified:some}人",
            ),
            ("{secondary:yes 该起事故系二次事故}",),
            ("{secondary_note}",),
            ("{escape:yes 事故发生后当事人逃逸}",),
            ("{escape_note}",),
            (
                "{production_safety:yes 该起事故属生产安全事故}",
                "由{investigated_by}组织调查",
                "{inquiry_lead}牵头",
                "成立调查组的文件为{inquiry_paper}",
            ),
            ("调查报告以{inquiry_approval}批复", "批复日期为{inquiry_approved_on}"),
        ),
        "people": (
            (
                "准驾车型{licence_class}",
                "{licence_first_issued}初次领证",
                "驾驶证{licence_valid_until:until}",
                "{lapsed}",
            ),
            ("驾驶证由{licence_issuer}核发", "{probation:yes 事故发生时在实习期内}"),
            ("{qualification:with 从业资格}", "从业资格{qualification_valid_until:until}"),
            ("{hired_since}起受雇{employer:before 于}",),
            ("累积记分{points}分",),
            ("{violations}",),
            ("{alcohol}",),
            ("{driving_before}",),
            ("{behaviour}",),
            ("事故发生时{belt:used 安全带}",),
            ("事故发生时{helmet:used 安全头盔}",),
            ("{note}",),
        ),
        "vehicles": (
            ("{attached:yes 该车系挂靠车辆}",),
            ("{attachment_note}",),
            ("行驶路线为{route}",),
            ("卫星定位服务商为{gnss_provider}",),
            ("{gnss_state:with 卫星定位}",),
            ("{modified}",),
            ("{maintenance}",),
            ("事故造成该车{damage}",),
            ("{stopped_at}停驶", "停驶位置为{stop_stake}"),
            ("{note}",),
        ),
        "road": (
            (
                "{the_road}为{administrative}",
                "技术等级为{technical_grade}",
                "全长{length_km}公里",
                "起讫点为{from_to}",
                "{rebuilt_on}改扩建",
                "{handed_over_on}交竣工",
            ),
            ("管理单位为{manager_ref}", "养护单位为{maintainer_ref}", "由{police_ref}负责交通管理"),
            (
                "事故地点位于{stake}",
                "所在路段为{section_from}至{section_to}",
                "线形为{alignment}",
                "平曲线半径{radius_m}米",
                "纵坡{slope_percent}%",
                "超高{superelevation_percent}%",
                "视距{sight_distance_m}米",
            ),
            (
                "路面宽{width_m}米",
                "{surface:end 路面}",
                "{lanes}",
                "中央分隔为{separation}",
                "{shoulder:with 路肩}",
                "事故发生时路面{surface_state}",
                "摩擦系数{friction}",
                "{lighting:are 照明}",
            ),
            ("路侧落差{drop_m}米", "水深{water_depth_m}米"),
            ("设计单位为{designed_by}", "{designed_on}设计", "施工单位为{built_by}"),
            ("{traffic_volume:with 交通流量}",),
            ("治理估算资金{treatment_estimate_yuan:money}",),
            ("{description}",),
        ),
        "facilities": (
            (
                "{what?}{section?}",
                "{side}",
                "长{length_m}米",
                "{known_since:since 起}{state}",
                "（{evidence}）",
            ),
        ),
        "weather": (
            (
                "事故发生时为{light}",
                "天气{sky}",
                "气温{temperature}℃",
                "{wind:with 风}",
                "{precipitation:with 降水}",
                "能见度{visibility_m}米",
                "{sun}",
                "{warning:with 气象预警}",
                "（{source}）",
            ),
            ("{surroundings}",),
            ("{activities}",),
        ),
        "organisations": (
            (
                "{founded}成立",
                "性质为{legal_form}",
                "住所地{address}",
                "法定代表人或者负责人为{representative}",
                "实际控制人为{actual_controller}",
            ),
            ("经营范围为{business}",),
            ("{scope}",),
            ("经营许可为{licence}", "由{licence_issuer_ref}核发", "{licence_valid_until:until}"),
            ("{carrier:yes 系专业运输单位}",),
            ("行业主管部门和上级单位均为{both}", "行业主管部门为{authority_ref}", "上级单位为{parent_ref}"),
            (
                "有车辆{vehicles}辆",
                "自有车辆{own_vehicles}辆",
                "挂靠车辆{attached_vehicles}辆",
                "驾驶人{drivers}人",
                "从业人员{staff}人",
            ),
            ("{safety_management}",),
            ("{earlier_accidents}",),
            ("{description}",),
        ),
        "indicators": (("{period}", "{item}{value}{unit?}", "（{source}）"),),
        "penalties": (("{on}", "{by?}{whom?}{did}", "（{number}）", "内容为{content}"), ("{carried_out}",)),
        "contracts": (
            ("{parties}{signed_on:before 于}{kind:made}", "有效期至{valid_until}", "费用为{fee}"),
            ("{content}",),
        ),
        "response": (
            ("{rescue}",),
            ("{treatment}",),
            ("{traffic}",),
            ("{environment}",),
            ("{interim_measures}",),
            ("{aftercare}",),
        ),
        "response_appraisal": (("{appraisal}",), ("存在的不足：{shortcomings}",)),
        "duties": (("{duty}",), ("条文规定：{wording}",), ("该项职责由{authority_ref}监督",)),
        "duties_done": (("所负职责为{duty}",), ("条文规定：{wording}",), ("{performed}",)),
        "findings": (("{proof}",),),
        "measures": (("责任单位在原文中称为{addressee_words}",), ("{basis}",), ("所需资金{funds_yuan:money}",)),
    }
)
"""By sheet; `response_appraisal` is the part of `response` that judges it, `duties_done` are duties nobody found fault with."""

VEHICLE_ROWS: tuple[tuple[str, str], ...] = (
    ("号牌种类", "{plate_kind}"),
    ("列车组成", "{part}{drawn_by_ref:before ，牵引车为}"),
    ("厂牌型号", "{brand}"),
    ("车辆识别代号", "{vin}"),
    ("注册登记日期", "{registered_on}"),
    ("实际所有人", "{actual_owner}"),
    ("检验有效期", "{inspection_valid_until:till}{lapsed:before ，}"),
    ("检验机构", "{inspected_by_ref}"),
    ("保险", "{insurance}"),
    ("道路运输证", "{permit?}{permit_valid_until:before ，有效期至}"),
    ("车货总质量", "{gross_kg}千克"),
    ("超载、超员", "{overload_percent}%"),
    ("所载货物", "{cargo}"),
    ("危险货物", "{hazard_class?}{un_number:before ，联合国编号}"),
    ("碰撞时车速", "{collision_speed}"),
    ("车速认定方法", "{speed_method}"),
)
"""What the table of vehicles says of each beside what every vehicle has: its type, loads and speeds."""
