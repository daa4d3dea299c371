"""整改报告通知书: one recipient's measures, the problems behind them and the dates of its answers; in one case or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from models.case.tables import Finding, FindingOrganisation
from models.kernel.calendar.local_time import local_date
from models.kernel.vocabulary import DocumentForm, DocumentKind, HazardGrade, OrganisationKind, Part
from models.knowledge.rules.library import power, wording_of
from models.papers.content import CaseTopic, FindingEntry, FurtherCase, HazardFacts, RectificationNotice
from models.papers.content.wording import harm
from models.papers.filling.draft import Draft, facts_of, limited, report_of
from models.papers.filling.findings import findings
from models.papers.filling.measures import dated, demanded, measures, with_reasons
from models.papers.filling.naming import named_for
from models.papers.filling.register import fills
from models.papers.filling.strangers import strangers
from models.papers.filling.subjects import QUOTED
from models.papers.rules import links
from models.papers.tables import BundledCase, DocumentAssignment
from models.rectification.tables import Assignment, Measure, MeasureFinding

from .of_the_road import OfTheRoad, of_the_road

ANSWERS = ("notice.acknowledge", "notice.plan", "measure.complete")


@fills(DocumentKind.RECTIFICATION_NOTICE)
def content(session: Session, draft: Draft) -> RectificationNotice:
    """Return what the notice says; never another unit's measures or problems.

    Its clocks start with the delivery, after the content is frozen: limits are told in words and with the dates of a
    delivery on the paper's own day. Governments, party committees and organs of law are set none; to a
    superior goes a 报告: no link and no code, either.
    """
    row = draft.row
    upward = row.form is DocumentForm.REPORT
    binding = limited(row.form, row.recipient_kind)
    further = session.scalars(
        select(BundledCase.case_id)
        .where(BundledCase.document_id == row.id, BundledCase.by_reference.is_(False))
        .order_by(BundledCase.case_id)
    ).all()
    own = _part(session, draft)
    others = tuple(_part(session, replace(draft, row=row.in_case(facts))) for facts in facts_of(session, further))
    carried = (*own.measures, *(entry for other in others for entry in other.measures))
    known = of_the_road(session, row) if _to_government(draft) and row.hazard is None else OfTheRoad()
    return RectificationNotice(
        head=draft.head(),
        case_number=own.case_number,
        accident=own.accident,
        road=known.road,
        earlier=known.earlier,
        sections=known.sections,
        taken=known.taken,
        report_number=own.report_number,
        report_dated=own.report_dated,
        findings=own.findings,
        measures=own.measures,
        further=others,
        investigated=power("investigate", draft.day) if row.hazard is None else None,
        power=_power(draft) if _to_government(draft) else None,
        binding=binding,
        advisory=advisory(draft),
        duties=own_duties(draft, own.findings) if advisory(draft) else (),
        replies=demanded(draft, ANSWERS, carried) if binding else (),
        url=None if upward else address(draft),
        answer_code=None if upward else code_of(draft),
        strangers=strangers(
            session,
            draft,
            (*own.findings, *(entry for other in others for entry in other.findings)),
            carried,
            _told_of(own.accident) if upward else "",
        ),
        consents=draft.ground.consents,
        own_line=row.form is DocumentForm.NOTICE and row.recipient_kind is OrganisationKind.POLICE,
    )


def _power(draft: Draft) -> str | None:
    """By what power we tell a government of a road; of a hazard only where it is a grave one, for the law's words reach no
    further (道路交通安全法 art. 29)."""
    hazard = draft.row.hazard
    grave = hazard is None or hazard.severity is HazardGrade.MAJOR
    return power("report_to_government", draft.day) if grave else None


def _told_of(topic: CaseTopic) -> str:
    """The prose in which somebody may be named."""
    return topic.description if isinstance(topic, HazardFacts) else topic.summary or ""


def _accident(draft: Draft) -> CaseTopic:
    """The accident or hazard; to a government an accident's course is told, and what it cost stands with it where the course
    does not say."""
    if draft.row.hazard is not None:
        return draft.row.hazard
    accident = draft.accident()
    if not _to_government(draft) or not accident.summary or not accident.deaths or "死亡" in accident.summary:
        return accident
    return accident.model_copy(update={"summary": f"{accident.summary.rstrip('。')}，{harm(accident)}。"})


def _answered(measures: Select[int]) -> Select[int]:
    """The findings that some measures answer."""
    return select(MeasureFinding.finding_id).where(MeasureFinding.measure_id.in_(measures))


def _to_government(draft: Draft) -> bool:
    return draft.row.form is DocumentForm.REPORT and draft.row.recipient_kind is OrganisationKind.GOVERNMENT


def advisory(draft: Draft) -> bool:
    """Return whether a letter goes to an enterprise: what it is told to do is its own duty, and none of our orders."""
    return draft.row.form is DocumentForm.LETTER and draft.row.recipient_kind is OrganisationKind.ENTERPRISE


def own_duties(draft: Draft, found: Sequence[FindingEntry]) -> tuple[str, ...]:
    """Return the articles that the enterprise's own problems rest on, in their words of the day of the accident.

    What nobody compared with the published text stays cited beside the problem, as what others did not keep does.
    """
    if draft.row.occurred_at is None:
        return ()
    on = local_date(draft.row.occurred_at)
    norms = dict.fromkeys(
        norm.strip()
        for one in found
        if one.duty_failure and draft.row.recipient_name in one.organisations
        for norm in one.basis
    )
    worded = ((norm, wording_of(norm, on)) for norm in norms)
    return tuple(f"{norm}规定，{_printed(text)}" for norm, text in worded if text and len(text) <= QUOTED)


def _printed(text: str) -> str:
    """The words of an article with the brackets of print."""
    return text.rstrip("。").replace("(", "（").replace(")", "）")


def _part(session: Session, draft: Draft) -> FurtherCase:
    """What a notice says of one case: the accident, the report it rests on, problems and measures of its recipient."""
    paper, case_id = draft.row, draft.row.case_id
    carried = (
        select(Assignment.measure_id)
        .join(DocumentAssignment, DocumentAssignment.assignment_id == Assignment.id)
        .where(DocumentAssignment.document_id == paper.id, Assignment.case_id == case_id)
    )
    led = carried.where(Assignment.part == Part.LEAD)
    named = select(FindingOrganisation.finding_id).where(FindingOrganisation.organisation_id == paper.recipient_id)
    # What others are to mend is told to who only helps where there is nothing else to tell.
    found = findings(session, case_id, or_(Finding.id.in_(_answered(led)), Finding.id.in_(named))) or findings(
        session, case_id, Finding.id.in_(_answered(carried))
    )
    numbers = {one.entry.number for one in found}
    own = measures(session, case_id, Measure.id.in_(carried), recipient_id=paper.recipient_id)
    own = dated(draft, own) if limited(paper.form, paper.recipient_kind) else own
    entries, own = named_for(session, case_id, draft.head(), [one.entry for one in found], own)
    report_number, report_dated = report_of(session, case_id)
    return FurtherCase(
        case_number=paper.case_number,
        accident=_accident(draft),
        report_number=report_number,
        report_dated=report_dated,
        findings=entries,
        measures=tuple(
            m.model_copy(update={"findings": tuple(f for f in m.findings if f in numbers)})
            for m in with_reasons(session, case_id, own, costs=_to_government(draft))
        ),
    )


def address(draft: Draft) -> str | None:
    """Return the page where the recipient looks at the notice: its token opens that one notice, and answers nothing.

    Where the office keeps no secret the page asks for an account instead.
    """
    base, secret = draft.settings.public_url, draft.settings.link_secret
    if base is None:
        return None
    if secret is None:
        return f"{base.rstrip('/')}/notice/{draft.row.case_number}/{draft.row.ref}"
    return f"{base.rstrip('/')}/n/{links.token(secret, draft.row.id, draft.row.content_version)}"


def code_of(draft: Draft) -> str | None:
    """Return the answer code printed in the sealed paper, where its address opens a page that asks for one."""
    secret = draft.settings.link_secret
    if draft.settings.public_url is None or secret is None:
        return None
    return links.answer_code(secret, draft.row.id, draft.row.content_version)
