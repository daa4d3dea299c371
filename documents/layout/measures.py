"""The page's numbers (GB/T 9704-2012 art. 5) in the units of WordprocessingML: twips, half points, 1/4096 points."""

from __future__ import annotations

import math

MM = 1440 / 25.4
"""Twips in a millimetre."""


def twips(mm: float) -> int:
    """Millimetres in twips."""
    return round(mm * MM)


PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838  # A4
TOP, LEFT = twips(37), twips(28)
TEXT_WIDTH, TEXT_HEIGHT = twips(156), twips(225)
RIGHT = PAGE_WIDTH - LEFT - TEXT_WIDTH
BOTTOM = PAGE_HEIGHT - TOP - TEXT_HEIGHT
FOOTER = 1412  # puts the dash of the page number 7 mm under the text block
LINES, CHARACTERS = 22, 28
LINE_PITCH = TEXT_HEIGHT // LINES  # rounding up would lose a line
SMALL_PITCH = 400  # twips between the lines of a paper in 4号: 31 to the page
TIGHTER = math.floor(
    (TEXT_WIDTH / 20 / CHARACTERS - 16) * 20
)  # twips added to each character; rounding up would lose one
CHARACTER = TEXT_WIDTH / CHARACTERS  # one cell of the grid, in twips

RED_LINE_SPACE = 6  # points between the number's line box and the red line: 4 mm under the figures
MARK_SPACE = 35  # mm from the top of the text block to the top edge of the issuing body's mark
LETTER_MARK = 30  # mm from the page's top edge to the letter's mark
LETTER_RULE_WIDTH = 170  # mm
LETTER_LOWER_RULE = 20  # mm from the page's bottom edge

TITLE, BODY, IMPRINT, CELL, SMALL_CELL = 44, 32, 28, 24, 21  # half points: 2号, 3号, 4号, 小四, 五号

FANG, KAI, HEI, SONG, BIAOSONG, LATIN = (
    "仿宋_GB2312",
    "楷体_GB2312",
    "黑体",
    "宋体",
    "方正小标宋简体",
    "Times New Roman",
)
RED = "FF0000"


def latin_beside(font: str) -> str:
    """The font of figures and Latin letters in a run: 仿宋 and 楷体 go with Times, heavier faces bring their own."""
    return LATIN if font in (FANG, KAI) else font


def characters(count: float) -> int:
    """Width of so many characters of the grid in twips."""
    return round(count * CHARACTER)
