"""Verifies a package and compares it with what the database recorded when it was sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from documents.archive.verify import ARCHIVE_NUMBER, CATALOGUE, CHAIN_HEAD, EVENT_COUNT, EVENTS, MANIFEST, verify
from models.archive.queries.archives import Sealed, package_of
from models.kernel.database import Database
from models.kernel.errors import NotFound
from models.kernel.policy import SYSTEM
from ui.installation import missing, read_settings

NOT_COMPARED = "未与封卷记录核对"


def checked(path: Path, manifest: str | None = None) -> dict[str, Any]:
    """Return what `verify` finds of a package, held also against the database of this installation where it knows it.

    `sealing` says in Chinese which record of the sealing it was held against, or why against none.
    """
    found: dict[str, Any] = verify(path, manifest)
    if found["says"] is None:
        # Without a catalogue nobody knows which package it is meant to be.
        return {**found, "sealing": _given(manifest, "目录不能读取")}
    number = found["says"][ARCHIVE_NUMBER]
    try:
        sealed = _recorded(number)
    except SQLAlchemyError:
        return {**found, "sealing": _given(manifest, "本机数据库不能读取")}
    if isinstance(sealed, str):
        return {**found, "sealing": _given(manifest, sealed)}
    return held_against(found, sealed)


def held_against(found: dict[str, Any], sealed: Sealed) -> dict[str, Any]:
    """Add to what `verify` found where a package differs from what was recorded when it was sealed."""
    says = found["says"] or {}
    pairs = (
        (MANIFEST, "清单校验值", found["manifest_sha256"], sealed.manifest_sha256, "sealed_manifest"),
        (EVENTS, "末条事件校验值", says.get(CHAIN_HEAD), sealed.chain_head, "sealed_head"),
        (EVENTS, "事件条数", says.get(EVENT_COUNT), str(sealed.chain_length), "sealed_events"),
        (CATALOGUE, "目录项数", says.get("items"), sealed.items, "sealed_items"),
    )
    faults = [
        {"path": place, "message": f"{what}与封卷时记录的{recorded}不符", "code": code}
        for place, what, stated, recorded, code in pairs
        if stated != recorded
    ]
    known = [fault for fault in found["faults"] if fault["code"] != "sealed_manifest"]
    return {
        **found,
        "ok": not (known or faults),
        "faults": [*known, *faults],
        "compared": {**found["compared"], "sealing": True},
        "sealing": "已与本机数据库的封卷记录核对",
    }


def _given(manifest: str | None, why: str) -> str:
    return "已与给出的清单校验值核对" if manifest else f"{NOT_COMPARED}（{why}）"


def _recorded(number: str) -> Sealed | str:
    """Return what the database of this installation recorded of a package, or why it knows nothing of it."""
    settings = read_settings()
    if missing(settings):
        return "本机没有数据库"
    database = Database(settings.database)
    try:
        with database.reading() as session:
            return package_of(session, SYSTEM, number)
    except NotFound:
        return f"本机数据库没有档号为“{number}”的已封装案卷"
    finally:
        database.close()
