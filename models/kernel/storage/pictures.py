"""Pictures (照片、图): looked into before anything opens them whole, and copied upright for page and paper.

The file that came is kept as it is. A paper carries a copy of its own, turned as the camera says and without what else
the camera wrote into it; made once, when the file arrives, so that no later library can change a signed paper.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Invalid
from models.kernel.storage.file_names import safe_name
from models.kernel.storage.files import FileStore
from models.kernel.storage.media import HEIC, JPEG, PNG, TIFF, WEBP, Media

MOST_PIXELS, LONGEST_SIDE = 120_000_000, 30_000
"""More than any telephone takes; a small file may claim far more, and would fill the memory."""
_PRINTED, _THUMBNAIL = 1900, 320  # pixels of the longer side: 300 to the inch across the text block
DRAWABLE: Mapping[str, Media] = {one.mime: one for one in (PNG, JPEG, TIFF, WEBP)}
"""Kinds of files that are read as pictures, by their types."""
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
_BAND = 64  # rows of the smaller picture that are made at once
_FLAT = 64  # a drawing has few colours, and is kept sharp; a photograph has many
_EARLIEST = 1990  # a camera without a battery begins at its own year


@dataclass(frozen=True, slots=True)
class Picture:
    """The upright copies of a picture in the store: for papers with its size in pixels, and a small one for pages."""

    sha256: str
    suffix: str
    width: int
    height: int
    thumbnail: str
    taken_at: datetime | None = None

    def kept(self) -> dict[str, object]:
        """Return what the row of its file keeps."""
        return {
            "sha256": self.sha256,
            "suffix": self.suffix,
            "width": self.width,
            "height": self.height,
            "thumbnail": self.thumbnail,
        }


def refuse_undrawable(media: Media, name: str) -> None:
    """Refuse what is to be shown as a picture and cannot be. Raises Invalid with what to do instead."""
    if media.mime in DRAWABLE:
        return
    if media is HEIC:
        raise Invalid(
            f"“{safe_name(name)}”是HEIC图片，本系统不能转换，请在手机或电脑上另存为JPEG后再上传；"
            "需要保留原件的，请用“登记证据”。",
            code="picture_heic",
        )
    raise Invalid(
        f"“{safe_name(name)}”是{media.label}，不能作为图片列入报告，请转存为PNG或JPEG图片；"
        "只需保留原件的，请用“登记证据”。",
        code="not_a_picture",
    )


def pictured(stream: BinaryIO, media: Media, name: str, store: FileStore) -> Picture | None:
    """Store upright copies of a picture; None for a file of another kind. The stream is left at its beginning.

    Raises Invalid for one that has too many pixels or cannot be read.
    """
    if media.mime not in DRAWABLE:
        return None
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a camera wrote badly beside the picture harms nothing
            with Image.open(stream, formats=_FORMATS) as opened:
                _refuse_vast(opened, name)
                made = _copied(opened, store)
    except Image.DecompressionBombError as error:
        raise _vast(name, "的像素过多") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Invalid(f"“{safe_name(name)}”已损坏，打不开，请重新导出或拍摄后再上传。", code="file_broken") from error
    finally:
        stream.seek(0)
    return made


def taken_where(stream: BinaryIO) -> tuple[float, float] | None:
    """Return where the camera says that a picture was taken, in degrees east and north (WGS-84); None where it does not."""
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(stream, formats=_FORMATS) as opened:
                said = opened.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        along = _degrees(said[ExifTags.GPS.GPSLongitude], said[ExifTags.GPS.GPSLongitudeRef], "W")
        up = _degrees(said[ExifTags.GPS.GPSLatitude], said[ExifTags.GPS.GPSLatitudeRef], "S")
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError, KeyError, TypeError, ArithmeticError):
        return None
    finally:
        stream.seek(0)
    # A receiver without a fix writes noughts.
    return (along, up) if abs(along) <= 180 and abs(up) <= 90 and (along, up) != (0, 0) else None


def _degrees(parts: tuple[float, float, float], side: str, below: str) -> float:
    """Degrees, minutes and seconds as one number, west and south below nought. Raises ValueError for no number."""
    degrees, minutes, seconds = (float(part) for part in parts)
    found = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(found):
        raise ValueError("no number")
    return -found if side.strip("\0 ") == below else found


def _refuse_vast(opened: Image.Image, name: str) -> None:
    across, down = opened.size
    if across * down > MOST_PIXELS or max(across, down) > LONGEST_SIDE:
        raise _vast(name, f"有{across}×{down}像素")


def _vast(name: str, what: str) -> Invalid:
    most = f"最多{MOST_PIXELS // 10_000}万像素、边长{LONGEST_SIDE}"
    return Invalid(f"“{safe_name(name)}”{what}，{most}，请缩小后再上传。", code="picture_too_large")


def _copied(opened: Image.Image, store: FileStore) -> Picture:
    taken_at = _taken_at(opened)
    opened.draft("RGB", (2 * _PRINTED, 2 * _PRINTED))  # a camera's file is read at a part of its size
    upright = _upright(opened)
    upright.thumbnail((_PRINTED, _PRINTED), Image.Resampling.LANCZOS)
    data, suffix = _written(upright)
    printed = store.put(data)
    small = upright.copy()
    small.thumbnail((_THUMBNAIL, _THUMBNAIL), Image.Resampling.LANCZOS)
    thumbnail = store.put(_written(small)[0])
    return Picture(printed.sha256, suffix, *upright.size, thumbnail.sha256, taken_at)


def _upright(opened: Image.Image) -> Image.Image:
    """The picture turned as the camera says, on paper. A vast one comes smaller, band by band: whole it would stand in
    the memory once for each step, some gigabytes for a file of half a megabyte."""
    factor = max(opened.size) // (2 * _PRINTED)
    if factor < 2:
        return _on_white(ImageOps.exif_transpose(opened))
    across, down = opened.size
    high = factor * _BAND
    bands = [
        _on_white(opened.crop((0, top, across, min(top + high, down)))).reduce(factor) for top in range(0, down, high)
    ]
    whole = Image.new(bands[0].mode, (bands[0].width, sum(band.height for band in bands)))
    for number, band in enumerate(bands):
        whole.paste(band, (0, number * _BAND))
    whole.getexif()[ExifTags.Base.Orientation] = opened.getexif().get(ExifTags.Base.Orientation, 1)
    return ImageOps.exif_transpose(whole)


def _on_white(picture: Image.Image) -> Image.Image:
    """The picture in grey or in colour, on paper where it is transparent."""
    if picture.mode in ("L", "RGB"):
        return picture.copy()
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode.startswith("I;16"):
        return picture.point(lambda level: level / 256).convert("L")
    clear = picture.convert("RGBA")
    paper = Image.new("RGBA", clear.size, "white")
    paper.alpha_composite(clear)
    return paper.convert("RGB")


def _written(picture: Image.Image) -> tuple[bytes, str]:
    """The picture as a file without anything else in it: PNG where it has few colours, else JPEG."""
    out = io.BytesIO()
    if picture.getcolors(_FLAT) is not None:
        picture.save(out, "PNG", optimize=True)
        return out.getvalue(), "png"
    picture.save(out, "JPEG", quality=88, optimize=True, subsampling=0)
    return out.getvalue(), "jpeg"


def _taken_at(opened: Image.Image) -> datetime | None:
    """When the camera says that it was taken; without a zone in the zone of the office."""
    inside = opened.getexif().get_ifd(ExifTags.IFD.Exif)
    said = inside.get(ExifTags.Base.DateTimeOriginal)
    zone = str(inside.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\0 ")
    try:
        day, clock = str(said).strip("\0 ").split(" ")
        moment = datetime.fromisoformat(f"{day.replace(':', '-')}T{clock}{zone}")
        here = moment.astimezone(SHANGHAI) if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    except (ValueError, OverflowError):  # the last day of all time, in another zone
        return None
    return here if here.year >= _EARLIEST else None
