"""What examining a template found: made where documents are known, believed by the command that records it."""

from __future__ import annotations

from dataclasses import dataclass

from models.kernel.errors import Fault
from models.kernel.vocabulary import DocumentKind


@dataclass(frozen=True, slots=True)
class TemplateVerdict:
    """The verdict on one file, told by its hash, as a template of one kind of paper."""

    sha256: str
    kind: DocumentKind
    faults: tuple[Fault, ...] = ()
