"""What all tables share: naming of constraints, moments in UTC, closed word lists as CHECK constraints."""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum, MetaData, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator

Json = dict[str, Any]
JsonList = list[Any]


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; SQLite has no zones, so they are cut off going in and put back coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone was about to be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


json_type = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """Declarative base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy declares it so
        datetime: Moment(),
        str: String(),
        Json: json_type,
        JsonList: json_type,
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda words: [word.value for word in words],
        ),
    }


def column(comment: str, *args: Any, **options: Any) -> MappedColumn[Any]:
    """Return a mapped column that says what it holds: the data dictionary is written from these comments."""
    return mapped_column(*args, comment=comment, **options)


def entered() -> MappedColumn[Any]:
    """Return the column of the facts of a row that are only entered, shown and printed, as its sheet declares them."""
    return column("facts by field, as the sheet declares them", default=dict, server_default=text("'{}'"))


def counted() -> MappedColumn[Any]:
    """Return the column that counts how often each field of a row was changed: a stale writer is told."""
    return column("field to number of changes", default=dict, server_default=text("'{}'"))
