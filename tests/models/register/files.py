"""Files of accidents that tests bring in, and the profile they are read by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from io import BytesIO

from models.register.rules.intake import Batch, batches
from models.register.rules.profile import Profile, read_profile
from models.register.rules.records import Record
from models.register.rules.territory import Territory

TODAY = date(2026, 11, 30)
PLAIN = """
name = "plain"
title = "普通台账"
source = "plain"
key = "编号"
footers = ["合计"]
unknown = ["不详"]

[when]
date = "日期"

[accident]
accident_number = "编号"
place = "地点"
deaths = "死亡"
weather = { column = "天气", codes = "weather" }

[point]
longitude = "经度"
latitude = "纬度"
"""
HEADS = "编号,日期,地点,死亡,天气,经度,纬度"


def plain(text: str = PLAIN) -> Profile:
    """Return the profile."""
    return read_profile(text)


def a_file(*rows: str, heads: str = HEADS, encoding: str = "utf-8") -> BytesIO:
    """Return a CSV file with these rows."""
    return BytesIO("\n".join((heads, *rows, "")).encode(encoding))


def all_of(stream: BytesIO, profile: Profile | None = None, territory: Territory | None = None) -> Batch:
    """Return all of a file as one batch."""
    found = list(batches(stream, profile or plain(), territory or Territory(), today=TODAY))
    whole = Batch(0, found[0].heads)
    for one in found:
        whole.good += one.good
        whole.bad += one.bad
        whole.repeated += one.repeated
    return whole


def codes(records: Iterable[Record]) -> list[tuple[int, str, str]]:
    """Return row, column and code of every fault."""
    return [(fault.row, fault.column, fault.code) for one in records for fault in one.faults]
