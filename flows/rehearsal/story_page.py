"""The rehearsal's story as a page to read: assumptions, papers, what happened day by day and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from typing import Any

from flows.rehearsal.scenarios import Scenario
from models.kernel.local_time import chinese_date
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Grade, Trigger


def told(title: str, scenario: Scenario, result: Mapping[str, Any]) -> str:
    """Return the page in Markdown."""
    grade = Grade(result["grade"]).label + ("（暂定）" if result["grade_provisional"] else "")
    head = [
        f"# {title}：推演记录",
        "",
        f"情形：{scenario.label}。案件编号{result['case_number']}，事故等级{grade}，"
        f"{Trigger(result['trigger']).label}。本记录由系统按模拟时钟生成，人员行为均为设定，不是真实办理情况。",
        "",
        "## 推演所作的假定",
        "",
        *(f"{place}. {sentence}" for place, sentence in enumerate(result["assumptions"], 1)),
        "",
        "## 文书",
        "",
        "| 文书 | 文号 | 主送 | 状态 | 成文日期 | 文件 |",
        "|---|---|---|---|---|---|",
        *(_paper(paper) for paper in result["documents"]),
        "",
        f"档案包：{result['archive']['path']}（{result['archive']['items']}件，"
        f"清单校验值{result['archive']['manifest_sha256']}）。",
        "",
        "## 经过",
    ]
    return "\n".join([*head, *_days(result["timeline"]), ""])


def _paper(paper: Mapping[str, Any]) -> str:
    cells = (
        DocumentKind(paper["kind"]).label,
        paper["number"] or "—",
        paper["recipient"] or "—",
        DocumentStatus(paper["status"]).label,
        _day(paper["issued_on"]) if paper["issued_on"] else "—",
        paper["path"] or "—",
    )
    return f"| {' | '.join(cell.replace('|', '｜') for cell in cells)} |"


def _days(timeline: list[dict[str, str]]) -> list[str]:
    lines = []
    for on, entries in groupby(timeline, key=lambda entry: entry["on"]):
        lines += ["", f"### {_day(on)}", ""]
        for entry in entries:
            lines.append(f"- {entry['what']}")
            if entry["why"]:
                lines += [f"  - {part}" for part in entry["why"].splitlines()]
    return lines


def _day(iso: str) -> str:
    return chinese_date(date.fromisoformat(iso))
