"""What is done about a hazard goes on record twice: beside the hazard, where people read it, and in the office's stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from models.kernel.act import Act
from models.kernel.errors import Conflict, NotFound
from models.kernel.rights.visible import visible_hazards
from models.office.tables import Organisation
from models.papers.commands.renditions import PictureFile
from models.register.commands.following import plain
from models.register.rules.hazards import STEPS
from models.register.tables import Hazard, HazardStep


def locked(act: Act, number: str, seen_version: int | None) -> Hazard:
    """Return a hazard, locked. Raises NotFound for one that the actor may not see, Conflict where it has changed since."""
    hazard = act.session.scalars(
        select(Hazard)
        .where(Hazard.hazard_number == number.strip(), visible_hazards(act.actor))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if hazard is None:
        raise NotFound(f"没有编号为“{number}”的隐患。", code="hazard_not_found")
    if seen_version is not None and hazard.version != seen_version:
        raise Conflict(
            f"隐患{hazard.hazard_number}已被他人修改，本次未保存，请核对最新内容后再办理。", code="conflict_seen"
        )
    return hazard


def path_of(act: Act, hazard: Hazard) -> str:
    """Return the place in the tree of the unit in whose territory a hazard lies; of one that has none the actor's own."""
    if hazard.unit_id is None:
        return act.actor.path
    return act.session.get_one(Organisation, hazard.unit_id).path


def note_step(act: Act, hazard: Hazard, kind: str, /, *, why: str | None = None, **data: Any) -> None:
    """Write down what is done about a hazard, and raise its version, so that a stale form is told."""
    assert kind in STEPS
    if hazard.id is not None:
        hazard.version += 1
    act.session.flush()
    act.session.add(
        HazardStep(
            hazard_id=hazard.id,
            kind=kind,
            at=act.at,
            user_id=act.actor.id,
            actor_name=act.actor.name,
            why=why,
            data=data,
        )
    )


def set_columns(hazard: Hazard, said: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Give a hazard what is said of it; returns the columns that changed, each with what stood there and what does now."""
    changes = {}
    for name, value in said.items():
        before = getattr(hazard, name)
        if before != value:
            setattr(hazard, name, value)
            changes[name] = [plain(before), plain(value)]
    return changes


def add_photos(act: Act, hazard: Hazard, photos: Iterable[PictureFile], of: str) -> list[str]:
    """Put photographs beside a hazard, each once; returns their hashes."""
    known = {one["sha256"] for one in hazard.photos or []}
    added = [
        {
            "sha256": photo.stored.sha256,
            "name": photo.file_name,
            "media_type": photo.media_type,
            "size": photo.stored.size,
            "thumbnail": photo.picture and photo.picture.thumbnail,
            "of": of,
            "at": act.at.isoformat(),
        }
        for photo in photos
        if photo.stored.sha256 not in known
    ]
    hazard.photos = [*(hazard.photos or []), *added]
    return [str(one["sha256"]) for one in added]
