"""调查清单: answers, sets aside or waives the questions that an accident of its kind must answer."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from models.case.queries.checklist import asked_of
from models.case.tables import Case, ChecklistAnswer, Evidence
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, NotAllowed, NotFound, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import ENDED
from models.kernel.refs import EvidenceRef, QuestionRef
from models.kernel.rights import policy
from models.kernel.vocabulary import AnswerState
from models.knowledge.rules.questions import Question

from .editing import by_ref, open_for_editing, worded


@action("answer-question", title="回答调查清单的问题", rights=("case.edit",))
def answer_question(
    act: Act, case_number: str, *, question: QuestionRef, text: str, evidence: Iterable[EvidenceRef] = ()
) -> None:
    """Answer a question of the checklist, or answer it anew. Raises NotFound for a question that is not asked of the
    accident or for evidence that is not there, WrongStage once the report is signed, Invalid for no words."""
    case = open_for_editing(act, case_number)
    proofs = [by_ref(act, Evidence, case, ref, "证据").ref for ref in dict.fromkeys(evidence)]
    _say(act, case, question, AnswerState.ANSWERED, worded(text, "回答"), proofs)


@action("exclude-question", title="调查清单的问题不适用", rights=("case.edit",))
def exclude_question(act: Act, case_number: str, *, question: QuestionRef, reason: str) -> None:
    """Say why a question does not apply to this accident. Raises as `answer_question` does."""
    case = open_for_editing(act, case_number)
    _say(act, case, question, AnswerState.NOT_APPLICABLE, worded(reason, "不适用的理由"))


@action("waive-question", title="准予清单问题不答", rights=("checklist.waive",), decides=True)
def waive_question(act: Act, case_number: str, *, question: QuestionRef, reason: str) -> None:
    """Let a question stay open, by somebody who does not carry the case.

    Raises NotAllowed, NotFound, WrongStage, Invalid, Conflict where it was answered: its answer would be gone.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "checklist.waive", unit_path=unit_path(act, case))
    if act.person == case.officer_id:
        raise NotAllowed("主办民警不能准予本案的清单问题不答，请由审核、签发人员或领导办理。", code="author_waives")
    if case.stage in ENDED:
        raise WrongStage("案件已经办结，调查清单不再修改。", code="case_over")
    _say(act, case, question, AnswerState.WAIVED, worded(reason, "不答的理由"))


def _say(act: Act, case: Case, key: str, state: AnswerState, text: str, evidence: Iterable[str] = ()) -> None:
    asked = _asked(act, case, key)
    row = act.session.scalars(
        select(ChecklistAnswer).where(ChecklistAnswer.case_id == case.id, ChecklistAnswer.question == key)
    ).one_or_none()
    if row is not None and state is AnswerState.WAIVED and row.state is AnswerState.ANSWERED:
        raise Conflict("该问题已有回答，不必准予不答。", code="answered")
    before = None if row is None else {"state": row.state.value, "text": row.text, "evidence": row.evidence}
    if row is None:
        row = ChecklistAnswer(case_id=case.id, question=key)
        act.session.add(row)
    row.version, row.state, row.text, row.evidence = asked.version, state, text, list(evidence)
    row.answered_by, row.answered_at = act.person, act.at
    record(
        act,
        case,
        "question_answered",
        asked=asked.key,
        question=asked.text,
        before=before,
        after={"state": state.value, "text": text, "evidence": row.evidence},
    )


def _asked(act: Act, case: Case, key: str) -> Question:
    for one in asked_of(act.session, case.id):
        if one.key == key:
            return one
    raise NotFound(f"本案的调查清单中没有问题“{key}”。", code="question_not_found")
