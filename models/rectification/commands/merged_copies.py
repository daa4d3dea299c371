"""Copies what happens to a leading merged measure into the measures of other cases that follow it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.events import record
from models.kernel.lifecycle import ENDED
from models.kernel.text.short_names import next_ref
from models.kernel.vocabulary import AssignmentState, Outcome, ReplyKind, Verdict
from models.office.tables import Organisation
from models.rectification.tables import Assessment, Assignment, Measure, Reply, ReplyFile, Verification

from . import judging
from .closing import close_hand

DONE = (Outcome.DONE, Outcome.DONE_BY_ALTERNATIVE)
ACCEPTED = (Verdict.ACCEPTED, Verdict.ACCEPTED_ALTERNATE)


def carry_over(act: Act, leading: Assignment) -> None:
    """Copy what happened to a measure into every measure that is merged into it: answers, assessments, checks, its end."""
    act.session.flush()
    for own in merged_into(act, leading):
        case = act.session.get_one(Case, own.case_id)
        if case.stage in ENDED or own.state is AssignmentState.CLOSED:
            continue
        home = act.session.get_one(Case, leading.case_id)
        _copy_replies(act, case, own, leading, home)
        _copy_withdrawals(act, case, own, leading, home)
        accepted = _copy_assessments(act, case, own, leading, home)
        _copy_verifications(act, case, own, leading, home)
        if leading.state is not AssignmentState.CLOSED:
            own.state = leading.state  # as the other case's table of transitions allowed it
        for answer in accepted:
            judging.accept(act, case, own, answer)
        if leading.state is not AssignmentState.CLOSED:
            continue
        assert leading.outcome is not None
        action = "close_as_done" if leading.outcome in DONE else "close_with_reason"
        if action == "close_as_done":
            own.state = AssignmentState.AWAITING_VERIFICATION
        act.session.flush()
        close_hand(act, case, own, action, leading.outcome, leading.outcome_reason)


def merged_into(act: Act, leading: Assignment) -> list[Assignment]:
    """Return the measures that follow one."""
    query = select(Assignment).where(Assignment.served_by_id == leading.id).order_by(Assignment.case_id, Assignment.id)
    return list(act.session.scalars(query))


def _copy_replies(act: Act, case: Case, own: Assignment, leading: Assignment, home: Case) -> None:
    copy = aliased(Reply)
    copied = exists(select(1).where(copy.original_id == Reply.id, copy.assignment_id == own.id).correlate(Reply))
    replies = act.session.scalars(
        select(Reply).where(Reply.assignment_id == leading.id, ~copied).order_by(Reply.happened_at, Reply.id)
    ).all()
    files: dict[int, list[ReplyFile]] = {}
    for file in act.session.scalars(
        select(ReplyFile).where(ReplyFile.reply_id.in_([reply.id for reply in replies])).order_by(ReplyFile.id)
    ):
        files.setdefault(file.reply_id, []).append(file)
    for reply in replies:
        again = Reply(
            case_id=case.id,
            ref=next_ref(act, Reply, case, "R"),
            assignment_id=own.id,
            organisation_id=reply.organisation_id,
            kind=reply.kind,
            text=reply.text,
            requested_due_on=reply.requested_due_on,
            incoming_number=reply.incoming_number,
            author_id=reply.author_id,
            on_behalf=reply.on_behalf,
            happened_at=reply.happened_at,
            recorded_at=act.at,
            original_id=reply.id,
        )
        act.session.add(again)
        act.session.flush()
        enclosed = files.get(reply.id, [])
        act.session.add_all(
            ReplyFile(
                reply_id=again.id,
                file_name=file.file_name,
                media_type=file.media_type,
                size=file.size,
                sha256=file.sha256,
                other_names=file.other_names,
            )
            for file in enclosed
        )
        judging.stop_clocks(act, case, own, again, None)
        _told(
            act,
            case,
            own,
            home,
            "reply_given",
            happened_at=reply.happened_at,
            reply=again.ref,
            kind=reply.kind.value,
            original=reply.ref,
            on_behalf=reply.on_behalf,
            incoming_number=reply.incoming_number,
            files=[file.sha256 for file in enclosed],
        )


def _copy_withdrawals(act: Act, case: Case, own: Assignment, leading: Assignment, home: Case) -> None:
    copy = aliased(Reply)
    for copied, original in act.session.execute(
        select(copy, Reply)
        .join(Reply, copy.original_id == Reply.id)
        .where(
            Reply.assignment_id == leading.id,
            copy.assignment_id == own.id,
            Reply.withdrawn_at.is_not(None),
            copy.withdrawn_at.is_(None),
        )
        .order_by(copy.id)
    ).all():
        copied.withdrawn_at, copied.withdrawn_by = original.withdrawn_at, original.withdrawn_by
        act.session.flush()
        judging.take_back(act, case, own, copied)
        _told(act, case, own, home, "reply_withdrawn", happened_at=act.at, reply=copied.ref, kind=copied.kind.value)


def _copy_assessments(act: Act, case: Case, own: Assignment, leading: Assignment, home: Case) -> list[Reply]:
    """Copy the verdicts; returns the answers that were accepted."""
    accepted: list[Reply] = []
    copy, known = aliased(Reply), aliased(Assessment)
    rows = act.session.execute(
        select(Assessment, copy)
        .join(Reply, Reply.id == Assessment.reply_id)
        .join(copy, copy.original_id == Reply.id)
        .outerjoin(known, known.reply_id == copy.id)
        .where(Reply.assignment_id == leading.id, copy.assignment_id == own.id, known.reply_id.is_(None))
        .order_by(copy.id)
    ).all()
    for said, answer in rows:
        if said.verdict in ACCEPTED and answer.kind is not ReplyKind.EXTENSION:
            accepted.append(answer)
        act.session.add(
            Assessment(
                reply_id=answer.id,
                verdict=said.verdict,
                reason=said.reason,
                granted_due_on=said.granted_due_on,
                assessor_id=said.assessor_id,
                assessed_at=said.assessed_at,
            )
        )
        _told(
            act,
            case,
            own,
            home,
            "extension_decided" if answer.kind is ReplyKind.EXTENSION else "reply_assessed",
            why=said.reason,
            happened_at=said.assessed_at,
            reply=answer.ref,
            verdict=said.verdict.value,
        )
    return accepted


def _copy_verifications(act: Act, case: Case, own: Assignment, leading: Assignment, home: Case) -> None:
    copy = aliased(Verification)
    copied = exists(
        select(1).where(copy.original_id == Verification.id, copy.assignment_id == own.id).correlate(Verification)
    )
    for seen in act.session.scalars(
        select(Verification).where(Verification.assignment_id == leading.id, ~copied).order_by(Verification.id)
    ).all():
        act.session.add(
            Verification(
                case_id=case.id,
                assignment_id=own.id,
                passed=seen.passed,
                place=seen.place,
                note=seen.note,
                photo_sha256=seen.photo_sha256,
                photo_name=seen.photo_name,
                verifier_id=seen.verifier_id,
                together_with_id=seen.together_with_id,
                joint_with=seen.joint_with,
                verified_at=seen.verified_at,
                original_id=seen.id,
            )
        )
        _told(
            act,
            case,
            own,
            home,
            "measure_verified",
            happened_at=seen.verified_at,
            passed=seen.passed,
            place=seen.place,
            photo=seen.photo_sha256,
        )


def _told(
    act: Act,
    case: Case,
    own: Assignment,
    home: Case,
    happening: str,
    /,
    *,
    happened_at: datetime,
    why: str | None = None,
    **said: str | bool | list[str] | None,
) -> None:
    """Put a copied act on record, with the case in which it was done."""
    unit = act.session.get_one(Organisation, own.organisation_id)
    ref = act.session.get_one(Measure, own.measure_id).ref
    record(
        act,
        case,
        happening,
        why=why,
        happened_at=happened_at,
        measure=ref,
        organisation=unit.name,
        merged_with=home.case_number,
        **said,
    )
