"""Pictures are looked into before they are opened, and drawings are taken only where nothing in them acts."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from models.kernel.errors import Invalid
from models.kernel.storage.files import FileStore
from models.kernel.storage.media import JPEG, PDF, PNG, SVG, recognise
from models.kernel.storage.pictures import pictured
from tests.pictures import photograph, plan

INERT = b"""<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">
<style>.a { fill: url(#g) }</style><defs><linearGradient id="g"/></defs><use xlink:href="#g"/>
<path class="a" d="M0 0L9 9"/><text>\xe6\xa1\xa9\xe5\x8f\xb7</text></svg>"""


def inside(what: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{what}</svg>'.encode()


ACTING = {
    "script": inside("<script>alert(1)</script>"),
    "event": inside('<path onclick="alert(1)"/>'),
    "link": inside('<a xlink:href="https://example.org"><path/></a>'),
    "foreign file": inside('<image xlink:href="https://example.org/a.png"/>'),
    "foreign use": inside('<use href="other.svg#a"/>'),
    "page": inside('<foreignObject><b xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>'),
    "style that loads": inside("<style>@import 'x.css';</style>"),
    "style in cdata": inside("<style><![CDATA[a{fill:url(http://x/)}]]></style>"),
    "escaped style": inside("<style>a{fill:u\\72l(http://x/)}</style>"),
    "attribute that loads": inside('<path fill="url(https://example.org/a)"/>'),
    "animation": inside('<set attributeName="href" to="javascript:alert(1)"/>'),
    "entities": b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
    "style sheet": b'<?xml-stylesheet href="x.css"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "another root": b'<html xmlns="http://www.w3.org/1999/xhtml"><svg xmlns="http://www.w3.org/2000/svg"/></html>',
    "no namespace": b"<svg/>",
    "broken": b'<svg xmlns="http://www.w3.org/2000/svg">',
}


def test_a_drawing_in_which_nothing_acts_is_taken() -> None:
    assert recognise(INERT, "现场图.svg") is SVG


@pytest.mark.parametrize("content", ACTING.values(), ids=ACTING)
def test_a_drawing_that_acts_loads_or_unfolds_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        recognise(content, "现场图.svg")
    assert refusal.value.code == "file_markup"


def test_a_photograph_is_turned_as_the_camera_says_and_copied_without_its_notes(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    made = pictured(io.BytesIO(photograph(turned=6)), JPEG, "照片.jpg", store)
    assert made is not None
    assert (made.width, made.height, made.suffix) == (1200, 1600, "jpeg")
    assert made.taken_at is not None
    assert made.taken_at.isoformat() == "2025-08-16T08:25:30+08:00"
    copy = store.read(made.sha256)
    assert b"Exif" not in copy
    assert Image.open(io.BytesIO(store.read(made.thumbnail))).size == (240, 320)


def test_the_same_picture_is_copied_into_the_same_bytes(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    first, second = (pictured(io.BytesIO(photograph()), JPEG, "照片.jpg", store) for _ in range(2))
    assert first == second


def test_a_drawing_of_few_colours_stays_sharp(tmp_path: Path) -> None:
    made = pictured(io.BytesIO(plan()), PNG, "图.png", FileStore(tmp_path))
    assert made is not None
    assert made.suffix == "png"


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "1970:01:01 00:00:00", "昨天", "9999:12:31 23:59:59", None])
def test_a_camera_that_knows_no_time_says_none(taken: str | None, tmp_path: Path) -> None:
    made = pictured(io.BytesIO(photograph(taken=taken, zone="-12:00")), JPEG, "照片.jpg", FileStore(tmp_path))
    assert made is not None
    assert made.taken_at is None


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_mode_are_shown(mode: str, tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new(mode, (40, 30)).save(out, "TIFF" if mode in ("CMYK", "LA") else "PNG")
    kind = recognise(out.getvalue(), "图.tif" if mode in ("CMYK", "LA") else "图.png")
    assert pictured(out, kind, "图", FileStore(tmp_path)) is not None


def bomb(across: int, down: int) -> bytes:
    """A PNG of a few bytes that claims to be vast."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", across, down, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(12_000, 11_000), (50_000, 50_000), (40_000, 10)])
def test_a_file_that_claims_too_many_pixels_is_refused_unopened(size: tuple[int, int], tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="最多12000万像素") as refusal:
        pictured(io.BytesIO(bomb(*size)), PNG, "大.png", FileStore(tmp_path))
    assert refusal.value.code == "picture_too_large"


_SCALED = """
import io, resource, sys
from pathlib import Path
from models.kernel.storage.files import FileStore
from models.kernel.storage.media import PNG
from models.kernel.storage.pictures import pictured
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
made = pictured(io.BytesIO(Path(sys.argv[1]).read_bytes()), PNG, "大.png", FileStore(Path(sys.argv[2])))
print(made.width, made.height, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_small_file_with_many_pixels_stands_in_the_memory_once(tmp_path: Path) -> None:
    Image.new("RGBA", (8_000, 7_000)).save(tmp_path / "vast.png")
    ran = subprocess.run(
        [sys.executable, "-c", _SCALED, tmp_path / "vast.png", tmp_path], capture_output=True, check=True, text=True
    )
    across, down, megabytes = map(int, ran.stdout.split())
    assert (across, down) == (1900, 1663)
    assert megabytes < 2 * 4 * 56


@pytest.mark.parametrize("mode", ["L", "P", "RGB", "RGBA"])
def test_a_vast_picture_keeps_its_colours_and_its_way_up(mode: str, tmp_path: Path) -> None:
    store, out = FileStore(tmp_path), io.BytesIO()
    drawn = Image.new("RGB", (8_001, 1_003), "white")
    drawn.paste("black", (0, 0, 4_000, 501))
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 6
    drawn.convert(mode).save(out, "PNG", exif=turned)
    made = pictured(out, PNG, "长.png", store)
    assert made is not None
    assert made.height == 1900
    upright = Image.open(io.BytesIO(store.read(made.sha256))).convert("L")
    places = ((0.75, 0.25), (0.25, 0.25), (0.75, 0.75))
    seen = [upright.getpixel((int(made.width * x), int(made.height * y))) for x, y in places]
    assert seen == [0, 255, 255], "what was above on the left is above on the right now"


def test_a_damaged_picture_is_refused_and_other_files_are_none(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    with pytest.raises(Invalid, match="已损坏"):
        pictured(io.BytesIO(photograph()[:3000]), JPEG, "坏.jpg", store)
    assert pictured(io.BytesIO(b"%PDF-1.7\n"), PDF, "报告.pdf", store) is None
