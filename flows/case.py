"""Flow `carry-case`: does for one case whatever is due by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from prefect import flow

from flows.fixing import can_fix, fix_before_sealing
from flows.installation import current_installation, moment
from flows.rendering import RETRIES, build, unpacked_volume, waiting_in
from flows.traceback_archive import seal
from models.archive.commands.archiving import freeze_volume
from models.kernel.installation import Installation
from models.overview.commands.drafting_due import draft_due, tell_served
from models.papers.commands.renditions import attach_finals
from models.papers.tables import Document

# What may be asked for a case, and with which papers; to carry it is to draft, render and pack all that is due.
CARRY, RENDER, DELIVERED, ARCHIVE = "carry", "render", "delivered", "archive"
Asked = Mapping[str, Sequence[int]]
ALL_DUE: Asked = {CARRY: (), ARCHIVE: ()}


@dataclass(frozen=True, slots=True)
class Carried:
    """What was done for a case: short names of papers drafted and rendered, and whether its package was sealed."""

    drafted: tuple[str, ...] = ()
    rendered: tuple[str, ...] = ()
    packed: bool = False


@flow(name="carry-case", flow_run_name="{case_number} carry-case", **RETRIES)
def carry_case(case_number: str, as_of: str | None = None, asked: Asked = ALL_DUE) -> Carried:
    """Do for a case whatever is due by itself, or what is `asked`. Safe to repeat: what is done is found done."""
    with current_installation() as installation:
        return carry(installation, case_number, moment(as_of), asked)


def carry(installation: Installation, case_number: str, at: datetime, asked: Asked = ALL_DUE) -> Carried:
    """Draft what the signed report asks for, render what was issued, tell who was served, pack what was archived.

    All that is asked of the database fits into one look and one transaction, whatever the number of papers; only the
    package has its own. Raises NotFound for an unknown case.
    """
    everything = CARRY in asked or ARCHIVE in asked
    wanted = waiting_in(case_number) if everything else (Document.id.in_(asked.get(RENDER, ())),)
    papers = build(installation, *wanted) if everything or RENDER in asked else []
    with installation.as_system(at) as act:
        drafted = draft_due(act, case_number) if CARRY in asked else []
        rendered = attach_finals(act, case_number, [paper.file for paper in papers]) if papers else []
        for document in asked.get(DELIVERED, ()):
            tell_served(act, document)
        volume = unpacked_volume(act.session, case_number) if ARCHIVE in asked else None
        if volume is not None and not can_fix(installation):
            freeze_volume(act, case_number)
    if volume is not None and can_fix(installation):
        fix_before_sealing(installation, case_number, at)
        with installation.as_system(at) as act:
            freeze_volume(act, case_number)
    packed = volume is not None and seal(installation, volume, at)
    return Carried(tuple(drafted), tuple(rendered), packed)
