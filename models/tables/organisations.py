"""Units in a tree, and the people who act for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.rules.vocabulary import OrganisationKind, Relation, Role

from .base import Base, column


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
    contact: Mapped[str | None] = column("name of the contact")
    phone: Mapped[str | None] = column("telephone of the contact")
    issues_as: Mapped[str | None] = column(
        "unit, bureau or commission: the body in whose name papers leave; null for all others", unique=True
    )
    disabled_at: Mapped[datetime | None] = column("when the unit ceased to be used")


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
