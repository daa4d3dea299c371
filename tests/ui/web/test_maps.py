"""Maps are drawn by ourselves: shades from light to dark, numbered sites that lead somewhere, a scale, words for who cannot
see."""

from __future__ import annotations

import itertools
import re
from base64 import b64decode
from xml.etree import ElementTree

from ui.web.parts.maps import SHADES, Outline, Shaded, Site, map_figure, map_svg

SQUARE = Outline("某区", (((114.0, 30.0), (115.0, 30.0), (115.0, 31.0), (114.0, 31.0), (114.0, 30.0)),))


def cell(amount: float, *, west: float = 114.5) -> Shaded:
    return Shaded(west, 30.5, west + 0.005, 30.505, amount)


def drawing(html: str) -> str:
    return b64decode(re.findall(r"base64,([^\"]+)", html)[0]).decode()


def test_the_busiest_cell_is_the_darkest_and_lies_on_top() -> None:
    svg = map_svg([SQUARE], [cell(20), cell(1, west=114.6), cell(9, west=114.7)], [])
    ElementTree.fromstring(svg)
    fills = [fill for fill in re.findall(r'<rect [^>]*fill="([^"]+)"', svg) if fill in SHADES]
    assert fills == [SHADES[0], SHADES[2], SHADES[4]]


def test_shades_are_darker_one_after_the_other_so_that_they_print_in_grey() -> None:
    def light(colour: str) -> float:
        red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    greys = [light(shade) for shade in SHADES]
    assert greys == sorted(greys, reverse=True)
    assert min(a - b for a, b in itertools.pairwise(greys)) > 25


def test_the_legend_says_what_each_shade_counts() -> None:
    legend = re.sub(r"<[^>]+>", "", map_figure([SQUARE], [cell(20)], [], told="热力图"))
    assert legend == "1～4起　5～8起　9～12起　13～16起　17起及以上"
    assert re.sub(r"<[^>]+>", "", map_figure([SQUARE], [cell(1)], [], told="热力图")) == "1起"
    shares = re.sub(r"<[^>]+>", "", map_figure([SQUARE], [cell(0.25)], [], told="概率"))
    assert shares.startswith("0.0%以上　5.0%以上")


def test_a_site_bears_its_number_and_leads_to_its_page() -> None:
    site = Site(114.5, 30.5, "1", "G318 <三年12起>", "/place?near=1")
    shown = map_figure([SQUARE], [], [site, Site(120.0, 30.5, "2", "图外")], told="前十位的点段")
    assert 'href="/place?near=1"' in shown
    assert 'aria-label="1：G318 &lt;三年12起&gt;"' in shown
    assert 'alt="前十位的点段"' in shown
    assert "另有1处在图外" in shown
    assert ">1</text>" in drawing(shown)
    assert ">2</text>" not in drawing(shown)


def test_a_map_tells_how_long_a_kilometre_is_and_names_nothing_outside() -> None:
    svg = map_svg([SQUARE], [cell(1)], [])
    assert re.search(r"\d+公里<", svg)
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", svg)


def test_without_an_outline_the_places_lie_in_a_frame_and_without_places_there_is_no_map() -> None:
    assert "没有辖区边界" in map_figure([], [cell(3)], [], told="热力图")
    assert map_figure([], [], [], told="热力图") == ""
    assert map_svg([], [], []) == ""
