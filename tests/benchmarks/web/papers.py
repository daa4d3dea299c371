"""The papers of a case with their chains, their service and, of what is restricted, their lists of readers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from models.kernel.vocabulary import AssignmentState, Stage
from tests.benchmarks.web.hands import Hand, in_hands
from tests.benchmarks.web.rows import Rows

if TYPE_CHECKING:
    from tests.benchmarks.web.cases import Life

MARKS = {
    "analysis_report": "调",
    "rectification_notice": "整",
    "accountability_proposal": "责",
    "supervision_order": "督",
}
LABELS = {
    "analysis_report": "调查分析报告书",
    "rectification_notice": "整改报告通知书",
    "accountability_proposal": "倒查问责建议书",
    "supervision_order": "限期落实督办单",
    "traceback_archive": "监管回溯档案",
}
ISSUED = ("issued", "sealed", "delivered")


def write(rows: Rows, one: Life, held: list[Hand]) -> None:
    """Add the papers that a case of this stage has, and put its measures into hands."""
    if one.stage is Stage.DISCONTINUED:
        return
    if not one.reported:
        _before(rows, one)
        for hand in held:
            in_hands(rows, one, hand, None, None)
        return
    _paper(rows, one, "D1", "analysis_report", "sealed", one.after(62))
    served = one.after(66)
    for place, unit in enumerate(dict.fromkeys(hand.unit for hand in held), 2):
        of_unit = [hand for hand in held if hand.unit == unit]
        notice = _paper(rows, one, f"D{place}", "rectification_notice", "delivered", served, recipient=unit)
        _service(rows, one, notice, of_unit[0], served)
        for hand in of_unit:
            in_hands(rows, one, hand, notice, served)
    if one.nth % 5 == 0:
        _proposal(rows, one, held[0], served)
    _orders(rows, one, held)
    if one.stage is Stage.ARCHIVED:
        _paper(rows, one, "D9", "traceback_archive", "sealed", one.closed or one.today)


def _before(rows: Rows, one: Life) -> None:
    """The report on its way: a draft with the officer, or a step of its chain with somebody."""
    if one.stage is Stage.REVIEWING:
        _paper(rows, one, "D1", "analysis_report", "in_review" if one.nth % 2 else "signing", one.after(50))
    elif one.nth % 5 < 2:
        _paper(rows, one, "D1", "analysis_report", "draft", one.after(20))


def _orders(rows: Rows, one: Life, held: list[Hand]) -> None:
    """What the ladder drafted where something is late: half of it still with us, half served and running."""
    from tests.benchmarks.web.cases import clock

    late = [hand for hand in held if hand.late]
    if not late or one.nth % 3 == 0:
        return
    status = ("draft", "in_review", "signing", "delivered", "delivered")[one.nth % 5]
    unit, day = late[0].unit, one.after(one.age - 15)
    order = _paper(rows, one, "D6", "supervision_order", status, day, recipient=unit)
    rows.add("document_assignments", document_id=order, assignment_id=late[0].id)
    if status == "delivered":
        _service(rows, one, order, late[0], day)
        clock(rows, one, "order.complete", "D6", day, 12, unit=unit, turn="theirs", document=order, hand=late[0].id)


def _proposal(rows: Rows, one: Life, hand: Hand, served: date) -> None:
    """A restricted paper with the four people who may read it."""
    paper = _paper(
        rows, one, "D5", "accountability_proposal", "delivered", served, recipient=hand.unit, restricted=True
    )
    rows.add(
        "deliveries",
        case_id=one.nth,
        document_id=paper,
        recipient_id=hand.unit,
        mode="direct",
        delivered_at=rows.moment(served),
        recorded_at=rows.moment(served),
        recorded_by=one.officer.id,
        acknowledged_at=rows.moment(served, "08:00:00"),
        received_by="签收人",
        receipt_on_behalf=False,
    )
    rows.add(
        "accountability_items",
        id=next(one.ids.items),
        case_id=one.nth,
        ref="A1",
        subject_type="organisation",
        organisation_id=one.town.agencies[one.nth % len(one.town.agencies)].unit,
        category="诫勉谈话",
        text="对单位负责人进行提醒谈话。",
        informational=False,
        competent_organ_id=hand.unit,
        document_id=paper,
    )
    leader = one.town.leaders[one.nth // 5 % len(one.town.leaders)]
    for reader in dict.fromkeys((one.officer.id, one.town.reviewer.id, one.town.signer.id, leader.id)):
        rows.add("readers", document_id=paper, user_id=reader, added_at=rows.moment(served))


def _paper(
    rows: Rows,
    one: Life,
    ref: str,
    kind: str,
    status: str,
    day: date,
    *,
    recipient: int | None = None,
    restricted: bool = False,
) -> int:
    row_id, issued = next(one.ids.documents), status in ISSUED
    volume = kind == "traceback_archive"
    rows.add(
        "documents",
        id=row_id,
        case_id=one.nth,
        ref=ref,
        kind=kind,
        form=None if volume else "report" if recipient is None else "letter",
        issuer_id=one.town.unit,
        recipient_id=recipient,
        occasion=1,
        title=f"关于{one.case_number}号案件的{LABELS[kind]}",
        status=status,
        round=1,
        author_id=one.officer.id if issued or status != "draft" else None,
        restricted=restricted,
        number=_number(one, ref, kind, day) if issued else None,
        content="{}" if issued else None,
        content_version=1,
        drafted_at=rows.moment(day),
        signed_by=one.town.signer.id if issued else None,
        issued_at=rows.moment(day) if issued else None,
        issued_on=str(day) if issued else None,
        sealed_at=rows.moment(day) if issued else None,
        version=1,
    )
    if status != "draft" and not volume:
        _chain(rows, one, row_id, status, day)
    return row_id


def _number(one: Life, ref: str, kind: str, day: date) -> str:
    if kind == "traceback_archive":
        return f"{day.year}-{one.nth:06d}"
    return f"鄂州公交{MARKS[kind]}〔{day.year}〕{one.nth}{'' if ref != 'D3' else '-2'}号"


def _chain(rows: Rows, one: Life, paper: int, status: str, day: date) -> None:
    """Two steps: reviewed, and signed."""
    town = one.town
    for position, (role, person) in enumerate((("reviewer", town.reviewer), ("signer", town.signer)), 1):
        decided = status in ISSUED or (status == "signing" and position == 1)
        rows.add(
            "approvals",
            document_id=paper,
            round=1,
            position=position,
            role=role,
            organisation_id=town.unit,
            decision="approved" if decided else None,
            decided_by=person.id if decided else None,
            decided_at=rows.moment(day) if decided else None,
        )


def _service(rows: Rows, one: Life, paper: int, hand: Hand, served: date) -> None:
    from tests.benchmarks.web.cases import clock

    taken = hand.state is not AssignmentState.AWAITING_RECEIPT
    rows.add(
        "deliveries",
        case_id=one.nth,
        document_id=paper,
        recipient_id=hand.unit,
        mode="direct",
        delivered_at=rows.moment(served),
        recorded_at=rows.moment(served),
        recorded_by=one.officer.id,
        acknowledged_at=rows.moment(served, "08:00:00") if taken else None,
        received_by="签收人" if taken else None,
        receipt_on_behalf=False,
    )
    clock(
        rows,
        one,
        "notice.acknowledge",
        f"{paper}",
        served,
        5,
        due=None if taken else one.today,
        unit=hand.unit,
        turn="theirs",
        document=paper,
        met=served if taken else None,
    )
