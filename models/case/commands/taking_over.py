"""从知识库选用: an entry becomes a finding with its basis, and measures that answer it; all of it stays editable."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from models.accident.sheets import Value
from models.kernel.act import Act
from models.kernel.calendar.local_time import local_date
from models.kernel.case_accident import accident_of
from models.kernel.errors import Invalid
from models.knowledge.queries import EntryShown, entry_shown

from .sheet_act import SheetAct


def take_over(act: Act, case_number: str, *, entry: str, measures: Collection[int], op: str) -> str:
    """Add the finding of an entry, and of its measures those at the given places (from 0); returns the finding.

    Only a basis that was compared with the published text is taken along, with its wording on the day of the accident.
    Raises NotFound for an unknown entry, Invalid for a place that it has not, and what adding rows raises.
    """
    on_findings = SheetAct(act, case_number, "findings")
    happened = accident_of(act.session, on_findings.case).occurred_at
    found = entry_shown(entry, act.today, breach=local_date(happened))
    if not set(measures) <= set(range(len(found.measures))):
        raise Invalid("知识库的这一条目没有所选的措施。", code="unknown_measure")
    [finding] = on_findings.add([_finding(found)], op, None)
    act.session.flush()
    chosen = [found.measures[at] for at in sorted(set(measures))]
    rows: list[Mapping[str, Value]] = [
        {"text": f"{one.text}。", "proof": one.proof, "finding_refs": [finding]} for one in chosen
    ]
    if rows:
        SheetAct(act, case_number, "measures").add(rows, f"{op}.m", None)
    return finding


def _finding(one: EntryShown) -> Mapping[str, Value]:
    checked = [cited for cited in one.basis if cited.checked]
    return {
        "text": one.finding,
        "aspect": one.aspect.value,
        "level": "indirect",
        "cause_tags": list(one.causes),
        "legal_basis": [cited.name for cited in checked],
        "basis_text": "\n".join(f"{cited.name}：{cited.text}" for cited in checked) or None,
        "duty_failure": True,
    }
