"""What an office types into the tables of an accident with three deaths, two vehicles and one haulage company.

Everything in it is invented. Rows point to others by what these are called.
"""

from __future__ import annotations

from collections.abc import Mapping

Rows = tuple[Mapping[str, str], ...]

TEAM, BRIGADE = "鄂州市公安局交通警察支队", "鄂州市公安局交通警察支队鄂城大队"
COMPANY, ROADS, TRANSPORT = "鄂州市某货运有限公司", "鄂州市公路事业发展中心", "鄂州市交通运输局"
LAW, REGULATION = "《中华人民共和国道路交通安全法》", "《中华人民共和国道路运输条例》"

FORM: tuple[tuple[str, str], ...] = (
    ("地点", "鄂城区某镇某村县道K6+200处"),
    ("死亡人数", "3"),
    ("简要案情", "重型自卸货车超载下坡，制动不足，驶入对向车道，与小型普通客车相撞。"),
)

ROWS: Mapping[str, Rows] = {
    "organisations": (
        {"name": COMPANY, "kind": "企业", "short_name": "某货运公司", "vehicles": "31辆", "drivers": "34人"},
        {"name": ROADS, "kind": "公路管理部门", "short_name": "市公路中心"},
        {"name": TRANSPORT, "kind": "交通运输部门", "short_name": "市交通运输局"},
        {"name": TEAM, "kind": "公安机关", "short_name": "支队"},
        {"name": BRIGADE, "kind": "公安机关", "short_name": "鄂城大队"},
    ),
    "vehicles": (
        {
            "plate": "鄂G11111",
            "type": "重型自卸货车",
            "owner_ref": COMPANY,
            "approved_load_kg": "15.5吨",
            "actual_load_kg": "26.1吨",
            "approved_persons": "2",
            "actual_persons": "1",
            "speed_kmh": "63",
            "defects": "二轴制动间隙超限",
            "cargo": "石料",
        },
        {
            "plate": "鄂G22222",
            "type": "小型普通客车",
            "owner_name": "余某",
            "approved_persons": "7",
            "actual_persons": "4",
            "speed_kmh": "38",
            "gnss_state": "未安装终端",
        },
    ),
    "people": (
        {
            "name": "周某",
            "role": "驾驶人",
            "vehicle_ref": "鄂G11111",
            "organisation_ref": COMPANY,
            "outcome": "未受伤",
            "sex": "男",
            "age": "51",
            "licence_class": "B2",
            "belt": "使用",
            "liability": "全部责任",
        },
        {
            "name": "余某",
            "role": "驾驶人",
            "vehicle_ref": "鄂G22222",
            "outcome": "死亡",
            "sex": "男",
            "age": "46",
            "cause_of_death": "颅脑损伤",
            "death_place": "现场",
            "licence_class": "C1",
            "liability": "无责任",
        },
        {
            "name": "汪某",
            "role": "乘员",
            "vehicle_ref": "鄂G22222",
            "outcome": "死亡",
            "sex": "女",
            "age": "44",
            "cause_of_death": "复合伤",
            "death_place": "现场",
            "liability": "无责任",
        },
        {
            "name": "汪某某",
            "role": "乘员",
            "vehicle_ref": "鄂G22222",
            "outcome": "死亡",
            "sex": "男",
            "age": "12",
            "cause_of_death": "颅脑损伤",
            "death_place": "医院",
            "liability": "无责任",
        },
        {
            "name": "方某",
            "role": "乘员",
            "vehicle_ref": "鄂G22222",
            "outcome": "重伤",
            "sex": "女",
            "age": "39",
            "injury": "股骨骨折",
            "liability": "无责任",
        },
    ),
    "officials": (
        {
            "name": "邱某",
            "role": "企业管理人员",
            "organisation_ref": COMPANY,
            "position": "总经理",
            "in_charge_of": "公司全面工作",
        },
    ),
    "accident": (
        {
            "road_name": "某岭线",
            "stake": "K6+200",
            "road_class": "三级公路",
            "weather": "雨",
            "light": "白天",
            "pattern": "正面碰撞",
            "nature": "道路交通责任事故",
            "deaths_at_scene": "2",
            "serious_injuries": "1",
            "minor_injuries": "0",
            "direct_loss_yuan": "312.6万",
            "property_loss_yuan": "18.3万",
        },
    ),
    "course": ({"text": "货车下坡行至弯道，制动距离不足，驶入对向车道，与客车相撞。"},),
    "timeline": ({"at": "{day} 8:30", "what": "两车相撞", "source": "行车记录仪"},),
    "response": ({"alarm_at": "{day} 8:31", "police_at": "{day} 8:45", "rescue": "救出被困人员一人。"},),
    "road": (
        {"administrative": "县道", "slope_percent": "5.8", "guard_rail": "弯道外侧护栏完好。", "manager_ref": ROADS},
    ),
    "weather": ({"conditions": "小雨", "visibility_m": "600"},),
    "team": (
        {"name": "罗某", "role": "组长", "organisation_ref": TEAM, "position": "副支队长"},
        {"name": "方某某", "role": "专家", "position": "教授", "speciality": "道路安全"},
    ),
    "appraisals": (
        {
            "subject": "货车安全技术性能",
            "institute": "湖北某司法鉴定所",
            "vehicle_ref": "鄂G11111",
            "conclusion": "二轴制动间隙超限，制动性能不合格。",
        },
    ),
    "losses": ({"kind": "死亡伤残赔偿和丧葬", "amount_yuan": "294.3万"}, {"kind": "车辆", "amount_yuan": "18.3万"}),
    "lessons": ({"text": "维护不到位的货车就是下一起事故。出场前应当逐车检查制动。"},),
    "duties": (
        {
            "organisation_ref": COMPANY,
            "duty": "定期维护车辆。",
            "legal_basis": f"{REGULATION}第三十条",
            "performed": "建有维护台账。",
            "not_done": "事故货车三个月没有维护。",
        },
    ),
    "findings": (
        {
            "level": "直接原因",
            "aspect": "车",
            "text": "货车超载，制动性能不合格，下坡时不能有效减速。",
            "organisation_refs": COMPANY,
            "person_refs": "周某",
            "legal_basis": f"{LAW}第二十一条",
            "duty_failure": "否",
            "effect": "引起事故",
            "cause_tags": "制动不合格",
        },
        {
            "level": "间接原因",
            "aspect": "管理",
            "text": "事故货车三个月没有维护。",
            "organisation_refs": COMPANY,
            "person_refs": "邱某",
            "legal_basis": f"{REGULATION}第三十条",
            "duty_failure": "是",
            "cause_tags": "维护缺失",
        },
        {
            "level": "间接原因",
            "aspect": "路",
            "text": "长下坡前没有设置警告标志。",
            "organisation_refs": ROADS,
            "legal_basis": f"{LAW}第二十五条第三款",
            "duty_failure": "是",
            "cause_tags": "标志缺失",
        },
    ),
    "measures": (
        {
            "text": "逐车检查制动系统，不合格的停运修复。",
            "finding_refs": "F1",
            "organisation_ref": COMPANY,
            "responsible_person": "总经理",
            "due": "{due}",
            "proof": "逐车检验报告",
        },
        {
            "text": "建立维护台账并按期维护。",
            "finding_refs": "F2",
            "organisation_ref": COMPANY,
            "responsible_person": "总经理",
            "due": "{due}",
            "proof": "维护记录",
        },
        {
            "text": "在长下坡前补设警告标志。",
            "finding_refs": "F3",
            "organisation_ref": ROADS,
            "responsible_person": "分管副主任",
            "due": "{due}",
            "proof": "施工记录和照片",
        },
    ),
    "evidence": (
        {"title": "货车鉴定意见书", "reference": "事故卷宗第一册", "finding": "F1"},
        {"title": "维护台账", "reference": "调查卷宗第二册", "finding": "F2"},
        {"title": "道路现场照片", "reference": "调查卷宗第二册", "finding": "F3"},
    ),
}
"""By sheet, in the order in which they can be typed."""
