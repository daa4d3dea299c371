"""Rows of a file as accidents of the register, by a profile: each is whole, or says cell by cell what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from models.accident.rules.stakes import Stake, stake
from models.kernel.errors import Invalid
from models.kernel.storage.limits import refuse_long
from models.kernel.text.invisible import refuse_invisible
from models.kernel.vocabulary import Exclusion, PartyLiability, Procedure, Word
from models.register.rules import values
from models.register.rules.columns import LONGEST_KNOWN_BY
from models.register.rules.profile import (
    ACCIDENT,
    ACCIDENTS,
    LABELS,
    PARTIES,
    PARTIES_OF_KNOWN,
    PARTY,
    Mapped,
    PointAt,
    Profile,
    StakeAt,
    When,
)
from models.register.rules.source_file import Row, Sheet

LONGEST = 1_000
"""Characters of a cell: what is longer has mostly swallowed its neighbours."""
_KNOWN_BY = ("accident_number", "road_name", "road_number", "plate")
MOST_OF_ONE = 1_000
"""Rows that one accident can have: where more follow each other with one key, the profile names the wrong column."""
EARLIEST = date(1950, 1, 1)
JOINT = "|"
"""Between the parts of a key that several columns make."""
_SPLIT = str.maketrans("，；;\t", ",,,,")
_YES, _NO = ("是", "有", "1", "true", "y", "yes"), ("否", "无", "0", "false", "n", "no")


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with one cell: its row and column as the file has them, a sentence, and a code."""

    row: int
    column: str
    message: str
    code: str

    def as_json(self) -> dict[str, object]:
        """Return it as it is kept and published."""
        return {"row": self.row, "column": self.column, "message": self.message, "code": self.code}


@dataclass(slots=True)
class Record:
    """One accident of a file with the rows it was read from.

    `values` are columns of the register by name; `at` is its moment, `hour_known` whether the file tells the time;
    `coordinates` stand as the file has them. It is good where `faults` is empty.
    """

    rows: list[Row]
    key: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    parties: list[dict[str, Any]] = field(default_factory=list)
    at: datetime | None = None
    hour_known: bool = False
    coordinates: tuple[float, float] | None = None
    faults: list[RowFault] = field(default_factory=list)

    @property
    def row(self) -> int:
        """Return the number of its first row."""
        return self.rows[0][0]


Reader = Callable[[str], Any]
Field = tuple[str, Mapped, tuple[int, ...], Reader]


class Binding:
    """A profile bound to the heads of a file."""

    def __init__(self, profile: Profile, heads: Sequence[str], *, today: date, short: bool = False) -> None:
        """`today` is the last day on which an accident can have happened; `short` lets rows end before their last cell."""
        self.profile, self.heads, self.today, self.short = profile, list(heads), today, short
        self.unknown = profile.unknown | {""}
        self._at = {head: place for place, head in enumerate(self.heads) if head}
        self._key = self._places(profile.key)
        self._accident = self._fields(profile.accident, ACCIDENT)
        self._party = self._fields(profile.party, PARTY)
        self._details = [(one, self._at[one]) for one in profile.details if one in self._at]
        self._party_details = [(one, self._at[one]) for one in profile.party_details if one in self._at]
        self._same = self._places_of_the_accident()

    def records(self, rows: Iterable[Row]) -> Iterator[Record]:
        """Yield the accidents of the rows, those of one key that follow each other as one where a row is a party."""
        if self.profile.rows == ACCIDENTS:
            for row in self._of_content(rows):
                yield self.record([row])
            return
        group: list[Row] = []
        last: str | None = None
        for row in self._of_content(rows):
            key = self.key(row[1])
            if group and (key != last or not key):
                yield self.record(group)
                group = []
            group.append(row)
            last = key
            if len(group) > MOST_OF_ONE:
                told = f"编号“{key}”连续超过{MOST_OF_ONE}行，不像一起事故，请核对模板的 key 是否写错了列。"
                raise Invalid(told, code="endless_accident")
        if group:
            yield self.record(group)

    def _of_content(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Leave out what is no data: rows without a word, and those that a footer begins."""
        footers = self.profile.footers
        for row in rows:
            first = next((cell.strip() for cell in row[1] if cell.strip()), None)
            if first is not None and not (footers and first.startswith(footers)):
                yield row

    def key(self, cells: Sequence[str]) -> str:
        """Return what the source knows the accident of a row by; empty where the row does not say."""
        parts = [cells[place].strip() if place < len(cells) else "" for place in self._key]
        return JOINT.join(parts) if any(parts) else ""

    def record(self, rows: list[Row]) -> Record:
        """Return one accident. What is wrong with it stands in its faults."""
        made = Record(rows, key=self.key(rows[0][1]))
        width = len(self.heads)
        for number, cells in rows:
            if len(cells) < width and self.short:
                cells.extend([""] * (width - len(cells)))
            swallowed = next((place for place, cell in enumerate(cells) if len(cell) > LONGEST), None)
            if swallowed is not None:
                head = self.heads[swallowed] if swallowed < width else ""
                wrong = f"内容有{len(cells[swallowed])}个字符，可能吞并了后面的行，请核对引号。"
                made.faults.append(RowFault(number, head, wrong, "too_long"))
                return made
            if len(cells) < width or any(cell.strip() for cell in cells[width:]):
                wrong = f"本行有{len(cells)}列，表头有{width}列，可能错列，请核对分隔符和引号。"
                made.faults.append(RowFault(number, "", wrong, "other_width"))
                return made
        if not made.key or len(made.key) > 200:
            column = self.profile.key[0]
            told = "没有编号，不能确定是哪一起事故。" if not made.key else "编号过长，请核对是否错列。"
            made.faults.append(RowFault(made.row, column, told, "no_key"))
        self._fill(made)
        return made

    # One accident ----------------------------------------------------------------------------------------------------

    def _fill(self, made: Record) -> None:
        number, cells = made.rows[0]
        if self.profile.rows != PARTIES_OF_KNOWN:
            made.values = self._read(self._accident, number, cells, made)
            self._when(self.profile.when, number, cells, made)
            self._stake(self.profile.stake, number, cells, made)
            self._point(self.profile.point, number, cells, made)
            details = self._kept(self._details, cells)
            if details:
                made.values["details"] = details
            self._refuse_differing(made)
        if self._party and self.profile.rows in (PARTIES, PARTIES_OF_KNOWN):
            for number, cells in made.rows:
                party = self._read(self._party, number, cells, made)
                party["details"] = self._kept(self._party_details, cells)
                made.parties.append(party)

    def _read(self, known: Sequence[Field], number: int, cells: Sequence[str], made: Record) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, mapped, places, reader in known:
            try:
                found[name] = self._value(mapped, places, reader, cells)
            except Invalid as refusal:
                made.faults.append(RowFault(number, "+".join(mapped.columns), refusal.message, refusal.code))
        return found

    def _value(self, mapped: Mapped, places: tuple[int, ...], reader: Reader, cells: Sequence[str]) -> Any:
        if len(places) == 1:
            text = cells[places[0]].strip()
            if text in self.unknown:
                return None
        else:
            parts = [part for place in places if (part := cells[place].strip()) not in self.unknown]
            if not parts:
                return None
            text = " ".join(parts)
        if len(text) > LONGEST:
            raise Invalid(f"内容有{len(text)}个字符，请核对是否错列。", code="too_long")
        if mapped.pattern is not None:
            found = mapped.pattern.search(text)
            if found is None:
                raise Invalid(f"“{text}”不是模板所写的形式。", code="other_form")
            text = found[1]
        if mapped.codes is not None:
            text = _decoded(text, mapped.codes)
        return reader(text)

    def _when(self, where: When | None, number: int, cells: Sequence[str], made: Record) -> None:
        if where is None:
            return
        try:
            at, known = self._moment(where, cells)
            self._refuse_no_day(at)
        except Invalid as refusal:
            made.faults.append(RowFault(number, "+".join(where.columns), refusal.message, refusal.code))
            return
        made.at, made.hour_known = at, known

    def _moment(self, where: When, cells: Sequence[str]) -> tuple[datetime, bool]:
        if where.date is not None:
            text = self._cell(where.date, cells)
            if not text:
                raise Invalid("没有写明事故日期。", code="no_date")
            at, known = values.moment(text, calendar=where.calendar, order=where.order)
        else:
            parts = [self._cell(one, cells) for one in (where.year, where.month, where.day) if one is not None]
            if not all(parts):
                raise Invalid("没有写全事故的年、月、日。", code="no_date")
            day = values.year_month_day(parts[0], parts[1], parts[2], calendar=where.calendar)
            at, known = values.on(day, None), False
        apart = self._cell(where.time or where.hour or "", cells)
        if apart:
            return values.on(at.date(), values.clock(apart)), True
        return at, known

    def _refuse_no_day(self, at: datetime) -> None:
        if at.date() > self.today:
            raise Invalid(f"“{at:%Y-%m-%d}”晚于今天，事故不可能已经发生。", code="in_the_future")
        if at.date() < EARLIEST:
            raise Invalid(f"“{at:%Y-%m-%d}”早于{EARLIEST.year}年，请核对年份。", code="too_early")

    def _stake(self, where: StakeAt | None, number: int, cells: Sequence[str], made: Record) -> None:
        if where is None:
            return
        try:
            found = self._stake_of(where, cells)
        except Invalid as refusal:
            made.faults.append(RowFault(number, "+".join(where.columns), refusal.message, refusal.code))
            return
        made.values["stake"] = None if found is None else str(found)
        made.values["stake_m"] = None if found is None else found.metres

    def _stake_of(self, where: StakeAt, cells: Sequence[str]) -> Stake | None:
        text = self._cell(where.text or "", cells)
        if text and (found := stake(text.replace(",", ".") if self.profile.decimal == "," else text)):
            return found
        text = text or self._cell(where.km or "", cells)
        metres = self._cell(where.m or "", cells)
        if not text and not metres:
            return None
        total = round(values.number(text or "0", decimal=self.profile.decimal) * 1000) + round(
            values.number(metres or "0", decimal=self.profile.decimal)
        )
        if not 0 <= total <= 10_000_000:
            raise Invalid(f"“{text}{metres}”不是公里桩号。", code="bad_stake")
        return Stake(total)

    def _point(self, where: PointAt | None, number: int, cells: Sequence[str], made: Record) -> None:
        """Read both coordinates; those that are not there, and a point at 0, 0, as registers write one they do not know."""
        if where is None:
            return
        try:
            if where.text is not None:
                texts = self._parts(self._cell(where.text, cells), where.places)
            else:
                texts = [self._cell(one, cells) for one in where.columns]
            if not all(texts):
                return
            found = [values.number(text, decimal=self.profile.decimal) for text in texts]
        except Invalid as refusal:
            made.faults.append(RowFault(number, "+".join(where.columns), refusal.message, refusal.code))
            return
        if any(found):
            made.coordinates = found[0], found[1]

    @staticmethod
    def _parts(text: str, places: tuple[int, int]) -> list[str]:
        if not text:
            return [""]
        parts = [part.strip() for part in text.translate(_SPLIT).split(",")]
        if len(parts) < max(places):
            raise Invalid(f"“{text}”只有{len(parts)}段，模板要第{places[0]}、{places[1]}段。", code="other_form")
        return [parts[place - 1] for place in places]

    def _refuse_differing(self, made: Record) -> None:
        """Rows of one accident must agree in what they say of it as a whole."""
        first = made.rows[0][1]
        for number, cells in made.rows[1:]:
            for place in self._same:
                if cells[place].strip() != first[place].strip():
                    told = f"与第{made.row}行是同一起事故，但写法不同（“{cells[place].strip()}”和“{first[place].strip()}”）。"
                    made.faults.append(RowFault(number, self.heads[place], told, "rows_differ"))

    # Columns ---------------------------------------------------------------------------------------------------------

    def _cell(self, column: str, cells: Sequence[str]) -> str:
        """Return a cell, empty where it is unknown or its column is not there."""
        place = self._at.get(column)
        text = "" if place is None else cells[place].strip()
        return "" if text in self.unknown else text

    def _places(self, columns: Iterable[str]) -> tuple[int, ...]:
        return tuple(self._at[one] for one in columns if one in self._at)

    def _fields(self, mapped: Mapping[str, Mapped], known: Mapping[str, str]) -> list[Field]:
        made = []
        for name, one in mapped.items():
            places = self._places(one.columns)
            if places:
                made.append((name, one, places, self._reader(name, known[name])))
        return made

    def _reader(self, name: str, kind: str) -> Reader:
        decimal = self.profile.decimal
        if name == "division_code":
            return _division
        readers: dict[str, Reader] = {
            "count": lambda text: values.count(text, decimal=decimal),
            "money": lambda text: values.money(text, decimal=decimal),
            "moment": lambda text: values.moment(text)[0],
            "yes_no": _yes_no,
            "procedure": lambda text: _word(Procedure, text),
            "exclusion": _exclusion,
            "liability": lambda text: _word(PartyLiability, text),
            "text": _known_by if name in _KNOWN_BY else _seen,
        }
        return readers[kind]

    def _places_of_the_accident(self) -> tuple[int, ...]:
        profile = self.profile
        if profile.rows != PARTIES:
            return ()
        named = [one for mapped in profile.accident.values() for one in mapped.columns]
        named += [*profile.details, *(profile.when.columns if profile.when else ())]
        named += [*(profile.point.columns if profile.point else ())]
        return self._places(dict.fromkeys(named))

    @staticmethod
    def _kept(columns: Sequence[tuple[str, int]], cells: Sequence[str]) -> dict[str, str]:
        return {name: text for name, place in columns if (text := cells[place].strip())}


def bound(profile: Profile, sheet: Sheet, *, today: date) -> Binding:
    """Return a profile bound to an open file."""
    return Binding(profile, sheet.heads, today=today, short=sheet.short)


def _decoded(text: str, codes: Mapping[str, str]) -> str:
    found = codes.get(text) or codes.get(text.lstrip("0"))
    if found is not None:
        return found
    if text in codes.values():
        return text
    raise Invalid(f"代码“{text}”不在模板的对照之内，请核对，或者补充模板。", code="unknown_code")


def _division(text: str) -> str:
    """Return the first six figures: registers carry twelve, down to the village."""
    if len(text) >= 6 and text.isascii() and text[:6].isdecimal():
        return text[:6]
    raise Invalid(f"“{text}”不是六位行政区划代码。", code="bad_division")


def _seen(text: str) -> str:
    if not text.isprintable():
        refuse_invisible("内容", text)
    return text


def _known_by(text: str) -> str:
    refuse_long("内容", text, LONGEST_KNOWN_BY)
    return _seen(text)


def _yes_no(text: str) -> bool:
    plain = text.casefold()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise Invalid(f"“{text}”不是“是”或“否”。", code="not_yes_or_no")


def _exclusion(text: str) -> Word:
    """Return why figures do not count an accident. Which two are the same is for people to say here, and not for a file."""
    found = _word(Exclusion, text)
    if found is Exclusion.MERGED:
        raise Invalid("两起是否同一事故由人员在台账中合并，不能由文件导入。", code="merged_by_people")
    return found


def _word(words: type[Word], text: str) -> Word:
    for one in words:
        if text in (one.value, one.label, one.label.removesuffix("责任"), one.label.removesuffix("程序")):
            return one
    raise Invalid(f"“{text}”不在可用的词之内：{'、'.join(one.label for one in words)}。", code="unknown_word")


def label(column: str) -> str:
    """Return what a column of the register is called."""
    return LABELS.get(column, column)
