"""报告附图: the plan of the scene that is drawn from facts, as a figure of the report."""

from __future__ import annotations

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_accident import refuse_hazard
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid
from models.kernel.rights import policy
from models.papers.filling.figures import PLAN, scene_plan
from models.papers.filling.sheets_in_words import facts_of_case

from .facts import add_fact_rows

CAPTION = "现场示意图"


@action("draw-scene", title="绘制现场图（列入报告）", rights=("case.edit",), same_as=("facts_changed",))
def draw_scene(act: Act, case_number: str, *, title: str | None = None, taken_by: str | None = None) -> str:
    """Put the plan of the scene that the facts give into the report as a figure; returns its row in the list of figures.

    It is drawn anew from the facts until the report is signed. Raises Invalid while nothing has a place on it, Conflict
    where it stands in the report already.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    refuse_hazard(case)
    facts = facts_of_case(act.session, case.id)
    if scene_plan(act.session, case.id, facts) is None:
        raise Invalid(
            "还没有可以绘制的内容：请先在“现场图要素”中填写车辆、碰撞点等的沿路距离和距路中心距离。",
            code="scene_empty",
        )
    drawn = (row for row in facts.rows["figures"] if row.get("kind") == PLAN and not row.get("evidence"))
    if any(row.get("in_report") is True for row in drawn):
        raise Conflict("系统绘制的现场图已列入报告；图中内容随“现场图要素”更新。", code="scene_drawn")
    values = {"caption": title or CAPTION, "kind": PLAN, "taken_by": taken_by, "in_report": True}
    op = f"scene/{case_number}/{act.at.isoformat()}"
    return add_fact_rows(
        act, case_number, sheet="figures", op=op, rows=[{name: said for name, said in values.items() if said}]
    )[0]
