"""无人可办: open steps that no account may take, why, and what helps. When somebody becomes able, the step is gone from here.

Counted as able is an enabled account with the role, in the right unit, not recused, neither author nor assessor where
those stay out; who is only away (请假) comes back, and is able.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Integer,
    Row,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.clock.tables import Deadline
from models.joining.tables import Recusal
from models.kernel.errors import Invalid
from models.kernel.lifecycle import RUNNING
from models.kernel.rights import policy
from models.kernel.rights.policy import Actor, reaches
from models.kernel.rights.visible import CHAIN, POLICE, in_territory, may_read, takes_part, visible_documents
from models.kernel.rights.whose_step import Condition, extension, wrote
from models.kernel.settings import Settings
from models.kernel.vocabulary import AssignmentState, DocumentKind, DocumentStatus, ReplyKind, Role, SealMode
from models.office.queries.administration import MANAGE
from models.office.rules.paper_kinds import CARRYING
from models.office.tables import Organisation, SigningAuthorisation, User, UserRole
from models.overview.queries.waiting.of_cases import finished, left_above, talks
from models.overview.queries.waiting.of_measures import answers, disputes, unassessed, unverified
from models.overview.queries.waiting.of_papers import steps, unacknowledged, unserved
from models.overview.queries.waiting.rows import TODAY, Rows, Wait, row
from models.papers.tables import Approval, Delivery, Document, MannerRow
from models.rectification.queries.effects import RULE
from models.rectification.queries.notice_links import BY_LINK
from models.rectification.tables import Assessment, Assignment, Dispute, Measure, NoticeLink, Reply, Talk, Verification

_WHO, _SEAT, _PLACE, _OUT = aliased(User), aliased(Organisation), aliased(Organisation), aliased(Recusal)
_ROLE, _THERE, _UNIT = aliased(UserRole), aliased(Organisation), aliased(Organisation)
_PRINCIPAL, _SIGNS = aliased(User), aliased(UserRole)

_CASE_NUMBER = bindparam("case_number", type_=String())
_BEHIND = (  # the last row shown
    bindparam("behind_rank", type_=Integer()),
    bindparam("behind_case", type_=Integer()),
    bindparam("behind_wait", type_=String()),
    bindparam("behind_subject", type_=Integer()),
)

CARRY, ANSWER = "carry", "answer"
CHAIN_REASON = "“{unit}”没有可以办理这一步的人员：已停用、回避、本人拟稿，或者没有人担任此角色"
CHAIN_HELPS = "请管理员调整审批流程、启用账号或者指定人员，再由拟稿人重新报审或者交接"


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a kind of step: its name, why nobody may take it, what helps. `{unit}` is on whom it waits."""

    label: str
    reason: str
    helps: str


@dataclass(frozen=True, slots=True)
class StepInside:
    """What who may see the case is told of a step besides."""

    title: str
    paper: str | None
    paper_title: str | None
    measure: str | None
    reply: str | None


@dataclass(frozen=True, slots=True)
class StuckStep:
    """An open step that no account may take; `inside` is None for an administrator, who learns nothing of the case."""

    key: str
    total: int
    wait: str
    label: str
    unit: str
    organisation: str
    case_number: str | None
    reason: str
    helps: str
    inside: StepInside | None = None

    def as_json(self) -> dict[str, object]:
        """Return what is published: what the police are told besides stands among the rest, and is not there for others."""
        told = asdict(self)
        inside = told.pop("inside")
        return told if inside is None else told | inside


WORDS: dict[str, Words] = {
    CARRY: Words("案件承办", "承办人已停用、回避或者不再是“{unit}”辖区的民警", "请管理员把该案交接给另一名民警"),
    Wait.REVIEW.value: Words(Wait.REVIEW.label, CHAIN_REASON, CHAIN_HELPS),
    Wait.COUNTERSIGN.value: Words(Wait.COUNTERSIGN.label, CHAIN_REASON, CHAIN_HELPS),
    Wait.SIGN.value: Words(Wait.SIGN.label, CHAIN_REASON, "请管理员登记代签授权、调整审批流程或者启用账号"),
    Wait.SEAL.value: Words(Wait.SEAL.label, "“{unit}”没有可以用印的内勤", "请管理员启用账号或者给一名民警增加内勤角色"),
    Wait.SIGN_MINUTES.value: Words(
        Wait.SIGN_MINUTES.label, "“{unit}”没有可以登记的内勤", "请管理员启用账号或者给一名民警增加内勤角色"
    ),
    Wait.DELIVER.value: Words(
        Wait.DELIVER.label, "“{unit}”没有可以登记送达的内勤或者民警", "请管理员启用账号或者增加人员"
    ),
    Wait.ASSESS.value: Words(
        Wait.ASSESS.label,
        "“{unit}”的民警都是该反馈的录入人、已回避或者已停用",
        "请管理员启用账号或者增加一名民警",
    ),
    Wait.DECIDE_EXTENSION.value: Words(
        Wait.DECIDE_EXTENSION.label, "“{unit}”没有可以决定延期的领导或者签发人", "请管理员启用账号或者指定领导"
    ),
    Wait.ADJUDICATE.value: Words(
        Wait.ADJUDICATE.label, "没有可以裁定的领导，也没有可以代录裁定的民警、内勤", "请管理员启用账号或者指定领导"
    ),
    Wait.VERIFY.value: Words(
        Wait.VERIFY.label,
        "“{unit}”的民警都录入或者研判过该反馈、已回避或者已停用",
        "请由两名民警共同复查（登记时选另一名民警），或者与行业主管部门联合验收；也可请管理员增加一名民警",
    ),
    Wait.DECIDE_TALK.value: Words(
        Wait.DECIDE_TALK.label, "“{unit}”没有可以决定约谈的领导", "请管理员启用账号或者指定领导"
    ),
    Wait.PROPOSE_ABOVE.value: Words(Wait.PROPOSE_ABOVE.label, "上级单位没有民警账号", "请管理员为上级单位建立民警账号"),
    Wait.ARCHIVE.value: Words(Wait.ARCHIVE.label, "“{unit}”没有档案员", "请管理员启用账号或者指定档案员"),
    Wait.ACKNOWLEDGE.value: Words(
        Wait.ACKNOWLEDGE.label,
        "“{unit}”没有在用的账号，也没有有效的链接",
        "请管理员为该单位建立账号；收到纸质签收的，由本单位代录",
    ),
    ANSWER: Words(
        "待对方单位反馈",
        "“{unit}”没有在用的账号，也没有有效的链接",
        "请管理员为该单位建立账号；收到纸质反馈的，由本单位代录",
    ),
}
# Theirs come after our own: a paper answer still has a way, and there are more of them.
THEIRS = (Wait.ACKNOWLEDGE.value, ANSWER)


def stuck_steps(
    session: Session,
    actor: Actor,
    today: date,
    *,
    settings: Settings,
    case_number: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[StuckStep]:
    """Return up to `limit` open steps that nobody may take, our own first; of one case where that is asked for.

    The police see those of the cases and papers they may know of; an administrator those of every unit, with nothing but
    kind, unit and case number, and of a restricted paper not even that. `after` is the `key` of the last row shown,
    `total` counts all from there on. Raises NotAllowed for who is neither, Invalid for a key that is none.
    """
    manages = bool(reaches(actor, MANAGE))
    if not manages and not actor.has(*POLICE):
        policy.require(actor, MANAGE)
    office = _office(session, today, settings)
    statement = _statement(actor, office, manages=manages, of_case=case_number is not None, beyond=after is not None)
    given = {"today": today, "most": limit, "case_number": case_number, **_key(after)}
    return [_told(row, inside=not manages) for row in session.execute(statement, given)]


def stuck_counts(session: Session, today: date, settings: Settings) -> dict[str, int]:
    """Return how many steps of each kind nobody may take, by their names, our own first; nothing of any case. Two
    statements."""
    waits = _stuck(_office(session, today, settings))
    query = select(waits.c.wait, func.count().label("many")).group_by(waits.c.wait)
    found = {row.wait: int(row.many) for row in session.execute(query, {"today": today})}
    return {words.label: found[wait] for wait, words in WORDS.items() if wait in found}


@dataclass(frozen=True, slots=True)
class _StandIn:
    """A right to sign in somebody's stead that is in force; `kinds` None for papers of every kind."""

    principal_id: int
    deputy_id: int
    kinds: tuple[str, ...] | None
    organisation_id: int


@dataclass(frozen=True, slots=True)
class _Office:
    """What the statement is written by besides who asks: how papers are sealed by default, whether links are sent, and
    who signs for whom today."""

    seal: SealMode
    links: bool
    stand_ins: tuple[_StandIn, ...]


def _office(session: Session, today: date, settings: Settings) -> _Office:
    links = bool(settings.link_secret and settings.public_url)
    return _Office(settings.seal, links, _stand_ins(session, today))


# Over eleven kinds of step, each with who may take it: written once for a person and the rights of a day, as the lists of
# what waits are; writing it took longer than asking it.
@lru_cache(maxsize=256)
def _statement(
    actor: Actor, office: _Office, *, manages: bool, of_case: bool, beyond: bool
) -> Select[*tuple[object, ...]]:
    conditions = [Case.case_number == _CASE_NUMBER] if of_case else []
    if not manages:
        conditions += [in_territory(actor, Case.__table__.c.unit_id), takes_part(actor, Case.__table__.c.id)]
    waits = _stuck(office, *conditions, of_case=of_case)
    rank = _rank(waits)
    query = (
        select(
            waits.c.wait,
            waits.c.subject,
            waits.c.case_id,
            rank.label("rank"),
            func.count().over().label("total"),
            Case.case_number,
            Case.title,
            _UNIT.name.label("unit"),
            _THERE.name.label("organisation"),
            Document.ref.label("paper"),
            Document.title.label("paper_title"),
            func.coalesce(Document.restricted, false()).label("restricted"),
            Measure.ref.label("measure"),
            Reply.ref.label("reply"),
        )
        .join(Case, Case.id == waits.c.case_id)
        .join(_UNIT, _UNIT.id == Case.unit_id)
        .join(_THERE, _THERE.id == waits.c.unit_id)
        .outerjoin(Document, Document.id == waits.c.document_id)
        .outerjoin(Assignment, Assignment.id == waits.c.assignment_id)
        .outerjoin(Measure, Measure.id == Assignment.measure_id)
        .outerjoin(Reply, Reply.id == waits.c.reply_id)
        .order_by(rank, waits.c.case_id, waits.c.wait, waits.c.subject)
        .limit(bindparam("most", type_=Integer()))
    )
    if not manages:
        query = query.where(or_(waits.c.document_id.is_(None), visible_documents(actor)))
    if beyond:
        query = query.where(tuple_(rank, waits.c.case_id, waits.c.wait, waits.c.subject) > tuple_(*_BEHIND))
    return query


def _told(row: Row[*tuple[object, ...]], *, inside: bool) -> StuckStep:
    """What an administrator may know of a step, or who may see the case and its `inside`."""
    words = WORDS[row.wait]
    return StuckStep(
        key=f"{row.rank}/{row.case_id}/{row.wait}/{row.subject}",
        total=row.total,
        wait=row.wait,
        label=words.label,
        unit=row.unit,
        organisation=row.organisation,
        case_number=row.case_number if inside or not row.restricted else None,
        reason=words.reason.format(unit=row.organisation),
        helps=words.helps,
        inside=StepInside(row.title, row.paper, row.paper_title, row.measure, row.reply) if inside else None,
    )


def _key(after: str | None) -> dict[str, object]:
    if after is None:
        return {}
    try:
        rank, case_id, wait, subject = after.split("/")
        behind = (int(rank), int(case_id), wait, int(subject))
    except ValueError as error:
        raise Invalid("翻页标记有误，请从第一页重新打开。", code="bad_key") from error
    return dict(zip(("behind_rank", "behind_case", "behind_wait", "behind_subject"), behind, strict=True))


def _rank(waits: FromClause) -> ColumnElement[int]:
    return case((waits.c.wait.in_(THEIRS), 1), else_=0)


def _stuck(office: _Office, *conditions: Condition, of_case: bool = False) -> FromClause:
    able = _able(of_case=of_case)
    ours = (
        _carried().where(_no_officer(able)),
        steps().where(_nobody_in_the_chain(office.stand_ins)),
        unserved().where(_nobody_serves(able, office.seal)),
        answers().where(
            or_(
                and_(extension(), _nobody(able, (Role.LEADER, Role.SIGNER), _not_author(able))),
                and_(not_(extension()), _nobody(able, (Role.OFFICER,), _not_author(able))),
            )
        ),
        disputes().where(_nobody_adjudicates(able)),
        unverified().where(_unchecked(), _nobody(able, (Role.OFFICER,), _uninvolved(able))),
        talks().where(Talk.state == "proposed", _nobody(able, (Role.LEADER,))),
        left_above().where(_no_upper_officer()),
        finished().where(_nobody(able, (Role.ARCHIVIST,))),
    )
    theirs = (
        unacknowledged().where(_no_hand(Delivery.__table__.c.recipient_id, links=office.links)),
        _unanswered().where(_no_hand(Document.__table__.c.recipient_id, links=office.links)),
    )
    every = [branch.where(*conditions) for branch in (*ours, *theirs)]
    return union_all(*every).cte("stuck").prefix_with("MATERIALIZED")


# --- who is able ----------------------------------------------------------------------------------------------------


def _able(*, of_case: bool) -> CTE:
    """Every enabled account with each of its roles, beside each unit with cases (that of one case) in its territory."""
    of_cases = select(Case.unit_id).distinct()
    if of_case:
        of_cases = of_cases.where(Case.case_number == _CASE_NUMBER)
    return (
        select(_PLACE.id.label("unit_id"), _WHO.id.label("user_id"), _ROLE.role.label("role"))
        .select_from(_WHO)
        .join(_ROLE, _ROLE.user_id == _WHO.id)
        .join(_SEAT, _SEAT.id == _WHO.organisation_id)
        .join(_PLACE, _PLACE.path.startswith(_SEAT.path, autoescape=False))
        .where(_WHO.disabled_at.is_(None), _ROLE.role.in_(POLICE), _PLACE.id.in_(of_cases))
        .cte("able")
        .prefix_with("MATERIALIZED")
    )


def _nobody(able: CTE, roles: tuple[Role, ...], *conditions: Condition) -> Condition:
    """Nobody of the unit's territory with one of some roles, not recused, of whom the conditions hold."""
    return not_(
        exists(
            select(1)
            .select_from(able)
            .where(
                able.c.unit_id == Case.unit_id,
                able.c.role.in_(roles),
                not_(_recused(able.c.user_id)),
                *conditions,
            )
            .correlate_except(able)
        )
    )


def _recused(user_id: SQLColumnExpression[int] | int) -> Condition:
    return exists(
        select(1)
        .where(_OUT.case_id == Case.id, _OUT.user_id == user_id, _OUT.ended_at.is_(None))
        .correlate_except(_OUT)
    )


def _not_author(able: CTE) -> Condition:
    return not_(wrote(able.c.user_id))


def _uninvolved(able: CTE) -> Condition:
    """People who neither wrote nor assessed a completion of the measure."""
    return not_(
        exists(
            select(1)
            .select_from(Reply)
            .join(Assessment, Assessment.reply_id == Reply.id)
            .where(
                Reply.assignment_id == Assignment.id,
                Reply.kind == ReplyKind.COMPLETION,
                or_(wrote(able.c.user_id), Assessment.assessor_id == able.c.user_id),
            )
            .correlate(Assignment, able)
        )
    )


# --- steps of ours --------------------------------------------------------------------------------------------------


def _carried() -> Rows:
    """Cases that run, and those in the archive whose measures are still to be evaluated."""
    to_evaluate = select(Deadline.case_id).where(Deadline.rule_code == RULE, Deadline.state.in_(("open", "suspended")))
    return row(literal(CARRY), Case.id).where(or_(Case.stage.in_(RUNNING), Case.id.in_(to_evaluate)))


def _no_officer(able: CTE) -> Condition:
    return _nobody(able, (Role.OFFICER,), able.c.user_id == Case.officer_id)


def _nobody_in_the_chain(stand_ins: tuple[_StandIn, ...]) -> Condition:
    """Steps that wait on nobody: neither in the own right, nor today in a signer's stead."""
    in_their_own = exists(
        select(1)
        .select_from(_WHO)
        .join(_ROLE, _ROLE.user_id == _WHO.id)
        .where(
            _WHO.organisation_id == Approval.organisation_id,
            _WHO.disabled_at.is_(None),
            _ROLE.role == Approval.role,
            or_(Approval.user_id.is_(None), Approval.user_id == _WHO.id),
            Document.author_id.is_distinct_from(_WHO.id),
            not_(_recused(_WHO.id)),
            or_(Document.restricted.is_(False), may_read(_WHO, Document.__table__.c.id)),
        )
        .correlate_except(_WHO, _ROLE)
    )
    return and_(Approval.role.in_(CHAIN), not_(in_their_own), not_(_in_a_signers_stead(stand_ins)))


def _stand_ins(session: Session, today: date) -> tuple[_StandIn, ...]:
    rights = session.execute(
        select(
            SigningAuthorisation.principal_id,
            SigningAuthorisation.deputy_id,
            SigningAuthorisation.kinds,
            _PRINCIPAL.organisation_id,
        )
        .join(_PRINCIPAL, _PRINCIPAL.id == SigningAuthorisation.principal_id)
        .join(_SIGNS, and_(_SIGNS.user_id == _PRINCIPAL.id, _SIGNS.role == Role.SIGNER))
        .join(_WHO, _WHO.id == SigningAuthorisation.deputy_id)
        .where(
            SigningAuthorisation.valid_from <= today,
            SigningAuthorisation.valid_until >= today,
            SigningAuthorisation.revoked_at.is_(None),
            _PRINCIPAL.disabled_at.is_(None),
            _WHO.disabled_at.is_(None),
        )
        .order_by(SigningAuthorisation.id)
    )
    return tuple(
        _StandIn(
            right.principal_id,
            right.deputy_id,
            None if right.kinds is None else tuple(right.kinds),
            right.organisation_id,
        )
        for right in rights
    )


def _in_a_signers_stead(stand_ins: tuple[_StandIn, ...]) -> Condition:
    """Signing steps that a deputy may take today. The rights of a day are few, and become conditions one by one."""
    ways = [
        and_(
            Approval.role == Role.SIGNER,
            Approval.organisation_id == right.organisation_id,
            or_(Approval.user_id.is_(None), Approval.user_id == right.principal_id),
            true() if right.kinds is None else Document.kind.in_([DocumentKind(kind) for kind in right.kinds]),
            Document.author_id.is_distinct_from(right.principal_id),
            Document.author_id.is_distinct_from(right.deputy_id),
            not_(_recused(right.deputy_id)),
            not_(_recused(right.principal_id)),
        )
        for right in stand_ins
    ]
    return or_(*ways) if ways else false()


def _nobody_serves(able: CTE, seal: SealMode) -> Condition:
    """Papers that nobody may seal, or, sealed or where none is needed, serve: clerks seal, officers serve as well, and
    seal what only a list may read."""
    own = select(MannerRow.seal).where(MannerRow.id == Document.manner_id).correlate(Document).scalar_subquery()
    without = func.coalesce(own, literal(seal, MannerRow.seal.type)) == SealMode.NONE
    to_serve = or_(Document.status == DocumentStatus.SEALED, without, Document.restricted)
    readable = exists(
        select(1)
        .select_from(_WHO)
        .where(_WHO.id == able.c.user_id, or_(Document.restricted.is_(False), may_read(_WHO, Document.__table__.c.id)))
        .correlate(able, Document)
    )
    served = _nobody(able, (Role.CLERK, Role.OFFICER), readable)
    return or_(and_(to_serve, served), and_(not_(to_serve), _nobody(able, (Role.CLERK,))))


def _nobody_adjudicates(able: CTE) -> Condition:
    """Disputes: nobody who may enter a decision made on paper, no leader of ours, none of the body that may decide."""
    there = exists(
        select(1)
        .select_from(_WHO)
        .join(_ROLE, _ROLE.user_id == _WHO.id)
        .join(_SEAT, _SEAT.id == _WHO.organisation_id)
        .join(_PLACE, _PLACE.id == Dispute.adjudicator_id)
        .where(
            _WHO.disabled_at.is_(None),
            _ROLE.role == Role.LEADER,
            _PLACE.path.startswith(_SEAT.path, autoescape=False),
            not_(wrote(_WHO.id)),
            not_(_recused(_WHO.id)),
        )
        .correlate(Dispute, Reply, Case)
    )
    return and_(
        not_(there),
        _nobody(able, (Role.OFFICER, Role.CLERK)),
        _nobody(able, (Role.LEADER,), _not_author(able)),
    )


def _unchecked() -> Condition:
    """Measures that nobody has found done on site yet."""
    return not_(
        exists(
            select(1)
            .where(Verification.assignment_id == Assignment.id, Verification.passed.is_(True))
            .correlate(Assignment)
        )
    )


def _no_upper_officer() -> Condition:
    return not_(
        exists(
            select(1)
            .select_from(_WHO)
            .join(_ROLE, _ROLE.user_id == _WHO.id)
            .join(_SEAT, _SEAT.id == _WHO.organisation_id)
            .where(
                _WHO.disabled_at.is_(None),
                _ROLE.role == Role.OFFICER,
                _SEAT.issues_as == "bureau",
                not_(_recused(_WHO.id)),
            )
            .correlate(Case)
        )
    )


# --- steps of theirs ------------------------------------------------------------------------------------------------


def _unanswered() -> Rows:
    """Notices that were signed for and of which a measure is owed: one row a notice, however many measures."""
    owed = (AssignmentState.AWAITING_PLAN, AssignmentState.AWAITING_COMPLETION, AssignmentState.RETURNED)
    open_hand = exists(
        select(1)
        .where(
            Assignment.notice_id == Document.id,
            Assignment.state.in_(owed),
            Assignment.served_by_id.is_(None),
            Assignment.delegated_to_id.is_(None),
            not_(unassessed()),
        )
        .correlate(Document)
    )
    return (
        row(literal(ANSWER), Document.id, document=Document.id, unit=Document.recipient_id)
        .join(Document, Document.case_id == Case.id)
        .where(
            Document.status == DocumentStatus.DELIVERED,
            Document.kind.in_(CARRYING),
            open_hand,
            Case.stage.in_(RUNNING),
        )
    )


def _no_hand(unit_id: ColumnElement[int], *, links: bool) -> Condition:
    """Units without an enabled account of their own or above them, and without an address that still opens."""
    people = exists(
        select(1)
        .select_from(_PLACE)
        .join(_SEAT, _PLACE.path.startswith(_SEAT.path, autoescape=False))
        .join(_WHO, _WHO.organisation_id == _SEAT.id)
        .join(_ROLE, _ROLE.user_id == _WHO.id)
        .where(
            _PLACE.id == unit_id,
            _WHO.disabled_at.is_(None),
            _ROLE.role == Role.AGENCY,
            *(not_(_WHO.account.startswith(begin, autoescape=True)) for begin in BY_LINK),
        )
        .correlate_except(_PLACE, _SEAT, _WHO, _ROLE)
    )
    if not links:
        return not_(people)
    link = exists(
        select(1)
        .select_from(NoticeLink)
        .join(_WHO, _WHO.id == NoticeLink.user_id)
        .where(NoticeLink.document_id == Document.id, NoticeLink.expires_on >= TODAY, _WHO.disabled_at.is_(None))
        .correlate(Document)
    )
    return and_(not_(people), not_(link))
