"""The sheets of a workbook and their columns: made from the declaration of the facts, with the heads of older workbooks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from models.accident.sheets import SHEETS, Field, FieldKind
from models.accident.sheets.words_in_force import Words, in_force
from models.kernel.text.folded import folded

from .second import model_of
from .shape import Dossier, LaterDeath, Milestone

ACCIDENT_KEY, REF = "_accident", "ref"
INSTRUCTIONS, EXAMPLE, WORDS = "填写说明", "填写示例", "词表"
NOT_READ = (INSTRUCTIONS, EXAMPLE, WORDS)
"""Sheets that only help the person who fills the workbook in."""
SINGLE = ("source", "accident")
"""The forms without which there is no dossier."""
LATER_DEATHS, MILESTONES = "later_deaths", "milestones"
INSIDE = {LATER_DEATHS: "accident", MILESTONES: "measures"}
"""Lists that lie within rows of another sheet, each in a sheet of its own, and where."""

_KEY = Field(
    ACCIDENT_KEY, "事故", FieldKind.TEXT, help="一份表格只写一起事故时不填；写几起时每行写明属于哪一起，如 1、2"
)
_REF = Field(REF, "编号", FieldKind.TEXT, help="可不填；只用英文字母、数字、点、横线和下划线，如 F1")
_LONGITUDE = Field("longitude", "经度", FieldKind.DECIMAL, least=-180, most=180)
_LATITUDE = Field("latitude", "纬度", FieldKind.DECIMAL, least=-90, most=90)
OLD_FIELDS = {"accident": (_LONGITUDE, _LATITUDE)}
"""Columns that only older workbooks have."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet of the workbook: `name` is the key in the dossier, `fields` are its columns in their order."""

    name: str
    title: str
    fields: tuple[Field, ...]
    many: bool
    prefix: str = ""
    named_by: str | None = None

    def columns(self) -> dict[str, Field]:
        """Return folded head → column, with the heads of `case-dossier/1`."""
        known = {folded(field.label): field for field in self.fields}
        by_name = {field.name: field for field in (*self.fields, *OLD_FIELDS.get(self.name, ()))}
        for head, name in _old_heads(self.name).items():
            if name in by_name:
                known.setdefault(folded(head), by_name[name])
        return known


def tabs() -> dict[str, Tab]:
    """Return the sheets that a workbook has, by their key in the dossier, with the words in force."""
    return _tabs(in_force())


@lru_cache(maxsize=4)
def _tabs(_words: Words) -> dict[str, Tab]:
    found = {}
    for one in SHEETS.values():
        first = (_KEY, _REF) if one.many else (_KEY,)
        found[one.name] = Tab(one.name, one.title, (*first, *one.fields), one.many, one.prefix, one.named_by)
        for inner, outer in INSIDE.items():
            if outer == one.name:
                found[inner] = _inner(inner)
    return found


def _inner(name: str) -> Tab:
    if name == LATER_DEATHS:
        of: type[LaterDeath | Milestone] = LaterDeath
        title = "事故后死亡"
        kinds = {"date": FieldKind.DATE, "counted": FieldKind.BOOLEAN, "note": FieldKind.LONG}
        first: tuple[Field, ...] = (_KEY,)
    else:
        of, title, kinds = Milestone, "阶段目标", {"text": FieldKind.LONG, "due": FieldKind.DATE}
        measure = Field("measure", "措施", FieldKind.REF, required=True, to="measures", help="填措施的编号")
        first = (_KEY, measure)
    fields = tuple(
        Field(key, of.model_fields[key].title or key, kind, required=of.model_fields[key].is_required())
        for key, kind in kinds.items()
    )
    return Tab(name, title, (*first, *fields), many=True)


@cache
def _old_heads(section: str) -> dict[str, str]:
    """Return the heads of a section of the first format and their keys."""
    field = Dossier.model_fields.get(section)
    model = None if field is None else model_of(field.annotation)
    return {} if model is None else {one.title or name: name for name, one in model.model_fields.items()}
