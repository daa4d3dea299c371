"""Pictures in a paper: under their numbers, within the text block, the same bytes every time; and the drawings behind them."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from documents import render
from documents.bundle import merge
from documents.drawing.emf import emf
from documents.drawing.marks import Drawing, Shape, Words, dashed
from documents.drawing.scene import WIDTH, scene
from documents.drawing.svg import svg
from models.papers.content import (
    FIGURE_HEIGHT,
    FIGURE_WIDTH,
    AnalysisReport,
    Figure,
    FigureSection,
    Placed,
    ScenePlan,
    Stretch,
    canonical,
    parse,
)
from tests.documents import samples
from tests.documents.anatomy import Docx, W, text_of
from tests.pictures import photograph, plan

HASHES = {"a" * 64: photograph(), "b" * 64: plan()}
PLACED = (
    Placed(kind="碰撞点", label="碰撞点 <1>", along=0, across=-1.1),
    Placed(kind="车辆最终位置", label="货车最终位置", along=6, across=-1, heading=20, length=9, breadth=2.5),
    Placed(kind="碰撞时车辆位置", label="客车碰撞时位置", along=3, across=-1.5, heading=180),
    Placed(kind="制动痕迹", label="制动痕迹", along=-30, across=1, to_along=-2, to_across=0),
    Placed(kind="人员", label="乘员", along=2, across=4),
)
SCENE = ScenePlan(
    stake="K12+318",
    stake_metres=12_318,
    road="省道S203",
    width=7.5,
    width_known=True,
    lanes=2,
    middle="double",
    radius=-85,
    slope="纵坡5.2%",
    north=180,
    placed=PLACED,
    stretches=(
        Stretch(label="护栏，完好", from_along=-60, to_along=-20, right=True, standing=True),
        Stretch(label="护栏，缺失", from_along=-20, to_along=20, right=True, standing=False),
        Stretch(label="远处", from_along=900, to_along=990, right=False, standing=True),
    ),
)
FIGURES = (
    Figure(number=1, caption="现场示意图", section=FigureSection.ROAD, kind="现场图", plan=SCENE),
    Figure(number=2, caption='驾驶人视角 <&">', sha256="a" * 64, media="jpeg", width_mm=120, height_mm=90),
    Figure(number=3, caption="平面", sha256="b" * 64, media="png", width_mm=FIGURE_WIDTH, height_mm=FIGURE_HEIGHT),
)


def report() -> AnalysisReport:
    paper = samples.papers()["analysis_report"]
    assert isinstance(paper, AnalysisReport)
    return paper.model_copy(update={"figures": FIGURES})


def test_no_fault_is_found_in_a_paper_with_figures(tmp_path: Path) -> None:
    file = tmp_path / "paper.docx"
    file.write_bytes(render(report(), read=HASHES.__getitem__))
    assert [str(error) for error in OpenXmlValidator().validate(str(file)).errors] == []


def test_the_same_figures_give_the_same_bytes_and_content_keeps_no_picture() -> None:
    paper = report()
    assert render(paper, read=HASHES.__getitem__) == render(parse(canonical(paper)), read=HASHES.__getitem__)
    assert len(canonical(paper)) - len(canonical(paper.model_copy(update={"figures": ()}))) < 4_000


def test_a_picture_stays_with_its_caption_and_fits_the_page() -> None:
    paper = Docx(render(report(), read=HASHES.__getitem__))
    for drawing in paper.body.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"):
        across, down = (int(drawing.get(side)) / 36_000 for side in ("cx", "cy"))
        assert across <= FIGURE_WIDTH + 0.1
        assert down <= FIGURE_HEIGHT + 0.1
    shown = [p for p in paper.paragraphs("GWCell") if next(p.iter(W + "drawing"), None) is not None]
    assert len(shown) == 3
    for n, picture in enumerate(shown, 1):
        assert picture.find(f"{W}pPr/{W}keepNext") is not None
        caption = picture.getnext()
        assert caption is not None
        assert text_of(caption).startswith(f"图{n}　")


def test_a_set_to_print_takes_pictures_of_every_kind_along() -> None:
    one = render(report(), read=HASHES.__getitem__)
    parts = Docx(merge([one, one])).parts
    assert len([name for name in parts if name.startswith("word/media/")]) == 6
    assert b'Extension="emf"' in parts["[Content_Types].xml"]


def test_a_metafile_counts_its_own_bytes_and_records() -> None:
    white = Words((20, 25), "事故", ink=255, bold=True)
    marks = (Shape(((1, 1), (9, 9)), fill=200, closed=True), Words((20, 20), "现场𠮷A", turned=30), white)
    data = emf(Drawing(50, 30, marks))
    size, count = struct.unpack_from("<II", data, 48)
    assert size == len(data)
    at = records = 0
    while at < len(data):
        at += int(struct.unpack_from("<I", data, at + 4)[0])
        records += 1
    assert (at, records) == (len(data), count)
    assert data[40:44] == b" EMF"


def test_a_plan_is_as_wide_as_the_text_and_true_to_scale() -> None:
    straight = SCENE.model_copy(update={"radius": None})
    for one in (SCENE, straight, ScenePlan(placed=PLACED[:1])):
        drawing = scene(one)
        assert drawing.width == WIDTH
        assert drawing == scene(one)
        for mark in drawing.marks:
            points = mark.points if isinstance(mark, Shape) else (mark.start,)
            assert all(-1 <= x <= WIDTH + 1 and -1 <= y <= drawing.height + 1 for x, y in points), mark
    told = svg(scene(SCENE), "现场图")
    etree.fromstring(told)
    for words in ("比例1：", "K12+300", "碰撞点 &lt;1&gt;", "左弯", "护栏，缺失"):
        assert words in told
    assert "远处" not in told


@pytest.mark.parametrize("many", [0, 40])
def test_a_plan_of_many_things_is_still_drawn(many: int) -> None:
    placed = tuple(Placed(kind="散落物", label=f"散落物{n}" * 8, along=n, across=n % 5 - 2) for n in range(many + 1))
    crowded = Figure(number=1, caption="图", section=FigureSection.ROAD, plan=ScenePlan(placed=placed))
    assert render(report().model_copy(update={"figures": (crowded,)}))


def test_dashes_cover_a_line_without_leaving_it() -> None:
    dashes = list(dashed(((0, 0), (10, 0), (10, 10)), 4, 2))
    assert dashes[0].points == ((0, 0), (4, 0))
    assert dashes[1].points == ((6, 0), (10, 0), (10, 0)) or dashes[1].points[0] == (6, 0)
    assert all(0 <= x <= 10 and 0 <= y <= 10 for one in dashes for x, y in one.points)
