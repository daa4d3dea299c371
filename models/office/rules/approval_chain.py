"""The chain of approvers as data: reviewers, an optional countersigner (法制), the signer last; across units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.kernel.errors import Fault, Invalid
from models.kernel.vocabulary import Role

DECIDING = (Role.REVIEWER, Role.COUNTERSIGNER, Role.SIGNER)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is done, by which unit (name or row number), and by a certain account where one is named."""

    role: Role
    organisation: str
    account: str | None = None

    def __str__(self) -> str:
        return ":".join(part for part in (self.role.value, self.organisation, self.account) if part)


def read_step(text: str) -> Step:
    """Read `role:unit` or `role:unit:account`; the role by its name in code or its Chinese. Raises Invalid."""
    parts = [part.strip() for part in text.replace("：", ":").split(":")]
    role = next((role for role in DECIDING if parts[0] in (role.value, role.label)), None)
    if role is None or len(parts) not in (2, 3) or not all(parts):
        raise Invalid(
            f"审批步骤“{text}”应写成“角色:单位”或“角色:单位:账号”，角色为审核、会签或签发。", code="chain_step"
        )
    return Step(role, parts[1], parts[2] if len(parts) == 3 else None)


def faults(steps: Sequence[Step]) -> Iterator[Fault]:
    """Yield what is wrong with the order of a chain: reviewers first, at most one countersigner, one signer at the end."""
    if not steps or steps[-1].role is not Role.SIGNER:
        yield Fault("steps", "最后一步须为签发", "signer_last")
    if not any(step.role is Role.REVIEWER for step in steps):
        yield Fault("steps", "至少须有一步审核", "no_reviewer")
    rank = -1
    for place, step in enumerate(steps, 1):
        path = f"steps[{place}]"
        if DECIDING.index(step.role) < rank:
            yield Fault(path, f"{step.role.label}应排在后一环节之前：先审核，再会签，最后签发", "chain_order")
        elif DECIDING.index(step.role) == rank and step.role is not Role.REVIEWER:
            yield Fault(path, f"{step.role.label}只能有一步", "step_twice")
        rank = max(rank, DECIDING.index(step.role))
    named = [step.account for step in steps if step.account]
    for account in sorted({account for account in named if named.count(account) > 1}):
        yield Fault("steps", f"账号“{account}”出现在不止一步，每一步须由不同的人办理", "person_twice")
