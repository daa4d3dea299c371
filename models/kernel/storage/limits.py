"""Size limits for texts and files, the same at every door; shown beforehand and checked on arrival."""

from __future__ import annotations

from models.kernel.errors import Invalid

LONGEST_TEXT, LONGEST_NAME, MOST_FILES, MOST_PICTURES = 20_000, 100, 5, 30
KILO, MEGA = 1 << 10, 1 << 20


def refuse_long(what: str, text: str, longest: int = LONGEST_TEXT) -> None:
    """Refuse a text that is too long, as it is: nobody's words are cut. Raises Invalid with both lengths."""
    if len(text) > longest:
        raise Invalid(f"{what}共{len(text)}个字符，最多{longest}个字符，请缩短后再提交。", code="text_too_long")


def refuse_many(count: int, most: int = MOST_FILES) -> None:
    """Refuse more files than come at once. Raises Invalid."""
    if count > most:
        raise Invalid(f"共{count}个文件，一次最多{most}个，请减少，或打成一个ZIP压缩包再提交。", code="too_many_files")


def size(limit: int) -> str:
    """Return a largest size in words: whole numbers, as a file manager shows them, and never more than is taken."""
    if limit >= MEGA:
        return f"{limit // MEGA} MB"
    return f"{limit // KILO} KB" if limit >= KILO else f"{limit} 字节"


def told(limit: int, *, many: bool) -> str:
    """Return what stands beside every field for files, before anybody has chosen one."""
    return f"最多{MOST_FILES}个，每个不超过{size(limit)}" if many else f"不超过{size(limit)}"
