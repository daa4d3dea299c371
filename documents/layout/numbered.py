"""A numbered paper as a sheet: the form decides where page numbers and red rules stand."""

from __future__ import annotations

from documents.layout.package import Frame, Media, Sheet
from documents.layout.text import paragraph, run
from models.kernel.vocabulary import DocumentForm, DocumentKind
from models.papers.content import Head
from models.papers.content.wording import ordinal


def heading(text: str) -> str:
    """一、 in 黑体, its figures too."""
    return paragraph("1", run(text))


def subheading(text: str) -> str:
    """（一） in 楷体 on a line of its own, kept with what follows."""
    return paragraph("2", run(text))


def sections(*parts: tuple[str, str]) -> str:
    """The parts that have content, under 一、 二、 …; a part without content goes with its heading and its number."""
    told = [(title, content) for title, content in parts if content]
    return "".join(heading(f"{ordinal(n)}、{title}") + content for n, (title, content) in enumerate(told, 1))


def subsections(*parts: tuple[str, str]) -> str:
    """The parts that have content, under （一） （二） …, each on a line of its own."""
    told = [(title, content) for title, content in parts if content]
    return "".join(subheading(f"（{ordinal(n)}）{title}") + content for n, (title, content) in enumerate(told, 1))


def document(head: Head, body: str, kind: DocumentKind, pictures: tuple[Media, ...] = ()) -> Sheet:
    """Return the sheet of a paper with this head."""
    return Sheet(
        body=body,
        frame=Frame.LETTER if head.form is DocumentForm.LETTER else Frame.DOCUMENT,
        title="".join(head.title),
        creator=head.issuer,
        category=kind.label,
        dated=head.dated,
        pictures=pictures,
    )
