"""A rehearsal's scans are readable PDFs that say of themselves that they are simulated."""

from __future__ import annotations

import io

from pypdf import PdfReader

from flows.rehearsal.scans import simulated_scan


def test_a_simulated_scan_is_one_readable_page_and_the_same_words_give_the_same_bytes() -> None:
    data = simulated_scan("用印后的文书", ["关于落实整改措施的通知", "鄂州公交整〔2026〕1号"])
    [page] = PdfReader(io.BytesIO(data), strict=True).pages
    assert "SIMULATED SCAN" in page.extract_text()
    assert data == simulated_scan("用印后的文书", ["关于落实整改措施的通知", "鄂州公交整〔2026〕1号"])
    assert data != simulated_scan("用印后的文书", ["关于落实整改措施的通知", "鄂州公交整〔2026〕2号"])
