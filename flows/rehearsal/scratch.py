"""The scratch office of a rehearsal: its own database and store in a temporary folder, gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pydantic_core import PydanticUndefined

from flows.rehearsal.assumed import Assumed
from models.first_set_up import initialise
from models.kernel.installation import Installation
from models.kernel.settings import INVENTED_PHONE, Settings
from models.kernel.storage.database import Database
from models.kernel.vocabulary import SealMode

# What an office may want to try out; everything else is the assumed unit's own.
KEPT = ("scope", "accident_day_counts", "max_file_bytes")


@contextmanager
def scratch(assumed: Assumed, wished: Settings | None, at: datetime) -> Iterator[Installation]:
    """Yield a fresh office of the assumed unit; its folder is removed in any case."""
    with tempfile.TemporaryDirectory(prefix="shencha-rehearsal-") as folder:
        settings = settings_of(assumed, wished, Path(folder))
        database = Database(settings.database, durable=False, personal_key_file=settings.personal_key_file)
        try:
            initialise(database, settings, at)
            yield Installation(settings, database)
        finally:
            database.close()


def settings_of(assumed: Assumed, wished: Settings | None, home: Path) -> Settings:
    """Return the assumed unit's settings below `home`; every field is given, so that no environment has a say."""
    defaults = {
        name: field.get_default(call_default_factory=True, validated_data={})
        for name, field in Settings.model_fields.items()
        if field.default is not PydanticUndefined or field.default_factory is not None
    }
    kept = {name: getattr(wished, name) for name in KEPT} if wished is not None else {}
    own = {
        "home": home,
        "unit": assumed.unit,
        "unit_division": assumed.division,
        "bureau": assumed.bureau,
        "commission": assumed.commission,
        "series_stem": assumed.series_stem,
        "seal": SealMode.PAPER,
        "pdf": False,  # seconds a paper, and other bytes on every machine
        "phone": INVENTED_PHONE,
    }
    return Settings(**(defaults | kept | own))
