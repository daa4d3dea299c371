"""证据: files and references that findings rest on, and pictures that the report may show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from models.accident.sheets import SHEETS, Value
from models.accident.sheets.words import match
from models.case.tables import Case, Evidence, EvidenceFinding, FactRow, Finding
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.base import Json
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid
from models.kernel.events import record
from models.kernel.refs import EvidenceRef, FigureKind, FindingRef
from models.kernel.rights import policy
from models.kernel.storage import limits
from models.kernel.storage.files import Stored
from models.kernel.storage.pictures import Picture
from models.kernel.text.short_names import next_ref, next_refs
from models.kernel.vocabulary import Stage
from models.papers.commands.renditions import PictureFile, each_once
from models.papers.filling.figures import PHOTOGRAPH, PLAN

from .editing import by_ref, open_for_editing, worded
from .facts import add_fact_rows


@action("add-evidence", title="登记证据（文件或原件存放处）", rights=("case.edit",))
def add_evidence(
    act: Act,
    case_number: str,
    *,
    title: str,
    file: Stored | None = None,
    file_name: str | None = None,
    media_type: str | None = None,
    picture: Picture | None = None,
    reference: str | None = None,
    finding: FindingRef | None = None,
) -> str:
    """Register evidence: a file taken into the store, or where the original lies. Raises Invalid unless exactly one.

    A file that is evidence of the case already is not registered again: its new name is kept beside the old one, and the
    finding that it supports beside those it supported.

    Also while measures are being rectified: what an accountability item lacks is often found then. The signed report
    keeps the list that it has.
    """
    case = _open(act, case_number)
    if (file is None) == (reference is None):
        raise Invalid("请上传一个文件，或写明原件存放处，二者取一。", code="file_or_reference")
    said, about = worded(title, "证据名称"), _about(act, case, finding)
    known = None if file is None else _standing(act, case, [file.sha256]).get(file.sha256)
    if known is not None:
        _named_again(act, known, [file_name or said], picture, about)
        _recorded(act, case, known)
        return known.ref
    evidence = Evidence(
        case_id=case.id,
        ref=next_ref(act, Evidence, case, "E"),
        title=said,
        finding_id=about,
        file_name=file_name,
        media_type=media_type,
        size=None if file is None else file.size,
        sha256=None if file is None else file.sha256,
        picture=None if picture is None else picture.kept(),
        reference=reference,
        added_by=act.person,
        added_at=act.at,
        details=_entered(act, picture),
    )
    act.session.add(evidence)
    record(act, case, "evidence_added", evidence=evidence.ref, title=evidence.title, sha256=evidence.sha256)
    return evidence.ref


@action("add-pictures", title="登记照片和图（可一次多张）", rights=("case.edit",))
def add_pictures(
    act: Act,
    case_number: str,
    *,
    pictures: Iterable[PictureFile],
    title: str | None = None,
    kind: FigureKind | None = None,
    taken_by: str | None = None,
    place: str | None = None,
    finding: FindingRef | None = None,
    in_report: bool | None = None,
) -> list[str]:
    """Register photographs or other pictures as evidence, one each, all or none; returns their short names.

    Without `title` each is called as its file; several of one title are numbered. With `in_report` each also becomes a
    figure of the report. A file that is evidence of the case already is not registered again: its new name is kept
    beside the old one. Raises Invalid for a kind that is none of a figure's.
    """
    case = _open(act, case_number)
    figure = _kind(kind)
    taken = each_once(pictures, limits.MOST_PICTURES)
    if not taken:
        raise Invalid("请选择要登记的照片或图。", code="no_pictures")
    about = _about(act, case, finding)
    known = _standing(act, case, [one.stored.sha256 for one in taken])
    refs = iter(next_refs(act, Evidence, case, "E", len(taken)))
    rows: list[Evidence] = []
    for number, one in enumerate(taken, 1):
        row = known.get(one.stored.sha256)
        if row is not None:
            _named_again(act, row, [one.file_name, *one.other_names], one.picture, about)
        else:
            row = _pictured(act, case, next(refs), one, _title(title, one, number, len(taken)), figure, about)
            row.details |= {name: said for name, said in (("taken_by", taken_by), ("place", place)) if said}
            act.session.add(row)
        _recorded(act, case, row)
        rows.append(row)
    if in_report:
        act.session.flush()
        _show(act, case, rows, figure)
    return [row.ref for row in rows]


def keep_copies(act: Act, made: Mapping[int, Picture | None]) -> None:
    """Keep copies that were made up for evidence (row numbers), where it has none; nothing drawn is marked as that.

    What evidence says does not change by it, so that nothing stands in the record; only the worker does this.
    """
    rows = act.session.scalars(select(Evidence).where(Evidence.id.in_(made), Evidence.picture.is_(None)))
    for row in rows.all():
        picture = made[row.id]
        row.picture = {} if picture is None else picture.kept()


def _open(act: Act, case_number: str) -> Case:
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    return case if case.stage is Stage.RECTIFYING else open_for_editing(act, case_number)


def _about(act: Act, case: Case, finding: FindingRef | None) -> int | None:
    return None if finding is None else by_ref(act, Finding, case, finding, "问题").id


def _kind(said: str | None) -> str:
    choices = SHEETS["figures"].field("kind").choices
    found = match(choices, said or PHOTOGRAPH)
    if found is None:
        listed = "、".join(choice.label for choice in choices)
        raise Invalid(f"没有“{said}”这一类图，可选：{listed}。", code="figure_kind")
    return found.value


def _standing(act: Act, case: Case, hashes: Sequence[str]) -> dict[str, Evidence]:
    """Return the evidence of the case that is one of these files."""
    found = select(Evidence).where(
        Evidence.case_id == case.id, Evidence.withdrawn_at.is_(None), Evidence.sha256.in_(hashes)
    )
    return {row.sha256: row for row in act.session.scalars(found.order_by(Evidence.id.desc())) if row.sha256}


def _named_again(act: Act, row: Evidence, names: Sequence[str], picture: Picture | None, about: int | None) -> None:
    """Keep what came again: names beside the first, and the finding that it supports too."""
    row.finding_id = row.finding_id or about
    if about not in (None, row.finding_id) and act.session.get(EvidenceFinding, (row.id, about)) is None:
        act.session.add(EvidenceFinding(evidence_id=row.id, finding_id=about))
    every = dict.fromkeys((*(row.other_names or ()), *names))
    row.other_names = [name for name in every if name != row.file_name] or None
    if picture is not None:
        row.picture = picture.kept()


def _recorded(act: Act, case: Case, row: Evidence) -> None:
    named = [row.file_name, *(row.other_names or ())]
    record(act, case, "evidence_added", evidence=row.ref, title=row.title, sha256=row.sha256, file_names=named)


def _pictured(
    act: Act, case: Case, ref: str, one: PictureFile, title: str, kind: str, finding_id: int | None
) -> Evidence:
    return Evidence(
        case_id=case.id,
        ref=ref,
        title=title,
        finding_id=finding_id,
        file_name=one.file_name,
        other_names=list(one.other_names) or None,
        media_type=one.media_type,
        size=one.stored.size,
        sha256=one.stored.sha256,
        picture=None if one.picture is None else one.picture.kept(),
        added_by=act.person,
        added_at=act.at,
        details={"form": kind if kind == PLAN else PHOTOGRAPH, **_entered(act, one.picture)},
    )


def _entered(act: Act, picture: Picture | None) -> Json:
    """Return what the camera wrote, as a fact that a person may correct; a clock that ran ahead of ours says nothing."""
    if picture is None or picture.taken_at is None or picture.taken_at > act.at:
        return {}
    return {"taken_at": picture.taken_at.isoformat()}


def _title(title: str | None, one: PictureFile, number: int, count: int) -> str:
    if not title:
        return one.file_name.rpartition(".")[0] or one.file_name
    return worded(title, "证据名称") if count == 1 else f"{worded(title, '证据名称')}（{number}）"


def _show(act: Act, case: Case, rows: Sequence[Evidence], kind: str) -> None:
    """Put evidence at the end of the report's figures; what stands among them stays where it is."""
    listed = select(FactRow.details).where(
        FactRow.case_id == case.id, FactRow.sheet == "figures", FactRow.removed_at.is_(None)
    )
    standing = {details.get("evidence") for details in act.session.scalars(listed) if details.get("in_report") is True}
    new = [row for row in rows if row.ref not in standing]
    if not new:
        return
    figures: list[dict[str, Value]] = [
        {"caption": row.title, "kind": kind, "evidence": row.ref, "in_report": True} for row in new
    ]
    op = f"figures/{case.case_number}/{new[0].ref}/{act.at.isoformat()}"
    add_fact_rows(act, case.case_number, sheet="figures", op=op, rows=figures)


@action("withdraw-evidence", title="撤回证据", rights=("case.edit",))
def withdraw_evidence(act: Act, case_number: str, *, evidence: EvidenceRef, reason: str) -> None:
    """Take evidence out of the report; the file and the record of it stay."""
    case = open_for_editing(act, case_number)
    row: Evidence = by_ref(act, Evidence, case, evidence, "证据")
    if row.withdrawn_at is not None:
        raise Conflict(f"证据{evidence}已撤回。")
    row.withdrawn_at = act.at
    record(act, case, "evidence_withdrawn", why=worded(reason, "撤回理由"), evidence=evidence)
