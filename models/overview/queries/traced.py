"""回溯 of one case: everything that the actor may know of in it, with what led to what, and where else it is met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, literal, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.accountability.tables import (
    AccountabilityEvidence,
    AccountabilityFinding,
    AccountabilityItem,
    TransferredClue,
    TransferredMaterial,
)
from models.archive.tables import Archive
from models.case.tables import PROVING, Evidence, Finding
from models.kernel.errors import NotFound
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import known_documents, read_of, visible_assignments, visible_documents
from models.kernel.settings import Settings
from models.kernel.vocabulary import CaseKind, DocumentKind, DocumentStatus
from models.office.tables import Organisation
from models.overview.rules.tracing import (
    Graph,
    Happening,
    Link,
    Node,
    Step,
    Traced,
    course,
    graph,
    key_of,
    laid_down,
    proposed_after,
)
from models.papers.queries.case_papers import of_case
from models.papers.tables import Amendment, BundledCase, Document, DocumentAssignment
from models.rectification.tables import (
    Assessment,
    Assignment,
    Measure,
    MeasureFinding,
    Reply,
    Talk,
    TalkPaper,
    Verification,
)

from .case_view import CaseRead
from .traced_elsewhere import SharedThing, elsewhere

_HANDS_OUT = (DocumentKind.RECTIFICATION_NOTICE, DocumentKind.ADVANCE_NOTICE)
_PROPOSES = (DocumentKind.ACCOUNTABILITY_PROPOSAL, DocumentKind.CLUE_TRANSFER)


@dataclass(frozen=True, slots=True)
class Trace:
    """What led to `start` (keys of `graph`) and what came of it, and other cases that share something with what was met.

    Without a start `forward` is all of the case and `back` is empty. `inside`: whether the person is told of other cases.
    """

    case_number: str
    title: str
    start: tuple[str, ...]
    graph: Graph
    back: tuple[Step, ...]
    forward: tuple[Step, ...]
    elsewhere: tuple[SharedThing, ...]
    inside: bool

    def as_json(self) -> dict[str, object]:
        """Return what is published: of the case only what was met, each thing once by its key."""
        met = {step.key for step in (*self.back, *self.forward)}
        return {
            "case_number": self.case_number,
            "title": self.title,
            "start": self.start,
            "things": [node for node in self.graph.nodes.values() if node.key in met],
            "links": [link for link in self.graph.links if {link.before, link.after} <= met],
            "back": self.back,
            "forward": self.forward,
            "elsewhere": self.elsewhere,
        }


def trace(
    session: Session, actor: Actor, case_number: str, ref: str | None, settings: Settings, now: datetime
) -> Trace:
    """Return the trace of what bears a short name (or has the key `ref`) in a case, or of all of the case.

    An agency is told of its own measures, the papers served on it and its replies with what was said to them. So many
    statements, however many things there are: twelve, eight more for who is told of other cases. Raises NotFound.
    """
    case = CaseRead(lambda: nullcontext(session), actor, case_number, now)
    found = _Things(session, actor, case).graph()
    start = () if ref is None else found.named(ref.strip())
    if ref is not None and not start:
        raise NotFound(
            f"案件“{case.case_number}”中没有代号为“{ref}”的证据、问题、措施、文书或反馈，或您无权查看。",
            code="nothing_to_trace",
        )
    back = tuple(found.walk(start, forward=False))
    forward = tuple(found.walk(start or found.beginnings(), forward=True))
    met = [found.nodes[step.key] for step in (*back, *forward)]
    of = {kind: {node.ref for node in met if node.kind is kind} for kind in (Traced.FINDING, Traced.MEASURE)}
    others = (
        elsewhere(session, actor, case_number, settings, findings=of[Traced.FINDING], measures=of[Traced.MEASURE])
        if case.whole and case.kind is CaseKind.ACCIDENT
        else ()
    )
    return Trace(case.case_number, case.title, start, found, back, forward, others, case.whole)


class _Things:
    """The things of a case as rows, each kind in one statement, under keys."""

    def __init__(self, session: Session, actor: Actor, case: CaseRead) -> None:
        self._session, self._actor = session, actor
        self._case_id, self._whole = int(case.case.id), case.whole
        self._all_subjects = bool(case.case.all_subjects)
        self._keys: dict[tuple[Traced, int], str] = {}
        self._courses: defaultdict[int, list[Happening]] = defaultdict(list)
        self._moments: dict[DocumentKind, dict[str, datetime]] = defaultdict(dict)

    def graph(self) -> Graph:
        """Return all that may be known, and the links among it."""
        nodes = [
            *self._inside(),
            *self._measures(),
            *self._papers(),
            *self._answers(),
            *self._items(),
            *self._volumes(),
        ]
        told = graph(nodes, self._links())
        volumes = [node.key for node in nodes if node.kind is Traced.ARCHIVE]
        # Only by what is told: an end that leads to something hidden would betray it by leading nowhere.
        return graph(nodes, [*told.links, *laid_down(nodes, told.links, volumes)])

    def _key(self, kind: Traced, row: int, name: object) -> str:
        key = key_of(kind, name)
        self._keys[kind, row] = key
        return key

    def _inside(self) -> Iterator[Node]:
        """Yield evidence and findings, which only the police are told."""
        if not self._whole:
            return
        evidence = select(Evidence.id, Evidence.ref, Evidence.title, Evidence.added_at, Evidence.withdrawn_at)
        for row in self._session.execute(evidence.where(Evidence.case_id == self._case_id).order_by(Evidence.id)):
            key = self._key(Traced.EVIDENCE, row.id, row.ref)
            yield Node(key, Traced.EVIDENCE, row.ref, "证据", row.title, row.added_at, row.withdrawn_at is not None)
        findings = select(Finding.id, Finding.ref, Finding.text, Finding.withdrawn_at)
        findings = findings.where(Finding.case_id == self._case_id).order_by(Finding.position, Finding.id)
        for one in self._session.execute(findings):
            key = self._key(Traced.FINDING, one.id, one.ref)
            yield Node(key, Traced.FINDING, one.ref, "问题", one.text, void=one.withdrawn_at is not None)

    def _measures(self) -> Iterator[Node]:
        held = select(Assignment.measure_id).where(
            Assignment.case_id == self._case_id, visible_assignments(self._actor)
        )
        rows = self._session.execute(
            select(Measure.id, Measure.ref, Measure.text, Measure.withdrawn_at)
            .where(Measure.case_id == self._case_id, true() if self._whole else Measure.id.in_(held))
            .order_by(Measure.position, Measure.id)
        )
        for row in rows:
            key = self._key(Traced.MEASURE, row.id, row.ref)
            yield Node(key, Traced.MEASURE, row.ref, "整改措施", row.text, void=row.withdrawn_at is not None)

    def _papers(self) -> Iterator[Node]:
        rows = self._session.execute(
            select(
                Document.id,
                BundledCase.ref.label("bundled"),
                Document.ref,
                Document.kind,
                Document.number,
                Document.title,
                Document.status,
                Document.drafted_at,
                Document.issued_at,
                Organisation.name.label("recipient"),
            )
            .outerjoin(BundledCase, and_(BundledCase.document_id == Document.id, BundledCase.case_id == self._case_id))
            .outerjoin(Organisation, Organisation.id == Document.recipient_id)
            .where(
                of_case(self._case_id),
                Document.kind != DocumentKind.TRACEBACK_ARCHIVE,
                visible_documents(self._actor),
            )
            .order_by(Document.id)
        )
        for row in rows:
            ref, at = row.bundled or row.ref, row.issued_at or row.drafted_at
            key = self._key(Traced.PAPER, row.id, ref)
            self._moments[row.kind][key] = at
            parts = (row.number, row.title, row.recipient and f"主送{row.recipient}", row.status.label)
            text = "，".join(part for part in parts if part)
            yield Node(key, Traced.PAPER, ref, row.kind.label, text, at, row.status is DocumentStatus.VOID)

    def _answers(self) -> Iterator[Node]:
        """Yield replies with their assessments, and the checks on site; note in whose course they stand."""
        yield from self._replies()
        if self._whole:
            yield from self._verifications()

    def _replies(self) -> Iterator[Node]:
        rows = self._session.execute(
            select(
                Reply.id,
                Reply.ref,
                Reply.kind,
                Reply.text,
                Reply.assignment_id,
                Reply.happened_at,
                Reply.withdrawn_at,
                Organisation.name.label("organisation"),
                Assessment.verdict,
                Assessment.reason,
                Assessment.assessed_at,
            )
            .join(Assignment, Assignment.id == Reply.assignment_id)
            .join(Organisation, Organisation.id == Reply.organisation_id)
            .outerjoin(Assessment, Assessment.reply_id == Reply.id)
            .where(Reply.case_id == self._case_id, visible_assignments(self._actor))
            .order_by(Reply.id)
        )
        for row in rows:
            key = self._key(Traced.REPLY, row.id, row.ref)
            self._courses[row.assignment_id].append(Happening(key, Traced.REPLY, row.happened_at))
            said = f"{row.organisation}（{row.kind.label}）：{row.text}"
            yield Node(key, Traced.REPLY, row.ref, "整改反馈", said, row.happened_at, row.withdrawn_at is not None)
            if row.verdict is not None:
                about = key_of(Traced.ASSESSMENT, row.ref)
                step = Happening(about, Traced.ASSESSMENT, row.assessed_at, of=key)
                self._courses[row.assignment_id].append(step)
                judged = f"对{row.ref}：{row.verdict.label}{f'，{row.reason}' if row.reason else ''}"
                yield Node(about, Traced.ASSESSMENT, "", "研判", judged, row.assessed_at)

    def _verifications(self) -> Iterator[Node]:
        rows = self._session.execute(
            select(
                Verification.id,
                Verification.assignment_id,
                Verification.passed,
                Verification.place,
                Verification.note,
                Verification.verified_at,
            )
            .join(Assignment, Assignment.id == Verification.assignment_id)
            .where(Verification.case_id == self._case_id, visible_assignments(self._actor))
            .order_by(Verification.id)
        )
        for number, row in enumerate(rows, 1):
            key = self._key(Traced.VERIFICATION, row.id, number)
            step = Happening(key, Traced.VERIFICATION, row.verified_at)
            self._courses[row.assignment_id].append(step)
            text = f"{'通过' if row.passed else '未通过'}，{row.place}：{row.note}"
            yield Node(key, Traced.VERIFICATION, "", "现场复查", text, row.verified_at)

    def _items(self) -> Iterator[Node]:
        """Yield whose accountability is looked at, to who may know; what is asked about them stands in the paper."""
        if not self._whole:
            return
        seen = true() if self._all_subjects else read_of(self._actor, AccountabilityItem)
        rows = self._session.execute(
            select(AccountabilityItem.id, AccountabilityItem.ref, AccountabilityItem.category)
            .where(AccountabilityItem.case_id == self._case_id, seen)
            .order_by(AccountabilityItem.id)
        )
        for row in rows:
            key = self._key(Traced.ITEM, row.id, row.ref)
            yield Node(key, Traced.ITEM, row.ref, "问责事项", row.category)

    def _volumes(self) -> Iterator[Node]:
        """Yield the volumes; that there is one may be known where the paper itself is restricted, so no more is told."""
        rows = self._session.execute(
            select(Document.id, Document.ref, Archive.archived_at, Archive.reopened_at)
            .join(Archive, Archive.document_id == Document.id)
            .where(Archive.case_id == self._case_id, known_documents(self._actor))
            .order_by(Archive.version)
        )
        for row in rows:
            key = self._key(Traced.ARCHIVE, row.id, row.ref)
            text = "已归档" if row.reopened_at is None else "归档后又重新开卷"
            yield Node(key, Traced.ARCHIVE, row.ref, Traced.ARCHIVE.label, text, row.archived_at)

    def _links(self) -> list[Link]:
        links = [*self._recorded(), *self._in_courses()]
        orders = self._moments[DocumentKind.SUPERVISION_ORDER]
        proposals = {key: at for kind in _PROPOSES for key, at in self._moments[kind].items()}
        return [*links, *proposed_after(links, orders, proposals)]

    def _recorded(self) -> Iterator[Link]:
        """Yield what the tables say outright. Rows that are not told have no key, and fall away."""
        for row in self._session.execute(_recorded_links(self._case_id)):
            ends = (Traced(row.kind), row.row), (Traced(row.to_kind), row.to_row)
            before, after = (self._keys.get(end) for end in ends)
            if before is not None and after is not None:
                yield Link(before, after, after if ends[1][0] is Traced.MEASURE else None)

    def _in_courses(self) -> Iterator[Link]:
        """Yield what happened to each measure in each unit's hands."""
        rows = self._session.execute(
            select(Assignment.id, Assignment.measure_id, Assignment.notice_id, DocumentAssignment.document_id)
            .outerjoin(DocumentAssignment, DocumentAssignment.assignment_id == Assignment.id)
            .where(Assignment.case_id == self._case_id, visible_assignments(self._actor))
            .order_by(Assignment.id)
        ).all()
        papers: defaultdict[int, dict[str, Happening]] = defaultdict(dict)
        measures: dict[int, str] = {}
        moments = {key: (kind, at) for kind, all_of in self._moments.items() for key, at in all_of.items()}
        for row in rows:
            measures[row.id] = self._keys[Traced.MEASURE, row.measure_id]
            for paper in (row.notice_id, row.document_id):
                key = self._keys.get((Traced.PAPER, paper)) if paper is not None else None
                if key is not None:
                    kind, at = moments[key]
                    opens = paper == row.notice_id or kind in _HANDS_OUT
                    papers[row.id][key] = Happening(key, Traced.PAPER, at, opens=opens)
        for hand, measure in measures.items():
            yield from course(measure, [*papers[hand].values(), *self._courses[hand]])


_Row = InstrumentedAttribute[int] | InstrumentedAttribute[int | None] | ColumnElement[int]


def _recorded_links(case_id: int) -> Select[str, int, str, int]:
    """Return the statement for all links that tables hold, as kind and row of either end."""
    evidence, finding, item, paper = Traced.EVIDENCE, Traced.FINDING, Traced.ITEM, Traced.PAPER
    of_case_items = AccountabilityItem.case_id == case_id
    clues = Document.case_id == case_id
    ways = union_all(
        _link(evidence, PROVING.c.evidence_id, finding, Finding.id)
        .join(Finding, Finding.id == PROVING.c.finding_id)
        .where(Finding.case_id == case_id),
        _link(finding, MeasureFinding.finding_id, Traced.MEASURE, Measure.id)
        .join(Measure, Measure.id == MeasureFinding.measure_id)
        .where(Measure.case_id == case_id),
        _link(finding, AccountabilityFinding.finding_id, item, AccountabilityItem.id)
        .join(AccountabilityItem, AccountabilityItem.id == AccountabilityFinding.item_id)
        .where(of_case_items),
        _link(evidence, AccountabilityEvidence.evidence_id, item, AccountabilityItem.id)
        .join(AccountabilityItem, AccountabilityItem.id == AccountabilityEvidence.item_id)
        .where(of_case_items),
        _link(item, AccountabilityItem.id, paper, AccountabilityItem.document_id).where(
            of_case_items, AccountabilityItem.document_id.is_not(None)
        ),
        _link(item, TransferredClue.item_id, paper, Document.id)
        .join(Document, Document.id == TransferredClue.document_id)
        .where(clues, TransferredClue.item_id.is_not(None)),
        _link(finding, TransferredClue.finding_id, paper, Document.id)
        .join(Document, Document.id == TransferredClue.document_id)
        .where(clues, TransferredClue.finding_id.is_not(None)),
        _link(evidence, TransferredMaterial.evidence_id, paper, Document.id)
        .join(Document, Document.id == TransferredMaterial.document_id)
        .where(clues),
        _link(paper, Talk.order_id, paper, TalkPaper.document_id)
        .join(TalkPaper, TalkPaper.talk_id == Talk.id)
        .where(Talk.case_id == case_id, Talk.order_id.is_not(None)),
        _link(paper, Amendment.amended_id, paper, Document.id)
        .join(Document, Document.id == Amendment.document_id)
        .where(clues),
        _link(paper, Document.replaces_id, paper, Document.id).where(clues, Document.replaces_id.is_not(None)),
    ).subquery("ways")
    return select(ways.c.kind, ways.c.row, ways.c.to_kind, ways.c.to_row).distinct()


def _link(kind: Traced, row: _Row, to_kind: Traced, to_row: _Row) -> Select[str, int, str, int]:
    return select(
        literal(kind.value).label("kind"),
        row.label("row"),
        literal(to_kind.value).label("to_kind"),
        to_row.label("to_row"),
    )
