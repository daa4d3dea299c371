"""Imports a list of organisations into the tree, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from models.kernel.act import Act
from models.kernel.errors import Fault, Invalid
from models.kernel.events import record_admin
from models.kernel.rights import policy
from models.kernel.text.folded import folded
from models.office.organisation_list import ListedUnit
from models.office.queries.known_units import known_units
from models.office.tables import Organisation

from .organisations import add_organisation, waits_since


def import_organisations(act: Act, units: Sequence[ListedUnit]) -> int:
    """Add every unit of a list, whatever their order in it; returns how many.

    A parent or industry authority is named as in the list or as it stands in the tree. Raises NotAllowed, Invalid with
    one fault per row that exists already or whose parent does not.
    """
    policy.require(act.actor, "organisation.add")
    tree = _Tree(act, units)
    faults = [fault for unit in units for fault in tree.faults(unit)]
    if faults:
        raise Invalid(f"单位名册有{len(faults)}处不能导入，未写入任何内容：", faults=faults, code="bad_list")
    for unit in units:
        tree.plant(unit)
    for unit in units:
        if unit.industry_authority is not None:
            tree.known[unit.name][0].industry_authority_id = tree.known[unit.industry_authority][0].id
    record_admin(act, "organisations_imported", count=len(units))
    return len(units)


class _Tree:
    """The units that stand, by name, and those of the list that shall."""

    def __init__(self, act: Act, units: Sequence[ListedUnit]) -> None:
        self.act = act
        self.listed = {unit.name: unit for unit in units}
        self.known: dict[str, list[Organisation]] = {}
        for row in act.session.scalars(select(Organisation).order_by(Organisation.id)):
            self.known.setdefault(row.name, []).append(row)
        self.meant = known_units(act.session, list(self.listed))
        self.codes = {row.credit_code: row.name for rows in self.known.values() for row in rows if row.credit_code}

    def faults(self, unit: ListedUnit) -> list[Fault]:
        """Return what keeps a unit out of the tree."""
        found = []
        if any(row.division_code == unit.division_code for row in self.known.get(unit.name, ())):
            found.append(Fault(f"第{unit.row}行 名称", f"单位“{unit.name}”已经登记", "organisation_exists"))
        elif (same := self._alike(unit)) is not None:
            found.append(
                Fault(f"第{unit.row}行 名称", f"“{unit.name}”已登记为“{same}”，请使用已登记的名称", "known_as")
            )
        if unit.credit_code in self.codes:
            holder = self.codes[unit.credit_code]
            found.append(
                Fault(f"第{unit.row}行 统一社会信用代码", f"该代码已登记在“{holder}”名下", "credit_code_taken")
            )
        for what, name in (("上级单位", unit.parent), ("行业主管部门", unit.industry_authority)):
            if name is not None and name not in self.listed and len(self.known.get(name, ())) != 1:
                why = "不止一个" if name in self.known else "没有登记，名册中也没有"
                found.append(Fault(f"第{unit.row}行 {what}", f"“{name}”{why}", "parent_not_found"))
        if self._circles(unit):
            found.append(Fault(f"第{unit.row}行 上级单位", "上级关系绕成了一圈", "parent_circle"))
        return found

    def _alike(self, unit: ListedUnit) -> str | None:
        """Return what a unit is called that the name means in another spelling, or as its former name."""
        same = (one for one in self.meant.get(folded(unit.name), ()) if one.division_code == unit.division_code)
        return next((one.name for one in same), None)

    def _circles(self, unit: ListedUnit) -> bool:
        above, seen = unit.parent, {unit.name}
        while above in self.listed:
            if above in seen:
                return above == unit.name
            seen.add(above)
            above = self.listed[above].parent
        return False

    def plant(self, unit: ListedUnit) -> Organisation:
        """Put a unit below its parent, which comes first even where the list names it later."""
        stands = self.known.get(unit.name)
        if stands and stands[-1].division_code == unit.division_code:
            return stands[-1]
        parent = None
        if unit.parent is not None:
            above = self.listed.get(unit.parent)
            parent = self.known[unit.parent][0] if above is None else self.plant(above)
        row = add_organisation(
            self.act.session,
            unit.name,
            unit.kind,
            division_code=unit.division_code,
            parent=parent,
            credit_code=unit.credit_code,
            relation=unit.relation,
            pending_since=waits_since(self.act),
        )
        row.contact, row.phone = unit.contact, unit.phone
        for name in ("level", "led_from", "line"):
            said = getattr(unit, name)
            if said is not None:  # what the list does not say the rule has told
                setattr(row, name, said)
        self.known.setdefault(unit.name, []).insert(0, row)
        return row
