"""准予缺项归档: what a case lacks is put in before it is archived, or somebody else than who archives lets it be missing."""

from __future__ import annotations

from collections.abc import Sequence

from models.archive.queries.completeness import excuses, seen_by
from models.archive.queries.gaps import gaps_of
from models.archive.queries.in_force import volume_in_force
from models.archive.rules.gaps import Gap
from models.archive.tables import GapExcuse
from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.base import Json
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, NotAllowed, WrongStage
from models.kernel.events import record
from models.kernel.rights import policy
from models.kernel.storage.files import FileStore
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import Stage


@action(
    "excuse-missing",
    title="准予缺项归档",
    rights=("archive.excuse",),
    decides=True,
    same_as=("gaps_excused",),
)
def excuse_missing(act: Act, case_number: str, *, missing: Sequence[str], reason: str) -> list[str]:
    """Let a case be archived although something is missing; whose case it is cannot, and who archives cannot be the same.

    `missing` are the keys that the completeness list names; returns what they stand for in words. Each counts for the
    thing as it stands now. Raises NotAllowed, NotFound, WrongStage (before rectification, archived), Invalid (nothing of
    that name missing, or nothing that can be excused; no reason), Conflict where all were excused before.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "archive.excuse", unit_path=unit_path(act, case))
    if act.person == case.officer_id:
        raise NotAllowed("本案的主办民警不能准予缺项，请由其他领导或签发人办理。", code="officer_excuses")
    if volume_in_force(act.session, case.id) is not None:
        raise WrongStage("本案已归档，不办理缺项。", code="archived")
    if case.stage not in (Stage.RECTIFYING, Stage.DISCONTINUED):
        raise WrongStage(f"案件现为“{case.stage.label}”，不办理缺项。")
    why = require_reason(reason)
    wanted = _wanted(act, case, missing)
    act.session.add_all(
        GapExcuse(
            case_id=case.id,
            gap=gap.key,
            state=gap.state,
            what=gap.text,
            file_sha256=gap.file,
            reason=why,
            approved_by=act.person,
            approved_at=act.at,
        )
        for gap in wanted
    )
    # Words of a restricted paper would stand in the record for whoever reads the case: its events are the paper's.
    for about, gaps in _by_paper(wanted).items():
        told: Json = {
            "gaps": [{"key": gap.key, "what": gap.text} for gap in gaps],
            "lost": [gap.file for gap in gaps if gap.file],
        }
        record(act, case, "gaps_excused", why=why, **(told if about is None else {"paper": about, **told}))
    return [gap.text for gap in wanted]


def _wanted(act: Act, case: Case, keys: Sequence[str]) -> list[Gap]:
    """Return the gaps that are to pass now. Raises Invalid, Conflict."""
    gaps = gaps_of(act.session, case, FileStore(act.settings.files))
    seen = seen_by(act.session, act.actor, gaps)
    standing = {gap.key: gap for gap in gaps if gap.paper is None or gap.paper in seen}
    unknown = [key for key in keys if key not in standing]
    if unknown or not keys:
        raise Invalid(
            f"没有名为“{'、'.join(unknown)}”的缺项。" if unknown else "请选择准予的缺项。", code="gap_not_found"
        )
    firm = [standing[key].text for key in keys if not standing[key].excusable]
    if firm:
        raise Invalid(f"以下缺项须先办理，不能准予：{'；'.join(firm)}。", code="gap_not_excusable")
    known = excuses(act.session, case.id)
    wanted = [standing[key] for key in dict.fromkeys(keys) if (key, standing[key].state) not in known]
    if not wanted:
        raise Conflict("这些缺项已经准予。", code="excused_before")
    return wanted


def _by_paper(gaps: Sequence[Gap]) -> dict[str | None, list[Gap]]:
    found: dict[str | None, list[Gap]] = {}
    for gap in gaps:
        about = gap.about.removeprefix("paper=") if gap.paper is not None and gap.about else None
        found.setdefault(about, []).append(gap)
    return found
