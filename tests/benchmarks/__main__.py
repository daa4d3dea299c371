"""`python -m tests.benchmarks [NAMES] [--quick]`: measure, print, and write out/bench.json and out/bench.md."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

OUT = Path("out")


def main() -> None:
    """Run the benches that were named, or all."""
    from tests.benchmarks.measuring import Size
    from tests.benchmarks.report import as_json, machine, markdown, others
    from tests.benchmarks.run import BENCHES, run

    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(BENCHES)}")
    parser.add_argument("--quick", action="store_true", help="less than a minute, for a glance")
    given = parser.parse_args()
    unknown = set(given.names) - set(BENCHES)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    began = time.monotonic()
    print(f"{machine()}\nat the beginning: {others()}\n", flush=True)
    benches = []
    for measured in run(given.names or list(BENCHES), Size.QUICK if given.quick else Size.FULL):
        benches.append(measured)
        print(markdown([measured]) + "\n", flush=True)
    OUT.mkdir(exist_ok=True)
    (OUT / "bench.json").write_text(json.dumps(as_json(benches), ensure_ascii=False, indent=1) + "\n")
    (OUT / "bench.md").write_text(markdown(benches) + "\n")
    print(
        f"{time.monotonic() - began:.0f} s, at the end: {others()}; written: {OUT / 'bench.json'}, {OUT / 'bench.md'}",
        file=sys.stderr,
    )


if __name__ == "__main__":
    # Before anything of ours is imported: Prefect reads its environment once, and nobody's own office is touched.
    for name in [name for name in os.environ if name.startswith(("SHENCHA_", "PREFECT_", "DBOS_"))]:
        del os.environ[name]
    os.environ["SHENCHA_HOME"] = tempfile.mkdtemp(prefix="shencha-bench-home-")
    os.environ["SHENCHA_PDF"] = "off"  # LibreOffice is not what is measured
    try:
        main()
    finally:
        shutil.rmtree(os.environ["SHENCHA_HOME"], ignore_errors=True)
