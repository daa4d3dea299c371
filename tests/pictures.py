"""Pictures of our own drawing, as cameras and drawing programs write them."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import ExifTags, Image, ImageDraw

TAKEN = "2025:08:16 08:25:30"


def photograph(
    seed: int = 1,
    *,
    across: int = 1600,
    down: int = 1200,
    turned: int = 1,
    taken: str | None = TAKEN,
    zone: str | None = None,
    where: tuple[float, float] | None = None,
) -> bytes:
    """A road under a sky as a JPEG with many colours; `turned` is how the camera says that it was held, `where`
    in degrees east and north where it was taken."""
    picture = Image.linear_gradient("L").resize((across, down)).convert("RGB")
    sky = Image.merge("RGB", [Image.radial_gradient("L").resize((across, down)) for _ in range(3)])
    picture = Image.blend(picture, sky, 0.4 + seed % 5 / 20)
    pen = ImageDraw.Draw(picture)
    pen.polygon(((0, down), (across // 2 - 40, down // 2), (across // 2 + 40, down // 2), (across, down)), fill="#555")
    for n in range(6):
        y = down // 2 + down * n // 12
        pen.line((across // 2, y, across // 2, y + down // 24), fill="white", width=6 + 2 * n)
    pen.rectangle((across * 3 // 5, down * 11 // 20, across * 4 // 5, down * 7 // 10), fill=(60 * seed % 255, 70, 110))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    if taken is not None:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    if zone is not None:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.OffsetTimeOriginal] = zone
    if where is not None:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLongitudeRef: "E",
                ExifTags.GPS.GPSLongitude: (float(int(where[0])), 60 * (where[0] % 1), 0.0),
                ExifTags.GPS.GPSLatitudeRef: "N",
                ExifTags.GPS.GPSLatitude: (float(int(where[1])), 60 * (where[1] % 1), 0.0),
            }
        )
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85, exif=exif)
    return out.getvalue()


def plan() -> bytes:
    """A plan in black on white as a PNG."""
    picture = Image.new("1", (1400, 700), 1)
    pen = ImageDraw.Draw(picture)
    for y in (250, 450):
        pen.line((0, y, 1400, y), fill=0, width=5)
    pen.rectangle((500, 280, 700, 340), outline=0, width=4)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def written(folder: Path, name: str, data: bytes) -> Path:
    """Write a file and return where it lies."""
    (folder / name).write_bytes(data)
    return folder / name
