"""Who may write what to whom, asked of rows: the table in force, the recorded papers, and our bodies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.vocabulary import AuthorityKind, DocumentForm, Level, Purpose, Relation
from models.office.rules.competence import (
    Basis,
    Copy,
    Key,
    Row,
    Ruling,
    Table,
    Way,
    judge,
    judge_organ,
    judge_subject,
    shipped,
)
from models.office.rules.ranks import line_of, standing_of
from models.office.rules.relations import Body
from models.office.tables import Authority, CompetenceRow, Organisation


@dataclass(frozen=True, slots=True)
class Held:
    """A recorded paper: of which kind, by whom, for which recipient and purposes (None: all), on which days; `title` (without
    《》) and `article` are how a paper that rests on it cites it."""

    id: int
    kind: AuthorityKind
    number: str
    given_by: str
    title: str | None
    article: str | None
    recipient_id: int | None
    purposes: frozenset[Purpose] | None
    valid_from: date
    valid_until: date | None

    def speaks_for(self, recipient_id: int, purpose: Purpose, on: date) -> bool:
        """Return whether it speaks for such a paper on a day."""
        dated = self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)
        whom = self.recipient_id is None or self.recipient_id == recipient_id
        return dated and whom and (self.purposes is None or purpose in self.purposes)


@dataclass(frozen=True, slots=True)
class Competences:
    """The table with the rows of the place, and every recorded paper."""

    table: Table = field(default_factory=shipped)
    held: tuple[Held, ...] = ()


def competences(session: Session) -> Competences:
    """Read what is in force. Two statements; callers keep it (`models.clock.queries.rulebook`)."""
    return Competences(_table(session), tuple(_held(row) for row in session.scalars(select(Authority))))


def _held(row: Authority) -> Held:
    purposes = None if row.purposes is None else frozenset(Purpose(one) for one in row.purposes)
    return Held(
        row.id,
        row.kind,
        row.number,
        row.given_by,
        row.title,
        row.article,
        row.organisation_id,
        purposes,
        row.valid_from,
        last_day(row),
    )


def last_day(row: Authority | CompetenceRow) -> date | None:
    """Return the last day on which a recorded paper, or a row of the place, counts; None while nobody ended it."""
    return min((day for day in (row.valid_until, row.ended_on) if day is not None), default=None)


def _table(session: Session) -> Table:
    rows = session.scalars(select(CompetenceRow).order_by(CompetenceRow.version.desc())).all()
    if not rows:
        return shipped()
    added: dict[Key, list[Row]] = defaultdict(list)
    bases = dict(shipped().bases)
    for row in rows:
        code = f"local_{row.id}"
        bases[code] = (Basis(code, row.basis, row.valid_from, last_day(row), "recorded"),)
        added[row.issuer, row.recipient, row.purpose].append(row_from(row, code))
    table = shipped().with_rows({key: tuple(found) for key, found in added.items()})
    return replace(table, bases=bases)


def row_from(row: CompetenceRow, code: str) -> Row:
    """Return the row that a line of the table holds."""
    data = row.data
    return Row(
        ways=tuple(Way(one) for one in data["ways"]),
        refused=data["refused"],
        form=DocumentForm(data["form"]) if data["form"] else None,
        needs=AuthorityKind(data["needs"]) if data["needs"] else None,
        copies=tuple(Copy(one) for one in data["copies"]),
        basis=(code,),
        valid_from=row.valid_from,
        valid_to=last_day(row),
    )


def body_of(row: Organisation) -> Body:
    """Return the facts of a unit that decide how it stands to others."""
    return Body(
        row.kind,
        row.division_code,
        tuple(row.path.strip("/").split("/")),
        level=row.level,
        led_from=row.led_from,
        line=row.line or line_of(row.kind),
        standing=row.standing or standing_of(row.kind, row.name),
        name=row.name,
    )


def seen_by(ours: Body, unit: Organisation) -> Body:
    """Return a unit's body as we must see it: what a person fixed of the relation settles what nobody knows else.

    A unit fixed as a superior is led from above us; nothing that is known of a unit is lowered by what was fixed.
    """
    body = body_of(unit)
    if unit.relation is Relation.SUPERIOR and ours.level is not None:
        return replace(body, led_from=_beside(ours.level, -1), level=body.level or _beside(ours.level, -1))
    if unit.relation not in (Relation.PEER, Relation.SUBORDINATE) or ours.level is None:
        return body
    level = body.level or (ours.level if unit.relation is Relation.PEER else _beside(ours.level, 1))
    return replace(body, level=level, led_from=body.led_from or level, division=body.division or ours.division)


def _beside(level: Level, steps: int) -> Level:
    places: list[Level] = [one for one in Level if one is not Level.UNDETERMINED]
    return places[min(max(places.index(level) + steps, 0), len(places) - 1)]


@dataclass(frozen=True, slots=True)
class Competence:
    """What our unit may ask of others on a day; whoever of our bodies writes, it is our unit that asks."""

    bodies: Mapping[str, Body]
    known: Competences
    on: date

    @property
    def ours(self) -> Body:
        """Return our unit."""
        return self.bodies["unit"]

    def held_for(self, recipient_id: int, purpose: Purpose) -> frozenset[AuthorityKind]:
        """Return the kinds of recorded papers that speak for such a paper."""
        return frozenset(one.kind for one in self.known.held if one.speaks_for(recipient_id, purpose, self.on))

    def ruling(self, recipient: Organisation, purpose: Purpose, *, by: str = "unit") -> Ruling:
        """Return whether one of our bodies may write such a paper to a unit, and which way is open else.

        Nobody writes to itself: what our own unit must do is handed to it by the bureau that leads it.
        """
        if by == "unit" and recipient.issues_as == "unit" and "bureau" in self.bodies:
            found = self.ruling(recipient, purpose, by="bureau")
            return replace(found, ways=(Way.BY_BUREAU,)) if found.way is Way.DIRECT else found
        held = self.held_for(recipient.id, purpose)
        return judge(
            self.bodies[by], seen_by(self.ours, recipient), purpose, self.on, held=held, table=self.known.table
        )

    def organ(self, organ: Organisation, subjects: Iterable[Organisation] = ()) -> Ruling:
        """Return whether an organ may be asked to examine these units, or people of theirs."""
        return judge_organ(
            self.ours,
            seen_by(self.ours, organ),
            [seen_by(self.ours, subject) for subject in subjects],
            self.on,
            held=self.held_for(organ.id, Purpose.PROPOSE),
            table=self.known.table,
        )

    def subject(self, subject: Organisation) -> str | None:
        """Return why a unit itself cannot be the subject of a proposal of ours."""
        return judge_subject(self.ours, seen_by(self.ours, subject))

    @property
    def circulates(self) -> bool:
        """Return whether a rule of the commission is on record that speaks of circulars: without one none is written."""
        return any(
            one.kind is AuthorityKind.COMMISSION_RULE
            and one.valid_from <= self.on
            and (one.valid_until is None or self.on <= one.valid_until)
            and (one.purposes is None or Purpose.CIRCULATE in one.purposes)
            for one in self.known.held
        )

    def may_name(self, unit: Organisation) -> bool:
        """Return whether a circular of the commission's office may go to a unit, and name it."""
        if "commission" not in self.bodies or not self.circulates:
            return False
        return self.ruling(unit, Purpose.CIRCULATE, by="commission").leaves

    def held(self, recipient_id: int, purpose: Purpose, kind: AuthorityKind) -> tuple[Held, ...]:
        """Return the recorded papers of a kind that such a paper rests on, first what was given for just this purpose."""
        found = [one for one in self.known.held if one.kind is kind and one.speaks_for(recipient_id, purpose, self.on)]
        return tuple(sorted(found, key=lambda one: (one.purposes is None, one.recipient_id is None, one.id)))

    def numbers(self, recipient_id: int, purpose: Purpose, kind: AuthorityKind) -> tuple[str, ...]:
        """Return the numbers of the recorded papers of a kind that such a paper rests on."""
        return tuple(one.number for one in self.held(recipient_id, purpose, kind))


def own_bodies(session: Session) -> dict[str, Body]:
    """Return our bodies by what they issue as; empty before the installation has them."""
    rows = session.scalars(select(Organisation).where(Organisation.issues_as.is_not(None)))
    return {row.issues_as: body_of(row) for row in rows if row.issues_as is not None}
