"""A unit's own form: a Word or WPS file with named fields in place of ours, examined at upload, compiled once."""

from __future__ import annotations

from functools import lru_cache

from documents.drawn import fields
from documents.fields.named import Fields, Named, Shape
from documents.templates.compiled import Compiled, prepare
from documents.templates.trial import trial
from models.kernel.errors import Fault, Invalid
from models.kernel.vocabulary import DocumentKind
from models.papers.content import Paper


def examine(data: bytes, kind: DocumentKind) -> list[Fault]:
    """Return everything that keeps a file from being a template of this kind; none means that it may be used.

    The package is audited, its syntax read against the named fields, and it is filled on trial: with specimens, with
    nothing at all, and with text that tries to break out.
    """
    made, faults = prepare(data, kind)
    return faults if made is None else trial(made)


@lru_cache(maxsize=64)
def compiled(data: bytes, kind: DocumentKind) -> Compiled:
    """Return the template ready for use; the same bytes are compiled once. Raises Invalid with every fault."""
    made, faults = prepare(data, kind)
    if made is None:
        raise Invalid("模板未通过检查，不能使用。", faults=faults, code="template_unfit")
    return made


def render_with(template: bytes, paper: Paper) -> bytes:
    """Return the paper in the unit's own form."""
    return compiled(template, DocumentKind(paper.kind)).render(paper)


__all__ = ["Compiled", "Fields", "Named", "Shape", "compiled", "examine", "fields", "render_with"]
