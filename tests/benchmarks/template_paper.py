"""The paper as offices with Word templates write it: our own docx with Jinja tags in it, filled by docxtpl."""

from __future__ import annotations

import copy
import io
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docxtpl import DocxTemplate

NUMBER, MEASURE = "序号", ("措施", "建议措施")  # the first words of the table that grows with the content


def template_of(docx: bytes) -> bytes:
    """Return a template: every text a tag, the rows of the table of measures a loop."""
    document = Document(io.BytesIO(docx))
    body = document.element.body
    rows = _rows_of_measures(body)
    for place, text in enumerate(_outside(body, rows)):
        text.text = f"{{{{ texts[{place}] }}}}"
    _loop(rows)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def context_of(docx: bytes) -> dict[str, Any]:
    """Return what a template made of a paper of the same shape has to be filled with to become this paper."""
    body = Document(io.BytesIO(docx)).element.body
    rows = _rows_of_measures(body)
    return {
        "texts": [text.text or "" for text in _outside(body, rows)],
        "measures": [
            ["\n".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in row.iter(qn("w:tc"))] for row in rows
        ],
    }


def fill(template: bytes, context: dict[str, Any]) -> bytes:
    """Return the docx, the way docxtpl's own documentation does it: open, render, save."""
    document = DocxTemplate(io.BytesIO(template))
    document.render(context, autoescape=True)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _rows_of_measures(body: Any) -> list[Any]:
    for table in body.iter(qn("w:tbl")):
        first, *rows = table.iter(qn("w:tr"))
        heads = ["".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in first.iter(qn("w:tc"))]
        if heads[0] == NUMBER and heads[1] in MEASURE:
            return rows
    raise ValueError("no table of measures")


def _outside(body: Any, rows: list[Any]) -> list[Any]:
    """Return the texts that stand once in every paper of the shape."""
    repeated = {text for row in rows for text in row.iter(qn("w:t"))}
    return [text for text in body.iter(qn("w:t")) if text not in repeated]


def _loop(rows: list[Any]) -> None:
    """Keep one row, filled by tags, between a row that opens the loop and one that ends it."""
    row, *others = rows
    for other in others:
        other.getparent().remove(other)
    for place, cell in enumerate(row.iter(qn("w:tc"))):
        paragraphs = list(cell.iter(qn("w:p")))
        for spare in paragraphs[1:]:
            cell.remove(spare)
        texts = list(paragraphs[0].iter(qn("w:t")))
        texts[0].text = f"{{{{ measure[{place}] }}}}"
    for tag, put in (("{%tr for measure in measures %}", row.addprevious), ("{%tr endfor %}", row.addnext)):
        edge = copy.deepcopy(row)
        for text in edge.iter(qn("w:t")):
            text.text = ""
        next(edge.iter(qn("w:t"))).text = tag
        put(edge)
