"""准予缺项不补: nobody signs a hollow paper; what is missing is filled in, or let pass by somebody else than its author."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from models.clock.queries.rulebook import rules_of
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Fault, Invalid, NotAllowed, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import UNSIGNED
from models.kernel.refs import PaperRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.papers.content import Paper
from models.papers.filling import content
from models.papers.preflight import Remark, Weight, remarks_on
from models.papers.tables import Document, Waiver

from .approval import find_paper


@action("waive-remarks", title="准予缺项不补", rights=("paper.waive",), decides=True, after="approve")
def waive_remarks(act: Act, case_number: str, *, paper: PaperRef, remarks: Sequence[str], reason: str) -> None:
    """Let a paper be signed although something is missing; who drafted or submitted it cannot.

    `remarks` are the keys that the preflight names. Raises NotAllowed, NotFound, WrongStage (signed), Invalid (no such
    remark, none that can be waived, no reason), Conflict where all were waived before.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.waive", unit_path=unit_path(act, case))
    document = find_paper(act, case, paper)
    if act.person in (document.author_id, case.officer_id):
        raise NotAllowed("文书的拟稿人不能准予缺项不补，请由审核、签发人员或领导办理。", code="author_waives")
    if document.status not in UNSIGNED:
        raise WrongStage(f"文书{paper}已经签发，缺项不再办理。")
    why = require_reason(reason)
    wanted = _wanted(act, document, remarks)
    act.session.add_all(
        Waiver(
            document_id=document.id,
            remark=one.key,
            what=one.what,
            reason=why,
            waived_by=act.person,
            waived_at=act.at,
        )
        for one in wanted
    )
    record(act, case, "remarks_waived", why=why, paper=paper, remarks=[one.text for one in wanted])


def _wanted(act: Act, document: Document, keys: Sequence[str]) -> list[Remark]:
    """Return the remarks that are to pass now. Raises Invalid, Conflict."""
    said = content(act.session, document.id, settings=act.settings, rules=rules_of(act), issued_on=act.today)
    standing = {one.key: one for one in remarks_on(said) if one.weight is Weight.MISSING and one.waivable}
    unknown = [key for key in keys if key not in standing]
    if unknown or not keys:
        raise Invalid(
            f"没有可以准予不补的缺项“{'、'.join(unknown)}”。" if unknown else "请选择准予不补的缺项。",
            code="remark_not_found",
        )
    passed = _passed(act, document)
    wanted = [standing[key] for key in dict.fromkeys(keys) if key not in passed]
    if not wanted:
        raise Conflict("这些缺项已经准予不补。", code="waived_before")
    return wanted


def _passed(act: Act, document: Document) -> set[str]:
    """Return the keys of the remarks that somebody let pass."""
    return set(act.session.scalars(select(Waiver.remark).where(Waiver.document_id == document.id)))


def refuse_hollow(act: Act, document: Document, said: Paper) -> None:
    """Refuse to sign a paper in which something is missing that nobody let pass. Raises Invalid with one fault each."""
    passed = _passed(act, document)
    standing = [one for one in remarks_on(said) if one.weight is Weight.MISSING and one.key not in passed]
    if standing:
        raise Invalid(
            f"文书{document.ref}有{len(standing)}处缺项，补充或准予不补后才能签发：",
            code="paper_hollow",
            faults=[Fault(one.key, one.text, one.code) for one in standing],
        )
