"""Files of accidents as offices export them: CSV, TSV and XLSX, read row by row, however long they are."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, BinaryIO

from openpyxl import load_workbook

from models.accident.dossier.workbook import BROKEN
from models.kernel.errors import Invalid
from models.register.rules.profile import Profile

BLOCK = 1 << 20
HEADS_WITHIN = 10
"""Among so many first rows the heads are looked for: offices put a title above them."""
DELIMITERS = ",;\t|"
Row = tuple[int, list[str]]
"""A row's number in the file, the first being 1, and its cells."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that is open: its heads, the rows below them, and how it was read. `short` says that rows may end early."""

    heads: list[str]
    rows: Iterator[Row]
    encoding: str | None
    delimiter: str | None
    short: bool


@contextmanager
def opened(stream: BinaryIO, profile: Profile | None) -> Iterator[Sheet]:
    """Open a file from its beginning, by a profile or, where there is none, by what it looks like.

    Raises Invalid for what is no such file, or one whose columns are not those of the profile; the rows raise it for what
    turns out broken further on.
    """
    stream.seek(0)
    head = stream.read(4)
    stream.seek(0)
    if head.startswith(b"PK\x03\x04"):
        with _book(stream) as rows:
            yield _sheet(rows, profile, None, None, short=True)
        return
    encoding = _encoding(stream, profile.encoding if profile else None, guess=profile is None)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding, newline="")
    try:
        delimiter = (profile.delimiter if profile else None) or _delimiter(text)
        yield _sheet(_lines(text, delimiter, encoding), profile, encoding, delimiter, short=False)
    finally:
        text.detach()


def _sheet(
    rows: Iterator[Row], profile: Profile | None, encoding: str | None, delimiter: str | None, *, short: bool
) -> Sheet:
    first = [row for _, row in zip(range(HEADS_WITHIN), rows, strict=False)]
    if not first:
        raise Invalid("文件中没有任何内容。", code="file_empty")
    place = _heads(first, profile)
    heads = [cell.strip() for cell in first[place][1]]
    if profile is not None:
        refuse_other_columns(heads, profile)
    return Sheet(heads, _chained(first[place + 1 :], rows), encoding, delimiter, short)


def _chained(first: Sequence[Row], rows: Iterator[Row]) -> Iterator[Row]:
    yield from first
    yield from rows


def _heads(first: Sequence[Row], profile: Profile | None) -> int:
    """Return which of the first rows holds the heads: with a profile that which has most of its columns, else the fullest."""
    wanted = set(profile.columns) if profile else None

    def fits(place: int) -> int:
        cells = {cell.strip() for cell in first[place][1]} - {""}
        return len(cells & wanted) if wanted is not None else len(cells)

    return max(range(len(first)), key=lambda place: (fits(place), -place))


def refuse_other_columns(heads: Sequence[str], profile: Profile) -> None:
    """Refuse a file that has not the columns of the profile. Raises Invalid, naming those that are missing or doubled."""
    missing = [one for one in profile.columns if one not in heads and one not in profile.optional]
    if missing:
        raise Invalid(
            f"文件没有模板“{profile.title}”所需的列：{'、'.join(missing)}。请核对是否选错了模板；文件换了列名的，修改模板后再导入。",
            code="other_columns",
        )
    doubled = [one for one, times in Counter(heads).items() if times > 1 and one in profile.columns]
    if doubled:
        raise Invalid(
            f"文件中有重名的列：{'、'.join(doubled)}，不能确定以哪一列为准，请改名后再导入。", code="doubled_columns"
        )


def _encoding(stream: BinaryIO, told: str | None, *, guess: bool) -> str:
    """Return the encoding in which the whole file can be read: the one told, or else UTF-8, UTF-16 or GB18030."""
    start = stream.read(2)
    if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    # Every byte is a sign in the last one: it is for who describes a file that nobody described yet.
    guessed: tuple[str, ...] = ("utf-8-sig", "gb18030", *(("latin-1",) if guess else ()))
    candidates = guessed if told is None else (_with_mark(told),)
    for encoding in candidates:
        stream.seek(0)
        if _readable(stream, encoding):
            return encoding
    tried = "UTF-8 或 GB18030" if told is None else told
    raise Invalid(f"文件不是 {tried} 编码，请在模板中写明编码（如 latin-1），或者另存为 UTF-8。", code="bad_encoding")


def _with_mark(encoding: str) -> str:
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding


def _readable(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := stream.read(BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _delimiter(text: io.TextIOWrapper) -> str:
    """Return the sign that parts the cells: that which the first lines have most of, counted line by line."""
    lines = [text.readline() for _ in range(HEADS_WITHIN)]
    text.seek(0)
    return max(DELIMITERS, key=lambda sign: max((line.count(sign) for line in lines), default=0))


def _lines(text: io.TextIOWrapper, delimiter: str, encoding: str) -> Iterator[Row]:
    reader = csv.reader(text, delimiter=delimiter, strict=False)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise Invalid(f"第{reader.line_num}行附近不是正确的表格文本，请核对引号和分隔符。", code="not_csv") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"第{reader.line_num}行以后不能按 {encoding} 编码读取。", code="bad_encoding") from error


@contextmanager
def _book(stream: BinaryIO) -> Iterator[Iterator[Row]]:
    try:
        book = load_workbook(stream, read_only=True, data_only=True)
    except (*BROKEN, zipfile.BadZipFile) as error:
        raise _broken() from error
    try:
        if len(book.worksheets) != 1:
            raise Invalid("工作簿须只有一张工作表，请删去其他工作表后再导入。", code="several_sheets")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a program wrote about the size of the sheet may be wrong, and would cut it
        yield _cells(sheet)
    finally:
        book.close()


def _cells(sheet: Any) -> Iterator[Row]:
    rows = enumerate(sheet.iter_rows(values_only=True), 1)
    while True:
        try:
            number, values = next(rows)
        except StopIteration:
            return
        except (*BROKEN, zipfile.BadZipFile) as error:
            raise _broken() from error
        yield number, [_shown(value) for value in values]


def _broken() -> Invalid:
    return Invalid("工作簿打不开，请另存为xlsx或CSV后重试。", code="file_broken")


def _shown(value: Any) -> str:
    """Return what a person sees in a cell; a day without a time as a day."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(" ", "seconds")
    if isinstance(value, time):
        return value.isoformat("seconds")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
