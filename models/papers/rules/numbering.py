"""How numbers are written and read: 发文字号 (GB/T 9704-2012), case number, archive number."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

from models.kernel.errors import Invalid

from .retention import Retention

_DOCUMENT = re.compile(r"(?P<code>[㐀-鿿]{2,20})〔(?P<year>[0-9]{4})〕(?P<serial>[1-9][0-9]*)号")
_YEAR = re.compile(r"[〔［\[（(【]([0-9]{4})[〕］\])）】]")
_CASE = re.compile(r"(?P<division>[0-9]{4})-(?P<year>[0-9]{4})-(?P<serial>[0-9]{4,})")
_AGENCY_CODE = re.compile(r"[㐀-鿿]{2,20}")

DEFAULT_ARCHIVE_SCHEME = "{fonds}-{year}-{retention}-{unit}-{volume:04d}"
_ARCHIVE_FIELDS = {"fonds", "year", "retention", "unit", "volume"}


@dataclass(frozen=True, slots=True, order=True)
class DocumentNumber:
    """发文字号: agency code, year in 〔〕, running number without padding or 第 (鄂州公交调〔2026〕12号)."""

    agency_code: str
    year: int
    serial: int

    def __post_init__(self) -> None:
        if not _AGENCY_CODE.fullmatch(self.agency_code):
            raise Invalid(f"机关代字“{self.agency_code}”应为2至20个汉字，请修改。", code="agency_code")
        _require(self.year, self.serial)

    def __str__(self) -> str:
        return f"{self.agency_code}〔{self.year}〕{self.serial}号"


def format_document_number(agency_code: str, year: int, serial: int) -> str:
    """Write a 发文字号; Invalid for an agency code that is not Chinese, a wrong year, or a serial below 1."""
    return str(DocumentNumber(agency_code, year, serial))


def parse_document_number(text: str) -> DocumentNumber:
    """Read a 发文字号 exactly as the standard writes it; Invalid with the right form for anything else."""
    found = _DOCUMENT.fullmatch(text)
    if found is None:
        raise Invalid(
            f"发文字号“{text}”格式不对：年份用六角括号〔〕，序号不编虚位、不加“第”字，例如“机关代字〔2026〕12号”。",
            code="document_number",
        )
    return DocumentNumber(found["code"], int(found["year"]), int(found["serial"]))


def as_written(text: str) -> str:
    """Return a text with its numbers spelled as the standard does: file names hold [2026] or (2026) for 〔2026〕."""
    return _YEAR.sub(r"〔\1〕", re.sub(r"\s+", "", text))


@dataclass(frozen=True, slots=True, order=True)
class CaseNumber:
    """Case number: four-digit division of the own unit, year, running number of at least four digits."""

    division: str
    year: int
    serial: int

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{4}", self.division):
            raise Invalid(f"案件编号的区划代码“{self.division}”应为4位数字，请修改。", code="case_number")
        _require(self.year, self.serial)

    def __str__(self) -> str:
        return f"{self.division}-{self.year}-{self.serial:04d}"


def case_number(division_code: str, year: int, serial: int) -> CaseNumber:
    """Return the case number of a unit with this GB/T 2260 code (420700 or 420704 → 4207)."""
    return CaseNumber(division_code[:4], year, serial)


def parse_case_number(text: str) -> CaseNumber:
    """Read a case number; Invalid with the right form for anything else."""
    found = _CASE.fullmatch(text)
    number = found and CaseNumber(found["division"], int(found["year"]), int(found["serial"]))
    if number is None or str(number) != text:
        raise Invalid(
            f"案件编号“{text}”格式不对，应由四位区划代码、年份和至少四位的序号组成，用短横线连接。", code="case_number"
        )
    return number


def archive_number(
    *, fonds: str, year: int, term: Retention, unit: str, volume: int, scheme: str = DEFAULT_ARCHIVE_SCHEME
) -> str:
    """Return 全宗号-年度-保管期限-机构-案卷号 by the unit's scheme; Invalid for an empty part or a faulty scheme."""
    check_archive_scheme(scheme)
    if not fonds.strip() or not unit.strip():
        raise Invalid("档号缺少全宗号或者机构代码，请先在设置中填写。", code="archive_number")
    _require(year, volume)
    return scheme.format(fonds=fonds, year=year, retention=term.value, unit=unit, volume=volume)


def check_archive_scheme(scheme: str) -> None:
    """Raise Invalid unless the scheme names each of fonds, year, retention, unit, volume once and nothing else."""
    try:
        named = [name for _, name, _, _ in string.Formatter().parse(scheme) if name is not None]
        known = sorted(named) == sorted(_ARCHIVE_FIELDS)
        if known:
            scheme.format(fonds="0", year=2026, retention="Y", unit="0", volume=1)
    except (ValueError, TypeError) as error:
        raise Invalid(f"档号方案“{scheme}”无法识别，请参照{DEFAULT_ARCHIVE_SCHEME}。", code="archive_scheme") from error
    if not known:
        wanted = "、".join(sorted(_ARCHIVE_FIELDS))
        raise Invalid(f"档号方案“{scheme}”应恰好各含一次{wanted}，请修改。", code="archive_scheme")


def _require(year: int, serial: int) -> None:
    if not 1949 <= year <= 9999:
        raise Invalid(f"年份{year}应为四位数字，请修改。", code="number_year")
    if serial < 1:
        raise Invalid("序号应从1开始，请修改。", code="number_serial")
