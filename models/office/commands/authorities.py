"""行文凭据: consents, authorisations, delegations, standing, rules and approvals on which a way of writing rests; and the rows
of competence that a place adds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Fault, Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.refs import UnitRef
from models.kernel.rights import policy
from models.kernel.storage.files import Stored
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import AuthorityKind, DocumentForm, Purpose, Standing
from models.office.rules.competence import Copy, Way, never, shipped
from models.office.rules.stands import Stand
from models.office.tables import Authority, CompetenceRow

from .organisations import find_organisation

NAMES_A_UNIT = (AuthorityKind.CONSENT, AuthorityKind.APPROVAL, AuthorityKind.PARTY_APPROVAL, AuthorityKind.DELEGATION)
"""What was given for one recipient only, and says nothing of others."""


@action("record-authority", title="登记行文凭据（附扫描件）", rights=("authority.record",), decides=True)
def record_authority(
    act: Act,
    *,
    basis_kind: AuthorityKind,
    number: str,
    given_by: str,
    scope: str,
    scan: Stored,
    file_name: str,
    valid_from: date,
    valid_until: date | None = None,
    organisation: UnitRef | None = None,
    purposes: Sequence[Purpose] = (),
    title: str | None = None,
    article: str | None = None,
) -> int:
    """Put a paper on record on which a way of writing rests; returns its number. Without `purposes` it speaks for all.

    `title` and `article` are cited by what rests on it: 依据《…工作规则》（文号）第十六条. Raises NotAllowed, NotFound (the
    unit), Invalid with every fault (empty words, dates, no unit where it is given for one), Conflict where the same
    paper is on record.
    """
    policy.require(act.actor, "authority.record")
    words = {"文号": number.strip(), "出具机关": given_by.strip(), "适用范围": scope.strip()}
    faults = [Fault(field, f"请填写{field}。", "empty_text") for field, said in words.items() if not said]
    if valid_until is not None and valid_until < valid_from:
        faults.append(Fault("失效日期", "失效日期早于生效日期，请核对。", "period"))
    if basis_kind in NAMES_A_UNIT and organisation is None:
        faults.append(Fault("单位", f"{basis_kind.label}只对特定单位有效，请写明受文单位。", "organisation_needed"))
    if faults:
        raise Invalid(f"行文凭据有{len(faults)}处不合格，未登记：", faults=faults, code="bad_authority")
    unit = None if organisation is None else find_organisation(act.session, organisation)
    standing = select(Authority.id).where(
        Authority.kind == basis_kind,
        Authority.number == words["文号"],
        Authority.ended_at.is_(None),
        Authority.organisation_id.is_(None) if unit is None else Authority.organisation_id == unit.id,
    )
    if act.session.scalar(standing.limit(1)) is not None:
        raise Conflict(f"{basis_kind.label}“{words['文号']}”已经登记。", code="authority_recorded")
    row = Authority(
        kind=basis_kind,
        title=_cited(title),
        number=words["文号"],
        article=_cited(article),
        given_by=words["出具机关"],
        scope=words["适用范围"],
        organisation_id=None if unit is None else unit.id,
        purposes=[purpose.value for purpose in dict.fromkeys(purposes)] or None,
        valid_from=valid_from,
        valid_until=valid_until,
        scan_sha256=scan.sha256,
        scan_name=file_name,
        scan_bytes=scan.size,
        recorded_by=act.person,
        recorded_at=act.at,
    )
    act.session.add(row)
    act.session.flush()
    record_admin(
        act,
        "authority_recorded",
        authority=row.id,
        authority_kind=basis_kind.value,
        number=row.number,
        organisation=None if unit is None else unit.id,
        valid_from=valid_from.isoformat(),
        valid_until=None if valid_until is None else valid_until.isoformat(),
        scan=scan.sha256,
    )
    return row.id


def _cited(text: str | None) -> str | None:
    """Return a title or article as a paper sets it into its sentence: without 《》 of its own."""
    said = (text or "").strip()
    if said.startswith("《") and said.endswith("》"):
        said = said[1:-1].strip()
    return said or None


@action("end-authority", title="终止行文凭据", rights=("authority.record",), decides=True)
def end_authority(act: Act, *, authority: int, reason: str, last_day: date | None = None) -> None:
    """Let a recorded paper count up to a day, today by default; what was written on its ground stays.

    Raises NotAllowed, NotFound, Conflict where it ended already, Invalid for a day in the future or before its first.
    """
    policy.require(act.actor, "authority.record")
    row = act.session.get(Authority, authority, with_for_update=True)
    if row is None:
        raise NotFound(f"没有{authority}号行文凭据。", code="authority_not_found")
    if row.ended_at is not None:
        raise Conflict("该行文凭据已经终止。", code="authority_ended")
    day = _end(act, row, reason, last_day)
    record_admin(act, "authority_ended", why=row.ended_reason, authority=authority, last_day=day.isoformat())


def _end(act: Act, row: Authority | CompetenceRow, reason: str, last_day: date | None) -> date:
    """Let a paper or row count up to a day and return it. Raises Invalid for a day in the future or before its first."""
    day = last_day or act.today
    if day > act.today or day < row.valid_from:
        raise Invalid("终止日期应在生效日期和今天之间，请核对。", code="period")
    row.ended_at, row.ended_on, row.ended_reason = act.at, day, require_reason(reason)
    return day


@action("set-competence", title="修改行文权限（生成新版本）", rights=("office.manage",))
def set_competence(
    act: Act,
    *,
    issuer_standing: Standing,
    recipient_stand: Stand,
    purpose: Purpose,
    way: Way,
    basis: str,
    reason: str,
    valid_from: date,
    valid_until: date | None = None,
    form: DocumentForm | None = None,
    needs: AuthorityKind | None = None,
    copies_to: Sequence[Copy] = (),
    refused: bool = False,
) -> int:
    """Add a row of the place before the shipped ones, on its days; returns its version. Papers drafted before keep theirs.

    Raises NotAllowed, Invalid without basis or reason, for dates in the wrong order, and for what no row may open: orders
    upward, directives to lower governments without consent, proposals to those concerned, reports and requests downward.
    """
    policy.require(act.actor, "office.manage")
    why = require_reason(reason)
    if not basis.strip():
        raise Invalid("请写明依据的文件和条款。", code="basis_missing")
    if valid_until is not None and valid_until < valid_from:
        raise Invalid("失效日期早于生效日期，请核对。", code="period")
    if not refused and never(recipient_stand, purpose, way, form, needs):
        raise Invalid(
            f"对{recipient_stand.label}{purpose.label}不能这样行文，任何本地规定都不得放开。", code="competence_never"
        )
    key = (
        CompetenceRow.issuer == issuer_standing,
        CompetenceRow.recipient == recipient_stand,
        CompetenceRow.purpose == purpose,
    )
    version = (act.session.scalar(select(func.max(CompetenceRow.version)).where(*key)) or 0) + 1
    given = shipped().rows[issuer_standing, recipient_stand, purpose][-1]
    data = {
        "ways": [way.value],
        "refused": refused,
        "form": (form or given.form or DocumentForm.LETTER).value,
        "needs": None if needs is None else needs.value,
        "copies": [copy.value for copy in copies_to],
    }
    act.session.add(
        CompetenceRow(
            issuer=issuer_standing,
            recipient=recipient_stand,
            purpose=purpose,
            version=version,
            data=data,
            basis=basis.strip(),
            valid_from=valid_from,
            valid_until=valid_until,
            author=act.actor.account,
            reason=why,
            set_at=act.at,
        )
    )
    record_admin(
        act,
        "competence_set",
        why=why,
        issuer=issuer_standing.value,
        recipient=recipient_stand.value,
        purpose=purpose.value,
        version=version,
        row=data,
        basis=basis.strip(),
    )
    return version


@action("end-competence", title="终止本地行文权限", rights=("office.manage",))
def end_competence(act: Act, *, competence: int, reason: str, last_day: date | None = None) -> None:
    """Let a row that the place added count up to a day, today by default; the shipped rows behind it count again.

    Raises NotAllowed, NotFound, Conflict where it ended already, Invalid for a day in the future or before its first.
    """
    policy.require(act.actor, "office.manage")
    row = act.session.get(CompetenceRow, competence, with_for_update=True)
    if row is None:
        raise NotFound(f"没有{competence}号本地行文权限。", code="competence_not_found")
    if row.ended_at is not None:
        raise Conflict("该行文权限已经终止。", code="competence_ended")
    day = _end(act, row, reason, last_day)
    record_admin(act, "competence_ended", why=row.ended_reason, competence=competence, last_day=day.isoformat())
