"""签发、编号: the last step of a chain issues the paper: number drawn or taken over, content frozen."""

from __future__ import annotations

import hashlib
import json

from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.queries.rulebook import rules_of
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Invalid, WrongStage
from models.kernel.outbox import enqueue
from models.kernel.reactions import announce
from models.kernel.refs import PaperRef
from models.kernel.vocabulary import DocumentKind, Role
from models.papers import content as papers
from models.papers.announcements import PaperIssued, PaperTakesEffect, ReportApproved
from models.papers.filling import content
from models.papers.filling.texts import standing
from models.papers.queries.templates import in_use
from models.papers.tables import Document

from .approval import find_paper
from .approval_steps import Taken, take_step
from .competence import refuse_unlawful
from .numbers import number_for
from .outdated_papers import settle
from .said_before import refuse_unseen
from .shared_papers import lock_linked, parts_of, record_of_paper
from .waiving import refuse_hollow
from .writing_rules import series_of


@action("sign", title="签发并编号", rights=("paper.sign",), decides=True, asks="签发后文号即编定，内容不再改动：")
def sign(
    act: Act,
    case_number: str,
    *,
    paper: PaperRef,
    number: str | None = None,
    remark: str | None = None,
    seen_round: int | None = None,
) -> str:
    """Sign and issue: number the paper, freeze what it says and its date; returns the 发文字号.

    `number` is given where the issuer numbers in a register of its own, and only there. The file is built afterwards
    by the worker from what is frozen here. Raises NotAllowed, Conflict, WrongStage, Invalid.
    """
    case = lock_linked(act, case_number)
    document = find_paper(act, case, paper)
    taken = take_step(act, case, document, "paper.sign", seen_round)
    if taken.step.role is not Role.SIGNER:
        raise WrongStage(f"文书{paper}尚在“{document.status.label}”，还不能签发。")
    return issue(act, case, document, taken, number=number, remark=remark)


def issue(act: Act, case: Case, document: Document, taken: Taken, *, number: str | None, remark: str | None) -> str:
    """Issue a paper whose signing step was taken; its date is the day of the signature. Returns the 发文字号."""
    issued = lifecycle.advance(lifecycle.PAPER, document.status, "sign")
    signed_on = local_date(taken.at)
    refuse_unlawful(act, case, document, on=signed_on)
    refuse_unseen(act, document, taken.step)
    taken.decide(act, "approved", remark)
    again = document.number is not None
    if document.kind is DocumentKind.ANALYSIS_REPORT and not again:
        _sign_report(act, case, taken)
    if again and number is not None:
        raise Invalid("改稿后沿用原文号，请不要填写文号。", code="number_kept")
    act.session.flush()
    number = document.number or number_for(
        act,
        document.issuer_id,
        series_of(act, document),
        number,
        used_for=f"{case.case_number}/{document.ref}",
        on=signed_on,
    )
    said = content(
        act.session,
        document.id,
        settings=act.settings,
        rules=rules_of(act),
        issued_on=signed_on,
        number=number,
        signatory=taken.by.name,
    )
    refuse_hollow(act, document, said)
    said = said.model_copy(update={"kept": standing(said.kept, said)})
    frozen = papers.canonical(said)
    # All at once: the database refuses an issued paper without number and content.
    document.status, document.number = issued, number
    document.content, document.content_sha256 = json.loads(frozen), hashlib.sha256(frozen).hexdigest()
    document.signed_by, document.issued_at, document.issued_on = taken.by.id, act.at, signed_on
    parts = parts_of(act, document)
    # A unit's own form knows one case only and no paragraphs: a notice over several, and words of a person, keep ours.
    template = (
        None if len(parts) > 1 or said.kept else in_use(act.session, document.issuer_id, document.kind, document.form)
    )
    document.template_id = template.id if template else None
    document.signed_for = None if taken.instead_of is None else taken.instead_of.principal_id
    announce(act, PaperIssued(document))
    for part, _ in parts:
        deadlines.meet(act, part, taken.at, "notice.issue", document_id=document.id)
    record_of_paper(
        act,
        document,
        "paper_issued",
        why=taken.why(act, remark),
        happened_at=taken.at,
        kind=document.kind.value,
        number=number,
        issued_on=signed_on.isoformat(),
        content_sha256=document.content_sha256,
        signed_by=taken.by.name,
        template=template.sha256 if template else None,
        **taken.told(),
    )
    subject = f"{case.case_number}/{document.ref}" + (f"/v{document.content_version}" if again else "")
    enqueue(act, case, "render", subject, document=document.id)
    if again:
        settle(act, document)
    if document.recipient_id is None:
        announce(act, PaperTakesEffect(case, document, taken.at))
    return number


def _sign_report(act: Act, case: Case, taken: Taken) -> None:
    """The signature under the report approves it: rectification begins."""
    case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "sign_report")
    case.report_approved_at = taken.at
    deadlines.meet(act, case, taken.at, "report.approve")
    announce(act, ReportApproved(case))
    enqueue(act, case, "carry", f"{case.case_number}/report_signed")
