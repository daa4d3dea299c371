"""问题线索移送函: clues of duty crime or failure of public officials, with the materials, to the organ that may look."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from models.kernel.vocabulary import SubjectType
from models.papers.content.common import Content, Count, Head, HeadedPaper
from models.papers.content.facts import AccidentFacts


class Clue(Content):
    """One clue. There is no field for a penalty or a verdict."""

    subject: str
    subject_type: SubjectType = SubjectType.PERSON
    organisation: str | None = None  # the unit of a person
    position: str | None = None
    facts: str  # what was found
    source: str | None = None  # how it was found
    materials: tuple[str, ...] = ()  # numbers in the list of materials


class TransferredMaterial(Content):
    """移送材料清单, one line; `sha256` was taken when the file arrived."""

    number: str
    title: str
    original: bool = False  # 原件, else 复制件
    copies: Count = 1
    pages: Count | None = None
    sha256: str | None = None


class ClueTransfer(HeadedPaper):
    """`transferred_by` are those who hand the materials over; the receipt slip is for those who take them."""

    kind: Literal["clue_transfer"] = "clue_transfer"
    head: Head
    case_number: str
    accident: AccidentFacts
    basis: tuple[str, ...] = ()
    approved: str | None = None  # by whom the transfer was approved, as a clause
    clues: tuple[Clue, ...] = Field(min_length=1)
    materials: tuple[TransferredMaterial, ...] = ()
    transferred_by: tuple[str, ...] = ()
