"""超期和临期: one line a unit, the others first and then our own, each number by light and age, red first."""

from __future__ import annotations

from collections.abc import Sequence

from models.kernel.vocabulary import Light, Turn
from models.overview.queries.dashboard.as_of import AsOf
from models.overview.queries.dashboard.lateness import Age, Lateness
from ui.web.leading.url_parameters import counted
from ui.web.parts.words import Html

COLUMNS = (
    (Light.RED, None),
    (Light.YELLOW, Age.LONGER),
    (Light.YELLOW, Age.MONTH),
    (Light.YELLOW, Age.WEEK),
    (Light.BLUE, None),
)
HEADS = ("单位", "督办超期", "超期30日以上", "超期8至30日", "超期7日以内", "临期", "最早届满")
SHOWN = 12


def totals(cells: Sequence[Lateness], at: AsOf) -> Html:
    """Return how many clocks are red, yellow and blue, at the others and with us."""
    boxes = []
    for turn, whose in ((Turn.THEIRS, "协办单位"), (Turn.OURS, "本单位办案")):
        for light in (Light.RED, Light.YELLOW, Light.BLUE):
            number = sum(c.clocks for c in cells if c.turn is turn and c.light is light)
            if turn is Turn.OURS and light is Light.RED:
                continue  # an order binds its recipient, never us
            boxes.append(
                f'<li class="sc-{light.value if number else "green"}"><span>{whose}{light.label}</span>'
                f"<strong>{_figure(number, at, turn=turn, light=light)}</strong></li>"
            )
    return Html(f'<ul class="sc-figures sc-lights">{"".join(boxes)}</ul>')


def rows(cells: Sequence[Lateness], turn: Turn, at: AsOf) -> list[tuple[object, ...]]:
    """Return the lines of one side, the worst unit first."""
    units: dict[int, list[Lateness]] = {}
    for cell in cells:
        if cell.turn is turn:
            units.setdefault(cell.organisation_id, []).append(cell)
    worst = sorted(units.items(), key=lambda unit: _badness(unit[1]), reverse=True)
    return [_row(number, of_unit, turn, at) for number, of_unit in worst]


def _badness(cells: list[Lateness]) -> tuple[int, ...]:
    return tuple(_count(cells, light, age) for light, age in COLUMNS)


def _count(cells: list[Lateness], light: Light, age: Age | None) -> int:
    return sum(c.clocks for c in cells if c.light is light and age in (None, c.age))


def _row(organisation: int, cells: list[Lateness], turn: Turn, at: AsOf) -> tuple[object, ...]:
    figures = (
        _figure(_count(cells, light, age), at, unit=organisation, turn=turn, light=light, age=age)
        for light, age in COLUMNS
    )
    return cells[0].organisation, *figures, min(cell.longest for cell in cells)


def _figure(number: int, at: AsOf, **cell: object) -> Html:
    if not number:
        return Html('<span class="sc-none">0</span>')
    given = {name: getattr(value, "value", value) for name, value in cell.items()}
    return Html(f'<a class="sc-in" href="{counted(at, "late", **given)}">{number:,}</a>')
