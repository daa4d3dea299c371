"""Plain HTML pages outside Streamlit: signing in and out, changing the own password. They work without a script."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ui.web.forms import sent_to

HEAD = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<title>{title} · 深查</title><link rel="stylesheet" href="/auth/login.css"></head><body><main>'
)
TAIL = "</main></body></html>"


def page(title: str, told: str, *parts: str, wrong: str | None = None) -> str:
    """Return a page with a heading, a line of explanation, what went wrong, and its parts (HTML)."""
    alert = f'<div role="alert">{escape(wrong)}</div>' if wrong else ""
    return (
        f"{HEAD.format(title=escape(title))}<h1>{escape(title)}</h1><p>{escape(told)}</p>{alert}{''.join(parts)}{TAIL}"
    )


def form(address: str, token: str, fields: Iterable[str], button: str) -> str:
    """Return a form whose fields are HTML; `token` shows that it came from here."""
    return (
        f'<form method="post" action="{escape(sent_to(address, token))}">'
        f"{''.join(fields)}<button>{escape(button)}</button></form>"
    )


def field(
    name: str,
    label: str,
    *,
    secret: bool = False,
    value: str = "",
    complete: str = "off",
    focus: bool = False,
    place: str | None = None,
) -> str:
    """Return a labelled field that must be filled in; `place` tells it from one of the same name in another form."""
    place = place or name
    kind = "password" if secret else "text"
    return (
        f'<label for="{place}">{escape(label)}</label><input id="{place}" name="{name}" type="{kind}" required '
        f'value="{escape(value)}" autocomplete="{complete}"{" autofocus" if focus else ""}>'
    )


def hidden(name: str, value: str) -> str:
    """Return a field that carries something along."""
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'


def way(address: str, label: str) -> str:
    """Return a link that looks like a second button."""
    return f'<a class="way" href="{escape(address)}">{escape(label)}</a>'


def block(content: str, *, kind: str = "block") -> str:
    """Return a part of its own: words to be copied, or a picture (HTML)."""
    return f'<div class="{kind}">{content}</div>'


def emptying(account: str) -> str:
    """Return the script that empties, at signing out, what the browser keeps unsent of an account's editable tables."""
    return f'<script src="/auth/sign_out.js" data-account="{escape(account)}" defer></script>'


def table(caption: str, rows: Iterable[tuple[str, ...]]) -> str:
    """Return a small table."""
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption>{lines}</table>"
