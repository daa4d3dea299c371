"""What competence gives a paper beside its form: who gets a copy, the consent or rule it rests on, what may follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.case.tables import CaseOrganisation
from models.clock.queries.rulebook import Rulebook
from models.kernel.vocabulary import AuthorityKind, OrganisationKind, Purpose, Rhythm, Standing
from models.office.queries.competence import Competence, Held, body_of, own_bodies
from models.office.rules.competence import DIRECTIVE, Copy, Ruling
from models.office.rules.paper_kinds import paper_kind
from models.office.rules.stands import Stand
from models.office.tables import Organisation
from models.papers.content.wording import called
from models.papers.tables import Document


@dataclass(frozen=True, slots=True)
class Ground:
    """Names of who gets a copy, and the numbers of the consents that the paper names; `power` is the clause that tells
    on what a directive rests, `may_summon` whether a talk with the recipient may follow, `approval` the newest one on which
    it rests, `circular` how the next circular is called that may name it (季度通报), `upward` whether it stands above us."""

    copies: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()
    approved: str | None = None  # by whom the paper was approved before it might be written, as a clause
    bases: tuple[str, ...] = ()  # the law that lets it be written, as in force on its day
    power: str | None = None
    may_summon: bool = False
    approval: Held | None = None
    circular: str | None = None
    upward: bool = False


def ground_of(session: Session, document: Document, rules: Rulebook, on: date) -> Ground:
    """Return what the ruling of a day gives a paper. Nothing for papers to nobody, or that competence does not judge."""
    purpose = paper_kind(document.kind).purpose
    if purpose is None or document.recipient_id is None:
        return Ground()
    bodies = own_bodies(session)
    if "unit" not in bodies:
        return Ground()
    recipient = session.get_one(Organisation, document.recipient_id)
    may = Competence(bodies, rules.competences, on)
    ruling = may.ruling(recipient, purpose, by=paper_kind(document.kind).asked_by)
    rests_on_consent = ruling.leaves and ruling.needs is AuthorityKind.CONSENT
    return Ground(
        copies=copies_of(session, document.issuer_id, recipient, ruling, document.case_id) if ruling.leaves else (),
        consents=may.numbers(recipient.id, purpose, AuthorityKind.CONSENT) if rests_on_consent else (),
        approved=_approved(may, recipient, ruling) if ruling.leaves else None,
        bases=tuple(one.text for one in ruling.basis if one.text.startswith("《")),
        power=_power(session, document, may, recipient, ruling) if ruling.leaves and purpose in DIRECTIVE else None,
        upward=ruling.upward,
        may_summon=purpose is Purpose.ORDER and may.ruling(recipient, Purpose.SUMMON).leaves,
        approval=_approval(may, recipient, ruling),
        circular=_circular(may, recipient, rules, on) if purpose is Purpose.ORDER else None,
    )


def _approval(may: Competence, recipient: Organisation, ruling: Ruling) -> Held | None:
    if not ruling.leaves or ruling.needs is not AuthorityKind.APPROVAL:
        return None
    found = may.held(recipient.id, ruling.purpose, AuthorityKind.APPROVAL)
    return max(found, key=lambda one: (one.valid_from, one.id), default=None)


def _circular(may: Competence, recipient: Organisation, rules: Rulebook, on: date) -> str | None:
    """Return how the circular is called in which a late unit will stand; None where none follows, or it may not be named."""
    rhythm = rules.rhythm(on)
    return f"{rhythm.label}通报" if rhythm is not Rhythm.NEVER and may.may_name(recipient) else None


def _power(
    session: Session, document: Document, may: Competence, recipient: Organisation, ruling: Ruling
) -> str | None:
    """Return on what an order or summons rests: the recorded paper that opened the way, or that a unit is one of ours."""
    if ruling.needs is not None:
        found = may.held(recipient.id, ruling.purpose, ruling.needs)
        return _by(found[0]) if found else None
    if ruling.stand is not Stand.SUBORDINATE:
        return None
    return f"依据我{called(session.get_one(Organisation, document.issuer_id).name)}对所属单位的管理职责"


def _approved(may: Competence, recipient: Organisation, ruling: Ruling) -> str | None:
    """经市公安局党委批准（文号）, of what may not be written without such a decision."""
    if ruling.needs is not AuthorityKind.PARTY_APPROVAL:
        return None
    found = may.held(recipient.id, ruling.purpose, ruling.needs)
    return f"经{found[0].given_by}批准（{found[0].number}）" if found else None


def _by(held: Held) -> str:
    """依据《…工作规则》（文号）第十六条, as title and article are on record; without a title, by whom it was given."""
    if held.title is None:
        return f"依据{_joined(held.given_by, held.kind.label)}（{held.number}）"
    return f"依据《{held.title}》（{held.number}）{held.article or ''}"


def _joined(giver: str, called: str) -> str:
    """某市道路交通安全委员会规则: what the giver's name ends with is not said again."""
    again = next((n for n in range(len(called), 0, -1) if giver.endswith(called[:n])), 0)
    return giver + called[again:]


def copies_of(
    session: Session, issuer_id: int, recipient: Organisation, ruling: Ruling, case_id: int | None = None
) -> tuple[str, ...]:
    """Return the names of who gets a copy of a paper that a ruling opens: neither its issuer nor its recipient.

    The facts of a case may name an authority that the register of units does not know.
    """
    found = [_copied(session, issuer_id, recipient, copy, case_id) for copy in ruling.copies]
    own = {issuer_id, recipient.id}
    return tuple(dict.fromkeys(one.name for one in found if one is not None and one.id not in own))


def _copied(
    session: Session, issuer_id: int, recipient: Organisation, copy: Copy, case_id: int | None
) -> Organisation | None:
    """Return the unit that a copy goes to, where the tree or its place tells which it is."""
    if copy in (Copy.OWN_BUREAU, Copy.OWN_SUPERIOR):
        above = session.get_one(Organisation, issuer_id).parent_id
        return None if above is None else session.get_one(Organisation, above)
    if copy is Copy.THEIR_BUREAU:
        return _bureau_of(session, recipient)
    if copy is Copy.THEIR_AUTHORITY:
        authority = recipient.industry_authority_id
        if authority is None and case_id is not None:
            authority = _named_in_case(session, case_id, recipient.id)
        return None if authority is None else session.get_one(Organisation, authority)
    return _in_place(session, recipient, OrganisationKind.GOVERNMENT)


def _named_in_case(session: Session, case_id: int, recipient_id: int) -> int | None:
    """Return the authority that the facts of the case give a unit, where the register of units has none."""
    authority = aliased(CaseOrganisation)
    return session.scalar(
        select(authority.organisation_id)
        .join(CaseOrganisation, CaseOrganisation.case_id == authority.case_id)
        .where(
            CaseOrganisation.case_id == case_id,
            CaseOrganisation.organisation_id == recipient_id,
            authority.ref == CaseOrganisation.details["authority_ref"].as_string(),
        )
        .limit(1)
    )


def _bureau_of(session: Session, recipient: Organisation) -> Organisation | None:
    """The bureau that leads traffic police: above them in the tree, else the one of their place."""
    above = None if recipient.parent_id is None else session.get_one(Organisation, recipient.parent_id)
    if above is not None and _leads(above, recipient):
        return above
    found = _in_place(session, recipient, OrganisationKind.POLICE)
    return found if found is not None and _leads(found, recipient) else None


def _leads(bureau: Organisation, recipient: Organisation) -> bool:
    body = body_of(bureau)
    return body.standing is Standing.ORGAN and bureau.division_code == recipient.division_code


def _in_place(session: Session, recipient: Organisation, kind: OrganisationKind) -> Organisation | None:
    if recipient.division_code is None:
        return None
    here = select(Organisation).where(
        Organisation.kind == kind,
        Organisation.division_code == recipient.division_code,
        Organisation.id != recipient.id,
        Organisation.disabled_at.is_(None),
    )
    rows = session.scalars(here.order_by(Organisation.id)).all()
    return next((one for one in rows if body_of(one).standing is Standing.ORGAN), None)
