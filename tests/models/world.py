"""One small case, written straight into the tables: two notices, an order, a restricted proposal, replies, events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from models import tables as t
from models.clock.queries.rulebook import rule_data, rulebook
from models.clock.rules.calendar_seed import seed_days, seed_versions
from models.clock.rules.deadline_rules import DEFAULT_RULES
from models.kernel.calendar.workdays import DayKind
from models.kernel.rights.policy import Actor
from models.kernel.storage.database import Database
from models.kernel.vocabulary import (
    Aspect,
    AssignmentState,
    DeliveryMode,
    DocumentForm,
    DocumentKind,
    DocumentStatus,
    FindingLevel,
    Grade,
    OrganisationKind,
    Part,
    PersonOutcome,
    PersonRole,
    RenditionForm,
    ReplyKind,
    Role,
    Stage,
    SubjectType,
    Trigger,
    Turn,
    Verdict,
)

NOW = datetime(2026, 3, 25, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
SERVED = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PENALTY = "建议给予行政拘留十五日并处罚款"


@dataclass
class World:
    """The rows by name, and the actors."""

    database: Database
    ids: dict[str, int] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    case_number: str = "4207-2026-0001"


def build(database: Database) -> World:
    """Fill an empty database with reference data and the case."""
    world = World(database)
    with database.writing() as session:
        _reference(session)
        _offices(session, world)
        _case(session, world)
        _papers(session, world)
        _answers(session, world)
        _events(session, world)
    return world


def _put(session: Session, world: World, name: str, row: Any) -> int:
    session.add(row)
    session.flush()
    world.ids[name] = row.id
    return int(row.id)


def _reference(session: Session) -> None:
    session.add_all(
        t.CalendarYear(year=year, version=version, source="seed", loaded_at=NOW)
        for year, version in seed_versions().items()
    )
    session.flush()
    session.add_all(
        t.CalendarDay(day=d.day, year=d.day.year, off=d.kind is DayKind.OFF, name=d.name)
        for d in seed_days()
        if d.day.year in seed_versions()
    )
    session.add_all(
        t.DeadlineRuleRow(
            code=rule.code,
            version=rule.version,
            data=rule_data(rule),
            unit=rule.unit.value,
            amount=rule.amount,
            author="system",
            reason="默认",
            valid_from=NOW,
        )
        for rule in DEFAULT_RULES
    )


def _offices(session: Session, world: World) -> None:
    units = [
        ("unit", "鄂州市公安局交通警察支队", OrganisationKind.POLICE, "unit"),
        ("commission", "鄂州市道路交通安全委员会办公室", OrganisationKind.SAFETY_COMMISSION, "commission"),
        ("roads", "鄂州市公路事业发展中心", OrganisationKind.ROAD_AUTHORITY, None),
        ("transport", "鄂州市交通运输局", OrganisationKind.TRANSPORT, None),
        ("company", "鄂州某运输有限公司", OrganisationKind.ENTERPRISE, None),
        ("discipline", "鄂州市纪委监委", OrganisationKind.DISCIPLINE_INSPECTION, None),
        ("government", "鄂州市人民政府", OrganisationKind.GOVERNMENT, None),
        ("elsewhere", "外地公安局交通警察支队", OrganisationKind.POLICE, None),
    ]
    for name, full, kind, issues_as in units:
        row = t.Organisation(name=full, kind=kind, division_code="420700", path="", issues_as=issues_as)
        _put(session, world, name, row)
        row.path = f"/{row.id}/"
        if name == "company":
            row.industry_authority_id = world.ids["transport"]
    people = [
        ("officer", "陈某", "unit", Role.OFFICER),
        ("second", "周某", "unit", Role.OFFICER),
        ("clerk", "刘某", "unit", Role.CLERK),
        ("reviewer", "马某", "unit", Role.REVIEWER),
        ("signer", "何某", "unit", Role.SIGNER),
        ("leader", "高某", "unit", Role.LEADER),
        ("archivist", "罗某", "unit", Role.ARCHIVIST),
        ("admin", "管理员", "unit", Role.ADMIN),
        ("road_clerk", "孙某", "roads", Role.AGENCY),
        ("company_clerk", "钱某", "company", Role.AGENCY),
        ("stranger", "吴某", "elsewhere", Role.OFFICER),
        ("foreign_agency", "郑某", "transport", Role.AGENCY),
    ]
    for account, name, unit, role in people:
        user = t.User(account=account, name=name, organisation_id=world.ids[unit], created_at=NOW)
        _put(session, world, account, user)
        session.add(t.UserRole(user_id=user.id, role=role))
        path = f"/{world.ids[unit]}/"
        world.actors[account] = Actor(user.id, account, name, world.ids[unit], path, frozenset({role}))


def _case(session: Session, world: World) -> None:
    ids = world.ids
    accident = t.Accident(
        title="樊口段事故",
        occurred_at=datetime(2026, 1, 15, 6, 30, tzinfo=UTC),
        division_code="420704",
        place="鄂州市鄂城区G316线K120处",
        road_name="316国道",
        road_number="G316",
        deaths=3,
        serious_injuries=1,
        minor_injuries=0,
        economic_loss=1_234_567,
        summary="货车侧翻压覆对向小客车。",
    )
    _put(session, world, "accident", accident)
    session.add(
        t.Vehicle(accident_id=accident.id, ref="V1", plate="鄂G****1", owner_id=ids["company"], defects=["制动失效"])
    )
    _put(
        session,
        world,
        "driver",
        t.Person(
            accident_id=accident.id,
            ref="P1",
            name="朱某",
            role=PersonRole.DRIVER,
            organisation_id=ids["company"],
            position="驾驶员",
            outcome=PersonOutcome.SERIOUS,
            id_number="110101199003070011",
        ),
    )
    case = t.Case(
        case_number=world.case_number,
        accident_id=accident.id,
        title="樊口段“1·15”事故",
        unit_id=ids["unit"],
        officer_id=ids["officer"],
        stage=Stage.RECTIFYING,
        grade=Grade.LARGE,
        grade_provisional=False,
        trigger=Trigger.STATUTORY,
        filed_at=datetime(2026, 1, 16, 1, 0, tzinfo=UTC),
        clock_from=accident.occurred_at,
        last_seq=0,
        last_hash="0" * 64,
    )
    _put(session, world, "case", case)
    findings = [
        ("F1", "roads", "弯道缺少警告标志。", ["《公路法》"], True),
        ("F2", "company", "企业未落实车辆例检。", ["《安全生产法》"], True),
        ("F3", None, "驾驶人超速行驶。", [], False),
    ]
    for position, (ref, unit, text, basis, duty) in enumerate(findings, 1):
        row = t.Finding(
            case_id=case.id,
            ref=ref,
            position=position,
            level=FindingLevel.INDIRECT if unit else FindingLevel.DIRECT,
            aspect=Aspect.ROAD if unit == "roads" else Aspect.MANAGEMENT,
            text=text,
            cause_tags=[],
            legal_basis=basis,
            duty_failure=duty,
        )
        _put(session, world, ref, row)
        if unit:
            session.add(t.FindingOrganisation(finding_id=row.id, organisation_id=ids[unit]))
    session.add(t.FindingPerson(finding_id=ids["F3"], person_id=ids["driver"]))
    for position, (ref, finding, unit, due) in enumerate(
        [("M1", "F1", "roads", None), ("M2", "F1", "roads", date(2026, 9, 30)), ("M3", "F2", "company", None)], 1
    ):
        row = t.Measure(case_id=case.id, ref=ref, position=position, text=f"措施{ref}的内容", proof="照片")
        _put(session, world, ref, row)
        session.add(t.MeasureFinding(measure_id=row.id, finding_id=ids[finding]))
        hand = t.Assignment(
            case_id=case.id,
            measure_id=row.id,
            organisation_id=ids[unit],
            part=Part.LEAD,
            due_on=due,
            state=AssignmentState.UNISSUED,
        )
        _put(session, world, f"A-{ref}", hand)
    session.add(
        t.Evidence(
            case_id=case.id,
            ref="E1",
            title="道路现场勘查笔录",
            finding_id=ids["F1"],
            file_name="kancha.pdf",
            size=1000,
            sha256="a" * 64,
            added_by=ids["officer"],
            added_at=NOW,
        )
    )
    session.add(
        t.Evidence(
            case_id=case.id,
            ref="E2",
            title="车辆检验报告",
            finding_id=ids["F2"],
            reference="支队物证室3号柜",
            added_by=ids["officer"],
            added_at=NOW,
        )
    )
    session.add(t.TeamMember(case_id=case.id, ref="T1", name="梁某", role="lead", organisation_id=ids["unit"]))


def document(world: World, ref: str, kind: DocumentKind, **more: Any) -> t.Document:
    """Return a draft of the case; `more` sets what differs."""
    values: dict[str, Any] = {
        "case_id": world.ids["case"],
        "ref": ref,
        "kind": kind,
        "form": DocumentForm.NOTICE,
        "issuer_id": world.ids["unit"],
        "occasion": 1,
        "title": f"关于{ref}的文书",
        "status": DocumentStatus.DRAFT,
        "round": 1,
        "author_id": world.ids["officer"],
        "restricted": False,
        "drafted_at": NOW,
    }
    return t.Document(**{**values, **more})


def out(number: str, on: date, status: DocumentStatus = DocumentStatus.DELIVERED) -> dict[str, Any]:
    """Return what an issued paper has more than a draft."""
    return {"number": number, "status": status, "content": {}, "issued_on": on, "issued_at": SERVED}


def deadline(world: World, code: str, unit: str, due_on: date, **more: Any) -> t.Deadline:
    """Return an open clock; `more` sets what differs."""
    values: dict[str, Any] = {
        "key": f"{world.case_number}/{code}/{more.pop('about')}",
        "case_id": world.ids["case"],
        "organisation_id": world.ids[unit],
        "turn": Turn.THEIRS,
        "rule_code": code,
        "rule_version": 1,
        "excluded_days": 0,
        "changes": {},
        "start_event": "文书送达",
        "started_at": SERVED,
        "due_on": due_on,
        "first_due_on": due_on,
        "provisional": False,
        "calendar_version": "2026-1",
        "near_on": due_on - timedelta(days=3),
        "version": 1,
        "state": "open",
    }
    return t.Deadline(**{**values, **more})


def _papers(session: Session, world: World) -> None:
    ids = world.ids
    report = document(
        world,
        "D1",
        DocumentKind.ANALYSIS_REPORT,
        form=DocumentForm.REPORT,
        title="关于鄂城区“1·15”较大道路交通事故的调查分析报告",
        **out("鄂州公交调〔2026〕1号", date(2026, 2, 20), DocumentStatus.ISSUED),
    )
    _put(session, world, "D1", report)
    for ref, unit, number in (("D2", "roads", 1), ("D3", "company", 2)):
        notice = document(
            world,
            ref,
            DocumentKind.RECTIFICATION_NOTICE,
            form=DocumentForm.LETTER if unit == "roads" else DocumentForm.NOTICE,
            recipient_id=ids[unit],
            title=f"关于{ref}整改事项的通知",
            **out(f"鄂州公交整〔2026〕{number}号", date(2026, 2, 27)),
        )
        _put(session, world, ref, notice)
        delivery = t.Delivery(
            case_id=ids["case"],
            document_id=notice.id,
            recipient_id=ids[unit],
            mode=DeliveryMode.DIRECT,
            delivered_at=SERVED,
            recorded_at=SERVED,
            recorded_by=ids["clerk"],
        )
        if unit == "roads":
            delivery.acknowledged_at, delivery.received_by = SERVED + timedelta(hours=2), "孙某"
            delivery.acknowledged_by = ids["clerk"]
        session.add(delivery)
        session.add(
            t.Rendition(
                document_id=notice.id,
                form=RenditionForm.FINAL_DOCX,
                version=1,
                sha256=ref.lower().ljust(64, "0"),
                size=9000,
                file_name=f"{notice.number} {notice.title}.docx",
                made_at=SERVED,
            )
        )
    for measure, notice, state in (
        ("M1", "D2", AssignmentState.AWAITING_PLAN),
        ("M2", "D2", AssignmentState.AWAITING_COMPLETION),
        ("M3", "D3", AssignmentState.AWAITING_RECEIPT),
    ):
        hand = session.get_one(t.Assignment, ids[f"A-{measure}"])
        hand.state, hand.notice_id = state, ids[notice]
        session.add(t.DocumentAssignment(document_id=ids[notice], assignment_id=hand.id))
    clocks = [
        deadline(world, "notice.plan", "roads", date(2026, 3, 11), about="M1", assignment_id=ids["A-M1"]),
        deadline(
            world,
            "measure.complete",
            "roads",
            date(2026, 9, 30),
            about="M2",
            assignment_id=ids["A-M2"],
            given_on=date(2026, 9, 30),
        ),
        deadline(world, "notice.acknowledge", "company", date(2026, 3, 27), about="D3", document_id=ids["D3"]),
    ]
    for name, clock in zip(("plan", "complete", "acknowledge"), clocks, strict=True):
        _put(session, world, f"clock-{name}", clock)
    order = document(
        world,
        "D4",
        DocumentKind.SUPERVISION_ORDER,
        issuer_id=ids["commission"],
        recipient_id=ids["roads"],
        title="关于限期落实整改措施的督办单",
        confirmed_no_reply_by=ids["officer"],
    )
    _put(session, world, "D4", order)
    session.add_all(t.DocumentAssignment(document_id=order.id, assignment_id=ids[f"A-{m}"]) for m in ("M1", "M2"))
    proposal = document(
        world,
        "D5",
        DocumentKind.ACCOUNTABILITY_PROPOSAL,
        form=DocumentForm.LETTER,
        recipient_id=ids["discipline"],
        title="关于倒查问责的建议书",
        status=DocumentStatus.IN_REVIEW,
        restricted=True,
    )
    _put(session, world, "D5", proposal)
    session.add_all(
        t.Approval(
            document_id=proposal.id, round=1, position=position, role=role, organisation_id=ids["unit"], user_id=user
        )
        for position, role, user in ((1, Role.REVIEWER, ids["reviewer"]), (2, Role.SIGNER, ids["signer"]))
    )
    session.add(t.Reader(document_id=proposal.id, user_id=ids["officer"], added_at=NOW))
    items = [
        ("A1", ids["roads"], False, "党纪政务处分", proposal.id),
        ("A2", ids["company"], True, "司法机关已采取措施", None),
        ("A3", ids["transport"], True, "免予追责", None),
    ]
    for ref, unit_id, informational, category, document_id in items:
        item = t.AccountabilityItem(
            case_id=ids["case"],
            ref=ref,
            subject_type=SubjectType.ORGANISATION,
            organisation_id=unit_id,
            category=category,
            text=PENALTY,
            informational=informational,
            competent_organ_id=ids["discipline"],
            document_id=document_id,
        )
        _put(session, world, f"item-{ref}", item)
    session.add_all(
        t.AccountabilityFinding(item_id=ids[f"item-{item}"], finding_id=ids[finding])
        for item, finding in (("A1", "F1"), ("A2", "F1"), ("A3", "F2"))
    )


def _answers(session: Session, world: World) -> None:
    ids = world.ids
    reply = t.Reply(
        case_id=ids["case"],
        ref="R1",
        assignment_id=ids["A-M2"],
        organisation_id=ids["roads"],
        kind=ReplyKind.PLAN,
        text="计划于九月底前完成标志补设。",
        author_id=ids["road_clerk"],
        happened_at=SERVED + timedelta(days=2),
        recorded_at=SERVED + timedelta(days=2),
    )
    _put(session, world, "R1", reply)
    session.add(
        t.ReplyFile(reply_id=reply.id, file_name="方案.docx", media_type="application/x", size=5, sha256="b" * 64)
    )
    session.add(
        t.Assessment(
            reply_id=reply.id, verdict=Verdict.ACCEPTED, assessor_id=ids["officer"], assessed_at=SERVED + timedelta(3)
        )
    )


def append(session: Session, world: World, kind: str, **data: Any) -> None:
    """Append an event as the commands do; its hash is only unique here."""
    case = session.get_one(t.Case, world.ids["case"])
    case.last_seq += 1
    session.add(
        t.Event(
            case_id=case.id,
            seq=case.last_seq,
            kind=kind,
            happened_at=NOW - timedelta(days=1),
            recorded_at=NOW,
            actor="officer",
            actor_name="陈某",
            data=data,
            prev_hash=case.last_hash,
            hash=f"{case.id:032d}{case.last_seq:032d}",
        )
    )
    session.flush()


def _events(session: Session, world: World) -> None:
    append(session, world, "case_filed", grade="large")
    append(session, world, "paper_drafted", paper="D2")
    append(session, world, "paper_delivered", paper="D2", recipient="鄂州市公路事业发展中心")
    append(session, world, "paper_delivered", paper="D3", recipient="鄂州某运输有限公司")
    append(session, world, "reply_given", measure="M2", reply="R1", organisation="鄂州市公路事业发展中心")
    append(session, world, "paper_drafted", paper="D5")
    append(session, world, "no_reply_confirmed", paper="D4")


class Statements:
    """Counts the reading statements of a block, as in a process that knows the rules in force already."""

    def __init__(self, database: Database) -> None:
        self.engine, self.count = database.engine, 0
        with database.reading() as session:
            rulebook(session)

    def _tick(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.count += statement.startswith("SELECT")

    def __enter__(self) -> Statements:
        event.listen(self.engine, "before_cursor_execute", self._tick)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._tick)
