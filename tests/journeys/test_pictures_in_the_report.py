"""A plan of the scene and photographs become evidence, and stand in the printed report under their numbers."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from documents import render
from documents.archive.verify import verify
from documents.check import faults
from flows.picturing import make_up_copies
from flows.rendering import built, render_paper
from models.case.commands.facts import add_fact_row, change_fact
from models.case.queries.attachments import evidence_thumbnail
from models.case.tables import Evidence, EvidenceFinding, Finding
from models.clock.queries.rulebook import rulebook
from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.vocabulary import Role
from models.papers.commands.renditions import PictureFile
from models.papers.content import AnalysisReport, Figure
from models.papers.filling import content, frozen
from models.papers.preflight import remarks_on
from models.papers.tables import Document
from tests.documents.anatomy import Docx, text_of
from tests.pictures import photograph, plan, written
from tests.stories import Story
from ui.editing import came_back, editable_file
from ui.incoming import take_in_pictures


def taken(story: Story, folder: Path, **files: bytes) -> list[PictureFile]:
    """Hand in pictures as the command line does; `__` stands for the point of a name."""
    paths = [written(folder, name.replace("__", "."), data) for name, data in files.items()]
    return take_in_pictures(paths, story.installation)


def fact(story: Story, case: str, sheet: str, row: str, field: str, value: str) -> None:
    op = f"{sheet}/{row}/{field}/{value}"
    story.do("li", change_fact, case, sheet=sheet, row=row, field=field, value=value, seen=None, op=op)


def draft(story: Story, case: str) -> AnalysisReport:
    """What the report says before it is signed."""
    with story.installation.database.reading() as session:
        number = report_of(story)
        settings, rules = story.installation.settings, rulebook(session)
        said = content(session, number, settings=settings, rules=rules)
    assert isinstance(said, AnalysisReport)
    return said


def report_of(story: Story) -> int:
    with story.installation.database.reading() as session:
        return session.scalars(select(Document.id).where(Document.ref == "D1")).one()


def shown(report: AnalysisReport) -> list[tuple[int, str, str]]:
    return [(one.number, one.section.value, one.caption) for one in report.figures]


def with_photographs(story: Story, folder: Path) -> str:
    case = story.file("ezhou-four-deaths")
    story.do(
        "li",
        "add-pictures",
        case,
        pictures=taken(story, folder, 碰撞点__jpg=photograph(1), 弯道__jpg=photograph(2, turned=6)),
        taken_by="赵某",
        place="K12+300",
        finding="F1",
        in_report=True,
    )
    return case


def test_a_scene_plan_and_two_photographs_stand_in_the_printed_report(story: Story, tmp_path: Path) -> None:
    case = with_photographs(story, tmp_path)
    fact(story, case, "figures", "U2", "caption", "碰撞点（由北向南拍摄）")
    assert shown(draft(story, case)) == [
        (1, "road", "现场示意图"),
        (2, "survey", "碰撞点（由北向南拍摄）"),
        (3, "survey", "弯道"),
    ]
    story.address(case)
    story.issue(case, "D1")
    with story.installation.database.reading() as session:
        said = frozen(session, report_of(story))
        docx = built(session, story.installation.files, report_of(story))
    printed = Docx(docx)
    text = printed.text()
    for words in ("现场位置和道路情况见图1。", "现场情况见图2、图3。", "图2　碰撞点（由北向南拍摄）", "附图目录"):
        assert words in text
    assert "证" in text.partition("（图2）")[0][-4:]
    media = sorted(name for name in printed.parts if name.startswith("word/media/"))
    assert media == ["word/media/image1.emf", "word/media/image2.jpeg", "word/media/image3.jpeg"]
    assert isinstance(said, AnalysisReport)
    assert "data" not in json.dumps([one.model_dump(mode="json") for one in said.figures[1:]])
    upright = Image.open(io.BytesIO(printed.parts["word/media/image3.jpeg"]))
    assert upright.size == (1200, 1600), "the camera was held upright"
    assert not upright.getexif(), "what the camera wrote is not handed out"
    captions = [text_of(p) for p in printed.paragraphs("GWCell") if text_of(p).startswith("图")]
    assert [caption for caption in captions if "　" in caption and "致因图" not in caption] == [
        "图1　现场示意图",
        "图2　碰撞点（由北向南拍摄）",
        "图3　弯道",
    ]
    assert faults(docx) == []


def test_a_report_with_pictures_goes_out_to_be_edited_and_comes_back(story: Story, tmp_path: Path) -> None:
    case = with_photographs(story, tmp_path)
    _, data = editable_file(story.installation, "li", case, "D1")
    out = Docx(data)
    assert "图2　碰撞点" in out.text()
    assert [name for name in out.parts if name.startswith("word/media/")] == []
    assert "r:embed" not in out.parts["word/document.xml"].decode()
    assert came_back(story.installation, "li", data).differences == ()


def test_a_camera_whose_clock_runs_ahead_of_ours_says_nothing(story: Story, tmp_path: Path) -> None:
    case = story.file()
    ahead = taken(story, tmp_path, 将来__jpg=photograph(3, taken="2099:01:01 08:00:00"))
    assert ahead[0].picture is not None
    assert ahead[0].picture.taken_at is not None
    [ref] = story.do("li", "add-pictures", case, pictures=ahead)
    with story.installation.database.reading() as session:
        assert "taken_at" not in session.scalars(select(Evidence.details).where(Evidence.ref == ref)).one()


def test_a_signed_report_shows_its_pictures_for_ever(story: Story, tmp_path: Path) -> None:
    case = with_photographs(story, tmp_path)
    story.address(case)
    story.issue(case, "D1")
    files = story.installation.files
    with story.installation.database.reading() as session:
        first = built(session, files, report_of(story))
        said = frozen(session, report_of(story))
    assert render_paper(story.installation, report_of(story), story.at)
    with story.installation.database.reading() as session:
        assert built(session, files, report_of(story)) == first
    assert isinstance(said, AnalysisReport)
    without = render(said.model_copy(update={"figures": ()}))
    assert b"image1" not in Docx(without).parts["word/document.xml"]
    with pytest.raises(LookupError):
        render(said)


def test_a_sealed_volume_with_pictures_verifies(story: Story, tmp_path: Path) -> None:
    case = story.file()
    story.do("li", "add-pictures", case, pictures=taken(story, tmp_path, 一__jpg=photograph()), in_report=True)
    story.address(case)
    story.issue(case, "D1")
    papers = story.prepare(case)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    story.archive(case)
    package = story.seal_volume(case)
    assert verify(package).ok
    names = [path.name for path in package.rglob("*.jpg")]
    assert len(names) == 1, "the photograph as it came"


def test_the_same_picture_twice_is_one_file_with_two_names(story: Story, tmp_path: Path) -> None:
    case = story.file(bare=True)
    once = taken(story, tmp_path, 甲__jpg=photograph(), 乙__jpg=photograph())
    refs = story.do("li", "add-pictures", case, pictures=once)
    third = taken(story, tmp_path, 丙__jpg=photograph())
    for _ in range(2):
        assert story.do("li", "add-pictures", case, pictures=third, in_report=True) == refs == ["E1"]
        story.wait(days=1)
    assert shown(draft(story, case)) == [(1, "survey", "甲")]
    with story.installation.database.reading() as session:
        row = session.scalars(select(Evidence)).one()
        assert (row.file_name, row.other_names) == ("甲.jpg", ["乙.jpg", "丙.jpg"])
        assert row.details["taken_at"] == "2025-08-16T08:25:30+08:00"


def test_a_file_registered_twice_as_evidence_is_one_with_two_names(story: Story) -> None:
    case = story.file()
    first = story.do("li", "add-evidence", case, title="鉴定意见", file=story.scan("鉴定"), file_name="一.pdf")
    named = {"file": story.scan("鉴定"), "file_name": "二.pdf"}
    assert story.do("li", "add-evidence", case, title="鉴定书", finding="F1", **named) == first
    with story.installation.database.reading() as session:
        row = session.scalars(select(Evidence).where(Evidence.ref == first)).one()
        assert (row.title, row.file_name, row.other_names) == ("鉴定意见", "一.pdf", ["二.pdf"])
        assert row.finding_id is not None
    for _ in range(2):
        assert story.do("li", "add-evidence", case, title="鉴定书", finding="F2", **named) == first
    with story.installation.database.reading() as session:
        proves = select(Finding.ref).join(EvidenceFinding, EvidenceFinding.finding_id == Finding.id)
        assert session.scalars(proves).all() == ["F2"]


def test_photographs_that_came_before_copies_were_kept_get_them(story: Story, tmp_path: Path) -> None:
    case = story.file(bare=True)
    whole, broken = photograph(), photograph()[:3000]
    for name, data in (("好.jpg", whole), ("坏.jpg", broken)):
        stored = story.installation.files.put(data)
        story.do(
            "li", "add-evidence", case, title=name, file=stored, file_name=name, media_type="image/jpeg", picture=None
        )
    assert make_up_copies(story.installation, story.at) == 2
    assert make_up_copies(story.installation, story.at) == 0, "what cannot be drawn is not tried again"
    with story.installation.database.reading() as session:
        actor = find_actor(session, "li", story.at)
        assert evidence_thumbnail(session, actor, case, "E1").sha256
        with pytest.raises(NotFound):
            evidence_thumbnail(session, actor, case, "E2")


def test_refused_files_are_told_by_name_and_nothing_is_taken(story: Story, tmp_path: Path) -> None:
    case = story.file(bare=True)
    heic = b"\x00\x00\x00\x18ftypheic" + bytes(64)
    with pytest.raises(Invalid) as refusal:
        taken(story, tmp_path, 好__jpg=photograph(), 手机__heic=heic, 坏__png=b"\x89PNG\r\n\x1a\nxx")
    assert refusal.value.code == "files_refused"
    assert "手机.heic”是HEIC图片" in refusal.value.message
    assert "坏.png”已损坏" in refusal.value.message
    assert "好.jpg" not in refusal.value.message
    with story.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Evidence)) == 0
    with pytest.raises(Invalid, match="没有“漫画”这一类图，可选：现场图、照片"):
        story.do("li", "add-pictures", case, pictures=taken(story, tmp_path, 一__jpg=photograph()), kind="漫画")
    with pytest.raises(Invalid, match="请选择要登记的照片"):
        story.do("li", "add-pictures", case, pictures=[])


def test_a_figure_that_nothing_shows_keeps_the_report_from_being_signed(story: Story, tmp_path: Path) -> None:
    case = story.file(bare=True)
    story.do(
        "li",
        add_fact_row,
        case,
        sheet="figures",
        op="a",
        values={"caption": "现场图", "kind": "现场图", "in_report": "是"},
    )
    found = {one.code for one in remarks_on(draft(story, case))}
    assert "figure_left_out" in found
    story.do("li", "add-pictures", case, pictures=taken(story, tmp_path, 图__png=plan()), kind="现场图")
    fact(story, case, "figures", "U1", "evidence", "E1")
    told = draft(story, case)
    assert told.left_out == ()
    assert shown(told) == [(1, "road", "现场图")]
    story.do("li", "withdraw-evidence", case, evidence="E1", reason="重绘")
    assert draft(story, case).left_out == ("现场图",)


def test_the_plan_is_drawn_once_something_has_a_place_on_it(story: Story) -> None:
    case = story.file(bare=True)
    with pytest.raises(Invalid, match="现场图要素"):
        story.do("li", "draw-scene", case)
    values = {"kind": "碰撞点", "along_m": "0", "across_m": "-1.5"}
    story.do("li", add_fact_row, case, sheet="scene", op="z", values=values)
    assert story.do("li", "draw-scene", case, taken_by="赵某") == "U1"
    with pytest.raises(Conflict, match="已列入报告"):
        story.do("li", "draw-scene", case)
    [figure] = draft(story, case).figures
    assert isinstance(figure, Figure)
    assert figure.plan is not None
    assert [one.kind for one in figure.plan.placed] == ["碰撞点"]


def test_who_may_not_see_the_case_gets_no_small_picture(story: Story, tmp_path: Path) -> None:
    case = with_photographs(story, tmp_path)
    story.employ("wai", Role.AGENCY, unit=story.installation.settings.unit)
    with story.installation.database.reading() as session:
        ref = session.scalars(select(Evidence.ref).where(Evidence.picture.is_not(None)).order_by(Evidence.id)).first()
        found = evidence_thumbnail(session, find_actor(session, "li", story.at), case, str(ref))
        small = Image.open(io.BytesIO(story.installation.files.read(found.sha256)))
        assert max(small.size) == 320
        with pytest.raises(NotFound):
            evidence_thumbnail(session, find_actor(session, "wai", story.at), case, str(ref))
