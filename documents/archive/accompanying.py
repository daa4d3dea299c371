"""What a package brings for its readers beside the files of the case: index page, XML catalogue with schema, inspection.

All of it is made of the items, the events up to the closing and the files themselves, so that a repeated run makes the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import BinaryIO

from documents.archive.catalogue_xml import VolumeTold, catalogue_xml, schema
from documents.archive.file_formats import looked_into
from documents.archive.index_page import index_page
from documents.archive.inspection import inspected, inspection_json
from documents.archive.item_metadata import described, until_closed
from documents.archive.verify import ARCHIVE_NUMBER, CATALOGUE_XML, INDEX, INSPECTION, SCHEMA
from models.kernel.record.event_chain import JSON
from models.papers.content import CatalogueItem, ExcusedGap


def accompanying(
    told: VolumeTold,
    items: Iterable[CatalogueItem],
    info: Mapping[str, str],
    events: Iterable[Mapping[str, JSON]],
    *,
    excused: Sequence[ExcusedGap] = (),
    open_file: Callable[[str], BinaryIO],
) -> dict[str, bytes]:
    """Return the files by path, for `listing` and `write_bag` alike.

    `events` are the case's, oldest first; what came after the closing of this volume is passed over. `open_file` opens a
    file of the store by its SHA-256, seekable.
    """
    kept = tuple(items)
    closed = until_closed(events, info[ARCHIVE_NUMBER])
    known = described(kept, closed, looked_into(kept, open_file))
    checks = inspected(known, closed, info, excused)
    return {
        INDEX: index_page(told, known, checks, info, excused),
        CATALOGUE_XML: catalogue_xml(told, known, info),
        SCHEMA: schema(),
        INSPECTION: inspection_json(checks, info),
    }
