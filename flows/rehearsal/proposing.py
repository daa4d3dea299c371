"""Which accountability items of a rehearsal can be proposed, and what is said of those that cannot."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from flows.rehearsal.run import Run
from models.accountability.tables import AccountabilityItem
from models.clock.queries.rulebook import competence
from models.office.queries.competence import Competence
from models.office.rules.ranks import NO_ORGAN
from models.office.rules.subject_parts import Part
from models.office.tables import Organisation
from models.papers.filling.subjects import Subject, subjects

WAITING = (AccountabilityItem.informational.is_(False), AccountabilityItem.document_id.is_(None))


def items(refs: Sequence[str]) -> str:
    """Name items by their places in the dossier, as its reader counts them: 第3、4项问责事项."""
    places = [ref.removeprefix("A") for ref in refs]
    if not all(map(str.isdecimal, places)):
        return f"问责事项{'、'.join(refs)}"
    return f"第{'、'.join(_runs(sorted(map(int, places))))}项问责事项"


def _runs(places: Sequence[int]) -> list[str]:
    """40至111 for what follows each other, else each by itself."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return [
        part for run in runs for part in ([f"{run[0]}至{run[-1]}"] if len(run) > 2 else [str(place) for place in run])
    ]


def only_unproved(run: Run) -> list[str]:
    """Return the items that lack evidence and nothing else."""
    return [one.ref for one in _waiting(run) if one.missing == (Part.EVIDENCE,)]


def lacking(run: Run) -> set[str]:
    """Return the items that lack something."""
    return {one.ref for one in _waiting(run) if one.missing}


def refused(run: Run, item: str, organ: int) -> str | None:
    """Return why an organ cannot be asked about an item."""
    return next((_refusal(run, one, organ) for one in _waiting(run, item)), None)


def holds_office(run: Run, item: str) -> bool:
    """Return whether an item is about a body or somebody in its service, and not about an enterprise."""
    kinds = run.rows(select(Organisation.kind).where(Organisation.id.in_([o.unit_id for o in _waiting(run, item)])))
    return bool(kinds) and kinds[0].kind not in NO_ORGAN


def proposable(run: Run) -> set[str]:
    """Return the items that a proposal can carry."""
    return {
        one.ref
        for one in _waiting(run)
        if not one.missing and one.organ_id is not None and _refusal(run, one, one.organ_id) is None
    }


def say_open(run: Run) -> None:
    """Tell behind which items evidence was simulated, and what no proposal carried and why."""
    if run.proved:
        run.assume(f"案情卷未附证据，推演为{items(run.proved)}登记模拟的调查材料作为证据。")
    why: dict[str, list[str]] = {}
    for one in _waiting(run):
        if one.missing:
            reason = f"缺少{'、'.join(part.label for part in one.missing)}"
        elif _above_us(run, one) is not None:
            reason = _above_us(run, one) or ""
        elif one.organ_id is None:
            reason = "没有可以直接去函的有权机关"
        else:
            reason = _refusal(run, one, one.organ_id) or "由上级公安机关办理"
        why.setdefault(reason, []).append(one.ref)
    for reason, refs in why.items():
        run.assume(f"{items(refs)}未列入倒查问责建议书：{reason.rstrip('。')}。")


def _waiting(run: Run, *items: str) -> list[Subject]:
    """Return what no proposal carries yet, or those of the items named: a dossier has a hundred."""
    named = (AccountabilityItem.ref.in_(items),) if items else ()
    with run.installation.database.reading() as session:
        return subjects(session, run.case_id, *WAITING, *named)


def _above_us(run: Run, one: Subject) -> str | None:
    """Why nothing is proposed against a unit itself: it is the government above us."""
    if not one.is_unit:
        return None
    with run.installation.database.reading() as session:
        ours = competence(session, run.today)
        assert isinstance(ours, Competence)
        return ours.subject(session.get_one(Organisation, one.unit_id))


def _refusal(run: Run, one: Subject, organ: int) -> str | None:
    above = _above_us(run, one)
    if above is not None:
        return above
    with run.installation.database.reading() as session:
        ours = competence(session, run.today)
        assert isinstance(ours, Competence)
        units = session.scalars(select(Organisation).where(Organisation.id == one.unit_id)).all()
        verdict = ours.organ(session.get_one(Organisation, organ), units)
    return None if verdict.leaves else verdict.sentence
