"""What 倒查问责建议书 must hold before it is signed: for each subject duty, basis, fact and evidence."""

from __future__ import annotations

from collections.abc import Iterator

from models.papers.preflight import Place, Remark, checks, missing

from .content import AccountabilityProposal


@checks(AccountabilityProposal)
def of_proposal(proposal: AccountabilityProposal) -> Iterator[Remark]:
    """Yield what the proposal lacks."""
    if not proposal.subjects:
        yield missing("no_subjects", Place.ACCOUNTABILITY, "问责对象", "建议书没有列出建议问责的对象。", waivable=False)
    for subject in proposal.subjects:
        for what, held in (
            ("职责", subject.duty),
            ("依据", subject.basis),
            ("未履行职责的事实", subject.not_done),
            ("证据", subject.evidence),
        ):
            if not held:
                yield missing(
                    "subject_incomplete",
                    Place.ACCOUNTABILITY,
                    what,
                    f"对{subject.subject}没有写明{what}。",
                    row=f"{subject.subject}/{what}",
                )
