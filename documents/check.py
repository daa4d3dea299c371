"""Where a docx departs from GB/T 9704-2012, to the element. Reads any docx, foreign ones too."""

from __future__ import annotations

from documents.checking import page, text
from documents.checking.elements import elements
from documents.checking.reading import open_docx
from models.kernel.errors import Fault
from models.kernel.vocabulary import DocumentKind


def faults(docx: bytes) -> list[Fault]:
    """Return every departure with its place; none means that the page is as the standard wants it.

    Raises Invalid with one sentence when the bytes are no readable docx (not a zip, encrypted, damaged, too large).
    A volume of the archive and a 送达回证 are checked for their page only, since they are no 公文.
    """
    package = open_docx(docx)
    found = list(page.sections(package))
    if package.category == DocumentKind.TRACEBACK_ARCHIVE.label:
        return found + list(page.volume_numbers(package))
    if package.category == DocumentKind.PROOF_OF_SERVICE.label:
        return found + list(page.page_numbers(package, letter=False))
    paper = elements(package)
    return [
        *found,
        *page.page_numbers(package, letter=paper.letter),
        *text.head(paper),
        *text.title(paper),
        *text.recipient(paper),
        *text.body(paper),
        *text.date(paper),
        *text.imprint(paper),
    ]
