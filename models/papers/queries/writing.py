"""How a paper of a kind is written to a unit: whether at all, in whose name and form; asked by drafting and by people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock.queries.rulebook import competence, rulebook
from models.kernel.errors import Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.rights.policy import POLICE, Actor
from models.kernel.vocabulary import DocumentForm, DocumentKind, Purpose, Role
from models.office.queries.authorities import visible_authorities
from models.office.queries.competence import Competence, body_of
from models.office.rules.competence import Ruling, Way
from models.office.rules.paper_kinds import PaperKind, paper_kind, paper_kinds
from models.office.rules.relations import Body, Group, IssuingBody, group
from models.office.rules.stands import Missing, Stand
from models.office.rules.writing_rules import Manners
from models.office.tables import Authority, Organisation
from models.papers.filling.ground import copies_of

BODIES = {
    IssuingBody.OWN_UNIT: "unit",
    IssuingBody.CITY_BUREAU: "bureau",
    IssuingBody.ROAD_SAFETY_OFFICE: "commission",
}
BY_WAY = {Way.DIRECT: "unit", Way.BY_BUREAU: "bureau", Way.BY_COMMISSION: "commission"}
"""Which of our bodies writes by each of the ways by which a paper leaves."""


@dataclass(frozen=True, slots=True)
class How:
    """How one paper is written to one recipient; `by` is what its issuer issues as, `ruling` None where competence does not
    judge such papers."""

    by: str
    form: DocumentForm
    title: str
    manner_id: int | None
    ruling: Ruling | None


def group_of(ours: Body, recipient: Organisation) -> Group:
    """Return the row of the table of manners that a recipient of our unit belongs to."""
    return group(ours, body_of(recipient), override=recipient.relation)


def form_of(kind: PaperKind, ruling: Ruling) -> DocumentForm:
    """Return in which form a paper of a kind goes as a ruling opens it: one of those that the kind has."""
    form = ruling.form or DocumentForm.LETTER
    return form if form in kind.titles else list(kind.titles)[-1]


def how_to_write(ours: Competence, manners: Manners, recipient: Organisation, kind: DocumentKind) -> How:
    """Return how a paper is written. Raises WrongStage with the open way where it may not go to the recipient."""
    registered = paper_kind(kind)
    where = group_of(ours.ours, recipient)
    manner = manners.of(where, kind)
    wished = None if manner is None else manner.issued_by
    ruling = None if registered.purpose is None else ours.ruling(recipient, registered.purpose, by=registered.asked_by)
    if ruling is None:
        form = manner.form if manner is not None else DocumentForm.LETTER
        by = BODIES[wished or IssuingBody.OWN_UNIT]
    elif not ruling.leaves:
        raise WrongStage(ruling.sentence, code=ruling.code)
    else:
        form, by = form_of(registered, ruling), _writes(ours, recipient, registered, ruling, wished)
    form = form if form in registered.titles else list(registered.titles)[-1]
    said = manner is not None and manner.form is form
    title = manner.title if manner is not None and said else registered.title(where, form)
    return How(by, form, title, manners.ids.get((where, kind)), ruling)


def _writes(
    ours: Competence, recipient: Organisation, kind: PaperKind, ruling: Ruling, wished: IssuingBody | None
) -> str:
    """Return which of our bodies writes: the one that the table of manners wishes where it may, else the ruling's."""
    if kind.in_name_of is not None:
        return kind.in_name_of
    if wished is not None and kind.purpose is not None:
        by = BODIES[wished]
        if ours.ruling(recipient, kind.purpose, by=by).way is Way.DIRECT:
            return by
    return BY_WAY[ruling.way]


@dataclass(frozen=True, slots=True)
class Answer:
    """May such a paper go to such a unit on a day: in whose name, in which form, by which way, with which copies, on which
    basis and recorded papers. Where not, `sentence` names the open way, and `missing` what a person must find out first.
    """

    recipient: str
    stand: Stand
    kind: DocumentKind
    on: date
    may: bool
    issuer: str | None
    form: DocumentForm | None
    ways: tuple[Way, ...]
    copies: tuple[str, ...]
    basis: tuple[str, ...]
    rests_on: tuple[str, ...]
    missing: Missing | None
    sentence: str

    @property
    def short(self) -> str:
        """Return the answer as it stands below a field in which a recipient was chosen."""
        if not self.may:
            return self.sentence
        told = f"以{self.issuer}名义" if self.issuer else ""
        copied = f"，抄送{'、'.join(self.copies)}" if self.copies else ""
        return f"{self.recipient}是{self.stand.label}：{told}{'以' if not told else '，以'}{self._form}行文{copied}。"

    @property
    def _form(self) -> str:
        return self.form.label if self.form is not None else "公文"


def judged_kinds() -> tuple[DocumentKind, ...]:
    """Return the kinds of paper that competence judges; the others go wherever another paper went, or to nobody."""
    return tuple(kind for kind, one in paper_kinds().items() if one.purpose is not None)


def ask(
    session: Session,
    actor: Actor,
    recipient_id: int,
    kind: DocumentKind,
    on: date,
    *,
    issuer: str | None = None,
) -> Answer:
    """Return whether a paper may go to a unit on a day, and how; `issuer` is what one of our bodies issues as (unit, bureau,
    commission), by default whoever drafting would let write. It rests on the recorded papers that the actor may see.

    Raises NotAllowed for who is neither of the police nor an administrator, NotFound before `shencha init` and for a body
    that we do not have, Invalid for a kind that competence does not judge.
    """
    if not actor.has(*POLICE, Role.ADMIN, Role.SYSTEM):
        raise NotAllowed("您没有此项权限，行文权限由公安机关内部查询。")
    purpose = paper_kind(kind).purpose
    if purpose is None:
        raise Invalid(f"{kind.label}随其他文书发出或者没有主送单位，不单独判断行文权限。", code="not_judged")
    ours = competence(session, on)
    ours = None if ours is None else _as_seen(session, actor, ours)
    recipient = session.get_one(Organisation, recipient_id)
    if ours is None or (issuer is not None and issuer not in ours.bodies):
        raise NotFound("没有登记这个发文机关。", code="issuer_not_found")
    own = session.scalars(select(Organisation).where(Organisation.issues_as.is_not(None)))
    bodies = {row.issues_as: row for row in own}
    ruling = ours.ruling(recipient, purpose, by=issuer or paper_kind(kind).asked_by)
    by = None if not ruling.leaves else _by(ours, rulebook(session).manners, recipient, kind, ruling, issuer)
    writer = None if by is None else bodies[by]
    return Answer(
        recipient=recipient.name,
        stand=ruling.stand,
        kind=kind,
        on=on,
        may=ruling.leaves,
        issuer=None if writer is None else writer.name,
        form=form_of(paper_kind(kind), ruling) if ruling.leaves else ruling.form,
        ways=ruling.ways,
        copies=() if writer is None else copies_of(session, writer.id, recipient, ruling),
        basis=tuple(one.text for one in ruling.basis),
        rests_on=() if ruling.needs is None else _recorded(ours, recipient, purpose, ruling),
        missing=ruling.missing,
        sentence=ruling.sentence,
    )


def _as_seen(session: Session, actor: Actor, ours: Competence) -> Competence:
    """Leave out the recorded papers that the actor may not know of: they tell of clues."""
    seen = set(session.scalars(select(Authority.id).where(visible_authorities(actor))))
    known = replace(ours.known, held=tuple(one for one in ours.known.held if one.id in seen))
    return replace(ours, known=known)


def _by(
    ours: Competence, manners: Manners, recipient: Organisation, kind: DocumentKind, ruling: Ruling, issuer: str | None
) -> str:
    if issuer is not None:
        return issuer if ruling.way is Way.DIRECT else BY_WAY[ruling.way]
    by = how_to_write(ours, manners, recipient, kind).by
    return other_body(recipient) if recipient.issues_as == by else by


def other_body(recipient: Organisation) -> str:
    """Return who writes to one of our own bodies, for none writes to itself: the bureau, to the bureau the unit."""
    return "unit" if recipient.issues_as == "bureau" else "bureau"


def _recorded(ours: Competence, recipient: Organisation, purpose: Purpose, ruling: Ruling) -> tuple[str, ...]:
    if ruling.needs is None:
        return ()
    return tuple(
        f"{one.kind.label}（{one.number}）" for one in ours.held(recipient.id, purpose, ruling.needs) if ruling.leaves
    )


def answer_rows(answer: Answer) -> Mapping[str, str]:
    """Return the answer in words, by what each says; the same at every door."""
    told = {
        "受文单位": f"{answer.recipient}（{answer.stand.label}）",
        "文书": answer.kind.label,
        "日期": answer.on.isoformat(),
        "可否直接行文": "可以" if answer.may else "不可以",
        "发文机关": answer.issuer or "",
        "文种": answer.form.label if answer.form is not None and answer.may else "",
        "抄送": "、".join(answer.copies),
        "依据": "、".join(answer.basis),
        "所依凭据": "、".join(answer.rests_on),
        "说明": answer.sentence,
    }
    return {name: said for name, said in told.items() if said}
