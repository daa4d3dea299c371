"""Lights and plain texts as markdown and as HTML; what comes from people is never taken for markup."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from datetime import date
from html import escape
from typing import Any

from models.kernel.vocabulary import Light

_COLOUR = {Light.GREEN: "green", Light.BLUE: "blue", Light.YELLOW: "orange", Light.RED: "red"}
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&])")
# What Streamlit looks for in finished text, where no backslash stands any more: `:smile:` and `:material/home:`, addresses
# of the web and of mail, arrows. An invisible mark inside keeps each what it is; in other texts there is none.
_LATE = re.compile(
    r"(:)(?=[\w+-]+[:/])|(https?)(?=://)|(www)(?=\.)|(@)(?=[-\w]+\.)|(?<!\S)([<>~-])(?=(?:-?>|[-=])(?!\S))",
    re.IGNORECASE,
)
_JOINER = "\u2060"


class Html(str):
    """Markup that we wrote ourselves."""

    __slots__ = ()


def lit(light: Light) -> str:
    """Return a light as a coloured word: colour alone would say nothing to some."""
    return f":{_COLOUR[light]}[{light.label}]"


def lamp(light: Light | None) -> Html:
    """Return a light for a table or a line of HTML; nothing where there is no clock."""
    return Html("") if light is None else Html(f'<span class="sc-light sc-{light.value}">{escape(light.label)}</span>')


def back_mark() -> Html:
    """Return the mark of a paper that was sent back."""
    return Html('<span class="sc-light sc-red">退回</span> ')


def plain(text: object) -> str:
    """Return a text so that markdown shows it as it is."""
    joined = _LATE.sub(lambda found: f"{found.group(0)}{_JOINER}", str(text))
    return _MARKUP.sub(r"\\\1", joined).replace("\n", " ")


def listed(head: str, lines: Iterable[object]) -> str:
    """Return a sentence with a list below it as markdown; both are shown as they are."""
    return "\n".join([plain(head), "", *(f"- {plain(line)}" for line in lines)])


def cell(value: Any) -> str:
    """Return a value as HTML: dates as days, nothing as a dash, text as it is."""
    if isinstance(value, Html):
        return value
    if value is None or value == "":
        return "—"
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    return escape(str(getattr(value, "label", value)))


def wished(until: date | None) -> str:
    """Return until when a reply asks for more time, to stand behind what it says; nothing where it does not."""
    return f"（申请延至{until}）" if until else ""


def link(text: str, address: str) -> Html:
    """Return a link to another page of ours, which opens without loading everything anew."""
    return Html(f'<a class="sc-in" href="{escape(address)}">{escape(text)}</a>')


def way_out(text: str, address: str) -> Html:
    """Return a link to a page of ours that stands outside Streamlit's program."""
    return Html(f'<a class="sc-go" href="{escape(address)}">{escape(text)}</a>')


def pictured(svg: str, told: str) -> Html:
    """Return a drawing as a picture of its own, read out as `told`: pages take every element of SVG out of our markup."""
    return Html(f'<img alt="{escape(told)}" src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}">')
