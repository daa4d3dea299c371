"""The page around Streamlit's program: in Chinese, without what we do not offer, and the policy for its scripts."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import streamlit
from starlette.responses import HTMLResponse

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
OWN = Path(__file__).parent / "static"
HEAD = (
    '<link rel="stylesheet" href="/auth/own.css"><link rel="stylesheet" href="/auth/grid.css">'
    '<script src="/auth/words.js"></script><script type="module" src="/auth/grid.js"></script>'
    '<script type="module" src="/auth/grid_matrix.js"></script>'
)
NO_SCRIPT = "<noscript><p>本系统的网页需要启用 JavaScript。</p></noscript>"


class Frame:
    """Streamlit's index page, changed once at the start."""

    def __init__(self) -> None:
        page = INDEX.read_text(encoding="utf-8")
        page = re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)
        page = page.replace('<html lang="en">', '<html lang="zh-CN">').replace("<title>Streamlit", "<title>深查")
        page = re.sub(r"<noscript>.*?</noscript>", NO_SCRIPT, page, flags=re.DOTALL)
        page = re.sub(r'<link rel="service-desc"[^>]*>', "", page)
        # The bundled font has no Chinese: the system's fonts are used, and it is not even fetched.
        page = re.sub(r'<link\s+rel="preload"[^>]*SourceSans[^>]*>', "", page)
        page = page.replace('href="./', 'href="/').replace('src="./', 'src="/')
        page = page.replace("</head>", f"{HEAD}</head>")
        self.page = page
        self.policy = policy(re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL))

    def answer(self) -> HTMLResponse:
        """Return the page as an answer."""
        return HTMLResponse(self.page)


def policy(inline: list[str]) -> str:
    """Return the content security policy: everything from here, scripts by file or by the hash of the known ones."""
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in inline)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {hashes}".strip(),
            "style-src 'self' 'unsafe-inline'",  # Streamlit writes its styles at run time
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "frame-src 'self' blob:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )
