"""The tables of the register: accidents, what brings them in, what figures need besides, hazards."""

from .accidents import DistinctAccidents, RegisterChange, RegisteredAccident, RegisteredParty
from .hazards import Hazard, HazardLink, HazardStep
from .imports import ImportDifference, ImportProfile, ImportRun, QuarantinedAccident
from .totals import Denominator, EarlierTotal, MonthClosing

__all__ = [
    "Denominator",
    "DistinctAccidents",
    "EarlierTotal",
    "Hazard",
    "HazardLink",
    "HazardStep",
    "ImportDifference",
    "ImportProfile",
    "ImportRun",
    "MonthClosing",
    "QuarantinedAccident",
    "RegisterChange",
    "RegisteredAccident",
    "RegisteredParty",
]
