"""A chain of approvers is read from words and checked as a whole before anybody depends on it."""

from __future__ import annotations

import pytest

from models.kernel.errors import Invalid
from models.kernel.vocabulary import Role
from models.office.rules.approval_chain import Step, faults, read_step

REVIEWER, COUNTERSIGNER, SIGNER = (Step(role, "某支队") for role in (Role.REVIEWER, Role.COUNTERSIGNER, Role.SIGNER))


def codes(*steps: Step) -> list[str]:
    return [fault.code for fault in faults(steps)]


def test_reviewers_an_optional_countersigner_and_the_signer_make_a_chain() -> None:
    assert codes(REVIEWER, SIGNER) == []
    assert codes(REVIEWER, REVIEWER, COUNTERSIGNER, SIGNER) == []


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ((), "signer_last"),
        ((SIGNER,), "no_reviewer"),
        ((REVIEWER, SIGNER, REVIEWER), "signer_last"),
        ((REVIEWER, SIGNER, SIGNER), "step_twice"),
        ((REVIEWER, COUNTERSIGNER, COUNTERSIGNER, SIGNER), "step_twice"),
        ((COUNTERSIGNER, REVIEWER, SIGNER), "chain_order"),
        ((Step(Role.REVIEWER, "甲", "wu"), Step(Role.SIGNER, "乙", "wu")), "person_twice"),
    ],
)
def test_each_break_of_the_order_is_named(steps: tuple[Step, ...], code: str) -> None:
    assert code in codes(*steps)


def test_a_step_reads_the_same_in_code_and_in_chinese() -> None:
    assert read_step("reviewer:某大队") == read_step("审核：某大队") == Step(Role.REVIEWER, "某大队")
    assert read_step("signer:某支队:qian") == Step(Role.SIGNER, "某支队", "qian")


@pytest.mark.parametrize("text", ["", "officer:某大队", "reviewer", "reviewer::wu", "reviewer:a:b:c"])
def test_what_is_no_step_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(Invalid, match="角色:单位"):
        read_step(text)
