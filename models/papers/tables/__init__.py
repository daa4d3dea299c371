"""The tables of this room, one file per aggregate."""

from .amendments import Amendment, DocumentVersion, PaperFlag, withdrawn
from .circulars import CircularRecipient, CircularRhythm, CircularRow, goes_round
from .decisions import SuperiorDecision
from .documents import (
    Approval,
    BundledCase,
    Delivery,
    Document,
    DocumentAssignment,
    DrawnNumber,
    EnteredNumber,
    NumberCounter,
    NumberSeries,
    Rendition,
)
from .manners import MannerRow
from .proofs import ProofForm, ProofFormPaper
from .templates import Template
from .texts import PaperText
from .waivers import Waiver
from .written import AnnexedMeasure, Inquiry, WrittenPaper

__all__ = [
    "Amendment",
    "AnnexedMeasure",
    "Approval",
    "BundledCase",
    "CircularRecipient",
    "CircularRhythm",
    "CircularRow",
    "Delivery",
    "Document",
    "DocumentAssignment",
    "DocumentVersion",
    "DrawnNumber",
    "EnteredNumber",
    "Inquiry",
    "MannerRow",
    "NumberCounter",
    "NumberSeries",
    "PaperFlag",
    "PaperText",
    "ProofForm",
    "ProofFormPaper",
    "Rendition",
    "SuperiorDecision",
    "Template",
    "Waiver",
    "WrittenPaper",
    "goes_round",
    "withdrawn",
]
