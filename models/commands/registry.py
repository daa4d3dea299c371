"""Every step a person takes, by the name under which all doors offer it: command line, pages, rehearsal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import (
    accountability,
    amendments,
    approval,
    archiving,
    authorisations,
    cases,
    chains,
    clock_decisions,
    delivery,
    drafting,
    handover,
    investigation,
    rectification,
    sealing,
    signing,
    supervision,
    voiding,
    written_decisions,
)

# Each takes (act, case_number, *, …); its keyword parameters, their types and its docstring describe it to every door.
ACTIONS: dict[str, Callable[..., Any]] = {
    "add-finding": investigation.add_finding,
    "edit-finding": investigation.edit_finding,
    "withdraw-finding": investigation.withdraw_finding,
    "add-measure": investigation.add_measure,
    "edit-measure": investigation.edit_measure,
    "withdraw-measure": investigation.withdraw_measure,
    "confirm-responsible": investigation.confirm_responsible,
    "add-accountability": investigation.add_accountability,
    "confirm-organ": investigation.confirm_organ,
    "add-evidence": investigation.add_evidence,
    "withdraw-evidence": investigation.withdraw_evidence,
    "prepare": drafting.prepare,
    "submit": approval.submit,
    "approve": approval.approve,
    "return": approval.return_paper,
    "sign": signing.sign,
    "void": voiding.void,
    "edit-paper": amendments.edit_paper,
    "redraft": amendments.redraft,
    "draft-correction": amendments.draft_correction,
    "draft-withdrawal": amendments.draft_withdrawal,
    "record-decision": written_decisions.record_decision,
    "seal": sealing.seal,
    "seal-electronically": sealing.seal_electronically,
    "replace-scan": sealing.replace_scan,
    "deliver": delivery.deliver,
    "attach-proof": delivery.attach_proof,
    "acknowledge": delivery.acknowledge,
    "delegate": delivery.delegate,
    "reply": rectification.reply,
    "assess": rectification.assess,
    "decide-extension": rectification.decide_extension,
    "verify": rectification.verify,
    "close-measure": rectification.close_measure,
    "confirm-no-reply": supervision.confirm_no_reply,
    "decide-talk": supervision.decide_talk,
    "hold-talk": supervision.hold_talk,
    "suspend": clock_decisions.suspend,
    "resume": clock_decisions.resume,
    "exclude-appraisal": clock_decisions.exclude_appraisal,
    "extend": clock_decisions.extend,
    "record-answer": accountability.record_answer,
    "record-death": cases.record_death,
    "mark-not-applicable": cases.mark_not_applicable,
    "assign-sponsor": cases.assign_sponsor,
    "discontinue": cases.discontinue,
    "archive": archiving.archive,
}

# Steps outside any case or across several. Each takes (act, *, …), described as above.
OFFICE_ACTIONS: dict[str, Callable[..., Any]] = {
    "set-chain": chains.set_chain,
    "set-series": chains.set_series,
    "authorise-signing": authorisations.authorise_signing,
    "revoke-authorisation": authorisations.revoke_authorisation,
    "record-absence": authorisations.record_absence,
    "hand-over": handover.hand_over,
    "seal-scans": sealing.seal_scans,
}
