"""Prefect settings for a machine without a network: quiet, quick, all data inside our own home."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

QUIET = {
    # No look-up outside this machine, ever.
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # Without an API address Prefect would start a server of its own behind every flow (5 s, 200 MB).
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    # The run's log still goes to Prefect in full; only our terminal is spared.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
    "PREFECT_CLI_PROMPT": "false",
}

QUICK = {
    # Defaults write one row at a time: on SQLite a flow with tasks then stalls for 2 s at its end.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE": "50",
    # Prefect keeps a picture of what ran, never the record: old runs may go.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_WORKER_QUERY_SECONDS": "2",
    # Work pools only: a run without a heartbeat is noticed within a minute or two.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
}


def prepare(environ: MutableMapping[str, str], home: Path, auth: str | None = None) -> None:
    """Set what nobody has set yet; what the operator says wins. Prefect's own files go below `home` (absolute).

    `auth` is what its server asks for, `name:word`.
    """
    prefect_home = home / "prefect"
    places = {
        "PREFECT_HOME": str(prefect_home),
        # Else the server unpacks its pages into site-packages, which may be read-only.
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(prefect_home / "pages"),
    }
    shown = {} if auth is None else {"PREFECT_API_AUTH_STRING": auth}
    for name, value in (QUIET | QUICK | places | shown).items():
        environ.setdefault(name, value)
