"""The machine-readable catalogue of a volume, and whether it can be packed as it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from documents.archive.verify import FOLDERS, FORMAT
from models.kernel.errors import Fault
from models.kernel.record.event_chain import JSON, canonical
from models.kernel.storage.file_names import safe_name
from models.papers.content import ArchivedFile, CatalogueItem, ExcusedGap


def catalogue_json(
    items: Iterable[CatalogueItem],
    info: Mapping[str, str],
    sizes: Mapping[str, int],
    excused: Sequence[ExcusedGap] = (),
) -> bytes:
    """Return catalogue.json: what the package says of itself, and each item with its files' paths, hashes and bytes.
    What was missing when the volume was closed stands in `excused`, where anything was.

    `sizes` maps the path of each file to what was really written. One line of canonical JSON.
    """
    entries: list[JSON] = [_entry(item, lambda file: {"size": sizes[file.path]}) for item in items]
    return canonical({"format": FORMAT, "info": dict(info), "items": entries, **_missing(excused)}) + b"\n"


def outline(items: Iterable[CatalogueItem], info: Mapping[str, str], excused: Sequence[ExcusedGap] = ()) -> bytes:
    """Return what the last event hashes of a catalogue; equals `verify.outline` of the catalogue that is written."""
    entries: list[JSON] = [_entry(item, lambda file: {}) for item in items]
    return canonical({"info": dict(info), "items": entries, **_missing(excused)})


def _missing(excused: Sequence[ExcusedGap]) -> dict[str, JSON]:
    return {"excused": [one.model_dump(mode="json") for one in excused]} if excused else {}


def _entry(item: CatalogueItem, weighed: Callable[[ArchivedFile], dict[str, JSON]]) -> JSON:
    files: list[JSON] = [{"path": file.path, "sha256": file.sha256, **weighed(file)} for file in item.files]
    return {
        "sequence": item.sequence,
        "responsible": item.responsible,
        "number": item.number,
        "title": item.title,
        "dated": item.dated.isoformat() if item.dated else None,
        "pages": item.pages,
        "remark": item.remark,
        **({} if item.about is None else {"about": item.about}),
        "files": files,
    }


def faults_of(items: Iterable[CatalogueItem]) -> Iterator[Fault]:
    """Yield what keeps the items from being packed: lines out of sequence, paths that some system could not hold.

    `models.papers.rules.package_places` makes paths that pass.
    """
    seen: set[str] = set()
    for expected, item in enumerate(items, start=1):
        if item.sequence != expected:
            yield Fault(f"items[{expected - 1}].sequence", f"序号是 {item.sequence}，应为 {expected}", "item_sequence")
        for at, file in enumerate(item.files):
            where = f"items[{expected - 1}].files[{at}].path"
            top, _, rest = file.path.partition("/")
            folder, _, name = rest.partition("/")
            if top != "data" or folder not in FOLDERS or not name or safe_name(name) != name:
                yield Fault(where, f"“{file.path}”不能用作案卷内的路径", "item_path")
            spelled = unicodedata.normalize("NFC", file.path.casefold())
            if spelled in seen:
                yield Fault(where, f"“{file.path}”与另一文件的路径相同", "item_path_twice")
            seen.add(spelled)
