"""行文权限表: every line of who may write what to whom, the rows of the place before those of the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.errors import NotAllowed
from models.kernel.rights.policy import POLICE, Actor
from models.kernel.vocabulary import AuthorityKind, Purpose, Role, Standing
from models.office.rules.competence import Basis, Row, shipped, shipped_lines
from models.office.rules.stands import Stand
from models.office.tables import CompetenceRow

from .competence import last_day, row_from


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line, for the issuers, recipients and purposes that it is about; `id` None is a line of the program.

    `says` is which way is open, in words; `in_force` whether it counts on the day of the question, as far as days tell:
    whether the recorded paper that it `needs` is there, depends on the recipient.
    """

    key: str
    id: int | None
    version: int | None
    issuers: tuple[Standing, ...]
    recipients: tuple[Stand, ...]
    purposes: tuple[Purpose, ...]
    says: str
    refused: bool
    needs: AuthorityKind | None
    copies: tuple[str, ...]
    basis: tuple[str, ...]
    valid_from: date | None
    valid_until: date | None
    in_force: bool
    author: str | None = None
    reason: str | None = None
    ended: bool = False


def competence_table(
    session: Session,
    actor: Actor,
    on: date,
    *,
    issuer: Standing | None = None,
    recipient: Stand | None = None,
    purpose: Purpose | None = None,
) -> list[LineShown]:
    """Return the lines about an issuer, a recipient and a purpose (None: whatever it is), in the order in which they are
    tried. One statement. Raises NotAllowed for who is neither of the police nor an administrator."""
    if not actor.has(*POLICE, Role.ADMIN, Role.SYSTEM):
        raise NotAllowed("您没有此项权限，行文权限表由公安机关内部查询。")
    wanted = (issuer, recipient, purpose)
    return [line for line in (*_of_the_place(session, on), *_shipped(on)) if _about(line, wanted)]


def _about(line: LineShown, wanted: tuple[Standing | None, Stand | None, Purpose | None]) -> bool:
    issuer, recipient, purpose = wanted
    return (
        (issuer is None or issuer in line.issuers)
        and (recipient is None or recipient in line.recipients)
        and (purpose is None or purpose in line.purposes)
    )


def _of_the_place(session: Session, on: date) -> Iterator[LineShown]:
    rows = session.scalars(select(CompetenceRow).order_by(CompetenceRow.id.desc()))
    for row in rows:
        last = last_day(row)
        read = row_from(row, "")
        yield LineShown(
            key=f"local-{row.id}",
            id=row.id,
            version=row.version,
            issuers=(row.issuer,),
            recipients=(row.recipient,),
            purposes=(row.purpose,),
            says=_says(read),
            refused=read.refused,
            needs=read.needs,
            copies=tuple(copy.label for copy in read.copies),
            basis=(row.basis,),
            valid_from=row.valid_from,
            valid_until=last,
            in_force=row.valid_from <= on and (last is None or on <= last),
            author=row.author,
            reason=row.reason,
            ended=row.ended_at is not None,
        )


def _shipped(on: date) -> Iterator[LineShown]:
    bases = shipped().bases
    for number, line in enumerate(shipped_lines(), 1):
        rests_on = [one for code in line.row.basis for one in bases[code]]
        power = bases[line.row.power] if line.row.power is not None else ()
        yield LineShown(
            key=f"shipped-{number}",
            id=None,
            version=None,
            issuers=line.issuers,
            recipients=line.recipients,
            purposes=line.purposes,
            says=_says(line.row),
            refused=line.row.refused,
            needs=line.row.needs,
            copies=tuple(copy.label for copy in line.row.copies),
            basis=tuple(_cited(rests_on, on)),
            valid_from=max((one.valid_from for one in power if one.valid_from), default=None),
            valid_until=None,
            in_force=not power or any(one.in_force(on) for one in power),
        )


def _cited(bases: Iterable[Basis], on: date) -> Iterator[str]:
    return (one.text for one in bases if one.in_force(on))


def _says(row: Row) -> str:
    """Return which ways are open, as a refusal would say it; what must be found out first is not known here."""
    form = row.form.label if row.form is not None else "公文"
    return "，或者".join(way.label.format(form=form, missing="有关情况") for way in row.ways)
