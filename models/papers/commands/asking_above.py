"""请示 and 意见 by hand: one matter of a case in a person's own words, with our inclination and the measures it is about."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from models.case.tables import Case
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Fault, Invalid
from models.kernel.refs import MeasureRef, UnitRef
from models.kernel.rights import policy
from models.kernel.text.invisible import refuse_invisible
from models.kernel.vocabulary import DocumentForm, DocumentKind
from models.office.commands.organisations import find_organisation
from models.papers.tables import AnnexedMeasure, WrittenPaper
from models.rectification.tables import Measure

from .drafting import draft_paper


@action("prepare-request", title="拟制请示（一文一事）", rights=("paper.prepare",))
def prepare_request(
    act: Act,
    case_number: str,
    *,
    recipient: UnitRef,
    title: str,
    matter: str,
    reasons: str,
    inclination: str,
    measures: Sequence[MeasureRef] = (),
) -> str:
    """Draft a request for instructions on one matter of a case; returns its short name.

    `measures` are listed in its annex and stay where they are. Raises NotAllowed, NotFound, WrongStage with the open way
    where such a paper may not go to the recipient, Invalid with every part that is empty.
    """
    written = {"事由": title, "请示事项": matter, "理由和依据": reasons, "倾向性意见": inclination}
    return _prepare(act, case_number, DocumentKind.REQUEST_FOR_INSTRUCTIONS, recipient, written, measures)


@action("prepare-opinion", title="拟制意见", rights=("paper.prepare",))
def prepare_opinion(
    act: Act,
    case_number: str,
    *,
    recipient: UnitRef,
    title: str,
    matter: str,
    reasons: str,
    inclination: str,
    measures: Sequence[MeasureRef] = (),
) -> str:
    """Draft an 意见 on a matter of a case; returns its short name. Raises as `prepare_request`.

    Upward it is dealt with as a request is and closes so; to others it is for their reference.
    """
    written = {"事由": title, "意见针对的事项": matter, "理由和依据": reasons, "所提意见": inclination}
    return _prepare(act, case_number, DocumentKind.OPINION, recipient, written, measures)


def _prepare(
    act: Act,
    case_number: str,
    kind: DocumentKind,
    recipient: str,
    written: dict[str, str],
    measures: Sequence[str],
) -> str:
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.prepare", unit_path=unit_path(act, case))
    lifecycle.advance(lifecycle.CASE, case.stage, "tell")
    faults = [Fault(part, f"请填写{part}。", "empty_text") for part, said in written.items() if not said.strip()]
    if faults:
        raise Invalid(f"有{len(faults)}项没有填写：", faults=faults, code="empty_text")
    for part, said in written.items():
        refuse_invisible(part, said)
    about, matter, reasons, inclination = (said.strip() for said in written.values())
    annexed = [_measure(act, case, ref) for ref in dict.fromkeys(measures)]
    to = find_organisation(act.session, recipient)
    form = DocumentForm.OPINION if kind is DocumentKind.OPINION else DocumentForm.REQUEST
    paper = draft_paper(act, case, kind, to.id, title=titled(about, form))
    act.session.add(WrittenPaper(document_id=paper.id, matter=matter, reasons=reasons, inclination=inclination))
    act.session.flush()
    act.session.add_all(
        AnnexedMeasure(document_id=paper.id, measure_id=one.id, position=n) for n, one in enumerate(annexed, 1)
    )
    return paper.ref


def titled(about: str, form: DocumentForm) -> str:
    """Return 关于…的请示 for what was typed, whether or not it has either end already."""
    core = (
        "".join(about.split("\n"))
        .rstrip("。")
        .removeprefix("关于")
        .removesuffix(f"的{form.label}")
        .removesuffix(form.label)
    )
    return f"关于{core}的{form.label}"


def _measure(act: Act, case: Case, ref: str) -> Measure:
    row = act.session.scalars(select(Measure).where(Measure.case_id == case.id, Measure.ref == ref)).one_or_none()
    if row is None or row.withdrawn_at is not None:
        raise Invalid(f"本案没有编号为“{ref}”的有效措施，请核对。", code="measure_not_found")
    return row
