"""What is open in a case as a whole: questions to confirm, papers that came in, talks, casualties, what happened again."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.archive.rules.gaps import Gap, GapKind, state_of
from models.case.tables import Case, Finding, IncomingPaper, LiabilityDecision
from models.joining.tables import Transfer
from models.kernel.tables import RecordFault
from models.kernel.vocabulary import TransferDirection
from models.office.tables import Organisation
from models.prevention.tables import Recurrence
from models.rectification.tables import Talk


def of_the_case(session: Session, case: Case, *, ended: bool) -> Iterator[Gap]:
    """Yield what the case lacks as a whole. Up to seven statements."""
    yield from _owed(session, case)
    yield from _damaged(session, case)
    yield from _unscanned(session, case)
    yield from _transfers(session, case)
    if case.grade is not None and case.grade_provisional:
        text = f"伤亡没有查清，事故等级（{case.grade.label}）没有最后确定，保管期限按这一等级确定"
        yield Gap(GapKind.GRADE_PROVISIONAL, case.grade.value, text, case.grade.value, "facts")
    if ended:
        return
    yield from _reopened(session, case)
    yield from _talks(session, case)
    yield from _recurrences(session, case)


def _owed(session: Session, case: Case) -> Iterator[Gap]:
    owed = select(IncomingPaper).where(IncomingPaper.case_id == case.id, IncomingPaper.closed_at.is_(None))
    for row in session.scalars(owed.order_by(IncomingPaper.id)):
        yield Gap(
            GapKind.INCOMING_OWED,
            row.ref,
            f"来文{row.ref}（{row.kind.label}）未办完",
            row.ref,
            "more",
            about="action=close-incoming",
            step="close-incoming",
            number=row.number,
            unit=row.sender,
        )


def _damaged(session: Session, case: Case) -> Iterator[Gap]:
    """What the round over the record found of the case's files: their bytes are not those that were handed in."""
    found = select(RecordFault.message).where(
        RecordFault.stream == case.case_number, RecordFault.code == "file_damaged"
    )
    for message in session.scalars(found):
        text = f"{message}，请管理员从备份补回"
        yield Gap(GapKind.FILE_DAMAGED, "files", text, state_of(message), "evidence")


def _unscanned(session: Session, case: Case) -> Iterator[Gap]:
    rows = session.execute(
        select(LiabilityDecision.number, LiabilityDecision.issued_by)
        .where(LiabilityDecision.case_id == case.id, LiabilityDecision.scan_sha256.is_(None))
        .order_by(LiabilityDecision.id)
    )
    for row in rows:
        text = f"事故认定书{row.number}（{row.issued_by}）没有扫描件"
        of = f"liability/{row.number}"
        yield Gap(GapKind.SCAN_MISSING, of, text, row.number, "evidence", number=row.number, unit=row.issued_by)


def _transfers(session: Session, case: Case) -> Iterator[Gap]:
    rows = session.execute(
        select(Transfer.id, Transfer.number, Organisation.name)
        .join(Organisation, Organisation.id == Transfer.organisation_id)
        .where(
            Transfer.case_id == case.id,
            Transfer.direction == TransferDirection.OUT,
            Transfer.receipt_sha256.is_(None),
        )
        .order_by(Transfer.id)
    )
    for row in rows:
        text = f"移送{row.name}没有接收回执"
        yield Gap(
            GapKind.TRANSFER_UNRECEIPTED, str(row.id), text, str(row.id), "evidence", number=row.number, unit=row.name
        )


def _reopened(session: Session, case: Case) -> Iterator[Gap]:
    rows = session.scalars(
        select(Finding.ref)
        .where(Finding.case_id == case.id, Finding.reopened_at.is_not(None), Finding.withdrawn_at.is_(None))
        .order_by(Finding.position)
    )
    for ref in rows:
        text = f"问题{ref}待重新确认或撤回"
        yield Gap(GapKind.FINDING_REOPENED, ref, text, ref, "measures", step="confirm-finding")


def _talks(session: Session, case: Case) -> Iterator[Gap]:
    rows = session.execute(
        select(Talk.id, Talk.state, Talk.planned_for, Organisation.name)
        .join(Organisation, Organisation.id == Talk.organisation_id)
        .where(Talk.case_id == case.id, Talk.state.in_(("proposed", "approved")))
        .order_by(Talk.id)
    )
    for row in rows:
        proposed = row.state == "proposed"
        text = f"约谈{row.name}{'没有决定' if proposed else '没有进行'}"
        step = "decide-talk" if proposed else "hold-talk"
        state = state_of(row.state, str(row.planned_for))
        yield Gap(GapKind.TALK_OPEN, str(row.id), text, state, "more", about=f"action={step}", step=step, unit=row.name)


def _recurrences(session: Session, case: Case) -> Iterator[Gap]:
    rows = session.scalars(
        select(Recurrence.ref)
        .where(Recurrence.case_id == case.id, Recurrence.decision.is_(None), Recurrence.lapsed_at.is_(None))
        .order_by(Recurrence.id)
    )
    for ref in rows:
        text = f"整改后又发生的事项{ref}没有处理"
        about = "action=decide-recurrence"
        yield Gap(GapKind.RECURRENCE_OPEN, ref, text, ref, "more", about=about, step="decide-recurrence")
