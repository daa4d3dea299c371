"""A draft as a docx that comes back: every paragraph of prose carries its key, the file the paper's name and state.

The key stands twice in a paragraph, as the tag of a content control around its words and as a bookmark before them:
Word and WPS keep both, LibreOffice up to 7.4 keeps the bookmark alone.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from documents.drawn import drawn
from documents.layout.package import Sheet, assemble, write
from documents.layout.passages import Block, blocks
from documents.layout.text import escape, run, split
from models.papers.content import Paper
from models.papers.content.passages import placed

CASE, PAPER, STATE = "shencha.case", "shencha.paper", "shencha.state"
"""The properties of the file: which paper of which case it is, and the hash of what the draft said."""
_PREFIX = "sc_"
_PICTURE = re.compile(r"<w:r><w:drawing>(?:(?!</w:drawing>).)*? r:embed=.*?</w:drawing></w:r>", re.DOTALL)
_CUSTOM = "docProps/custom.xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_TYPE = (
    f'<Override PartName="/{_CUSTOM}" '
    'ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>'
)
_RELATION = (
    f'<Relationship Id="rId9" Type="{_OFFICE}/relationships/custom-properties" Target="{_CUSTOM}"/></Relationships>'
)


@dataclass(frozen=True, slots=True)
class Expected:
    """A block of the draft as its file must still have it: words under a key, or what nobody changes in a file."""

    key: str | None = None
    name: str = ""
    lead: str = ""
    text: str = ""
    fixed: bool = False
    table: bool = False
    cells: tuple[str, ...] = ()


def key_of(name: str) -> str:
    """Return the key of a passage: short and plain enough for a bookmark in every office program."""
    return _PREFIX + hashlib.sha256(name.encode()).hexdigest()[:16]


def is_key(text: str | None) -> bool:
    """Whether a tag or a bookmark is one of ours."""
    return text is not None and text.startswith(_PREFIX)


def editable(paper: Paper, fixed: Collection[str], *, case: str, ref: str, state: str) -> bytes:
    """Return a draft to be edited in an office program. `fixed` passages are shown and locked.

    Pictures stay with the paper: nobody edits them here, an office program keeps them in forms of its own, and thirty
    photographs are more than may come back.
    """
    sheet = replace(drawn(paper).sheet(paper), pictures=())
    every = [_keyed(n, block, fixed) for n, block in enumerate(_with_words(sheet, paper), 1)]
    body = _PICTURE.sub("", "".join(every))
    return _named(assemble(replace(sheet, body=body)), {CASE: case, PAPER: ref, STATE: state})


def expected(paper: Paper, fixed: Collection[str]) -> tuple[Expected, ...]:
    """Return what the file of a draft holds, block by block; empty paragraphs count for nothing."""
    found = []
    for block, words in _with_words(drawn(paper).sheet(paper), paper):
        passage = block.passage
        if block.table:
            found.append(Expected(table=True, cells=block.cells))
        elif passage is not None:
            text = "\n".join(split(words))
            key = key_of(passage.name)
            found.append(Expected(key, passage.name, passage.lead, text, fixed=passage.name in fixed))
        elif block.text:
            found.append(Expected(text=block.text))
    return tuple(found)


def _with_words(sheet: Sheet, paper: Paper) -> Iterator[tuple[Block, str]]:
    """Yield the blocks of a draft with the words that stand in each passage now, its lead left out."""
    every = list(blocks(sheet.body))
    standing = placed(paper.kept, [one.passage for one in every if one.passage is not None]).standing
    for one in every:
        if one.passage is None:
            yield one, ""
        else:
            kept = standing.get(one.passage.name)
            yield one, one.passage.text if kept is None else kept.text


def _keyed(number: int, block: tuple[Block, str], fixed: Collection[str]) -> str:
    one, words = block
    if one.passage is None:
        return one.xml
    key = key_of(one.passage.name)
    mark = f'<w:bookmarkStart w:id="{number}" w:name="{key}"/><w:bookmarkEnd w:id="{number}"/>'
    lock = "sdtContentLocked" if one.passage.name in fixed else "sdtLocked"
    first, *further = split(words)
    control = (
        f'<w:sdt><w:sdtPr><w:alias w:val="{escape(one.passage.label)}"/><w:tag w:val="{key}"/><w:id w:val="{number}"/>'
        f'<w:lock w:val="{lock}"/></w:sdtPr><w:sdtContent>{run(first)}</w:sdtContent></w:sdt>'
    )
    return f"{one.start}{mark}{one.lead}{control}</w:p>" + "".join(f"{one.start}{run(line)}</w:p>" for line in further)


def _named(docx: bytes, properties: dict[str, str]) -> bytes:
    """Return a docx with properties of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as package, zipfile.ZipFile(out, "w") as named:
        for name in package.namelist():
            data = package.read(name)
            if name == "[Content_Types].xml":
                data = data.replace(b"</Types>", _TYPE.encode())
            elif name == "_rels/.rels":
                data = data.replace(b"</Relationships>", _RELATION.encode())
            write(named, name, data)
        write(named, _CUSTOM, _custom(properties).encode())
    return out.getvalue()


def _custom(properties: dict[str, str]) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Properties xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes">'
        + "".join(
            f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{pid}" name="{name}">'
            f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
            for pid, (name, value) in enumerate(properties.items(), 2)
        )
        + "</Properties>"
    )
