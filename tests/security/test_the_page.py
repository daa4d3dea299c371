"""docs/security.md says of every point where it is held: what it names exists, and no point of the standard is left out."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.conftest import ROOT

PAGE, SHORT = ROOT / "docs" / "security.md", ROOT / "SECURITY.md"
# OWASP ASVS 5.0.0: the points of levels 1 and 2. In each section they come first, and the number says how many there are;
# those of level 3 among or behind them are left out. 253 in all.
SECTIONS = {
    **{"1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2},
    **{"2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1},
    **{"3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2},
    **{"4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4},
    **{"5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3},
    **{"6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4},
    **{"7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2},
    **{"8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1},
    **{"9.1": 3, "9.2": 4},
    **{"10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3},
    **{"11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1},
    **{"12.1": 3, "12.2": 2, "12.3": 4},
    **{"13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5},
    **{"14.1": 2, "14.2": 4, "14.3": 3},
    **{"15.1": 3, "15.2": 3, "15.3": 7},
    **{"16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3},
    **{"17.1": 1, "17.2": 4, "17.3": 2},
}
STATES = {"held", "proxy", "house", "not", "none"}
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| (\w+) \| ?(.*?) ?\|$", re.MULTILINE)


def test_every_point_of_the_standard_has_its_row_and_its_state() -> None:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    wanted = [f"{section}.{number}" for section, most in SECTIONS.items() for number in range(1, most + 1)]
    assert len(wanted) == 253
    assert [number for number, *_ in rows] == wanted
    for number, _, state, where in rows:
        assert state in STATES, number
        assert where or state in ("none", "proxy", "house") or number in ("6.4.2",), (
            f"{number} says neither where nor why"
        )


def test_whatever_the_pages_name_exists() -> None:
    for page in (PAGE, SHORT):
        text = page.read_text(encoding="utf-8")
        named = set(re.findall(r"`((?:models|flows|documents|ui|tests)/[^`\s]*)`", text))
        assert len(named) > 30
        assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
        linked = {target.partition("#")[0] for target in re.findall(r"\]\(([^)]+)\)", text)}
        assert [target for target in sorted(linked) if not (page.parent / target).exists()] == []


def test_what_is_held_by_a_test_is_held_by_one_that_runs() -> None:
    named = Counter(re.findall(r"`(tests/[^`\s]*)`", PAGE.read_text(encoding="utf-8")))
    assert len(named) > 30
    for name in named:
        assert re.search(r"^def test_", Path(ROOT / name).read_text(encoding="utf-8"), re.MULTILINE), name
