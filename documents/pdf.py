"""docx to PDF by LibreOffice, many at once: a start costs half a second, each further file a tenth of that.

What it makes is tagged PDF/A-2b; `documents/fixed.py` adds what a paper is on record for.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from models.kernel.errors import Refused

FONTS = Path(__file__).parent / "layout" / "fonts.conf"
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
_EXPORT = "pdf:writer_pdf_Export:" + json.dumps(
    {
        "SelectPdfVersion": {"type": "long", "value": "2"},  # PDF/A-2b
        "UseTaggedPDF": {"type": "boolean", "value": "true"},
    }
)
_START, _EACH = 60, 10  # seconds allowed for a batch and for each file in it


def _office() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def available() -> bool:
    """Whether this machine can make PDF."""
    return _office() is not None


def convert(files: Sequence[bytes]) -> list[bytes]:
    """Return a PDF for each docx, in the same order.

    LibreOffice runs once, with a profile of its own, so that it disturbs no other one. Raises Refused (`pdf_absent`,
    `pdf_failed`) when it is not installed, takes too long or leaves a file out.
    """
    office = _office()
    if office is None:
        raise Refused("本机未安装 LibreOffice，不能生成 PDF，请导出 docx 文件。", code="pdf_absent")
    if not files:
        return []
    with tempfile.TemporaryDirectory(prefix="shencha-pdf-") as folder:
        home, out = Path(folder), Path(folder) / "out"
        names = [home / f"{n}.docx" for n in range(len(files))]
        for name, data in zip(names, files, strict=True):
            name.write_bytes(data)
        _run(
            [
                office,
                f"-env:UserInstallation={(home / 'profile').as_uri()}",
                *("--headless", "--norestore", "--nolockcheck", "--convert-to", _EXPORT),
                *("--outdir", str(out), *map(str, names)),
            ],
            seconds=_START + _EACH * len(files),
        )
        made = [out / f"{name.stem}.pdf" for name in names]
        missing = [n for n, path in enumerate(made, 1) if not path.is_file()]
        if missing:
            raise Refused(f"第{'、'.join(map(str, missing))}个文件未能转换为 PDF。", code="pdf_failed")
        return [path.read_bytes() for path in made]


def pages(data: bytes) -> int | None:
    """Count the pages of a PDF made by `convert`, whose page objects stand uncompressed; None when none is found."""
    return len(_PAGE.findall(data)) or None


def _run(command: list[str], *, seconds: int) -> None:
    try:
        process = _started(command)
    except OSError as error:
        raise Refused("LibreOffice 不能启动，请检查其安装。", code="pdf_failed") from error
    with process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)  # soffice is a script around the real program
            raise Refused(f"生成 PDF 超过{seconds}秒，已中止，请稍后重试。", code="pdf_failed") from error
        if process.returncode:
            raise Refused("LibreOffice 未能完成 PDF 转换，请检查其安装。", code="pdf_failed")


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "FONTCONFIG_FILE": str(FONTS)} if FONTS.exists() else dict(os.environ)
    return subprocess.Popen(  # noqa: S603  LibreOffice and files named by number, never a person's words
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, start_new_session=True
    )
