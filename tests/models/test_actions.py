"""The registry of actions: every step is declared whole where it is written, and stands in its place on menus and in help."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models import actions
from models.actions import ACTIONS, OFFICE_ACTIONS, OFFICE_FORMS, REGISTRY, in_order
from models.kernel.actions import action, declared_in
from models.kernel.record.event_kinds import HAPPENINGS
from models.kernel.rights.policy import POLICY, SYSTEM, reaches

MODELS = Path(actions.__file__).parent
CHINESE = re.compile(r"[一-鿿]")

# What menus, help and docs list, in their order (a new step may stand anywhere between): a case's life, then the office.
OF_A_CASE = """
    add-finding edit-finding withdraw-finding add-measure edit-measure withdraw-measure add-cooperating
    remove-cooperating change-lead edit-responsible merge-measure unmerge-measure add-milestone edit-milestone
    withdraw-milestone confirm-responsible add-accountability edit-accountability confirm-organ add-evidence
    withdraw-evidence prepare prepare-advance prepare-excerpt prepare-clue-transfer submit approve return sign
    void edit-paper redraft draft-correction draft-withdrawal record-decision seal seal-electronically
    replace-scan prepare-proof deliver attach-proof acknowledge delegate reply withdraw-reply assess
    decide-extension adjudicate verify close-measure evaluate-measure decide-recurrence confirm-no-reply
    decide-talk arrange-talk hold-talk edit-minutes sign-minutes replan-measure suspend resume
    exclude-appraisal extend record-answer record-clue-answer record-death mark-not-applicable
    set-accident-number set-losses determine-nature link-case unlink-case merge-case split-case transfer-out
    receive-case record-liability record-review confirm-finding identify-person add-reader remove-reader recuse
    end-recusal assign-sponsor discontinue archive supplement-archive reopen-archive
"""
OF_THE_OFFICE = """
    set-chain set-series authorise-signing revoke-authorisation record-absence hand-over seal-scans
    bundle-notice set-roles revoke-sessions edit-organisation
"""
# The command line has verbs of its own for these.
ON_PAGES_OF_THE_OFFICE = """
    add-user add-channel disable-user enable-user add-organisation set-rule set-manner retire-template
"""


def test_every_door_lists_the_steps_in_this_order() -> None:
    of_the_office, on_its_pages = OF_THE_OFFICE.split(), [*OF_THE_OFFICE.split(), *ON_PAGES_OF_THE_OFFICE.split()]
    for offered, pinned in (
        (ACTIONS, OF_A_CASE.split()),
        (OFFICE_ACTIONS, of_the_office),
        (OFFICE_FORMS, on_its_pages),
    ):
        assert [name for name in offered if name in pinned] == pinned
    assert {*ACTIONS, *OFFICE_FORMS} == set(REGISTRY)
    assert list(OFFICE_FORMS)[: len(OFFICE_ACTIONS)] == list(OFFICE_ACTIONS)


@pytest.mark.parametrize("name", REGISTRY)
def test_every_step_is_declared_whole(name: str) -> None:
    declared = REGISTRY[name]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    assert CHINESE.search(declared.title)
    assert inspect.cleandoc(declared.command.__doc__ or "")
    assert declared.rights
    assert set(declared.rights) <= set(POLICY)
    assert set(declared.same_as) <= set(HAPPENINGS)
    assert set(declared.wants) <= set(inspect.signature(declared.command).parameters)
    given = [*inspect.signature(declared.command).parameters]
    assert given[: 1 if declared.office else 2] == (["act"] if declared.office else ["act", "case_number"])


def test_no_two_steps_are_called_the_same() -> None:
    titles = [declared.title for declared in REGISTRY.values()]
    assert sorted(titles) == sorted(set(titles))


def test_a_step_of_the_system_alone_is_no_persons_step() -> None:
    """What only the system may do is declared by no step; what a step declares some person may do."""
    for name, declared in REGISTRY.items():
        people = {role for right in declared.rights for role, _ in POLICY[right]} - SYSTEM.roles
        assert people, name
        assert any(reaches(SYSTEM, right) for right in declared.rights) is (
            declared.rights == ("paper.prepare",)
            or "office.manage" in declared.rights
            or name in ("add-organisation", "draft-circular", "draft-case-circular")
        ), name


def asked_for() -> Iterator[str]:
    """Every right that a command, a query or a page names, leaving out what actions declare of themselves."""
    for folder in (MODELS, MODELS.parent / "ui"):
        for path in folder.rglob("*.py"):
            if path.name == "policy.py":
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef):
                    node.decorator_list = []
            yield from (str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant))


def test_every_right_of_the_policy_is_asked_for() -> None:
    assert set(POLICY) - set(asked_for()) == set()


def test_a_declared_command_is_the_command_itself() -> None:
    def step(act: object, case_number: str) -> str:
        """Do."""
        return case_number

    module = step.__module__ = "somewhere"
    assert action("do-it", title="办", rights=("case.edit",), decides=True)(step) is step
    [declared] = declared_in(module)
    assert (declared.command, declared.decides, declared.office, declared.adds) == (step, True, False, False)
    assert step(None, "1") == "1"


def test_a_right_that_the_policy_does_not_know_is_refused_when_the_module_is_loaded() -> None:
    with pytest.raises(ValueError, match="do-it"):
        action("do-it", title="办", rights=("case.edti",))
    with pytest.raises(ValueError, match="do-it"):
        action("do-it", title="办", rights=())


def test_a_step_stands_behind_the_one_it_names_and_those_of_one_place_as_they_were_declared() -> None:
    first, second = REGISTRY["add-finding"], REGISTRY["add-evidence"]
    third, fourth = (
        replace(first, name="third", after="add-finding"),
        replace(first, name="fourth", after="add-finding"),
    )
    fifth = replace(first, name="fifth", after="fourth")
    placed = in_order([fifth, third, first, fourth, second])
    assert [*placed] == ["add-finding", "third", "fourth", "fifth", "add-evidence"]
    with pytest.raises(ValueError, match="no action nowhere, behind which lost would stand"):
        in_order([first, replace(first, name="lost", after="nowhere")])
    with pytest.raises(ValueError, match="two actions bear one name: add-finding"):
        in_order([first, replace(second, name="add-finding"), second])
