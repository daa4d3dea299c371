"""The catalogue for other archive systems: XML with the metadata of each item, and the schema that goes with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from documents.archive.item_metadata import ItemMetadata
from documents.archive.verify import ARCHIVE_NUMBER, CASE_NUMBER, DATE

NAMESPACE = "urn:shencha:catalogue:1"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class VolumeTold:
    """What is said of a volume as a whole: title, 保管期限 where it has one, and the program that sealed it; whether
    it is about a hazard."""

    title: str
    retention: str | None
    software: str
    hazard: bool = False


def schema() -> bytes:
    """Return data/catalogue.xsd."""
    return Path(__file__).with_name("catalogue.xsd").read_bytes()


def catalogue_xml(told: VolumeTold, described: Sequence[ItemMetadata], info: Mapping[str, str]) -> bytes:
    """Return data/catalogue.xml. It says nothing of the chain's end: the chain's last event hashes it."""
    root = ET.Element("catalogue", {"xmlns": NAMESPACE})
    volume = ET.SubElement(root, "volume")
    _texts(
        volume,
        ("archiveNumber", info[ARCHIVE_NUMBER]),
        ("caseNumber", info[CASE_NUMBER]),
        ("title", told.title),
        ("organization", info.get("Source-Organization")),
        ("date", info[DATE]),
        ("retention", told.retention),
        ("supplementTo", info.get("Supplement-To")),
        ("software", told.software),
    )
    for one in described:
        _item(root, one, told.retention)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()


def _item(root: ET.Element, one: ItemMetadata, retention: str | None) -> None:
    item = one.item
    element = ET.SubElement(root, "item", {"sequence": str(item.sequence)})
    _texts(
        element,
        ("responsible", item.responsible),
        ("number", item.number),
        ("title", item.title),
        ("date", item.dated.isoformat() if item.dated else None),
        *(("recipient", recipient) for recipient in one.recipients),
        ("class", one.kind),
        ("retention", retention),
        ("pages", None if item.pages is None else str(item.pages)),
        ("rights", one.rights),
        ("remark", item.remark),
    )
    sums = {file.path: file.sha256 for file in item.files}
    for path, looked in one.files:
        _attributes(
            element, "file", path=path, sha256=sums[path], size=str(looked.size), format=looked.label, mime=looked.mime
        )
    for signature in one.signatures:
        _attributes(element, "signature", at=signature.at, by=signature.by, certificate=signature.certificate)
    for event in one.happenings:
        sequence = str(event.sequence)
        _attributes(element, "event", sequence=sequence, kind=event.kind, name=event.called, at=event.at, by=event.by)


def _texts(parent: ET.Element, *pairs: tuple[str, str | None]) -> None:
    for name, text in pairs:
        if text:
            ET.SubElement(parent, name).text = plain(text)


def _attributes(parent: ET.Element, tag: str, /, **said: str) -> None:
    ET.SubElement(parent, tag, {name: plain(text) for name, text in said.items()})


def plain(text: str) -> str:
    """Return a text as XML can hold it: what it cannot hold shows as the sign for it; the JSON beside it has every character."""
    return _NO_XML.sub("\ufffd", text)
