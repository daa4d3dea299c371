"""Saves and drops drafts of the filing form."""

from __future__ import annotations

import json

from sqlalchemy import delete

from models.accident.dossier import LIMIT_BYTES
from models.kernel.act import Act
from models.kernel.base import Json
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.rights import policy
from models.office.commands.organisations import own_unit
from models.office.tables import CaseDraft


def keep_draft(act: Act, data: Json, *, draft_id: int | None = None, seen_version: int = 0) -> tuple[int, int]:
    """Keep what stands in the form; returns the draft's number and version.

    Raises NotFound for somebody else's draft, Conflict where another window changed it after `seen_version`.
    """
    policy.require(act.actor, "case.file", unit_path=own_unit(act.session).path)
    if len(json.dumps(data)) > LIMIT_BYTES:
        raise Invalid("草稿过大，请改用上传案情卷立案。", code="too_large")
    if draft_id is None:
        draft = CaseDraft(user_id=act.person, data=data, version=1, changed_at=act.at)
        act.session.add(draft)
        act.session.flush()
        return draft.id, 1
    draft = _own(act, draft_id)
    if draft.version != seen_version:
        raise Conflict("这份草稿已在另一个窗口修改，请刷新本页，在最新内容上继续填写。", code="conflict_draft")
    draft.data, draft.version, draft.changed_at = data, draft.version + 1, act.at
    return draft.id, draft.version


def drop_draft(act: Act, draft_id: int) -> None:
    """Throw a draft away, because its case is filed or by wish. Raises NotFound for somebody else's."""
    act.session.execute(delete(CaseDraft).where(CaseDraft.id == _own(act, draft_id).id))


def _own(act: Act, draft_id: int) -> CaseDraft:
    draft = act.session.get(CaseDraft, draft_id, with_for_update=True)
    if draft is None or draft.user_id != act.person:
        raise NotFound("没有这份草稿，可能已经立案或删除。", code="draft_not_found")
    return draft
