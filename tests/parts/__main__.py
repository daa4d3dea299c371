"""`python -m tests.parts sbom FILE` and `python -m tests.parts audit [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.parts.audit import advisories, weak
from tests.parts.lock import product
from tests.parts.sbom import bill

ROOT = Path(__file__).parent.parent.parent
NO_DATA = (
    "No advisories are at hand, so nothing was compared. Name a folder with an export of OSV (PyPI):\n"
    "  make audit AUDIT_DATA=folder"
)


def main(arguments: list[str]) -> int:
    """Do what is asked for; returns the exit status: 1 where a part is weak or the folder holds no advisory."""
    what, *given = arguments
    made = product(ROOT)
    if what == "sbom":
        file = Path(given[0])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bill(made))
        print(f"{file}: {len(made.parts)} parts")
        return 0
    if not given or not given[0]:
        print(NO_DATA)
        return 0
    known = list(advisories(Path(given[0])))
    if not known:
        print(f"{given[0]} holds no advisory: nothing was compared.")
        return 1
    found = weak(made.parts, known)
    for one in found:
        print(one)
    print(f"{len(made.parts)} parts held against {len(known)} advisories: {len(found)} weak.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
