"""Keeps what is known of files that were handed in, tells of malware, and lets administrators let a file out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.rights import policy
from models.kernel.tables import FileExamination, Message
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import FileState
from models.overview.queries.examinations import Known, known
from models.overview.queries.stored_files import OF_CASES

FEWEST_SIGNS = 8


def enrol(act: Act, sha256: str, acts: Sequence[str], state: FileState | None, found: str | None) -> Known:
    """Keep what was seen of a file when it came; `state` is what the scanner said, None where it said nothing.

    What was known before stays where nothing new is said. A finding is left for the worker to confirm and to tell: the
    file belongs to no case yet.
    """
    policy.require(act.actor, "office.manage")
    row = act.session.get(FileExamination, sha256, with_for_update=True)
    if row is None:
        row = FileExamination(sha256=sha256, acts=list(acts), state=FileState.WAITING)
        act.session.add(row)
    row.acts = list(dict.fromkeys([*row.acts, *acts]))
    if state is not None:
        _say(act, row, state, found)
        row.asked_at = None if row.state is FileState.FOUND else act.at
    return known(row)


def keep_verdict(act: Act, sha256: str, state: FileState | None, found: str | None) -> None:
    """Keep what the scanner said of a file, or that it was asked in vain; malware is put on record and told once.

    Where no case has the file yet, the worker comes back to it before anybody is told.
    """
    policy.require(act.actor, "office.manage")
    row = act.session.get_one(FileExamination, sha256, with_for_update=True)
    row.asked_at = act.at
    if state is None:
        return
    known_before = row.state is FileState.FOUND
    _say(act, row, state, found)
    if row.state is not FileState.FOUND:
        return
    cases = _cases_with(act, row)
    if cases or known_before:
        _tell(act, row, cases)
    else:
        row.asked_at = None


def _say(act: Act, row: FileExamination, state: FileState, found: str | None) -> None:
    if state is FileState.FAILED and row.state is FileState.FOUND:
        row.examined_at = act.at
        return  # what was found is not taken back by who could not look
    if (row.state, row.found) != (state, found):
        row.released_at = None
    row.state, row.found, row.examined_at = state, found, act.at


def _cases_with(act: Act, row: FileExamination) -> Sequence[Case]:
    ids: set[int] = set()
    for statement in OF_CASES:
        owner, sha256 = statement.selected_columns
        ids.update(act.session.scalars(statement.with_only_columns(owner).where(sha256 == row.sha256)))
    return act.session.scalars(select(Case).where(Case.id.in_(ids)).order_by(Case.id)).all()


def _tell(act: Act, row: FileExamination, cases: Sequence[Case]) -> None:
    """Tell the officers of the cases that the file belongs to, and put it on the administrators' record, once."""
    session, name = act.session, f"malware/{row.sha256[:16]}/{row.found}"
    told = set(session.scalars(select(Message.key).where(Message.key.like(f"{name}/%"))))
    for case in cases:
        key = f"{name}/{case.case_number}/u{case.officer_id}"
        if key not in told:
            session.add(
                Message(
                    key=key,
                    case_id=case.id,
                    organisation_id=None,
                    user_id=case.officer_id,
                    subject=f"案件{case.case_number}的一个文件查出恶意程序",
                    body=f"校验值为{row.sha256[:12]}…的文件查出恶意程序（{row.found}），已不能打开或下载。"
                    "请不要打开电脑上的同一文件，并向提供文件的人另要干净的文件。",
                    sent_at=act.at,
                )
            )
    if row.told != row.found:
        row.told = row.found
        record_admin(act, "malware_found", sha256=row.sha256, found=row.found, cases=[one.case_number for one in cases])


def release(act: Act, sha256: str, reason: str) -> Known:
    """Let a file be handed out in which malware was found, for a reason that goes on record; named by its first signs.

    Raises NotFound, Conflict for one that is not locked, Invalid where the signs fit several.
    """
    policy.require(act.actor, "office.manage")
    why = require_reason(reason)
    row = _named(act, sha256)
    if not known(row).locked:
        raise Conflict("这个文件没有被锁定，不需要放行。", code="file_not_locked")
    row.released_at = act.at
    record_admin(act, "file_released", why=why, sha256=row.sha256, found=row.found)
    return known(row)


def examine_again(act: Act, sha256: str | None) -> int:
    """Let the worker ask about one file, or all, once more; returns how many. What is known stands until then."""
    policy.require(act.actor, "office.manage")
    chosen = select(FileExamination.sha256)
    if sha256 is not None:
        chosen = chosen.where(FileExamination.sha256 == _named(act, sha256).sha256)
    found = act.session.scalars(chosen).all()
    act.session.execute(update(FileExamination).where(FileExamination.sha256.in_(chosen)).values(asked_at=None))
    record_admin(act, "files_to_be_examined", files=len(found), **({} if sha256 is None else {"sha256": found[0]}))
    return len(found)


def _named(act: Act, sha256: str) -> FileExamination:
    signs = sha256.strip().lower()
    if len(signs) < FEWEST_SIGNS or not set(signs) <= set("0123456789abcdef"):
        raise Invalid(f"请写文件校验值（SHA-256）的前{FEWEST_SIGNS}位或更多。", code="not_sha256")
    rows = act.session.scalars(
        select(FileExamination)
        .where(FileExamination.sha256 >= signs, FileExamination.sha256 <= signs + "g")
        .limit(2)
        .with_for_update()
    ).all()
    if not rows:
        raise NotFound(f"没有校验值以“{signs}”开头的接收文件。", code="file_not_found")
    if len(rows) > 1:
        raise Invalid(f"校验值以“{signs}”开头的文件不止一个，请多写几位。", code="file_ambiguous")
    return rows[0]
