"""Runs of one case as Prefect recorded them, found by its tag."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from flows.server import headers

SECONDS = 1.5
SHOWN = 50
PAPER = "paper:"


@dataclass(frozen=True, slots=True)
class Seen:
    """One run: its flow and papers, how it stands in Prefect's own words, how often it was tried, when it began."""

    flow: str
    papers: tuple[str, ...]
    state: str
    tries: int
    began_at: datetime | None
    lasted: float | None


def runs_of(case_number: str, url: str | None = None) -> list[Seen] | None:
    """Return the latest runs of a case, the newest first; None where Prefect does not answer."""
    api = url or os.environ.get("PREFECT_API_URL")
    if not api:
        return None
    asked = {
        "flow_runs": {"tags": {"all_": [f"case:{case_number}"]}},
        "sort": "EXPECTED_START_TIME_DESC",
        "limit": SHOWN,
    }
    try:
        answer = httpx.post(f"{api}/flow_runs/filter", json=asked, timeout=SECONDS, headers=headers(os.environ))
        answer.raise_for_status()
        return [_seen(run, case_number) for run in answer.json()]
    except (httpx.HTTPError, ValueError, KeyError):
        return None


def _seen(run: dict[str, Any], case_number: str) -> Seen:  # JSON of another program
    """A run is named by its case, its flow and, where it is of one alone, its paper."""
    began = run.get("start_time")
    papers = sorted((tag.removeprefix(PAPER) for tag in run["tags"] if tag.startswith(PAPER)), key=_in_order)
    return Seen(
        run["name"].removeprefix(case_number).strip().partition(" ")[0],
        tuple(papers),
        run.get("state_name") or "",
        run.get("run_count") or 0,
        datetime.fromisoformat(began) if began else None,
        run.get("total_run_time"),
    )


def _in_order(paper: str) -> tuple[int, str]:
    return len(paper), paper
