"""Every paper in every form, to be looked at: `python -m documents.gallery OUT_DIR` from the repository's root.

Writes docx, PDF and one PNG a page; PDF and PNG only where LibreOffice and pdftoppm are installed.
"""

from __future__ import annotations

import argparse
import importlib
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from documents import pdf, render
from models.papers.content import Paper

_DOTS_PER_INCH = 60


def show(papers: Mapping[str, Paper], out: Path, *, dots_per_inch: int = _DOTS_PER_INCH) -> list[Path]:
    """Write the papers under their names and return the files written."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, paper in papers.items():
        written.append(out / f"{name}.docx")
        written[-1].write_bytes(render(paper))
    if not pdf.available():
        return written
    twins = pdf.convert([render(paper) for paper in papers.values()])
    for name, data in zip(papers, twins, strict=True):
        file = out / f"{name}.pdf"
        file.write_bytes(data)
        written += [file, *_pages(file, dots_per_inch)]
    return written


def _pages(file: Path, dots_per_inch: int) -> list[Path]:
    tool = shutil.which("pdftoppm")
    if tool is None:
        return []
    stem = file.with_suffix("")
    for old in file.parent.glob(f"{stem.name}-page-*.png"):
        old.unlink()
    command = [tool, "-png", "-r", str(dots_per_inch), str(file), f"{stem}-page"]
    subprocess.run(command, check=True)  # noqa: S603  poppler and files that we name, for developers
    return sorted(file.parent.glob(f"{stem.name}-page-*.png"))


def main() -> None:
    """Render the samples of the tests."""
    parser = argparse.ArgumentParser(description="Render a sample of each paper to docx, PDF and PNG.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--dpi", type=int, default=_DOTS_PER_INCH)
    given = parser.parse_args()
    samples = importlib.import_module("tests.documents.samples")
    for file in show(samples.papers(), given.out, dots_per_inch=given.dpi):
        print(file)


if __name__ == "__main__":
    main()
