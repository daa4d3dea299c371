"""The rules and calendar of the installation, or, where there is none yet, those that a new one would start with."""

from __future__ import annotations

from models.clock.queries.rulebook import Rulebook, rulebook
from models.clock.rules.calendar_seed import seed_calendar
from models.clock.rules.deadline_rules import DEFAULT_RULES
from models.kernel.errors import NotFound
from ui.installation import open_installation


def rules_in_force() -> Rulebook:
    """Return the database's rules; without a database the defaults, so that a date can be explained anywhere."""
    try:
        with open_installation() as installation, installation.database.reading() as session:
            return rulebook(session)
    except NotFound:
        versions = {(rule.code, rule.version): rule for rule in DEFAULT_RULES}
        return Rulebook(seed_calendar(), versions, {rule.code: rule for rule in DEFAULT_RULES})
