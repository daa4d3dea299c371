"""Powers as data: the rule of law under which a body writes, in the words in which its papers say so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from .laws import Provision
from .rows import Row

LAW = "{law}"


@dataclass(frozen=True, slots=True)
class Power:
    """What one law lets or makes the police do; `text` has `{law}` where its provisions are named."""

    key: str
    provisions: tuple[Provision, ...]
    text: str

    def told(self, on: date) -> str | None:
        """Return the power as a paper of a day says it, without a full stop.

        None where it was not in force, or nobody compared its wording for that day: a paper says less rather than what
        nobody has read.
        """
        found = [cited for provision in self.provisions if (cited := provision.on(on)) is not None and cited.checked]
        if len(found) < len(self.provisions):
            return None
        return self.text.replace(LAW, "、".join((found[0].cited, *_further([cited.article for cited in found]))))


_ARTICLE = re.compile("第[^第条]+条(?:之[一二三四五六七八九十]+)?")


def _further(articles: Sequence[str]) -> Iterator[str]:
    """第三十条第一款、第二款: a paragraph of the article before names its article no second time."""
    for before, one in pairwise(articles):
        article = _ARTICLE.match(one)
        shared = article is not None and before.startswith(article[0]) and article[0] not in (before, one)
        yield one[len(article[0]) :] if article is not None and shared else one


def powers_of(rows: Sequence[Row], provisions: Mapping[str, Provision]) -> dict[str, Power]:
    """Return the powers by their keys. Invalid for one twice, without its law, on no provision or those of several laws."""
    found: dict[str, Power] = {}
    for row in rows:
        row.only("key", "provisions", "text")
        key, text = row.text("key"), row.text("text")
        named = row.texts("provisions", at_least=1)
        if key in found:
            row.refuse("同一职权重复。", "duplicate")
        if not all(name in provisions for name in named):
            row.refuse("所引条款不在条款目录中。", "unknown_provision")
        if len({name.partition("/")[0] for name in named}) > 1:
            row.refuse("一项职权只引一部法律的条款。", "several_laws")
        if LAW not in text:
            row.refuse("行文依据的文字中没有写明条款的位置（{law}）。", "law_missing")
        found[key] = Power(key, tuple(provisions[name] for name in named), text)
    return found
