"""How much of what real reports found the entries meet, measured on reports that were not used in making them.

A finding is met when among the first five entries that its text brings up, asked with nothing but text and aspect, one
(a) carries a cause that the dossier gives the finding, by the code table, and (b) is a duty of the kind of a unit that
the dossier names for it, where it names one and the entry is a duty of units. Causes and units were written down by
whoever restated the reports, before there were entries. Questions are left out of the measure, which only lowers it.
"""

import json
from datetime import date
from pathlib import Path

import pytest

from models.accident.rules import codes
from models.kernel.vocabulary import Aspect, CodeTable
from models.knowledge.rules.entries import Entry
from models.knowledge.rules.library import suggest

TODAY = date(2026, 11, 30)
USED = ("baoan-2020-03-22", "hukun-2014-07-19", "jiangjin-2015-12-12")
HELD_OUT = ("xinxian-2016-05-14", "yangshuo-2019-06-09")
LEAST = 0.8


def met(finding: dict[str, object], kinds: dict[str, str]) -> bool:
    causes = {codes.match(CodeTable.CAUSE, tag) for tag in finding["cause_tags"]} - {None}  # type: ignore[attr-defined]
    units = {kinds[ref] for ref in finding["organisation_refs"]}  # type: ignore[attr-defined]
    found = suggest(str(finding["text"]), TODAY, aspect=Aspect(str(finding["aspect"])))
    return any(causes.intersection(one.causes) and of_a_unit(one, units) for one in found)


def of_a_unit(entry: Entry, kinds: set[str]) -> bool:
    return not kinds or not entry.organisations or not kinds.isdisjoint(entry.organisations)


def share(folder: Path, names: tuple[str, ...]) -> tuple[int, int]:
    """Return how many findings of some reports are met, and how many there are."""
    told = []
    for name in names:
        dossier = json.loads((folder / "dossiers" / f"{name}.json").read_text("utf-8"))
        kinds = {one["ref"]: one["kind"] for one in dossier["organisations"]}
        told += [met(finding, kinds) for finding in dossier["findings"]]
    return sum(told), len(told)


@pytest.mark.parametrize("names", [USED, HELD_OUT], ids=["used", "held out"])
def test_most_findings_of_real_reports_meet_an_entry(names: tuple[str, ...], shared_data: Path):
    found, of = share(shared_data, names)
    assert found / of >= LEAST, f"{found} of {of}"
