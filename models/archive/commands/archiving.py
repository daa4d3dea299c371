"""归档: closes a finished case into its volume and queues the package; later commands record what the worker wrote."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import exists, func, select, update

from models.accountability.tables import Reader
from models.archive.queries.completeness import excuses, shown
from models.archive.queries.gaps import gaps_of
from models.archive.queries.in_force import volume_in_force
from models.archive.rules.gaps import FEW, GapKind, told
from models.archive.tables import Archive, ArchiveItem, GapExcuse
from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.queries.rulebook import rules_of
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.local_time import local_date
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Fault, NotAllowed, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import SIGNED
from models.kernel.outbox import enqueue
from models.kernel.rights import policy
from models.kernel.storage.files import FileStore
from models.kernel.text.reasons import require_reason
from models.kernel.text.short_names import next_ref
from models.kernel.vocabulary import DocumentKind, DocumentStatus, RenditionForm, Stage
from models.papers import content as papers
from models.papers.commands.drafting import accident_name
from models.papers.commands.numbers import draw
from models.papers.filling import content, frozen
from models.papers.queries.case_papers import of_case
from models.papers.queries.templates import in_use
from models.papers.rules.numbering import archive_number
from models.papers.rules.package_places import LISTING, PackageListing
from models.papers.rules.retention import kept_until
from models.papers.tables import Document, Rendition
from models.rectification.queries.effects import RULE
from models.rectification.tables import Measure
from models.register.commands.work_orders import close_hazard

from .listing import keep_listing
from .retention import derive_anew, term_of

# What goes on after the volume is closed: what became of our proposal, and did the measures help?
OUTLIVING = ("accountability.feedback", RULE)


@action("archive", title="归档", rights=("case.archive",), same_as=("case_archived",))
def archive(act: Act, case_number: str, *, shelf_place: str | None = None, reason: str | None = None) -> str:
    """Close a case into its volume; returns the 档号. The package is written by the worker from here on.

    Nothing may be missing that nobody else let be missing (`excuse_missing`); a case without measures needs a `reason`.
    A case that was ended before its time is archived, too, and stays ended. Raises WrongStage with all that is missing,
    NotAllowed where who archives approved it, Conflict where it is archived already or went into another case.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.archive", unit_path=unit_path(act, case))
    _refuse_twice(act, case)
    excused = _complete(act, case)
    if case.stage is not Stage.DISCONTINUED and _without_measures(act, case):
        case.stage_reason = require_reason(reason)
    case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "archive", {"measures_settled": True})
    case.closed_at = case.closed_at or act.at
    for clock in deadlines.open_ones(act, case):
        if clock.rule_code not in OUTLIVING:
            clock.state, clock.closed_at, clock.next_look_on = "withdrawn", act.at, None
    if case.stage is Stage.ARCHIVED:
        close_hazard(act, case)
    volume, number = _volume(act, case, shelf_place, excused)
    # A further volume after a reopening is further work.
    again = "" if volume.occasion == 1 else f"/{volume.occasion}"
    enqueue(act, case, "archive", f"{case.case_number}{again}", document=volume.id)
    return number


def _refuse_twice(act: Act, case: Case) -> None:
    """Refuse a case that has its volume, or whose papers lie in another one's."""
    if case.stage is Stage.ARCHIVED or volume_in_force(act.session, case.id) is not None:
        raise Conflict("本案已归档。", code="archived")
    if case.merged_into_id is not None:
        into = act.session.get_one(Case, case.merged_into_id).case_number
        raise Conflict(f"本案已并入案件{into}，随该案归档。", code="merged")


def _complete(act: Act, case: Case) -> list[int]:
    """Return the rows of the excuses with which the case is archived. Raises WrongStage with all that is still missing, and
    where nothing is but who archives is the one who let it be missing."""
    if case.stage not in (Stage.RECTIFYING, Stage.DISCONTINUED):
        return []  # the table of transitions says it
    gaps = gaps_of(act.session, case, FileStore(act.settings.files))
    known = excuses(act.session, case.id)
    found = shown(act.session, act.actor, gaps, known)
    standing = [gap for gap in found if gap.blocks]
    if standing:
        reopened = all(gap.kind == GapKind.FINDING_REOPENED for gap in standing)
        raise WrongStage(
            told([gap.text for gap in standing]),
            code="findings_reopened" if reopened else "not_finished",
            faults=[Fault(gap.key or "", gap.text, gap.kind) for gap in standing] if len(standing) > FEW else (),
        )
    used = [known[gap.key, gap.state] for gap in gaps if gap.excusable]
    if any(one.by_id == act.person for one in used):
        raise NotAllowed("准予缺项的人不能自己归档，请由其他档案员归档。", code="approver_archives")
    return [one.row for one in used]


def _without_measures(act: Act, case: Case) -> bool:
    left = select(Measure.id).where(Measure.case_id == case.id, Measure.withdrawn_at.is_(None))
    return act.session.scalar(left.limit(1)) is None


def _holds_restricted(act: Act, case: Case) -> bool:
    """A volume with a restricted paper inside is restricted itself."""
    inside = select(Document.id).where(Document.case_id == case.id, Document.restricted).limit(1)
    return act.session.scalar(inside) is not None


def _list_readers(act: Act, case: Case, volume: Document) -> None:
    """Put on the volume's list who stands on the list of every restricted paper in it, and who archives."""
    if not volume.restricted:
        return
    papers = select(Document.id).where(Document.case_id == case.id, Document.restricted, Document.id != volume.id)
    total = act.session.scalar(select(func.count()).select_from(papers.subquery()))
    everywhere = act.session.scalars(
        select(Reader.user_id)
        .where(Reader.document_id.in_(papers), Reader.removed_at.is_(None))
        .group_by(Reader.user_id)
        .having(func.count() == total)
    )
    act.session.add_all(
        Reader(document_id=volume.id, user_id=person, added_by=act.person, added_at=act.at)
        for person in sorted({*everywhere, act.person})
    )


def _volume(act: Act, case: Case, shelf_place: str | None, excused: Sequence[int]) -> tuple[Document, str]:
    """Draw the volume's number and write it down together with what the package will contain of the event record."""
    term = term_of(act, case)
    derive_anew(act, case, "案件重新归档")
    closed_on = local_date(act.at)
    version = 1 + (act.session.scalar(select(func.count()).select_from(Archive).where(Archive.case_id == case.id)) or 0)
    template = in_use(act.session, case.unit_id, DocumentKind.TRACEBACK_ARCHIVE, None)
    document = Document(
        case_id=case.id,
        ref=next_ref(act, Document, case, "D"),
        kind=DocumentKind.TRACEBACK_ARCHIVE,
        form=None,
        issuer_id=case.unit_id,
        occasion=version,
        title=f"{accident_name(act, case)}监管回溯档案",
        status=DocumentStatus.DRAFT,
        round=1,
        author_id=act.person,
        restricted=_holds_restricted(act, case),
        template_id=template.id if template else None,
        drafted_at=act.at,
    )
    act.session.add(document)
    act.session.flush()
    _list_readers(act, case, document)
    _, year, count = draw(act, case.unit_id, "archive", used_for=case.case_number)
    number = archive_number(
        fonds=act.settings.fonds, year=year, term=term, unit=act.settings.archive_section, volume=count
    )
    event = record(
        act,
        case,
        "case_archived",
        why=case.stage_reason,
        paper=document.ref,
        archive_number=number,
        retention=term.value,
        listing=LISTING,
    )
    volume = Archive(
        case_id=case.id,
        version=version,
        document_id=document.id,
        archive_number=number,
        retention=term.value,
        keep_until=kept_until(term, closed_on),
        shelf_place=shelf_place,
        archived_by=act.person,
        archived_at=act.at,
        chain_head=event.hash,
        chain_length=event.seq,
    )
    act.session.add(volume)
    act.session.flush()
    act.session.execute(update(GapExcuse).where(GapExcuse.id.in_(excused)).values(archive_id=volume.id))
    document.number, document.issued_at, document.issued_on = number, act.at, act.today
    return document, number


def freeze_volume(act: Act, case_number: str) -> int:
    """Freeze what the volume of an archived case says; returns its document's row number. Again changes nothing.

    From here on the package is the same bytes however often it is begun. Raises WrongStage before archiving, or while
    a paper of the case has no file yet: the catalogue lists the files.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.carry")
    archive = _archive_of(act, case)
    document = act.session.get_one(Document, archive.document_id)
    if document.content is not None:
        return document.id
    unrendered = act.session.scalars(
        select(Document.ref)
        .where(
            of_case(case.id),
            Document.id != document.id,
            Document.status.in_(SIGNED),
            ~exists(
                select(1)
                .where(
                    Rendition.document_id == Document.id,
                    Rendition.form == RenditionForm.FINAL_DOCX,
                    Rendition.version == Document.content_version,
                )
                .correlate(Document)
            ),
        )
        .order_by(Document.id)
    ).all()
    if unrendered:
        raise WrongStage(f"文书{'、'.join(unrendered)}的正式文件尚未生成，还不能封装档案。", code="not_rendered")
    said = papers.canonical(
        content(
            act.session,
            document.id,
            settings=act.settings,
            rules=rules_of(act),
            issued_on=document.issued_on,
            number=archive.archive_number,
            signatory=None,
        )
    )
    # All at once: the database refuses an issued paper without number and content.
    document.status, document.number = DocumentStatus.ISSUED, archive.archive_number
    document.content, document.content_sha256 = json.loads(said), hashlib.sha256(said).hexdigest()
    return document.id


def list_package(act: Act, case_number: str, listing: PackageListing) -> None:
    """Put on record every file of the package with its hash, and the catalogue: the package's last event.

    Again with the same changes nothing; a newer program may draw the volume anew after a killed run, and lists it anew.
    Raises WrongStage before the volume is frozen.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.carry")
    archive = _archive_of(act, case)
    document = act.session.get_one(Document, archive.document_id)
    if document.content is None:
        raise WrongStage("档案内容尚未固定，不能列明文件。", code="not_frozen")
    keep_listing(act, case, archive, listing, paper=document.ref)


def record_package(act: Act, case_number: str, *, path: str, manifest_sha256: str) -> bool:
    """Record the sealed package: its folder (relative to the archive folder), hash and items.

    Returns False, and changes nothing, where this very package is on record. The event comes after the package's last
    one: it is what a package is checked against. Raises WrongStage before the volume is frozen, Conflict where another
    package is on record.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.carry")
    archive = _archive_of(act, case)
    if archive.manifest_sha256 is not None:
        if (archive.manifest_sha256, archive.package_path) == (manifest_sha256, path):
            return False
        raise Conflict("本案已封装内容不同的档案包，不能替换。", code="package_differs")
    volume = frozen(act.session, archive.document_id)
    assert isinstance(volume, papers.TracebackArchive)
    files = [(item, file) for item in volume.items for file in item.files]
    act.session.add_all(
        ArchiveItem(
            archive_id=archive.id,
            position=position,
            responsible=item.responsible or volume.issuer,
            number=item.number,
            title=item.title,
            dated=item.dated,
            pages=item.pages,
            note=item.remark,
            path=file.path,
            sha256=file.sha256,
        )
        for position, (item, file) in enumerate(files, 1)
    )
    archive.package_path, archive.manifest_sha256 = path, manifest_sha256
    archive.item_count, archive.packed_at = len(volume.items), act.at
    record(
        act,
        case,
        "archive_packed",
        paper=act.session.get_one(Document, archive.document_id).ref,
        archive_number=archive.archive_number,
        path=path,
        items=len(volume.items),
        manifest_sha256=manifest_sha256,
    )
    return True


def _archive_of(act: Act, case: Case) -> Archive:
    archive = volume_in_force(act.session, case.id)
    if archive is None:
        raise WrongStage("本案尚未归档，不能封装档案。", code="not_archived")
    return archive
