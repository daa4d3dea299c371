"""推演: a dossier carried through its whole life on a simulated clock, with the real commands, rules and papers."""

from flows.rehearsal.report import rehearse
from flows.rehearsal.scenarios import Progress, Scenario

__all__ = ["Progress", "Scenario", "rehearse"]
