"""The tables of prevention: recurrences; criteria, lists, warnings; what the passes computed."""

from .recurrences import UNDECIDED, Recurrence
from .warnings import PassResult, RiskWarning, WarningCriterion, WarningList

__all__ = ["UNDECIDED", "PassResult", "Recurrence", "RiskWarning", "WarningCriterion", "WarningList"]
