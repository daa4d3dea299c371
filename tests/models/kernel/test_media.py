"""Uploaded files are what their bytes say."""

from __future__ import annotations

import io
import zipfile

import pytest

from models.kernel.errors import Invalid
from models.kernel.storage import file_names, media
from models.kernel.storage.file_names import safe_name
from models.kernel.storage.media import Media, recognise

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return out.getvalue()


ALLOWED: list[tuple[str, bytes, Media]] = [
    ("报告.pdf", b"%PDF-1.7\n", media.PDF),
    ("照片.png", b"\x89PNG\r\n\x1a\n....", media.PNG),
    ("照片.JPG", b"\xff\xd8\xff\xe0....", media.JPEG),
    ("照片.jpeg", b"\xff\xd8\xff\xe1....", media.JPEG),
    ("扫描.tif", b"II*\x00....", media.TIFF),
    ("照片.webp", b"RIFF\x00\x00\x00\x00WEBP", media.WEBP),
    ("录像.avi", b"RIFF\x00\x00\x00\x00AVI ", media.AVI),
    ("照片.heic", b"\x00\x00\x00\x18ftypheic", media.HEIC),
    ("录像.mp4", b"\x00\x00\x00\x18ftypisom", media.MP4),
    ("录像.mov", b"\x00\x00\x00\x18ftypqt  ", media.QUICKTIME),
    ("录音.m4a", b"\x00\x00\x00\x18ftypM4A ", media.AUDIO),
    ("方案.docx", zipped("[Content_Types].xml", "word/document.xml"), media.DOCX),
    ("台账.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), media.XLSX),
    ("公文.ofd", zipped("OFD.xml", "Doc_0/Document.xml"), media.OFD),
    ("公文.doc", OLE + "WordDocument".encode("utf-16-le"), media.OLD_WORD),
    ("公文.wps", OLE + "WordDocument".encode("utf-16-le"), media.OLD_WORD),
    ("台账.xls", OLE + "Workbook".encode("utf-16-le"), media.OLD_EXCEL),
    ("附件.zip", zipped("照片.jpg"), media.ZIP),
    ("附件.zip", zipped(), media.ZIP),
    ("说明.txt", "已完成。\r\n".encode(), media.TEXT),
    ("说明.txt", "\ufeff已完成。".encode(), media.TEXT),
    ("说明.txt", "已完成。".encode("gb18030"), media.TEXT),
    ("台账.csv", "序号,措施\n1,增设护栏\n".encode(), media.CSV),
    ("比较.txt", "车速 < 60 km/h".encode(), media.TEXT),
]


@pytest.mark.parametrize(("name", "content", "kind"), ALLOWED)
def test_an_allowed_file_is_recognised_by_its_bytes(name: str, content: bytes, kind: Media):
    assert recognise(content, name) is kind


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("程序.exe", b"MZ\x90\x00", "file_program"),
        ("照片.jpg", b"MZ\x90\x00", "file_program"),
        ("照片.png", b"\x7fELF\x02", "file_program"),
        ("说明.txt", b"#!/bin/sh\n", "file_program"),
        ("快捷方式.lnk", b"L\x00\x00\x00\x01\x14\x02\x00", "file_program"),
        ("脚本.js", b"alert(1)", "file_program"),
        ("脚本.bat", b"del *", "file_program"),
        ("网页.html", b"<!DOCTYPE html><p>", "file_markup"),
        ("说明.txt", b"  \n<html>", "file_markup"),
        ("说明.txt", b"note <SCRIPT>alert(1)</SCRIPT>", "file_markup"),
        ("说明.txt", "<script>".encode("utf-8-sig"), "file_markup"),
        ("图.svg", b'<?xml version="1.0"?><svg/>', "file_markup"),
        ("图.svg", b"<svg onload=alert(1)>", "file_markup"),
        ("说明.txt", "<script>".encode("utf-16"), "file_kind"),
        ("附件.zip", zipped("a/程序.EXE"), "file_program"),
        ("附件.zip", zipped("index.html"), "file_program"),
        ("附件.zip", b"PK\x03\x04 broken", "file_broken"),
        ("方案.docx", zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "file_macros"),
        ("公文.doc", OLE + "WordDocument_VBA_PROJECT".encode("utf-16-le"), "file_macros"),
        ("安装.msi", OLE, "file_kind"),
        ("未知.bin", b"\x00\x01\x02", "file_kind"),
        ("未知.rar", b"Rar!\x1a\x07\x00", "file_kind"),
        ("视频.mp4", b"\x00\x00\x00\x18ftypxxxx", "file_kind"),
        ("空.pdf", b"", "file_empty"),
        ("照片.pdf", b"\x89PNG\r\n\x1a\n", "file_misnamed"),
        ("方案.zip", zipped("[Content_Types].xml", "word/document.xml"), "file_misnamed"),
        ("没有扩展名", b"%PDF-1.7", "file_misnamed"),
        ("说明.json", b"{}", "file_misnamed"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(name: str, content: bytes, code: str):
    with pytest.raises(Invalid) as refusal:
        recognise(content, name)
    assert refusal.value.code == code
    assert refusal.value.message.count("。") == 1


def test_a_name_that_turns_round_on_screen_is_shown_plainly():
    with pytest.raises(Invalid, match=r"“照片gpj\.exe”"):
        recognise(b"MZ", "照片\u202egpj.exe")


def test_the_limit_is_inclusive_and_a_parameter():
    recognise(b"%PDF-" + b" " * 5, "a.pdf", limit=10)
    with pytest.raises(Invalid, match="超过 30 MB"):
        recognise(b"%PDF-" + b" " * media.LIMIT, "a.pdf")
    with pytest.raises(Invalid) as refusal:
        recognise(b"%PDF-" + b" " * 6, "a.pdf", limit=10)
    assert refusal.value.code == "file_too_large"


@pytest.mark.parametrize(("name", "content", "kind"), ALLOWED)
def test_a_stream_is_recognised_and_left_at_its_beginning(name: str, content: bytes, kind: Media):
    stream = io.BytesIO(content)
    stream.read(1)
    assert recognise(stream, name) is kind
    assert stream.read() == content


def test_names_are_made_safe_by_the_one_rule():
    assert safe_name is file_names.safe_name
