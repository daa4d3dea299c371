"""What the sheets hold stands in the report, in words; what was not asked, not understood or personal does not."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from documents.kinds.analysis_report.layout import build
from models.accident.dossier import read, write
from models.accident.sheets import SHEETS
from models.case.commands.facts import change_fact
from models.case.commands.filing import file_case
from models.case.tables import FactRow
from models.clock.queries.rulebook import rulebook
from models.kernel.act import acting
from models.papers.content import AnalysisReport
from models.papers.filling import content as content_of
from models.papers.filling.sheet_sentences import SENTENCES
from models.papers.tables import Document
from tests.first_format import first_format
from tests.stories import Story

TOLD: dict[str, Any] = {
    "course": [{"text": "周某驾车驶入弯道，向左避让时驶入对向车道。"}],
    "timeline": [
        {"at": "2025-06-03T21:16:00+08:00", "what": "过路群众报警", "source": "接警记录"},
        {"at": "2025-06-04T01:25:00+08:00", "what": "恢复通行"},
    ],
    "response": {"alarm_at": "2025-06-03T21:16:00+08:00", "appraisal": "处置总体得当。"},
    "road": {"radius_m": 85, "slope_percent": 5.8, "guard_rail": "弯道外侧46米护栏缺失", "manager_ref": "O1"},
    "facilities": [
        {"kind": "护栏", "from_stake": "K12+284", "to_stake": "K12+330", "length_m": 46, "state": "撞毁未修复"}
    ],
    "weather": {"visibility_m": 200, "surroundings": "沿线九个村无客运班线"},
    "earlier_accidents": [{"on": "2023-11-22", "stake": "K12+315", "pattern": "正面相撞", "deaths": 0, "injured": 2}],
    "indicators": [{"organisation_ref": "O1", "item": "逾期未检验", "value": 163, "unit": "台"}],
    "penalties": [{"organisation_ref": "O1", "content": "下达整改意见后未复查"}],
    "contracts": [{"first_ref": "O1", "second_ref": "O2", "kind": "委托", "content": "路灯委托维护"}],
    "duties": [{"organisation_ref": "O1", "duty": "维护路灯", "not_done": "路灯损坏九十日未修复"}],
    "appraisals": [{"subject": "车速", "institute": "某司法鉴定所", "conclusion": "63至67公里每小时"}],
    "survey": [{"item": "制动痕迹", "value": 31.4, "unit": "米"}],
    "losses": [{"kind": "医疗", "amount_yuan": 463000.5}, {"kind": "车辆", "amount_yuan": 219000}],
    "conflicts": [
        {
            "subject": "受伤人数",
            "source": "快报",
            "figure": "9人",
            "other_source": "通报",
            "other_figure": "10人",
            "used": "10人",
        }
    ],
    "lessons": [{"text": "损毁的护栏不修复，就是下一起事故的条件。"}],
    "team": [{"name": "方某某", "role": "expert", "speciality": "道路安全", "position": "教授"}],
}


def told_by(story: Story) -> tuple[str, AnalysisReport, str]:
    tree = write(read(first_format("ezhou-one-death"), now=story.at)) | TOLD
    tree["people"][0] |= {
        "sex": "男",
        "age": 51,
        "licence_class": "B2",
        "phone": "13800000000",
        "violations": "超速三次",
    }
    tree["vehicles"][0] |= {"cargo": "石料", "attached": True, "gnss_state": "连续四十日离线"}
    tree["organisations"][0] |= {"representative": "邱某", "own_vehicles": 11}
    tree["accident"] |= {"nature": "道路交通责任事故", "missing": 0}
    one = read(json.dumps(tree).encode(), now=story.at)
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        case = file_case(act, one).case_number
    return case, *report(story)


def report(story: Story) -> tuple[AnalysisReport, str]:
    with story.installation.database.reading() as session:
        paper = session.scalars(select(Document.id).where(Document.ref == "D1")).one()
        said: dict[str, Any] = {"issued_on": None, "number": None, "signatory": None}
        content = content_of(session, paper, settings=story.installation.settings, rules=rulebook(session), **said)
    assert isinstance(content, AnalysisReport)
    return content, re.sub(r"<[^>]+>", "", build(content).body)


def test_the_report_tells_every_fact_in_the_sentences_of_an_office(story: Story) -> None:
    _, content, text = told_by(story)
    for words in (
        "周某驾车驶入弯道",
        "21时16分",
        "6月4日1时25分",
        "接警记录",
        "应急处置评估处置总体得当",
        "平曲线半径85米",
        "纵坡5.8%",
        "护栏。弯道外侧46米护栏缺失",
        "K12+284至K12+330，长46米，撞毁未修复",
        "管理单位为鄂州市城市管理执法委员会",
        "能见度200米",
        "沿线九个村无客运班线",
        "同一路段此前发生事故1起，死亡0人、受伤2人",
        "2023年11月22日",
        "逾期未检验163台",
        "下达整改意见后未复查",
        "建立委托关系",
        "路灯损坏九十日未修复",
        "63至67公里每小时",
        "制动痕迹31.4米",
        "46.30005万元",
        "68.20005万元",
        "关于受伤人数，快报为9人，通报为10人，采用10人",
        "（一）损毁的护栏不修复",
        "方某某",
        "教授（道路安全）",
        "男，51岁，小型轿车（鄂G****8）驾驶人",
        "准驾车型B2",
        "超速三次",
        "所载货物石料",
        "该车系挂靠车辆",
        "卫星定位连续四十日离线",
        "法定代表人或者负责人为邱某",
        "自有车辆11辆",
        "该起事故是一起道路交通责任事故",
    ):
        assert words in text, words
    assert content.team[0].role == "专家"


def test_personal_numbers_and_what_nobody_understood_stand_in_no_report(story: Story) -> None:
    case, _, text = told_by(story)
    assert "13800000000" not in text
    said = {"sheet": "road", "row": "1", "field": "radius_m", "seen": None}
    story.do("li", change_fact, case, value="八十多米", op="a", **said)
    assert "八十多米" not in report(story)[1]


def test_a_report_of_a_bare_dossier_has_no_empty_parts(story: Story) -> None:
    story.file(bare=True)
    _, text = report(story)
    for heading in ("时间线", "同一路段既往事故", "损失情况", "教训", "检验鉴定意见", "）应急处置情况", "现场勘查情况"):
        assert heading not in text


def test_what_is_half_typed_stands_in_no_report_and_breaks_none(story: Story) -> None:
    case, *_ = told_by(story)
    with story.installation.database.reading() as session:
        rows = {row.sheet: row.ref for row in session.scalars(select(FactRow).order_by(FactRow.position.desc()))}
    for sheet, field, value in (
        ("earlier_accidents", "deaths", "约3人"),
        ("timeline", "at", "9999-12-31T23:59:59-12:00"),
        ("timeline", "at", "2026-13-01 08:10"),
    ):
        said = {"sheet": sheet, "row": rows[sheet], "field": field, "value": value, "seen": None, "op": value}
        story.do("li", change_fact, case, **said)
        content, text = report(story)
        assert content.earlier[0].deaths is None
        assert "约3人" not in text


GIVEN = {
    "people": {"employer", "lapsed"},
    "road": {"the_road", "stake"},
    "facilities": {"section"},
    "weather": {"light", "sky"},
    "organisations": {"both", "business"},
    "indicators": {"period"},
    "penalties": {"by", "whom", "did"},
    "contracts": {"parties"},
}
"""What a sentence names beside the fields of its sheet, given by whoever asks for it."""


@pytest.mark.parametrize("name", list(SENTENCES))
def test_a_sentence_names_fields_of_its_sheet(name: str) -> None:
    sheet = SHEETS[{"response_appraisal": "response", "duties_done": "duties"}.get(name, name)]
    named = {found for clauses in SENTENCES[name] for clause in clauses for found in re.findall(r"{(\w+)", clause)}
    assert named - {field.name for field in sheet.fields} == GIVEN.get(name, set())
