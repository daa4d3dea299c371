"""What a case points at in the installation it came from, found again in this one by what is published of it, or made.

Units and people that are not here are made so that history keeps its names: a unit waits for an administrator to confirm it, an
account is disabled from the start and has no role. To refuse them would keep every case of another place out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, select

from models.kernel.act import Act
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Fault, Refused
from models.kernel.vocabulary import DocumentKind, OrganisationKind
from models.office.commands.organisations import add_organisation
from models.office.commands.users import new_user
from models.office.queries.known_units import alike
from models.office.tables import Authority, Organisation, User
from models.papers.tables import MannerRow, NumberSeries, Template
from models.register.tables import Hazard

_READ_ONLY = "随案件导入，仅供查阅"


@dataclass(slots=True)
class Matched:
    """Row numbers here by number in the parcel, and what had to be made."""

    rows: dict[str, list[int]] = field(default_factory=dict)
    units: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)


class Matching:
    """Finds or makes, within an act, each thing that a case shares."""

    def __init__(self, act: Act) -> None:
        self.act, self.session, self.found = act, act.session, Matched()

    def match(self, name: str, values: Sequence[Mapping[str, Any]], investigating: int) -> None:
        """Match the rows of one table, those it points at before. `investigating` is the unit of the case, from 1."""
        taken = self.found.rows.setdefault(name, [])
        look = {
            "users": self._user,
            "authorities": self._authority,
            "manners": self._manner,
            "number_series": self._series,
            "templates": self._template,
            "hazards": self._hazard,
        }
        for number, row in enumerate(values, 1):
            if name == "organisations":
                taken.append(self._unit(row, ours=number == investigating))
            else:
                taken.append(look[name](row, taken))
        if len(set(taken)) != len(taken):
            raise Refused("案件包中的两个单位或人员在本系统是同一个，无法区分，没有导入。", code="shared_ambiguous")

    def _unit(self, row: Mapping[str, Any], *, ours: bool) -> int:
        units, name, division = Organisation, row["name"], row["division_code"]
        if row["credit_code"] is not None:
            known = self.session.scalar(select(units.id).where(units.credit_code == row["credit_code"]))
            if known is not None:
                return known
        exact = select(units.id).where(
            units.name == name, units.division_code.is_not_distinct_from(division), units.merged_into_id.is_(None)
        )
        known = self.session.scalar(exact)
        if known is not None:
            return known
        meant = alike(self.session, name, division)
        if meant is not None:
            return meant.id
        self.found.units.append(name)
        # Below whoever imports: a unit that nobody's territory holds would hide its case from everybody.
        above = self.act.actor.organisation_id if ours else None
        return add_organisation(
            self.session,
            name,
            OrganisationKind(row["kind"]),
            division_code=division,
            parent=None if above is None else self.session.get_one(Organisation, above),
            credit_code=row["credit_code"],
            pending_since=self.act.at,
        ).id

    def _user(self, row: Mapping[str, Any], taken: Sequence[int]) -> int:
        """A person is who has the same name in the same unit; one account name may be two people's in two places."""
        unit = self.found.rows["organisations"][row["organisation_id"] - 1]
        same = select(User.id).where(User.name == row["name"], User.organisation_id == unit, User.id.not_in(taken))
        known = self.session.scalar(same.order_by(User.account != row["account"], User.id).limit(1))
        if known is not None:
            return known
        account, number = row["account"], 1
        while self.session.scalar(select(User.id).where(User.account == account)) is not None:
            number += 1
            account = f"{row['account']}-{number}"
        made = new_user(self.session, account, row["name"], unit, [], self.act.at)
        made.disabled_at = self.act.at
        self.session.flush()
        self.found.people.append(f"{row['name']}（{account}）")
        return made.id

    def _series(self, row: Mapping[str, Any], taken: Sequence[int]) -> int:
        issuer = self.found.rows["organisations"][row["issuer_id"] - 1]
        series = NumberSeries
        known = self.session.scalar(select(series.id).where(series.prefix == row["prefix"]))
        if known is not None:
            return known
        other = self.session.scalar(select(series.prefix).where(series.issuer_id == issuer, series.kind == row["kind"]))
        if other is not None:
            raise Refused(
                f"同一机关在原系统用“{row['prefix']}”编号，在本系统用“{other}”，没有导入；请先统一编号设置。",
                code="series_differs",
            )
        return self._added(NumberSeries(**{**row, "issuer_id": issuer}))

    def _hazard(self, row: Mapping[str, Any], taken: Sequence[int]) -> int:
        """The same number, day and words are the same hazard; one of another place gets a number that is free here."""
        same = select(Hazard.id).where(
            Hazard.hazard_number == row["hazard_number"],
            Hazard.found_on == row["found_on"],
            Hazard.description == row["description"],
            Hazard.id.not_in(taken),
        )
        known = self.session.scalar(same)
        if known is not None:
            return known
        number, count = row["hazard_number"], 1
        while self.session.scalar(select(Hazard.id).where(Hazard.hazard_number == number)) is not None:
            count += 1
            number = f"{row['hazard_number']}-{count}"
        rows = self.found.rows
        pointing = {"responsible_id": rows["organisations"], "reported_by": rows["users"]}
        here = {name: None if row[name] is None else of[row[name] - 1] for name, of in pointing.items()}
        return self._added(Hazard(**{**row, **here, "hazard_number": number}))

    def _manner(self, row: Mapping[str, Any], taken: Sequence[int]) -> int:
        """The table of manners is the office's: none is added by a case."""
        same = select(MannerRow.id).where(*_same(MannerRow.__table__, row, row), MannerRow.id.not_in(taken))
        known = self.session.scalar(same.order_by(MannerRow.version.desc()).limit(1))
        if known is None:
            told = f"{DocumentKind(row['kind']).label}（{row['recipients']}）"
            raise Refused(
                f"本系统没有与原系统相同的行文规则：{told}。请先用 shencha manner set 设置，再导入。",
                code="manner_missing",
            )
        return known

    def _authority(self, row: Mapping[str, Any], taken: Sequence[int]) -> int:
        """One that is not here comes ended: by it nobody may write in this office."""
        values = {**row, "recorded_by": self._person(row, "recorded_by")}
        if row["organisation_id"] is not None:
            values["organisation_id"] = self.found.rows["organisations"][row["organisation_id"] - 1]
        told = ("kind", "number", "given_by", "scope", "organisation_id", "valid_from", "scan_sha256")
        same = select(Authority.id).where(*_same(Authority.__table__, values, told), Authority.id.not_in(taken))
        known = self.session.scalar(same.order_by(Authority.id).limit(1))
        if known is not None:
            return known
        ended = {"ended_at": self.act.at, "ended_on": local_date(self.act.at), "ended_reason": _READ_ONLY}
        return self._added(Authority(**values, **ended))

    def _template(self, row: Mapping[str, Any], taken: Sequence[int]) -> int:
        """One that is not here comes out of use: by it no paper is signed in this office."""
        issuer = self.found.rows["organisations"][row["issuer_id"] - 1]
        values = {**row, "issuer_id": issuer, "uploaded_by": self._person(row, "uploaded_by")}
        told = ("issuer_id", "kind", "form", "sha256")
        same = select(Template.id).where(*_same(Template.__table__, values, told), Template.id.not_in(taken))
        known = self.session.scalar(same.order_by(Template.version.desc()).limit(1))
        if known is not None:
            return known
        of_kind = select(Template.version).where(Template.issuer_id == issuer, Template.kind == row["kind"])
        version = max(self.session.scalars(of_kind), default=0) + 1
        return self._added(
            Template(**values, version=version, retired_by=values["uploaded_by"], retired_at=self.act.at)
        )

    def _person(self, row: Mapping[str, Any], column: str) -> int:
        return self.found.rows["users"][int(row[column]) - 1]

    def _added(self, row: Authority | NumberSeries | Template | Hazard) -> int:
        self.session.add(row)
        self.session.flush()
        added: int = row.id
        return added


def _same(table: Any, row: Mapping[str, Any], columns: Any) -> list[ColumnElement[bool]]:
    return [table.c[column].is_not_distinct_from(row[column]) for column in columns]


def told(found: Matched) -> tuple[Fault, ...]:
    """Return what was made as notes for who imports."""
    units = [Fault(name, "本系统没有，已登记为待确认的单位", "unit_made") for name in found.units]
    return (*units, *(Fault(name, "本系统没有，已建立停用的账号", "person_made") for name in found.people))
