"""Flows of papers: one function, under the names that Prefect has listed runs by from the beginning."""

from __future__ import annotations

from flows.papers import FLOW_OF
from models.kernel.vocabulary import DocumentKind


def test_each_kind_of_paper_runs_under_its_published_name() -> None:
    names = {kind: flow.name for kind, flow in FLOW_OF.items()}
    assert {kind.value: names.pop(kind) for kind in DocumentKind if kind.one_of_five} == {
        "analysis_report": "analysis-report",
        "rectification_notice": "rectification-notice",
        "accountability_proposal": "accountability-proposal",
        "supervision_order": "supervision-order",
        "traceback_archive": "traceback-archive",
    }
    assert set(names.values()) == {"accompanying-paper"}
    assert set(FLOW_OF) == set(DocumentKind)
