"""Alembic's entry: runs against the engine handed over by the caller."""

from contextlib import nullcontext
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Engine

from models.kernel.base import Moment, json_type
from models.kernel.storage.sealed_columns import Marked, Sealed, SealedJson
from models.tables import Base


def plain_types(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """Render our own types as what they are in the database: a migration must outlive the code it came from."""
    if kind == "type" and isinstance(thing, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, type(json_type)):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    if kind == "type" and isinstance(thing, Sealed | Marked):
        return "sa.String()"
    if kind == "type" and isinstance(thing, SealedJson):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


given = context.config.attributes["engine"]
own = isinstance(given, Engine)

with given.connect() if isinstance(given, Engine) else nullcontext(given) as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=plain_types,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if own:
        connection.commit()
