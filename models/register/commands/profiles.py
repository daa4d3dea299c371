"""Writes import profiles: each change is a version of its own, so that a run can say by which one it came in."""

from __future__ import annotations

from sqlalchemy import func, select

from models.kernel.act import Act
from models.kernel.errors import Conflict, Invalid
from models.kernel.events import record_admin
from models.kernel.rights.policy import require
from models.kernel.storage.limits import refuse_long
from models.register.queries.profiles import Versioned, profile_list
from models.register.rules.profile import read_profile
from models.register.tables import ImportProfile


def set_profile(act: Act, text: str, *, reason: str, seen_version: int | None = None, new: bool = False) -> Versioned:
    """Put a profile into force, by the name that stands in it. `seen_version` is the one that a form showed, `new`
    says that there is to be none of that name.

    Raises NotAllowed, Invalid with every fault, Conflict where there is one all the same, somebody changed it
    meanwhile, or nothing would change.
    """
    require(act.actor, "register.import")
    if not reason.strip():
        raise Invalid("请写明修改导入模板的理由。", code="reason_missing")
    refuse_long("理由", reason)
    profile = read_profile(text)
    known = next((one for one in profile_list(act.session) if one.profile.name == profile.name), None)
    if new and known is not None:
        told = f"已有名为“{profile.name}”的导入模板“{known.profile.title}”，请换一个名称（name），或者到该模板下修改。"
        raise Conflict(told, code="profile_known")
    if known is not None and known.profile.text == text:
        raise Conflict(f"导入模板“{profile.name}”与现行的第{known.version}版相同，没有修改。", code="profile_same")
    if seen_version is not None and known is not None and known.version != seen_version:
        raise Conflict("刚才已有他人修改同一导入模板，请刷新后重试。", code="conflict_stale")
    last = act.session.scalar(select(func.max(ImportProfile.version)).where(ImportProfile.name == profile.name))
    row = ImportProfile(
        name=profile.name,
        version=(last or 0) + 1,
        text=text,
        reason=reason.strip(),
        author=act.actor.account,
        made_at=act.at,
    )
    act.session.add(row)
    act.session.flush()
    record_admin(act, "import_profile_set", why=row.reason, name=row.name, version=row.version)
    return Versioned(profile, row.version, row.author, row.made_at, row.reason)
