"""现场图: the plan of the scene as the facts give it now, for who may read the facts of the case."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.kernel.rights.policy import Actor
from models.papers.content import ScenePlan
from models.papers.filling.figures import scene_plan
from models.papers.filling.sheets_in_words import facts_of_case

from .facts import sight_of


def scene_of(session: Session, actor: Actor, case_number: str) -> ScenePlan | None:
    """Return the plan; None while nothing has a place on it. Raises NotFound, NotAllowed."""
    case = sight_of(session, actor, case_number).case
    return scene_plan(session, case.id, facts_of_case(session, case.id))
