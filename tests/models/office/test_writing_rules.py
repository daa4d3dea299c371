"""Who is written to how by the standard table, and which rows an administrator may not set."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.kernel.vocabulary import DocumentForm, DocumentKind
from models.office.rules.relations import Group, IssuingBody
from models.office.rules.writing_rules import DEFAULT_MANNERS, NEVER_ORDERED, STANDARD, WhenLate, check_manner

K = DocumentKind


@pytest.mark.parametrize(
    ("row", "form", "closing", "issued_by", "when_late", "order_issued_by", "copied"),
    [
        (Group.SUPERIOR, "report", "特此报告。", "city_bureau", "report_to_leaders", None, False),
        (Group.DEPARTMENT, "letter", "请予支持并函复。", "own_unit", "order", "road_safety_office", False),
        (Group.SUBORDINATE, "notice", "请认真贯彻落实。", "own_unit", "order", "own_unit", False),
        (Group.ENTERPRISE, "letter", "特此函告。", "own_unit", "order", "own_unit", True),
        (Group.ENTERPRISE_ELSEWHERE, "letter", "特此函告。", "own_unit", "order", "own_unit", True),
        (Group.ENTERPRISE_OTHER_CITY, "letter", "特此函告。", "own_unit", "remind_and_report", None, True),
        (Group.OUTSIDE, "letter", "请予支持并函复。", "own_unit", "remind_and_report", None, False),
    ],
)
def test_each_row_of_the_table(
    row: Group, form: str, closing: str, issued_by: str, when_late: str, order_issued_by: str | None, copied: bool
) -> None:
    notice = DEFAULT_MANNERS[row, K.RECTIFICATION_NOTICE]
    assert (notice.form, notice.closing, notice.issued_by) == (form, closing, issued_by)
    assert notice.copies_industry_authority is copied
    assert (STANDARD.when_late(row), STANDARD.may_get_order(row)) == (when_late, order_issued_by is not None)
    order = STANDARD.of(row, K.SUPERVISION_ORDER)
    assert (None if order is None else order.issued_by) == order_issued_by


@pytest.mark.parametrize("kind", [K.RECTIFICATION_NOTICE, K.ADVANCE_NOTICE, K.CORRECTION, K.WITHDRAWAL, K.EXCERPT])
def test_what_every_recipient_may_get_has_a_row_for_each_group(kind: DocumentKind) -> None:
    assert {group for group, of in DEFAULT_MANNERS if of is kind} == set(Group)


def test_only_superiors_are_reported_to_and_a_late_unit_is_reported_in_our_own_name() -> None:
    late = [(group, manner.issued_by) for (group, kind), manner in DEFAULT_MANNERS.items() if kind is K.LATE_REPORT]
    assert late == [(Group.SUPERIOR, IssuingBody.OWN_UNIT)]


def test_the_standard_table_passes_its_own_check() -> None:
    assert [check_manner(group, kind, manner) for (group, kind), manner in DEFAULT_MANNERS.items()] == [[]] * len(
        DEFAULT_MANNERS
    )


@pytest.mark.parametrize("row", NEVER_ORDERED)
def test_superiors_organs_of_law_and_other_cities_cannot_be_given_orders(row: Group) -> None:
    order = DEFAULT_MANNERS[Group.SUBORDINATE, K.SUPERVISION_ORDER]
    assert "manner_order" in {fault.code for fault in check_manner(row, K.SUPERVISION_ORDER, order)}
    notice = replace(DEFAULT_MANNERS[row, K.RECTIFICATION_NOTICE], when_late=WhenLate.ORDER)
    assert "manner_order" in {fault.code for fault in check_manner(row, K.RECTIFICATION_NOTICE, notice)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": "关于{who}的函"}, "manner_title"),
        ({"title": "关于{的函"}, "manner_title"),
        ({"title": " "}, "manner_title"),
        ({"closing": ""}, "manner_closing"),
        ({"when_late": None}, "manner_when_late"),
    ],
)
def test_each_wrong_value_is_named(change: dict[str, object], code: str) -> None:
    notice = replace(DEFAULT_MANNERS[Group.DEPARTMENT, K.RECTIFICATION_NOTICE], **change)
    assert [fault.code for fault in check_manner(Group.DEPARTMENT, K.RECTIFICATION_NOTICE, notice)] == [code]


def test_a_superior_gets_nothing_but_a_report() -> None:
    notice = replace(DEFAULT_MANNERS[Group.SUPERIOR, K.RECTIFICATION_NOTICE], form=DocumentForm.NOTICE)
    assert [fault.code for fault in check_manner(Group.SUPERIOR, K.RECTIFICATION_NOTICE, notice)] == ["manner_form"]
