"""The errors of the domain: each carries a Chinese sentence for the person and a code for the machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where it stands (JSON path, or file and row) and what to do about it."""

    path: str
    message: str
    code: str = "invalid"

    def __str__(self) -> str:
        return f"{self.path}：{self.message}" if self.path else self.message


class Refused(Exception):
    """Nothing was written. `message` is for the person, `code` for machines, `faults` lists every single fault."""

    code = "refused"

    def __init__(self, message: str, *, faults: Iterable[Fault] = (), code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.faults = tuple(faults)
        if code is not None:
            self.code = code

    def as_json(self) -> dict[str, object]:
        """Return what `--json` prints for a refusal."""
        faults = [{"path": f.path, "message": f.message, "code": f.code} for f in self.faults]
        return {"error": {"code": self.code, "message": self.message, "faults": faults}}


class Invalid(Refused):
    """The input itself is wrong."""

    code = "invalid"


class NotAllowed(Refused):
    """The person may not do this, or not to this object."""

    code = "not_allowed"


class TooSoon(Refused):
    """Somebody guessed wrong and has to wait before the next guess; `seconds` says how long."""

    code = "too_soon"

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class WrongStage(Refused):
    """The act is legal, but not now: the case, paper or measure stands elsewhere."""

    code = "wrong_stage"


class Conflict(Refused):
    """Somebody else did it first, or it exists already."""

    code = "conflict"


class NotFound(Refused):
    """There is no such thing, or the person may not know of it."""

    code = "not_found"


class DatabaseGone(Refused):
    """The database was there and is not any more; making an empty one in its place would hide that."""

    code = "database_gone"

    def __init__(self, place: str) -> None:
        super().__init__(
            f"数据目录或数据库不见了（{place}），没有写入任何内容。请检查数据盘是否挂载、文件是否被移动或删除；"
            "找不回的，用 shencha restore 从备份恢复；不要运行 shencha init。"
        )


class DiskFull(Refused):
    """There is hardly any room left: what is there can be read, and nothing is added."""

    code = "disk_full"

    def __init__(self, place: str, megabytes: int) -> None:
        super().__init__(
            f"磁盘空间不足（{place} 所在磁盘只剩 {megabytes} MB），已暂停写入，查询不受影响。请管理员清理或扩充磁盘后再办理。"
        )
