"""Drafts of answers to a notice: one a unit, whichever door its people use."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import delete, select

from models.kernel.act import Act
from models.kernel.rights import policy
from models.kernel.storage import limits
from models.kernel.text.invisible import refuse_invisible
from models.kernel.vocabulary import ReplyKind
from models.office.tables import Organisation
from models.rectification.queries.notice_links import served_on
from models.rectification.queries.reply_drafts import writing_unit
from models.rectification.tables import Assignment, ReplyDraft


def save_draft(
    act: Act,
    document_id: int,
    organisation_id: int,
    *,
    kind: ReplyKind | None = None,
    measures: Sequence[str] = (),
    text: str = "",
    requested_due: date | None = None,
    milestone: str | None = None,
    written_by: str | None = None,
) -> None:
    """Keep what a recipient has written so far; the last writer's words stand. Nothing is answered by it.

    Whoever calls has found the paper by a link or among those the actor may see.
    """
    limits.refuse_long("反馈内容", text)
    limits.refuse_long("反馈人姓名", written_by or "", limits.LONGEST_NAME)
    refuse_invisible("反馈内容", text)
    refuse_invisible("反馈人姓名", written_by or "")
    values = {
        "kind": kind,
        "measures": list(measures),
        "text": text,
        "requested_due_on": requested_due,
        "milestone": milestone,
        "written_by": written_by and written_by.strip(),
        "saved_at": act.at,
    }
    draft = act.session.scalars(
        select(ReplyDraft)
        .where(ReplyDraft.document_id == document_id, ReplyDraft.organisation_id == organisation_id)
        .with_for_update()
    ).one_or_none()
    if draft is None:
        act.session.add(ReplyDraft(document_id=document_id, organisation_id=organisation_id, **values))
    else:
        for name, value in values.items():
            setattr(draft, name, value)


def draft_reply(
    act: Act,
    case_number: str,
    *,
    paper: str,
    kind: ReplyKind | None = None,
    measures: Sequence[str] = (),
    text: str = "",
    requested_due: date | None = None,
    milestone: str | None = None,
) -> None:
    """Keep what a clerk who is signed in has written about a notice; the page behind the printed code shows it too.

    Raises NotFound for a notice that was not served on the clerk's unit, NotAllowed for who answers for no unit.
    """
    notice = served_on(act.session, act.actor, case_number, paper)
    path = act.session.scalars(select(Organisation.path).where(Organisation.id == notice.organisation_id)).one()
    policy.require(act.actor, "reply.give", addressed=(path,))
    save_draft(
        act,
        notice.document_id,
        notice.organisation_id,
        kind=kind,
        measures=measures,
        text=text,
        requested_due=requested_due,
        milestone=milestone,
        written_by=act.actor.name,
    )


def drop_drafts(act: Act, answered: Collection[int]) -> None:
    """Forget what was written of measures (their rows in hands) once the unit has answered."""
    hands = act.session.execute(
        select(Assignment.notice_id, Assignment.organisation_id, Organisation.path)
        .join(Organisation, Organisation.id == Assignment.organisation_id)
        .where(Assignment.id.in_(answered))
        .distinct()
    ).all()
    for hand in hands:
        unit = writing_unit(act.actor, hand.organisation_id, hand.path)
        act.session.execute(
            delete(ReplyDraft)
            .where(ReplyDraft.document_id == hand.notice_id, ReplyDraft.organisation_id == unit)
            .execution_options(synchronize_session=False)
        )
