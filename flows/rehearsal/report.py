"""The rehearsal as a whole: dossier in, a folder with all papers, archive and story out, all or nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from documents.archive.verify import verify
from flows.rehearsal import machine
from flows.rehearsal.assumed import assume
from flows.rehearsal.beginning import begin
from flows.rehearsal.life import live
from flows.rehearsal.result import DeadlineKept, Package, PaperFiled, Rehearsed
from flows.rehearsal.run import Run
from flows.rehearsal.scenarios import Progress, Scenario
from flows.rehearsal.scratch import scratch
from flows.rehearsal.story import story
from flows.rehearsal.story_page import told
from models.accident.dossier import read
from models.archive.tables import Archive
from models.case.commands.filing import Filed
from models.clock.queries.clock_lists import deadlines_of
from models.clock.queries.clocks import due_of
from models.clock.rules.deadline_explanation import explain
from models.clock.tables import Deadline
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict, Invalid, Refused
from models.kernel.rights.policy import SYSTEM
from models.kernel.settings import Settings
from models.kernel.storage.file_names import safe_name
from models.papers.queries.documents import documents_of

# A rehearsal has a clock of its own: no moment of its dossier lies in the future.
END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)
STORY = "推演记录.md"


def rehearse(
    dossier_bytes: bytes,
    scenario: Scenario | str,
    out: Path,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Rehearsed:
    """Carry a dossier through its whole life and write everything into `out`; returns the same as values.

    `out` must be absent or empty. The same dossier and scenario give the same values and the same bytes. `settings`
    lend their scope and window; everything else belongs to the assumed unit. Raises Invalid for a bad dossier or scenario,
    Conflict for an `out` in use, Refused where the life comes to a halt.
    """
    if scenario not in list(Scenario):
        raise Invalid(f"没有名为“{scenario}”的情形，可选：{'、'.join(Scenario)}。", code="unknown_scenario")
    scenario = Scenario(scenario)
    dossier = read(dossier_bytes, now=END_OF_TIME)
    assumed = assume(dossier)
    tell = progress or (lambda _done, _day: None)
    with (
        _folder(out) as folder,
        machine.untracked(),
        scratch(assumed, settings, dossier.accident.occurred_at) as installation,
    ):
        run = Run(installation, assumed, scenario)
        filed, report_on = begin(run, dossier)
        ended = live(run, report_on, tell)
        result = _result(run, filed, ended, folder)
        (folder / STORY).write_text(told(dossier.source.title, scenario, result), encoding="utf-8")
        tell(1.0, "")
    return result


@contextmanager
def _folder(out: Path) -> Iterator[Path]:
    """Yield a folder beside `out` that takes its place at the end, or is gone."""
    out = out.absolute()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Conflict(f"“{out.name}”已存在且不是空文件夹，请换一个位置或先清空。", code="out_in_use")
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        yield folder
        folder.chmod(0o755)  # a temporary folder is closed to others, what people asked for is not
        if out.exists():
            out.rmdir()
        folder.rename(out)
    except BaseException:
        shutil.rmtree(folder)
        raise


def _result(run: Run, filed: Filed, ended: datetime, folder: Path) -> Rehearsed:
    papers = _papers(run, folder)
    with run.installation.database.reading() as session:
        timeline = story(session, run.case_id, run.rules)
    return Rehearsed(
        case_number=filed.case_number,
        grade=filed.grade,
        grade_provisional=filed.grade_provisional,
        trigger=filed.trigger,
        scenario=run.scenario,
        assumptions=run.assumptions,
        documents=papers,
        deadlines=_deadlines(run, ended),
        timeline=timeline,
        archive=_archive(run, folder),
    )


def _papers(run: Run, folder: Path) -> list[PaperFiled]:
    """Write every issued paper as docx; return the list of them."""
    with run.installation.database.reading() as session:
        rows = documents_of(session, SYSTEM, run.case_id)
    listed = []
    for place, row in enumerate(rows, 1):
        words = [f"{place:02d}", row.kind.label, row.number, row.recipient]
        path = None
        if row.sha256 is not None:
            path = safe_name("_".join(word for word in words if word).replace("/", "／") + ".docx")
            with run.installation.files.open(row.sha256) as content, (folder / path).open("xb") as copy:
                shutil.copyfileobj(content, copy)
        listed.append(
            PaperFiled(
                kind=row.kind,
                number=row.number,
                version=row.version,
                recipient=row.recipient,
                status=row.status,
                issued_on=row.issued_on,
                sha256=row.sha256,
                path=path,
                title=row.title,
            )
        )
    return listed


def _deadlines(run: Run, ended: datetime) -> list[DeadlineKept]:
    """Return every clock with its dates and how they were counted."""
    rules = run.rules
    with run.installation.database.reading() as session:
        rows = deadlines_of(session, SYSTEM, run.case_id, rules, local_date(ended))
        clocks = {
            clock.id: due_of(clock, rules)
            for clock in session.scalars(select(Deadline).where(Deadline.case_id == run.case_id))
        }
    return [
        DeadlineKept(
            rule=row.rule,
            name=row.name,
            organisation=row.organisation,
            paper=row.paper,
            measure=row.measure,
            turn=row.turn,
            started_on=local_date(row.started_at),
            start_event=row.start_event,
            due_on=row.due_on,
            provisional=row.provisional,
            state=row.state,
            closed_on=local_date(row.closed_at) if row.closed_at else None,
            late=row.late,
            borrowed=clocks[row.id].rule.borrowed,
            explanation=explain(clocks[row.id]),
        )
        for row in rows
    ]


def _archive(run: Run, folder: Path) -> Package:
    """Copy the package beside the papers and verify the copy."""
    archive = run.rows(
        select(Archive.package_path, Archive.item_count, Archive.manifest_sha256).where(Archive.case_id == run.case_id)
    )[0]
    target = folder / archive.package_path
    shutil.copytree(run.installation.settings.archives / archive.package_path, target)
    checked = verify(target, archive.manifest_sha256)
    if not checked.ok:
        faults = "；".join(f"{fault.path} {fault.message}" for fault in checked.faults)
        raise Refused(f"推演生成的档案包未通过校验：{faults}", code="rehearsal_archive")
    return Package(archive.package_path, archive.item_count, archive.manifest_sha256)
