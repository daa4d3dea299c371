"""The catalogue of a volume."""

from __future__ import annotations

from documents.archive.catalogue import HEADINGS, places, rows


def test_rows_are_printed_under_their_headings_and_empty_fields_are_struck(items):
    printed = rows(items)
    assert {len(row) for row in printed} == {len(HEADINGS)}
    assert printed[0] == (
        "1",
        "某市公安局交通警察支队",
        "某公交调〔2026〕12号",
        "关于“3·5”较大道路交通事故的调查分析报告",
        "2026年4月2日",
        "12",
        "—",
    )
    assert printed[4] == ("5", "—", "—", "另存文书", "—", "—", "原件存机要室")


def test_every_file_has_one_place_in_the_order_of_the_catalogue(items):
    placed = list(places(items))
    assert [file for _, file in placed] == [file for item in items for file in item.files]
    assert len({path.casefold() for path, _ in placed}) == len(placed)
