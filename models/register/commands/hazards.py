"""Hazards (隐患) that people tell of: written down, put right, looked at on site, or found to be none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from models.case.commands.editing import worded
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.moments import happened
from models.kernel.errors import Conflict, Fault, Invalid
from models.kernel.events import record_admin
from models.kernel.refs import AccountRef, UnitRef
from models.kernel.rights import policy
from models.kernel.storage import limits
from models.kernel.text.invisible import refuse_invisible
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import HazardGrade, HazardSource, HazardState, OrganisationKind, Role
from models.office.commands.authorisations import find_user
from models.office.commands.organisations import find_organisation, own_unit
from models.office.organisation_list import require_codes, require_line
from models.office.tables import Organisation
from models.papers.commands.numbers import draw_several
from models.papers.commands.renditions import PictureFile
from models.register.commands.hazard_steps import add_photos, locked, note_step, path_of, set_columns
from models.register.queries.near_hazards import Alike, hazards_alike
from models.register.rules.hazards import BY_HAND, BY_OTHERS, HAZARD_SERIES, hazard_number, road_number, spot, staked
from models.register.rules.site_checks import PROBLEM, read_answers
from models.register.tables import Hazard

MOST_PHOTOS = 9


@action(
    "report-hazard",
    title="登记隐患",
    rights=("hazard.report",),
    own_verb=True,
    asks="附近已有相似的隐患，是否仍然登记为另一处？",
)
def report_hazard(
    act: Act,
    *,
    description: str,
    hazard_source: HazardSource | None = None,
    found_on: date | None = None,
    road_name: str | None = None,
    stake: str | None = None,
    place: str | None = None,
    coordinates: str | None = None,
    division_code: str | None = None,
    severity: HazardGrade | None = None,
    responsible_unit: UnitRef | None = None,
    responsible_person: str | None = None,
    funds: int | None = None,
    due: date | None = None,
    photos: Sequence[PictureFile] = (),
    despite_similar: bool = False,
) -> str:
    """Write down a hazard that somebody told of or saw; returns its number. Agencies tell of what they see, too.

    `coordinates` are 114.871,30.392 GCJ-02, `found_on` is today where it is not said. Raises NotAllowed, Invalid with what
    is wrong (no words, no place, a stake or a point that is none, a day in the future), Conflict where one like it is known
    near by and nobody said that this is another.
    """
    police = act.actor.has(Role.OFFICER, Role.CLERK)
    policy.require(act.actor, "hazard.report", unit_path=act.actor.path, addressed=(act.actor.path,))
    allowed = BY_HAND if police else BY_OTHERS
    source = hazard_source or allowed[0]
    if source not in allowed:
        raise Invalid(f"隐患来源可选：{'、'.join(one.label for one in allowed)}。", code="bad_source")
    said = {
        **_seen(act, description, found_on, due),
        **_where(road_name, stake, place, coordinates, division_code),
        **_who(act, responsible_unit, responsible_person),
        **_money(funds),
        "severity": severity,
    }
    if not despite_similar:
        _refuse_alike(act, said)
    unit = act.actor.organisation_id if police else _unit_for(act, said["division_code"])
    hazard = Hazard(**said, source=source, unit_id=unit, reported_by=act.actor.id)
    return write_down(act, hazard, photos)


def write_down(act: Act, hazard: Hazard, photos: Sequence[PictureFile] = ()) -> str:
    """Give a new hazard its number and put it on record; whoever calls has asked the policy. Draws last of all."""
    limits.refuse_many(len(photos), MOST_PHOTOS)
    hazard.state, hazard.reported_at, hazard.version = HazardState.REPORTED, act.at, 1
    taken = add_photos(act, hazard, photos, "report")
    [hazard.hazard_number] = draw_numbers(act, 1)
    act.session.add(hazard)
    note_step(act, hazard, "hazard_reported", photos=taken)
    record_admin(
        act,
        "hazard_reported",
        hazard=hazard.hazard_number,
        source=hazard.source.value,
        unit=hazard.unit_id,
        photos=taken,
    )
    return hazard.hazard_number


def draw_numbers(act: Act, count: int) -> list[str]:
    """Return the next numbers of hazards, in a row. The counter stays locked: draw last."""
    unit = own_unit(act.session)
    uses = [f"hazard/{act.at.isoformat()}/{place}" for place in range(1, count + 1)]
    mark, year, first = draw_several(act, unit.id, HAZARD_SERIES, used_for=uses)
    return [hazard_number(mark, year, serial) for serial in range(first, first + count)]


@action("edit-hazard", title="修改隐患", rights=("hazard.edit",))
def edit_hazard(
    act: Act,
    *,
    hazard: str,
    reason: str,
    description: str | None = None,
    road_name: str | None = None,
    stake: str | None = None,
    place: str | None = None,
    coordinates: str | None = None,
    division_code: str | None = None,
    severity: HazardGrade | None = None,
    responsible_unit: UnitRef | None = None,
    responsible_person: str | None = None,
    funds: int | None = None,
    due: date | None = None,
    photos: Sequence[PictureFile] = (),
    seen_version: int | None = None,
) -> None:
    """Put right or complete what is known of a hazard; what is not given stays. What stood there before stays on record.

    Raises NotAllowed, NotFound, Conflict (changed since, closed or dismissed), Invalid as `report_hazard`, and where nothing
    would change.
    """
    row = locked(act, hazard, seen_version)
    policy.require(act.actor, "hazard.edit", unit_path=path_of(act, row))
    why = require_reason(reason)
    _refuse_over(row)
    said: dict[str, Any] = {
        **_where(road_name, stake, place, coordinates, division_code, required=False),
        **_who(act, responsible_unit, responsible_person),
        **_money(funds),
        "severity": severity,
        "due_on": due,
    }
    if description is not None:
        said["description"] = worded(description, "隐患描述")
    if due is not None and due < row.found_on:
        raise Invalid("期限早于排查时间，请核对。", code="period")
    given = {name: value for name, value in said.items() if value is not None}
    if "road_name" in given:
        given["road_number"] = said["road_number"]  # another road has not the number of the one before
    changes = set_columns(row, given)
    limits.refuse_many(len(photos), MOST_PHOTOS)
    taken = add_photos(act, row, photos, "report")
    if not changes and not taken:
        raise Invalid("没有要修改的内容。", code="nothing_to_change")
    note_step(act, row, "hazard_changed", why=why, changes=changes, photos=taken)
    record_admin(act, "hazard_changed", why=why, hazard=row.hazard_number, changes=changes, photos=taken)


@action("check-site", title="现场核查隐患", rights=("hazard.check",))
def check_site(
    act: Act,
    *,
    hazard: str,
    confirmed: bool,
    site_answers: Sequence[str],
    severity: HazardGrade | None = None,
    note: str | None = None,
    checked_with: AccountRef | None = None,
    photos: Sequence[PictureFile] = (),
    sketch: Sequence[PictureFile] = (),
    happened_at: datetime | None = None,
    seen_version: int | None = None,
) -> None:
    """Put on record what an officer found on site, question by question (`rules/site_check.toml`): confirmed with its grade,
    the hazard is checked; else it stays as it was, and a leader decides whether it is none.

    `site_answers` are KEY=ANSWER or KEY=ANSWER：NOTE. Raises NotAllowed, NotFound, Conflict (changed since, ordered or over),
    Invalid with each answer that is missing, a hazard confirmed without a problem or a grade.
    """
    row = locked(act, hazard, seen_version)
    policy.require(act.actor, "hazard.check", unit_path=path_of(act, row))
    if row.state not in (HazardState.REPORTED, HazardState.CHECKED):
        raise Conflict(f"隐患{row.hazard_number}{row.state.label}，不能再核查。", code="hazard_over")
    answers = read_answers(site_answers)
    at = happened(act, happened_at)
    _refuse_contradiction(confirmed, severity, note, [one.answer for one in answers.values()])
    if local_date(at) < row.found_on:
        raise Invalid("核查时间早于排查时间，请核对。", code="period")
    companion = None if checked_with is None else find_user(act, checked_with)
    if companion is not None and companion.id == act.actor.id:
        raise Invalid("共同核查的须是另一名民警。", code="same_person")
    limits.refuse_many(len(photos), MOST_PHOTOS)
    check = {
        "at": at.isoformat(),
        "by": act.actor.account,
        "by_name": act.actor.name,
        "with": companion and companion.account,
        "with_name": companion and companion.name,
        "confirmed": confirmed,
        "severity": severity and severity.value,
        "note": note and worded(note, "核查情况"),
        "answers": {key: asdict(answer) for key, answer in answers.items()},
        "photos": add_photos(act, row, photos, "check"),
        "sketch": add_photos(act, row, sketch, "sketch"),
    }
    row.details = {**row.details, "site_check": check}
    if confirmed:
        row.state, row.severity = HazardState.CHECKED, severity
    note_step(act, row, "hazard_checked", check=check)
    record_admin(act, "hazard_checked", hazard=row.hazard_number, check=check)


@action("dismiss-hazard", title="不作隐患处理", rights=("hazard.dismiss",), decides=True)
def dismiss_hazard(act: Act, *, hazard: str, reason: str, seen_version: int | None = None) -> None:
    """Decide that what was told is no hazard, or the same as another, with the reason.

    Raises NotAllowed, NotFound, Invalid without a reason, Conflict (changed since, ordered or over).
    """
    row = locked(act, hazard, seen_version)
    policy.require(act.actor, "hazard.dismiss", unit_path=path_of(act, row))
    why = require_reason(reason)
    if row.state not in (HazardState.REPORTED, HazardState.CHECKED):
        raise Conflict(f"隐患{row.hazard_number}{row.state.label}，不能作此决定。", code="hazard_over")
    row.state, row.state_reason = HazardState.DISMISSED, why
    note_step(act, row, "hazard_dismissed", why=why)
    record_admin(act, "hazard_dismissed", why=why, hazard=row.hazard_number)


def _refuse_over(row: Hazard) -> None:
    if row.state in (HazardState.CLOSED, HazardState.DISMISSED):
        raise Conflict(f"隐患{row.hazard_number}{row.state.label}，不能再修改。", code="hazard_over")


def _refuse_contradiction(
    confirmed: bool, severity: HazardGrade | None, note: str | None, answers: Sequence[str]
) -> None:
    if confirmed and severity is None:
        raise Invalid("确认隐患的，请选择等级。", code="severity_missing")
    if confirmed and PROBLEM not in answers:
        raise Invalid("确认隐患的，至少有一项应为“有问题”。", code="no_problem")
    if not confirmed and not (note and note.strip()):
        raise Invalid("未确认隐患的，请填写核查情况。", code="note_missing")


def _seen(act: Act, description: str, found_on: date | None, due: date | None) -> dict[str, Any]:
    seen, words = found_on or act.today, worded(description, "隐患描述")
    limits.refuse_long("隐患描述", words)
    if seen > act.today:
        raise Invalid("排查时间晚于今天，请核对。", code="in_the_future")
    if due is not None and due < seen:
        raise Invalid("期限早于排查时间，请核对。", code="period")
    return {"description": words, "found_on": seen, "due_on": due}


def _where(
    road_name: str | None,
    stake: str | None,
    place: str | None,
    coordinates: str | None,
    division_code: str | None,
    *,
    required: bool = True,
) -> dict[str, Any]:
    """Return the columns that say where; every one that is not given is None. Raises Invalid with each fault."""
    faults: list[Fault] = []

    def of(what: str, read: Any, text: str | None) -> Any:
        if text is None or not text.strip():
            return None
        try:
            return read(text.strip())
        except Invalid as refusal:
            faults.append(Fault(what, refusal.message, refusal.code))
            return None

    def line(what: str) -> Any:
        return lambda text: require_line(what, text, limits.LONGEST_NAME)

    road, words = of("路段", line("路段"), road_name), of("地点", line("地点"), place)
    at, point = of("桩号", staked, stake), of("坐标", spot, coordinates)
    if at is not None and road is None and required:
        faults.append(Fault("路段", "写了桩号的，请写明是哪条道路", "road_missing"))
    if required and not faults and not (road or words or point):
        faults.append(Fault("地点", "请写明地点、路段和桩号，或者坐标", "place_missing"))
    if faults:
        raise Invalid(f"隐患有{len(faults)}处不合格，未保存：", faults=faults, code="bad_place")
    require_codes(division_code or None, None)
    return {
        "road_name": road,
        "road_number": road_number(road),
        "place": words,
        "stake": at and at.written,
        "stake_m": at and at.metres,
        "division_code": division_code or None,
        **(asdict(point) if point else {"longitude": None, "latitude": None, "east_m": None, "north_m": None}),
    }


def where_of(told: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the columns that say where of what came by a link, as `_where` does."""
    return _where(told["road_name"], told["stake"], told["place"], told["coordinates"], told["division_code"])


def seen_today(act: Act, description: str) -> dict[str, Any]:
    """Return the columns that say what and when of what came by a link: it is told on the day it is seen."""
    return _seen(act, description, None, None)


def _who(act: Act, unit: str | None, person: str | None) -> dict[str, Any]:
    found = None if unit is None else find_organisation(act.session, unit)
    name = None if person is None or not person.strip() else require_line("责任人", person, limits.LONGEST_NAME)
    return {
        "responsible_id": found and found.id,
        "responsible_name": found and found.name,
        "responsible_person": name,
    }


def _money(funds: int | None) -> dict[str, Any]:
    if funds is not None and not 0 <= funds < 10**13:
        raise Invalid("资金须是不小于0的整元数。", code="bad_funds")
    return {"funds": funds}


def _unit_for(act: Act, division_code: str | None) -> int:
    """Return our unit that gets what an agency tells: the one brigade of the division, else the own unit."""
    own = own_unit(act.session)
    if division_code is None:
        return own.id
    below = act.session.scalars(
        select(Organisation.id).where(
            Organisation.parent_id == own.id,
            Organisation.kind == OrganisationKind.POLICE,
            Organisation.division_code == division_code,
            Organisation.merged_into_id.is_(None),
        )
    ).all()
    return below[0] if len(below) == 1 else own.id


def _refuse_alike(act: Act, said: Mapping[str, Any]) -> None:
    alike = hazards_alike(act.session, act.actor, Alike.of(said))
    if alike:
        told = "；".join(f"{one.hazard_number}（{one.found_on}，{one.description}）" for one in alike)
        raise Conflict(
            f"附近已有相似的隐患：{told}。请核对是否同一处；确是另一处的，确认后再登记。", code="hazard_alike"
        )


def refuse_reporter(name: str | None) -> str | None:
    """Return who told of it, as the person says it on a link's page. Raises Invalid for what is no line."""
    if name is None or not name.strip():
        return None
    refuse_invisible("上报人", name)
    return require_line("上报人", name, limits.LONGEST_NAME)
