"""The web as one ASGI program: Streamlit in the middle, our gate around it, our own routes beside it.

Run by `python -m ui.web`, which `shencha web` and `shencha up` start.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from models.kernel.settings import Settings
from models.kernel.storage.limits import KILO
from ui.web.server_limits import FRAME_OF_STREAM, upload_megabytes

log = logging.getLogger("shencha.web")
HERE = Path(__file__).parent
HEAD = 32 * KILO
"""How much the head of a request may be."""


def options(settings: Settings) -> dict[str, Any]:
    """Return how Streamlit runs here; they win over any file in somebody's home."""
    return {
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.maxUploadSize": upload_megabytes(settings),
        "server.maxMessageSize": 50,
        "server.enableXsrfProtection": True,
        "server.enableCORS": True,
        "server.enableStaticServing": False,
        "server.disconnectedSessionTTL": 60,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",  # its menu is in English
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "runner.magicEnabled": False,
        "runner.postScriptGC": False,  # `ui/web/garbage.py` sees to it
        "theme.base": "light",
        "theme.primaryColor": "#17457f",
        "theme.backgroundColor": "#ffffff",
        "theme.secondaryBackgroundColor": "#f1f4f8",
        "theme.textColor": "#1f2937",
        "theme.linkColor": "#17457f",
        "theme.baseRadius": "small",
        "theme.font": "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, sans-serif",
        "theme.headingFont": "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, sans-serif",
        "theme.codeFont": "Noto Sans Mono CJK SC, Menlo, Consolas, monospace",
        "theme.baseFontSize": 16,
    }


def application(settings: Settings) -> Any:
    """Return the ASGI application. Streamlit is imported here: `shencha web --help` shall not wait for it."""
    import streamlit as st
    from starlette.middleware import Middleware
    from streamlit import config

    from ui.web.draft_page import routes as drafts
    from ui.web.facts.routes import routes as facts
    from ui.web.files_out import routes as files
    from ui.web.frame import Frame
    from ui.web.gate import Gate, Pages, below_our_doors
    from ui.web.hazard_page import routes as hazards
    from ui.web.notice_page import routes as notices
    from ui.web.signing_in import routes as signing_in

    config.get_config_options(force_reparse=True, options_from_flags=options(settings))
    frame = Frame()
    return st.App(
        HERE / "app.py",
        routes=[*signing_in(settings), *files(), *facts(), *drafts(), *notices(), *hazards(), *below_our_doors()],
        middleware=[Middleware(Gate, settings=settings, frame=frame), Middleware(Pages, frame=frame)],
        on_script_error=_logged,
    )


def _logged(error: Exception) -> bool:
    """Keep the error for the log; the person sees one sentence."""
    import streamlit as st

    log.error("a page could not be shown", exc_info=error)
    st.error("页面暂时不能显示，请稍后刷新；管理员可查看日志 web.log。")
    return True


def config(app: Any, settings: Settings, port: int) -> Any:
    """Return how uvicorn serves a program of ours: how much it listens to, and whom it believes."""
    import uvicorn

    return uvicorn.Config(
        app,
        host=settings.web_address,
        port=port,
        ws="websockets-sansio",
        ws_ping_interval=30,
        ws_ping_timeout=30,
        ws_max_size=FRAME_OF_STREAM,
        http="h11",
        h11_max_incomplete_event_size=HEAD,
        ws_per_message_deflate=False,
        proxy_headers=True,
        forwarded_allow_ips="127.0.0.1",
        server_header=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=3,
    )


def serve(settings: Settings, port: int) -> None:
    """Serve in the foreground until a signal comes."""
    import uvicorn

    uvicorn.Server(config(application(settings), settings, port)).run()
