"""Units in a tree, and the people who act for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, validates

from models.kernel.base import Base, JsonList, column
from models.kernel.text.folded import folded
from models.kernel.vocabulary import Level, Line, OrganisationKind, Relation, Role, Standing
from models.office.rules import ranks
from models.office.rules.relations import level


class _Inserting(Protocol):
    """What SQLAlchemy tells a default of the row that is about to be written."""

    def get_current_parameters(self) -> dict[str, Any]: ...


def _by_rule(told: Callable[[OrganisationKind, str, str | None], Level | None]) -> Callable[[_Inserting], Level | None]:
    """Return a default for new rows, whatever door they come by: what kind, name and division tell, else unknown."""

    def found(context: _Inserting) -> Level | None:
        row = context.get_current_parameters()
        if row.get("issues_as") is not None and row.get("division_code") is not None:
            return level(row["division_code"])  # our own bodies stand where the settings place them
        return told(row["kind"], row["name"], row.get("division_code"))

    return found


class Organisation(Base):
    """A unit: own police, government, department or enterprise."""

    __tablename__ = "organisations"
    __table_args__ = (
        UniqueConstraint("name", "division_code"),
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    name: Mapped[str] = column("full official name")
    kind: Mapped[OrganisationKind] = column("what the unit is")
    division_code: Mapped[str | None] = column("GB/T 2260 code of its territory; null where unknown")
    parent_id: Mapped[int | None] = column("unit above it in the tree", ForeignKey("organisations.id"), index=True)
    path: Mapped[str] = column("row numbers from the root, as /1/5/9/; a subtree is a prefix", index=True)
    industry_authority_id: Mapped[int | None] = column(
        "行业主管部门: the department an enterprise's papers are copied to", ForeignKey("organisations.id")
    )
    credit_code: Mapped[str | None] = column("unified social credit code (GB 32100)", unique=True)
    relation: Mapped[Relation | None] = column("relation to our unit where it differs from the derived one")
    level: Mapped[Level | None] = column(
        "层级: by rule from kind, name and division; null where that leaves it open", default=_by_rule(ranks.level_of)
    )
    led_from: Mapped[Level | None] = column(
        "领导机关层级: the level of whoever leads it; null where open", default=_by_rule(ranks.led_from)
    )
    line: Mapped[Line | None] = column("系统: the line of authority; null for the one of its kind")
    standing: Mapped[Standing | None] = column("机构性质; null for the one that kind and name tell")
    contact: Mapped[str | None] = column("name of the contact")
    phone: Mapped[str | None] = column("telephone of the contact")
    issues_as: Mapped[str | None] = column(
        "unit, bureau or commission: the body in whose name papers leave; null for all others", unique=True
    )
    disabled_at: Mapped[datetime | None] = column("when the unit ceased to be used")
    folded_name: Mapped[str | None] = column("the name without width, brackets' shape and blanks", index=True)
    pending_since: Mapped[datetime | None] = column(
        "when it was entered by somebody who is no administrator; null once an administrator confirmed it"
    )
    merged_into_id: Mapped[int | None] = column("unit that goes on with this one", ForeignKey("organisations.id"))
    version: Mapped[int] = column(
        "raised by every change of an administrator; a stale writer is told", default=0, server_default="0"
    )

    @validates("name")
    def _fold(self, _name: str, name: str) -> str:
        """Keep the folded form beside the name: an index finds a unit by it, however it is typed."""
        self.folded_name = folded(name)
        return name


class OrganisationName(Base):
    """曾用名: a name that a unit had until a day: what was written then says it, and who looks for it finds the unit."""

    __tablename__ = "organisation_names"
    __table_args__ = (CheckConstraint("reason <> ''", name="reasoned"),)

    id: Mapped[int] = column("row number", primary_key=True)
    organisation_id: Mapped[int] = column("unit", ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = column("the name it had")
    folded_name: Mapped[str] = column("that name without width, brackets' shape and blanks", index=True)
    until: Mapped[date] = column("first day on which it had its next name")
    now: Mapped[str] = column("its next name")
    reason: Mapped[str] = column("why: the decision by which it was renamed")
    recorded_by: Mapped[int | None] = column("who entered it; null for the system", ForeignKey("users.id"))
    recorded_at: Mapped[datetime] = column("when it was entered")

    @validates("name")
    def _fold(self, _name: str, name: str) -> str:
        self.folded_name = folded(name)
        return name


class MovedPointer(Base):
    """One row that pointed to a unit until that was merged into another one: by it what was written then keeps its name."""

    __tablename__ = "moved_pointers"
    __table_args__ = (Index("ix_moved_pointers_row", "of", "row_id"),)

    id: Mapped[int] = column("row number", primary_key=True)
    of: Mapped[str] = column("table of the row that pointed")
    row_id: Mapped[int] = column("row number there")
    attribute: Mapped[str] = column("column that pointed")
    former_id: Mapped[int] = column("unit it pointed to", ForeignKey("organisations.id"))
    moved_on: Mapped[date] = column("first day on which it pointed to the unit that goes on")


class User(Base):
    """An account of one person."""

    __tablename__ = "users"

    id: Mapped[int] = column("row number", primary_key=True)
    account: Mapped[str] = column("log-in name", unique=True)
    name: Mapped[str] = column("the person's name, as printed on papers")
    organisation_id: Mapped[int] = column("the unit the person acts for", ForeignKey("organisations.id"), index=True)
    password_hash: Mapped[str | None] = column("argon2id; null where the account cannot log in to the web")
    must_change_password: Mapped[bool] = column("the first password was set by somebody else", default=False)
    created_at: Mapped[datetime] = column("when the account was made")
    disabled_at: Mapped[datetime | None] = column("from when on the account may do nothing")


class UserRole(Base):
    """One role of one account, in the territory of its unit."""

    __tablename__ = "user_roles"

    user_id: Mapped[int] = column("account", ForeignKey("users.id"), primary_key=True)
    role: Mapped[Role] = column("what the account may do", primary_key=True)


class ChainStep(Base):
    """One step of the approval chain of an issuer: who reviews, countersigns and signs is data, never code."""

    __tablename__ = "chain_steps"
    __table_args__ = (
        UniqueConstraint("issuer_id", "kind", "position"),
        CheckConstraint("position >= 1", name="position_counts_from_one"),
        CheckConstraint("role IN ('reviewer', 'countersigner', 'signer')", name="role_decides"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    issuer_id: Mapped[int] = column("body in whose name the paper leaves", ForeignKey("organisations.id"))
    kind: Mapped[str] = column("kind of paper, or * for every kind without steps of its own")
    position: Mapped[int] = column("order of the step, from 1; the signer is last")
    role: Mapped[Role] = column("what the person does: review, countersign or sign", index=True)
    organisation_id: Mapped[int] = column("unit whose people take this step", ForeignKey("organisations.id"))
    user_id: Mapped[int | None] = column("a certain person; null for anyone with the role", ForeignKey("users.id"))


class SigningAuthorisation(Base):
    """授权代签: for some days a deputy may take the signing steps of a signer. What was signed says who really did."""

    __tablename__ = "signing_authorisations"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_until", name="ends_after_it_begins"),
        CheckConstraint("principal_id <> deputy_id", name="deputy_is_another"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", name="revoked_with_reason"),
        Index("ix_signing_authorisations_deputy", "deputy_id", "valid_until"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    principal_id: Mapped[int] = column("the signer", ForeignKey("users.id"), index=True)
    deputy_id: Mapped[int] = column("who may sign in the signer's stead", ForeignKey("users.id"))
    kinds: Mapped[JsonList | None] = column("kinds of paper; null for all")
    valid_from: Mapped[date] = column("first day, Asia/Shanghai")
    valid_until: Mapped[date] = column("last day")
    reason: Mapped[str] = column("why")
    given_by: Mapped[int] = column("who entered it: the signer or an administrator", ForeignKey("users.id"))
    given_at: Mapped[datetime] = column("when")
    revoked_at: Mapped[datetime | None] = column("when it was taken back before its last day")
    revoked_reason: Mapped[str | None] = column("why it was taken back")


class Absence(Base):
    """Days on which a person is away: what waits on them says so. It takes no right away."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("absent_from <= absent_until", name="ends_after_it_begins"),
        Index("ix_absences_user", "user_id", "absent_until"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    user_id: Mapped[int] = column("who is away", ForeignKey("users.id"))
    absent_from: Mapped[date] = column("first day, Asia/Shanghai")
    absent_until: Mapped[date] = column("last day")
    reason: Mapped[str] = column("why: leave, training, illness")
    recorded_by: Mapped[int] = column("who entered it", ForeignKey("users.id"))
    recorded_at: Mapped[datetime] = column("when")
