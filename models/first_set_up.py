"""First set-up of an installation: own bodies, approval chains, number series, deadline rules, calendar, accounts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accident.code_tables import load
from models.clock.queries.rulebook import rule_data, rung_data
from models.clock.rules.calendar_seed import arranged_in, seed_days, seed_versions
from models.clock.rules.deadline_rules import DEFAULT_RULES
from models.clock.rules.escalation import DEFAULT_LADDER
from models.clock.tables import CalendarDay, CalendarYear, DeadlineRuleRow, LadderRung
from models.kernel.act import Act
from models.kernel.calendar.workdays import DayKind
from models.kernel.events import record_admin
from models.kernel.record.event_record import earlier_admin_events
from models.kernel.rights.policy import SYSTEM
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.tables import OfficeStream
from models.kernel.vocabulary import OrganisationKind, Role
from models.office.commands.naming import follow_settings, require_names
from models.office.commands.organisations import add_organisation, own_unit
from models.office.commands.users import CONSOLE, new_user
from models.office.rules.series import prefixes
from models.office.rules.writing_rules import DEFAULT_MANNERS
from models.office.tables import ChainStep, Organisation
from models.papers.tables import MannerRow, NumberSeries
from models.prevention.commands.criteria import load_criteria
from models.register.commands.following import follow_earlier_cases
from models.register.rules.hazards import HAZARD_MARK, HAZARD_SERIES

from .migrations import revision, upgrade

"""The account of the command line, which manages until there is an administrator."""


def initialise(database: Database, settings: Settings, at: datetime) -> bool:
    """Create or upgrade the tables and load reference data; a second call changes nothing but names that the settings say
    otherwise by then and nothing has used. Returns whether it was new. Raises Invalid where a name is open.
    """
    if revision(database.engine) is None:
        require_names(settings)  # before there are tables: whoever opens them next would find no unit in them
    upgrade(database.engine)
    with database.writing() as session:
        fresh = session.scalar(select(Organisation.id).where(Organisation.issues_as == "unit")) is None
        _calendar(session, at)
        _rules(session, at)
        _ladder(session, at)
        _manners(session, at)
        load(session, at)
        load_criteria(session, at)
        if fresh:
            require_names(settings)
            _bodies(session, settings, at)
        else:
            follow_settings(session, settings, at)
            _series(session, settings)
            _hazard_series(session)
        act = Act(session, SYSTEM, at, settings)
        follow_earlier_cases(act)
        _begin_office_chain(act)
    return fresh


def _begin_office_chain(act: Act) -> None:
    """Let what was recorded before the office had a chain be vouched for from the upgrade on, not from the next act."""
    begun = act.session.scalar(select(OfficeStream.last_seq))
    if begun == 0 and earlier_admin_events(act.session):
        record_admin(act, "office_chain_begun")


def _calendar(session: Session, at: datetime) -> None:
    """Load the years that are not there: a year that somebody loaded or corrected by hand stays as it is."""
    present = set(session.scalars(select(CalendarYear.year)))
    versions = {year: version for year, version in seed_versions().items() if year not in present}
    session.add_all(
        CalendarYear(year=year, version=version, source="chinesecalendar", loaded_at=at)
        for year, version in versions.items()
    )
    session.flush()
    session.add_all(
        CalendarDay(day=day.day, year=arranged_in(day), off=day.kind is DayKind.OFF, name=day.name)
        for day in seed_days()
        if arranged_in(day) in versions
    )


def _rules(session: Session, at: datetime) -> None:
    present = set(session.scalars(select(DeadlineRuleRow.code)))
    session.add_all(
        DeadlineRuleRow(
            code=rule.code,
            version=rule.version,
            data=rule_data(rule),
            unit=rule.unit.value,
            amount=rule.amount,
            author="system",
            reason="系统默认值",
            valid_from=at,
        )
        for rule in DEFAULT_RULES
        if rule.code not in present
    )


def _ladder(session: Session, at: datetime) -> None:
    if session.scalar(select(LadderRung.id).limit(1)) is not None:
        return
    session.add_all(
        LadderRung(
            version=1,
            position=position,
            code=rung.code,
            data=rung_data(rung),
            author="system",
            reason="系统默认值",
            valid_from=at,
        )
        for position, rung in enumerate(DEFAULT_LADDER, 1)
    )


def _manners(session: Session, at: datetime) -> None:
    """Load the rows that are not there: a row that somebody changed stays as it is."""
    present = {(row.recipients, row.kind) for row in session.execute(select(MannerRow.recipients, MannerRow.kind))}
    session.add_all(
        MannerRow(
            recipients=group,
            kind=kind,
            version=1,
            **asdict(manner),
            author="system",
            reason="系统默认值",
            valid_from=at,
        )
        for (group, kind), manner in DEFAULT_MANNERS.items()
        if (group, kind) not in present
    )


def _series(session: Session, settings: Settings) -> None:
    """Set up the series that are not there, those of a kind of paper that came with an upgrade, too."""
    bodies = select(Organisation.issues_as, Organisation.id).where(Organisation.issues_as.is_not(None))
    ids = {row.issues_as: row.id for row in session.execute(bodies)}
    series = session.execute(select(NumberSeries.issuer_id, NumberSeries.kind, NumberSeries.prefix)).all()
    present, taken = {(one.issuer_id, one.kind) for one in series}, {one.prefix for one in series}
    session.add_all(
        NumberSeries(issuer_id=ids[body], kind=kind, prefix=prefix)
        for (body, kind), prefix in prefixes(settings.series_stem, settings.series).items()
        if prefix not in taken | {""} and body in ids and (ids[body], kind) not in present
    )


def _hazard_series(session: Session) -> None:
    """Let the own unit number its hazards, one that was set up before there were any, too."""
    unit = own_unit(session).id
    known = select(NumberSeries.id).where(NumberSeries.issuer_id == unit, NumberSeries.kind == HAZARD_SERIES)
    if session.scalar(known) is None:
        session.add(NumberSeries(issuer_id=unit, kind=HAZARD_SERIES, prefix=HAZARD_MARK))


def _bodies(session: Session, settings: Settings, at: datetime) -> None:
    """Create the bodies that issue papers, each with a chain, its series, and the console's account."""
    bureau = add_organisation(
        session,
        settings.bureau,
        OrganisationKind.POLICE,
        division_code=settings.unit_division,
        issues_as="bureau",
    )
    unit = add_organisation(
        session,
        settings.unit,
        OrganisationKind.POLICE,
        division_code=settings.unit_division,
        parent=bureau,
        issues_as="unit",
    )
    commission = add_organisation(
        session,
        settings.commission,
        OrganisationKind.SAFETY_COMMISSION,
        division_code=settings.unit_division,
        issues_as="commission",
    )
    # Until a unit has its own chains, its own reviewers and signers act for each body.
    for body in (bureau, unit, commission):
        for position, role in enumerate((Role.REVIEWER, Role.SIGNER), 1):
            session.add(ChainStep(issuer_id=body.id, kind="*", position=position, role=role, organisation_id=unit.id))
    session.flush()
    _series(session, settings)
    session.add(NumberSeries(issuer_id=unit.id, kind="case", prefix=settings.unit_division[:4]))
    session.add(NumberSeries(issuer_id=unit.id, kind="work_order", prefix=f"{settings.unit_division[:4]}-H"))
    session.add(NumberSeries(issuer_id=unit.id, kind="archive", prefix=f"{settings.fonds}-{settings.archive_section}"))
    _hazard_series(session)
    record_admin(Act(session, SYSTEM, at, settings), "installation_created", unit=unit.name)
    new_user(session, CONSOLE, "控制台", unit.id, [Role.OFFICER], at)
