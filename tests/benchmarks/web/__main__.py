"""`python -m tests.benchmarks.web`: seed, measure the pages, print, and write out/bench-web.json and out/bench-web.md."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

OUT = Path("out")
CASES, QUICK_CASES = 100_000, 300


def main() -> None:
    """Measure on the databases that were named, or on both."""
    given = _asked()
    from tests.benchmarks.measuring import Measured, Size
    from tests.benchmarks.report import as_json, machine, markdown, others
    from tests.benchmarks.web.bench import bench
    from tests.benchmarks.web.stores import Store, folder, postgresql, sqlite
    from tests.databases import Unavailable

    size = Size.QUICK if given.quick else Size.FULL
    cases = given.cases or (QUICK_CASES if given.quick else CASES)
    began = time.monotonic()
    print(f"{machine()}\nat the beginning: {others()}\n", flush=True)
    benches: list[Measured] = []

    def measure(store: Store, place: Path) -> None:
        measured = bench(store, size, place / "homes", browser=not given.no_browser)
        benches.append(measured)
        print(markdown([measured]) + "\n", flush=True)

    with folder(given.keep) as place:
        if not given.postgresql:
            with sqlite(place, cases) as store:
                measure(store, place)
        if not given.sqlite:
            try:
                with postgresql(place, cases, keep=given.keep is not None) as store:
                    measure(store, place)
            except Unavailable as reason:
                print(f"no PostgreSQL: {reason}", file=sys.stderr)
    OUT.mkdir(exist_ok=True)
    (OUT / "bench-web.json").write_text(json.dumps(as_json(benches), ensure_ascii=False, indent=1) + "\n")
    (OUT / "bench-web.md").write_text(markdown(benches) + "\n")
    print(
        f"{time.monotonic() - began:.0f} s, at the end: {others()}; written: {OUT}/bench-web.json, .md", file=sys.stderr
    )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.web", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_CASES} cases, less than a minute, for a glance")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--sqlite", action="store_true", help="SQLite alone")
    only.add_argument("--postgresql", action="store_true", help="PostgreSQL alone")
    parser.add_argument("--cases", type=int, help=f"how many cases, {CASES:,} by default")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep the seeded databases there, and use what is there"
    )
    parser.add_argument("--no-browser", action="store_true", help="leave out what needs chromium")
    return parser.parse_args()


def _own_environment() -> Iterator[None]:
    """Before anything of ours is imported: nobody's own office is touched."""
    for name in [name for name in os.environ if name.startswith(("SHENCHA_", "PREFECT_"))]:
        del os.environ[name]
    os.environ["SHENCHA_HOME"] = tempfile.mkdtemp(prefix="shencha-bench-home-")
    os.environ["SHENCHA_PDF"] = "off"  # LibreOffice is not what is measured
    try:
        yield
    finally:
        shutil.rmtree(os.environ["SHENCHA_HOME"], ignore_errors=True)


if __name__ == "__main__":
    for _ in _own_environment():
        main()
