"""导入模板 (import profile): how the columns of a file become columns of the register; TOML that offices can edit.

Every column that a profile names must stand in the file, save those listed as `optional`: a wrong profile, or a file whose
columns have changed, is noticed before anything is read.
"""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from models.accident.rules.codes import entries
from models.kernel.errors import Fault, Invalid, NotFound
from models.kernel.vocabulary import CodeTable, Datum

LONGEST = 50_000
"""Characters of a profile: it is typed by people."""
MOST_PARTS = 20
"""Parts of a cell that holds coordinates."""
MOST_REPEATS = 4
"""Open-ended repetitions of a pattern: each multiplies how long a cell can take."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_EPSG = re.compile(r"EPSG:\d{4,6}", re.ASCII)
_PLAIN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]])*\]", re.DOTALL)  # what is escaped, and classes of characters
_REPEATED = re.compile(r"[*+]|\{\d*,\d*\}")
_INNERMOST = re.compile(r"\((?:\?[^()]*?[:=!>])?([^()]*)\)([*+]|\{\d*,?\d*\})?")

COUNTS = (
    "deaths",
    "deaths_at_scene",
    "deaths_after_rescue",
    "deaths_24h",
    "deaths_3d",
    "deaths_7d",
    "deaths_30d",
    "missing",
    "serious",
    "light",
    "injured_unspecified",
    "vehicles",
)
TEXTS = (
    "accident_number",
    "title",
    "division_code",
    "jurisdiction",
    "place",
    "road_name",
    "road_number",
    "road_class",
    "junction",
    "alignment",
    "weather",
    "light_condition",
    "pattern",
    "cause",
)
YES_NO = ("escaped", "secondary")
ACCIDENT: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(COUNTS, "count"),
        **dict.fromkeys(TEXTS, "text"),
        **dict.fromkeys(YES_NO, "yes_no"),
        "property_loss": "money",
        "procedure": "procedure",
        "exclusion": "exclusion",
        "source_updated_at": "moment",
    }
)
"""What a profile may fill of an accident, and how it is read."""
PARTY: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ("role", "plate", "vehicle_kind", "vehicle_use", "owner_name", "employer_name", "injury"), "text"
        ),
        "liability": "liability",
        "years_driving": "count",
    }
)
"""What a profile may fill of a party."""
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "accident_number": "事故编号",
        "title": "事故名称",
        "occurred_at": "事故时间",
        "occurred_on": "事故日期",
        "hour": "事故时刻（时）",
        "division_code": "行政区划",
        "jurisdiction": "管辖单位",
        "procedure": "处理程序",
        "place": "事故地点",
        "road_name": "道路名称",
        "road_number": "道路编号",
        "road_class": "道路类型",
        "stake": "桩号",
        "junction": "路口路段类型",
        "alignment": "道路线形",
        "longitude": "经度",
        "latitude": "纬度",
        "weather": "天气",
        "light_condition": "照明条件",
        "pattern": "事故形态",
        "cause": "认定原因",
        "escaped": "是否逃逸",
        "secondary": "是否二次事故",
        "deaths": "死亡人数",
        "deaths_at_scene": "当场死亡人数",
        "deaths_after_rescue": "抢救无效死亡人数",
        "deaths_24h": "24小时内死亡人数",
        "deaths_3d": "3日内死亡人数",
        "deaths_7d": "7日内死亡人数",
        "deaths_30d": "30日内死亡人数",
        "missing": "失踪人数",
        "serious": "重伤人数",
        "light": "轻伤人数",
        "injured_unspecified": "未区分轻重的受伤人数",
        "property_loss": "直接财产损失",
        "vehicles": "车辆数",
        "details": "其他各列",
        "exclusion": "不计入统计的原因",
        "source_updated_at": "来源更新时间",
        "parties": "当事人各行",
    }
)
"""What columns of the register are called, where a difference or a fault names one."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """Columns of the file that fill one column of the register.

    Several are joined by a space. `pattern` takes a part out of a cell, `codes` say what its codes mean.
    """

    columns: tuple[str, ...]
    pattern: re.Pattern[str] | None = None
    codes: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class When:
    """Where the moment of an accident stands: in one column, in two, or in columns for year, month, day and hour."""

    date: str | None = None
    time: str | None = None
    year: str | None = None
    month: str | None = None
    day: str | None = None
    hour: str | None = None
    calendar: str = "gregorian"
    order: str = "ymd"

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns it reads."""
        return tuple(filter(None, (self.date, self.time, self.year, self.month, self.day, self.hour)))


@dataclass(frozen=True, slots=True)
class StakeAt:
    """Where the kilometre stake stands: as text or kilometres with a decimal part, or kilometres and metres apart."""

    text: str | None = None
    km: str | None = None
    m: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns it reads."""
        return tuple(filter(None, (self.text, self.km, self.m)))


@dataclass(frozen=True, slots=True)
class PointAt:
    """Where the coordinates stand, and what they mean.

    Degrees name their `datum`; metres (`x` east, `y` north) name their `crs` as EPSG code. `text` is one column that holds
    all, parted by commas, of which `places` (from 1) are longitude and latitude. `bounds` (west,
    south, east, north) are what the file can hold, in the place of the installation's own territory.
    """

    longitude: str | None = None
    latitude: str | None = None
    x: str | None = None
    y: str | None = None
    text: str | None = None
    places: tuple[int, int] = (3, 4)
    datum: Datum = Datum.WGS84
    crs: str | None = None
    bounds: tuple[float, float, float, float] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns it reads, longitude or east first."""
        return tuple(filter(None, (self.longitude, self.latitude, self.x, self.y, self.text)))


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile that was read; `text` is the TOML it was read from.

    `rows` says what a row is: an accident, a party of one (rows of one key that follow each other are one accident), or a
    party of an accident that stands in the register already. `source` names the series that several profiles may feed.
    """

    name: str
    title: str
    source: str
    rows: str
    key: tuple[str, ...]
    text: str
    when: When | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str = "."
    footers: tuple[str, ...] = ()
    unknown: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    accident: Mapping[str, Mapped] = field(default_factory=dict)
    party: Mapping[str, Mapped] = field(default_factory=dict)
    details: tuple[str, ...] = ()
    party_details: tuple[str, ...] = ()
    stake: StakeAt | None = None
    point: PointAt | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Return every column of the file that the profile names, each once."""
        named = [*self.key, *(self.when.columns if self.when else ())]
        named += [one for mapped in (*self.accident.values(), *self.party.values()) for one in mapped.columns]
        named += [*self.details, *self.party_details]
        named += [*(self.stake.columns if self.stake else ()), *(self.point.columns if self.point else ())]
        return tuple(dict.fromkeys(named))


ACCIDENTS, PARTIES, PARTIES_OF_KNOWN = "accidents", "parties", "parties_of_known"
_ROWS = (ACCIDENTS, PARTIES, PARTIES_OF_KNOWN)
_TOP = frozenset(one.name for one in fields(Profile)) - {"text"}


def read_profile(text: str) -> Profile:
    """Return the profile that a TOML text describes. Raises Invalid with every fault, each at its place."""
    if len(text) > LONGEST:
        raise Invalid(f"导入模板超过{LONGEST}个字符，请缩短。", code="too_large")
    try:
        told = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Not every slip is told as one of TOML: a number of five thousand figures, tables in tables in tables.
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"第{place[1]}行第{place[2]}列附近" if place else ""
        sentence = f"导入模板{where}不是正确的TOML，请核对引号、括号和等号。"
        raise Invalid(sentence, code="bad_toml") from error
    reader = _Reader(told)
    made = reader.profile(text)
    if reader.faults or made is None:
        raise Invalid(f"导入模板有{len(reader.faults)}处错误，没有采用。", faults=reader.faults, code="bad_profile")
    return made


def endless(pattern: str) -> bool:
    """Tell whether a pattern may try a cell for ever: repetitions or choices inside a repetition, references back, or too
    many open-ended repetitions. Said of the text alone, so that it is never tried.
    """
    left = _PLAIN.sub(lambda found: "\\1" if found[0][1:].isdigit() else "x", pattern)
    if "\\1" in left or "(?P=" in left or "(?(" in left or len(_REPEATED.findall(left)) > MOST_REPEATS:
        return True
    while group := _INNERMOST.search(left):
        inside, repeated = group[1], group[2] is not None
        if repeated and re.search(r"[*+?{|]", inside):
            return True
        kept = "".join(_REPEATED.findall(inside)) + ("|" if "|" in inside else "")
        left = left[: group.start()] + "x" + kept + left[group.end() :]
    return False


class _Reader:
    """Reads a profile part by part and keeps what is wrong with each."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.told, self.faults = told, list[Fault]()

    def wrong(self, path: str, message: str) -> None:
        self.faults.append(Fault(path, message, "bad_profile"))

    def profile(self, text: str) -> Profile | None:
        self._refuse_unknown("", self.told, _TOP)
        rows = self._word("rows", self.told.get("rows", ACCIDENTS), _ROWS)
        name, key = self._text("name"), self._texts("key", self.told.get("key", []))
        if name and not _NAME.fullmatch(name):
            self.wrong("name", "须为2至40个小写字母、数字或连字符。")
        if not key:
            self.wrong("key", "须写明事故编号所在的列；没有编号的，写明合起来能区分各起事故的几列。")
        when = self._part("when", When)
        if rows != PARTIES_OF_KNOWN:
            self._check_when(when)
        made = {
            "accident": self._mapped("accident", ACCIDENT),
            "party": self._mapped("party", PARTY),
            "stake": self._part("stake", StakeAt),
            "point": self._point(),
        }
        return Profile(
            name=name,
            title=self._text("title"),
            source=self._source(),
            rows=rows,
            key=key,
            text=text,
            when=when,
            encoding=self._encoding(),
            delimiter=self._delimiter(),
            decimal=self._word("decimal", self.told.get("decimal", "."), (".", ",")),
            footers=self._texts("footers", self.told.get("footers", [])),
            unknown=frozenset(self._texts("unknown", self.told.get("unknown", []), empty=True)),
            optional=frozenset(self._texts("optional", self.told.get("optional", []))),
            details=self._texts("details", self.told.get("details", [])),
            party_details=self._texts("party_details", self.told.get("party_details", [])),
            **made,
        )

    def _refuse_unknown(self, path: str, told: Mapping[str, Any], known: Iterable[str]) -> None:
        for name in told:
            if name not in known:
                self.wrong(f"{path}{name}", f"没有这一项，可用的有：{'、'.join(sorted(known))}。")

    def _text(self, name: str) -> str:
        found = self.told.get(name)
        if isinstance(found, str) and found.strip():
            return found.strip()
        self.wrong(name, "必填，写一段文字。")
        return ""

    def _optional(self, name: str) -> str | None:
        found = self.told.get(name)
        if found is None or (isinstance(found, str) and found):
            return found
        self.wrong(name, "须为一段文字。")
        return None

    def _source(self) -> str:
        source = self._text("source")
        if source in ("case", "hand"):
            self.wrong("source", "“case”“hand”为系统自用，请换一个名称。")
        return source

    def _encoding(self) -> str | None:
        name = self._optional("encoding")
        try:
            if name is not None:
                io.TextIOWrapper(io.BytesIO(), name)  # which takes no codec that makes anything else than text
        except (LookupError, ValueError):
            self.wrong("encoding", f"没有名为“{name}”的编码，常用的有 utf-8、gb18030、latin-1。")
        return name

    def _delimiter(self) -> str | None:
        sign = self._optional("delimiter")
        if sign is not None and (len(sign) != 1 or sign in '"\r\n'):
            self.wrong("delimiter", "须为一个字符，如 , ; | 或者 \\t，不能是引号。")
            return None
        return sign

    def _word(self, path: str, found: object, words: tuple[str, ...]) -> str:
        if found in words:
            return str(found)
        self.wrong(path, f"可用的有：{'、'.join(words)}。")
        return words[0]

    def _texts(self, path: str, found: object, *, empty: bool = False) -> tuple[str, ...]:
        listed = [found] if isinstance(found, str) else found
        if isinstance(listed, list) and all(isinstance(one, str) and (one or empty) for one in listed):
            return tuple(listed)
        self.wrong(path, "须为文字，或者方括号内的几段文字。")
        return ()

    def _table(self, name: str) -> Mapping[str, Any] | None:
        found = self.told.get(name)
        if found is None or isinstance(found, dict):
            return found
        self.wrong(name, f"须写成一节：[{name}]。")
        return None

    def _part(self, name: str, kind: Callable[..., Any]) -> Any:
        found = self._table(name)
        if found is None:
            return None
        known = [one.name for one in fields(kind)]  # type: ignore[arg-type]
        self._refuse_unknown(f"{name}.", found, known)
        for one, value in found.items():
            if one in known and not isinstance(value, str):
                self.wrong(f"{name}.{one}", "须为文字。")
        return kind(**{one: value for one, value in found.items() if one in known and isinstance(value, str)})

    def _check_when(self, when: When | None) -> None:
        if when is None or not (when.date or (when.year and when.month and when.day)):
            self.wrong("when", "须写明事故日期所在的列：date，或者 year、month、day。")
            return
        self._word("when.calendar", when.calendar, ("gregorian", "roc"))
        self._word("when.order", when.order, ("ymd", "dmy"))

    def _mapped(self, section: str, known: Mapping[str, str]) -> dict[str, Mapped]:
        made: dict[str, Mapped] = {}
        for name, told in (self._table(section) or {}).items():
            path = f"{section}.{name}"
            if name not in known:
                self.wrong(path, f"台账没有这一列，可用的有：{'、'.join(known)}。")
                continue
            if isinstance(told, dict):
                self._refuse_unknown(f"{path}.", told, ("column", "columns", "pattern", "codes"))
                columns = self._texts(path, told.get("columns", told.get("column", [])))
                made[name] = Mapped(columns, self._pattern(path, told), self._codes(path, told.get("codes")))
            else:
                made[name] = Mapped(self._texts(path, told))
            if not made[name].columns:
                self.wrong(path, "须写明文件中的列名。")
        return made

    def _pattern(self, path: str, told: Mapping[str, Any]) -> re.Pattern[str] | None:
        found = told.get("pattern")
        if found is None:
            return None
        try:
            pattern = re.compile(found)
        except (re.error, TypeError):
            self.wrong(f"{path}.pattern", "不是正确的正则表达式。")
            return None
        if pattern.groups != 1:
            self.wrong(f"{path}.pattern", "须恰有一个括号，括出要取的部分。")
        if endless(found):
            self.wrong(
                f"{path}.pattern", "重复之中还有重复，或者重复过多，一格就可能算不完；请写得简单些，如 死亡(\\d+)。"
            )
        return pattern

    def _codes(self, path: str, found: object) -> Mapping[str, str] | None:
        if found is None:
            return None
        if isinstance(found, str):
            try:
                table = CodeTable(found)
            except ValueError:
                self.wrong(f"{path}.codes", f"没有名为“{found}”的代码表，可用的有：{'、'.join(CodeTable)}。")
                return None
            return MappingProxyType({code.code: code.name for code in entries(table)})
        if isinstance(found, dict) and all(isinstance(value, str) for value in found.values()):
            return MappingProxyType(dict(found))
        self.wrong(f"{path}.codes", "须为代码表的名称，或者 代码 = 文字 的对照。")
        return None

    def _point(self) -> PointAt | None:
        told = self._table("point")
        if told is None:
            return None
        self._refuse_unknown("point.", told, [one.name for one in fields(PointAt)])
        texts = {
            one: told[one]
            for one in ("longitude", "latitude", "x", "y", "text", "crs")
            if isinstance(told.get(one), str)
        }
        made = PointAt(
            **texts,
            datum=Datum(self._word("point.datum", told.get("datum", "wgs84"), tuple(Datum))),
            places=self._numbers("places", told, 2, (3, 4)),
            bounds=self._numbers("bounds", told, 4, None),
        )
        self._check_point(made)
        return made

    def _numbers(self, name: str, told: Mapping[str, Any], many: int, usual: Any) -> Any:
        found = told.get(name)
        if found is None:
            return usual
        if isinstance(found, list) and len(found) == many and all(isinstance(one, int | float) for one in found):
            return tuple(found)
        self.wrong(f"point.{name}", f"须为方括号内的{many}个数字。")
        return usual

    def _check_places(self, places: tuple[int, int]) -> None:
        if not all(type(one) is int and 1 <= one <= MOST_PARTS for one in places):
            self.wrong("point.places", f"须为两个从1到{MOST_PARTS}的整数，分别是经度、纬度的段号。")

    def _check_point(self, point: PointAt) -> None:
        self._check_places(point.places)
        degrees, metres = (point.longitude, point.latitude), (point.x, point.y)
        if (
            sum((all(degrees), all(metres), point.text is not None)) != 1
            or any(degrees) != all(degrees)
            or any(metres) != all(metres)
        ):
            self.wrong("point", "须写明 longitude 和 latitude，或者 x、y 和 crs，或者 text，三者取一。")
        if all(metres) and point.crs is None:
            self.wrong("point.crs", "米制坐标须写明坐标系，如 EPSG:4547。")
        if point.datum is Datum.UNKNOWN:
            self.wrong("point.datum", "须写明坐标系：wgs84、cgcs2000、gcj02 或者 bd09；不知道的，先查清再导入坐标。")
        if point.crs is not None:
            try:
                # A code alone: the library would open files for whoever names them in a longer definition.
                known = _EPSG.fullmatch(point.crs) is not None and len(CRS.from_user_input(point.crs).axis_info) == 2
            except CRSError:
                known = False
            if not known:
                self.wrong("point.crs", f"没有代号为“{point.crs}”的坐标系，应写成 EPSG:4547 的形式。")


@cache
def built_in() -> Mapping[str, Profile]:
    """Return the profiles that come with the product, by name."""
    folder = files("models.register.profiles")
    found = [read_profile(one.read_text("utf-8")) for one in folder.iterdir() if one.name.endswith(".toml")]
    return MappingProxyType({one.name: one for one in sorted(found, key=lambda profile: profile.name)})


def built_in_profile(name: str) -> Profile:
    """Return one of them. Raises NotFound with those there are."""
    known = built_in()
    if name not in known:
        raise NotFound(f"没有名为“{name}”的导入模板，现有：{'、'.join(known)}。", code="profile_not_found")
    return known[name]
