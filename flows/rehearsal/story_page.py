"""The rehearsal's story as a page to read: assumptions, papers, what happened day by day and why."""

from __future__ import annotations

from itertools import groupby

from flows.rehearsal.result import Happening, PaperFiled, Rehearsed
from flows.rehearsal.scenarios import Scenario
from models.kernel.calendar.local_time import chinese_date


def told(title: str, scenario: Scenario, result: Rehearsed) -> str:
    """Return the page in Markdown."""
    grade = result.grade.label + ("（暂定）" if result.grade_provisional else "")
    head = [
        f"# {title}：推演记录",
        "",
        f"情形：{scenario.label}。案件编号{result.case_number}，事故等级{grade}，"
        f"{result.trigger.label}。本记录由系统按模拟时钟生成，人员行为均为设定，不是真实办理情况。",
        "",
        "## 推演所作的假定",
        "",
        *(f"{place}. {sentence}" for place, sentence in enumerate(result.assumptions, 1)),
        "",
        "## 文书",
        "",
        "| 文书 | 文号 | 主送 | 状态 | 成文日期 | 文件 |",
        "|---|---|---|---|---|---|",
        *(_paper(paper) for paper in result.documents),
        "",
        f"档案包：{result.archive.path}（{result.archive.items}件，清单校验值{result.archive.manifest_sha256}）。",
        "",
        "## 经过",
    ]
    return "\n".join([*head, *_days(result.timeline), ""])


def _paper(paper: PaperFiled) -> str:
    cells = (
        paper.kind.label,
        paper.number or "—",
        paper.recipient or "—",
        paper.status.label,
        chinese_date(paper.issued_on) if paper.issued_on else "—",
        paper.path or "—",
    )
    return f"| {' | '.join(cell.replace('|', '｜') for cell in cells)} |"


def _days(timeline: list[Happening]) -> list[str]:
    lines = []
    for on, entries in groupby(timeline, key=lambda entry: entry.on):
        lines += ["", f"### {chinese_date(on)}", ""]
        for entry in entries:
            lines.append(f"- {entry.what}")
            if entry.why:
                lines += [f"  - {part}" for part in entry.why.splitlines()]
    return lines
