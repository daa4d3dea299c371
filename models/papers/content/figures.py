"""图: a picture that a paper shows, by the hash of its file or by the facts from which it is drawn."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from .common import Content

FIGURE_WIDTH, FIGURE_HEIGHT = 156.0, 190.0
"""The most that a figure takes in millimetres: the text block of GB/T 9704, less its caption and a line of text."""

Millimetres = Annotated[float, Field(gt=0)]


class FigureSection(StrEnum):
    """The part of a paper that a figure belongs to, in the order of the report."""

    ROAD = "road"
    COURSE = "course"
    SURVEY = "survey"
    CAUSES = "causes"


class Placed(Content):
    """One thing on a scene plan. Metres: `along` from the place of the accident in the direction of rising stakes,
    `across` from the middle of the road, to the right positive; degrees clockwise from the direction of rising stakes."""

    kind: str  # 车辆, 碰撞点 …
    label: str
    along: float
    across: float
    heading: float = 0.0
    to_along: float | None = None  # where a trace ends
    to_across: float | None = None
    length: float | None = None
    breadth: float | None = None


class Stretch(Content):
    """Something along the edge of the road, as a guard rail: `standing` or missing."""

    label: str
    from_along: float
    to_along: float
    right: bool
    standing: bool


class ScenePlan(Content):
    """现场图 as facts: the road in metres, and what stood or lay where."""

    stake: str | None = None  # at the place of the accident
    stake_metres: int | None = None
    road: str | None = None
    width: float = Field(default=7.0, gt=0)
    width_known: bool = False
    lanes: int = 0  # of both directions; 0 where nobody said how many
    middle: Literal["dashed", "solid", "double"] = "dashed"  # the line between the directions
    radius: float | None = None  # positive bends right, negative left
    slope: str | None = None
    north: float | None = None  # degrees clockwise from the direction of rising stakes
    placed: tuple[Placed, ...] = ()
    stretches: tuple[Stretch, ...] = ()


class Figure(Content):
    """A figure. Its picture is a file of the store, of which `sha256`, `media` and size are kept, or is drawn from `plan`,
    and then has the size of the drawing."""

    number: Annotated[int, Field(ge=1)]
    caption: str
    width_mm: Annotated[Millimetres, Field(le=FIGURE_WIDTH)] | None = None
    height_mm: Annotated[Millimetres, Field(le=FIGURE_HEIGHT)] | None = None
    section: FigureSection = FigureSection.SURVEY
    kind: str | None = None  # 现场图, 照片 …
    media: Literal["png", "jpeg"] | None = None
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    plan: ScenePlan | None = None
    evidence: str | None = None
    taken_at: datetime | None = None
    taken_by: str | None = None
    place: str | None = None
