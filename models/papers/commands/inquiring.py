"""问询函: asks a unit for facts that the investigation needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Invalid, WrongStage
from models.kernel.refs import UnitRef
from models.kernel.rights import policy
from models.kernel.text.invisible import refuse_invisible
from models.kernel.vocabulary import DocumentKind, Purpose
from models.office.commands.organisations import find_organisation
from models.papers.tables import Inquiry

from .competence import our_competence
from .drafting import draft_paper


@action("prepare-inquiry", title="拟制问询函（了解情况）", rights=("paper.prepare",), adds=True)
def prepare_inquiry(
    act: Act, case_number: str, *, recipient: UnitRef, questions: Sequence[str], due: date | None = None
) -> str:
    """Draft a letter that asks a unit for facts; returns its short name. `due` is when their answer is wished for; no clock
    runs against them.

    Raises NotAllowed, NotFound, WrongStage with the open way where such a letter may not go to the unit, Invalid without a
    question or for a day that is not to come.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.prepare", unit_path=unit_path(act, case))
    lifecycle.advance(lifecycle.CASE, case.stage, "tell")
    asked = [line.strip() for line in questions if line.strip()]
    if not asked:
        raise Invalid("请写明询问的事项，每项一行。", code="no_question")
    for n, line in enumerate(asked, 1):
        refuse_invisible(f"第{n}项询问事项", line)
    if due is not None and due <= act.today:
        raise Invalid("请对方答复的日期应在今天之后，请核对。", code="period")
    unit = find_organisation(act.session, recipient)
    ruling = our_competence(act).ruling(unit, Purpose.INFORM)
    if ruling.upward:
        raise WrongStage(
            f"{unit.name}是{ruling.stand.label}，不能向其发问询函；需要其提供情况的，请以请示提出。", code=ruling.code
        )
    paper = draft_paper(act, case, DocumentKind.FACT_INQUIRY, unit.id)
    act.session.add(Inquiry(document_id=paper.id, questions=asked, due_on=due))
    return paper.ref
