"""What is known of each item of a volume beyond its line in the catalogue, as DA/T 46-2009 asks it of electronic records.

Only what the record says: 密级 is in no record here and is left out, and a paper that came from another case has the events
of this one alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from documents.archive.file_formats import Looked
from models.kernel.record.event_chain import JSON
from models.kernel.record.event_kinds import HAPPENINGS
from models.kernel.vocabulary import DocumentKind, SealMode
from models.papers.content import CatalogueItem
from models.papers.kinds.traceback_archive.content import RESTRICTED

_FOLDERS = {"documents": "文书", "evidence": "证据", "replies": "整改反馈"}
_ABOUT = {"evidence": "证据", "reply": "整改反馈", "measure": "整改反馈"}
_KINDS = {kind.value: kind.label for kind in DocumentKind}
_OWNERS = ("reply", "evidence", "paper", "measure")
_HASHES = ("sha256", "scan", "proof", "photo", "receipt")


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that concerns an item: its number in the chain, its stored kind and what that is called, when, by whom."""

    sequence: int
    kind: str
    called: str
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class Signature:
    """An electronic seal on an item: when, by whom it was recorded, and the certificate as it was told."""

    at: str
    by: str
    certificate: str


@dataclass(frozen=True, slots=True)
class ItemMetadata:
    """An item with what the record says of it; `files` pairs each file's place with what looking into it found."""

    item: CatalogueItem
    kind: str
    recipients: tuple[str, ...]
    rights: str
    signatures: tuple[Signature, ...]
    happenings: tuple[Happening, ...]
    files: tuple[tuple[str, Looked], ...]


def described(
    items: Iterable[CatalogueItem], events: Sequence[Mapping[str, JSON]], looked: Mapping[str, Looked]
) -> tuple[ItemMetadata, ...]:
    """Return the metadata of each item from the events up to the closing; `looked` tells of each file by its place."""
    papers = _papers(events)
    return tuple(_described(item, papers, events, looked) for item in items)


def until_closed(events: Iterable[Mapping[str, JSON]], archive_number: str) -> list[Mapping[str, JSON]]:
    """Return the events up to the one that closed this volume or took up this supplement: the same on every attempt."""
    kept = list(events)
    closing = [
        at
        for at, event in enumerate(kept)
        if event["kind"] in ("case_archived", "archive_supplemented")
        and _data(event).get("archive_number") == archive_number
    ]
    return kept[: closing[-1] + 1] if closing else kept


def _described(
    item: CatalogueItem,
    papers: Mapping[str, set[str]],
    events: Sequence[Mapping[str, JSON]],
    looked: Mapping[str, Looked],
) -> ItemMetadata:
    owners = (
        {tuple(item.about.split("/", 1))}
        if item.about
        else {("paper", ref) for ref in papers.get(item.number or "", ())}
    )
    hashes = {file.sha256 for file in item.files}
    own = [event for event in events if owners & _owners(event) or hashes & _hashes(event)]
    return ItemMetadata(
        item=item,
        kind=_kind(item, own),
        recipients=tuple(dict.fromkeys(told for event in own if (told := _text(event, "recipient")))),
        rights=RESTRICTED if RESTRICTED in (item.remark or "") else "按本单位档案利用规定查阅",
        signatures=tuple(
            Signature(str(event["happened_at"]), str(event["actor_name"]), _text(event, "certificate") or "")
            for event in own
            if event["kind"] == "paper_sealed" and _text(event, "mode") == SealMode.ELECTRONIC.value
        ),
        happenings=tuple(_happening(event) for event in own),
        files=tuple((file.path, looked[file.path]) for file in item.files),
    )


def _kind(item: CatalogueItem, own: Iterable[Mapping[str, JSON]]) -> str:
    """文书种类 of a paper, as it was signed; of anything else what it belongs to, or the folder it lies in."""
    issued = (_KINDS.get(_text(event, "kind") or "") for event in own if event["kind"] == "paper_issued")
    folder = item.files[0].path.split("/")[1] if item.files else "documents"
    return next((kind for kind in issued if kind), _ABOUT.get((item.about or "").partition("/")[0], _FOLDERS[folder]))


def _papers(events: Iterable[Mapping[str, JSON]]) -> dict[str, set[str]]:
    """Return by the number of a paper how the events call it."""
    found: dict[str, set[str]] = {}
    for event in events:
        number, ref = _text(event, "number"), _text(event, "paper")
        if event["kind"] == "paper_issued" and number and ref:
            found.setdefault(number, set()).add(ref)
    return found


def _happening(event: Mapping[str, JSON]) -> Happening:
    kind, sequence = str(event["kind"]), event["seq"]
    assert isinstance(sequence, int)
    return Happening(
        sequence, kind, HAPPENINGS.get(kind, kind), str(event["happened_at"]), str(event["actor_name"] or "")
    )


def _data(event: Mapping[str, JSON]) -> Mapping[str, JSON]:
    data = event["data"]
    return data if isinstance(data, dict) else {}


def _text(event: Mapping[str, JSON], name: str) -> str | None:
    value = _data(event).get(name)
    return value if isinstance(value, str) else None


def _owners(event: Mapping[str, JSON]) -> set[tuple[str, ...]]:
    return {(name, ref) for name in _OWNERS if (ref := _text(event, name))}


def _hashes(event: Mapping[str, JSON]) -> set[str]:
    return {one for name in _HASHES if (one := _text(event, name))}
