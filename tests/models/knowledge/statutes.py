"""Statutes as published, read from their files: articles, their paragraphs (款) and what is listed in them (项)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

FIGURE = "零一二三四五六七八九十百"
ARTICLE = re.compile(rf"第[{FIGURE}]+条")
ITEM = re.compile(rf"[（(]([{FIGURE}]+)[）)]")
NAMED = re.compile(rf"(第[{FIGURE}]+条)(?:第([{FIGURE}]+)款)?(?:第([{FIGURE}]+)项)?")
GAP = "……"
NUMBERS = {name: at for at, name in enumerate(FIGURE[1:11], 1)}


def file_of(folder: Path, title: str, passed: date) -> Path:
    """Return where the text of an edition lies."""
    return folder / f"{title.removeprefix('中华人民共和国')}({passed}).md"


def articles(text: str) -> dict[str, list[str]]:
    """Return each article's paragraphs, each with what is listed in it, joined without line ends."""
    found: dict[str, list[str]] = {}
    paragraphs: list[str] = []
    for line in (line.strip(" \t\u200b") for line in text.splitlines()):
        if not line or line.startswith("#"):
            continue
        begins = ARTICLE.match(line)
        if begins and line[begins.end() : begins.end() + 1] in (" ", "\u3000"):
            paragraphs = found.setdefault(begins[0], [])
            paragraphs.append(line[begins.end() :].strip())
        elif ITEM.match(line) and paragraphs:
            paragraphs[-1] += line
        elif paragraphs:
            paragraphs.append(line)
    return found


def says(paragraphs: list[str], article: str, quoted: str) -> bool:
    """Return whether an article says in the named paragraph and item, literally and in this order, what is quoted."""
    named = NAMED.fullmatch(article)
    if named is None:
        return False
    if named[2] is None:
        listing = [one for one in paragraphs if ITEM.search(one)] if named[3] else paragraphs
        if len(listing) != 1:
            return False
        (paragraph,) = listing
    else:
        if len(paragraphs) < 2:
            return False
        paragraph = paragraphs[NUMBERS[named[2]] - 1]
    pieces = quoted.split(GAP)
    if named[3] and f"({named[3]})" not in pieces[-1] and f"（{named[3]}）" not in pieces[-1]:
        return False
    at = 0
    for piece in pieces:
        at = paragraph.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True
