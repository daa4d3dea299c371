"""Idempotency keys of forms: a form sent twice is taken once and answered by the same receipt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from sqlalchemy import select

from models.kernel.act import Act
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict
from models.office.tables import Submission
from models.rectification.queries.submissions import Receipt


def content_hash(said: Mapping[str, str | list[str]]) -> str:
    """Return the hash of what a form said."""
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def taken_before(act: Act, form_key: str, document_id: int, content: str) -> Receipt | None:
    """Return the receipt of a form that was taken already; otherwise hold its key until this act is over.

    Two that come at once wait for each other here. Raises Conflict where the form was sent with other words.
    """
    standing = act.session.scalars(select(Submission).where(Submission.form_key == form_key)).one_or_none()
    if standing is None:
        act.session.add(
            Submission(form_key=form_key, document_id=document_id, content_sha256=content, told="", submitted_at=act.at)
        )
        act.session.flush()
        return None
    if (standing.document_id, standing.content_sha256) != (document_id, content):
        raise Conflict(
            f"这张表单已于{local_date(standing.submitted_at)}提交（{standing.told}），这次所写的与那次不同；"
            "如要另行提交，请核对下面的内容后再次点击提交。",
            code="form_taken",
        )
    return Receipt(standing.id, standing.told, standing.submitted_at)


def receipt(act: Act, form_key: str, told: str) -> Receipt:
    """Write what the person is told into the receipt that `taken_before` began."""
    begun = act.session.scalars(select(Submission).where(Submission.form_key == form_key)).one()
    begun.told = told
    return Receipt(begun.id, told, begun.submitted_at)
