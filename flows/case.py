"""One case: looks where it stands and runs what is due by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from prefect import flow

from flows.office import Office, at_work, moment
from flows.papers import run_flow_of
from flows.rendering import RETRIES, unpacked_volume, unrendered_of
from models.commands.carrying import draft_due


@dataclass(frozen=True, slots=True)
class Carried:
    """What was done for a case: short names of papers drafted and rendered, and whether its package was sealed."""

    drafted: tuple[str, ...] = ()
    rendered: tuple[str, ...] = ()
    packed: bool = False


@flow(name="carry-case", flow_run_name="{case_number} carry-case", **RETRIES)
def carry_case(case_number: str, as_of: str | None = None) -> Carried:
    """Do for a case whatever is due by itself. Safe to repeat: what is done is found done."""
    with at_work() as office:
        return carry(office, case_number, moment(as_of))


def carry(office: Office, case_number: str, at: datetime) -> Carried:
    """Draft what the signed report asks for, render what was issued, pack what was archived.

    Raises NotFound for an unknown case.
    """
    with office.acting(at) as act:
        drafted = draft_due(act, case_number)
    rendered = [paper.ref for paper in unrendered_of(office, case_number) if run_flow_of(paper, at).result]
    volume = unpacked_volume(office, case_number)
    packed = volume is not None and run_flow_of(volume, at).result
    return Carried(tuple(drafted), tuple(rendered), packed)
