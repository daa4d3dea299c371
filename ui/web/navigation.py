"""Which screens there are, and who sees which: the one list from which menu, addresses and pictures are made.

To add a screen: write `ui/web/screens/NAME.py` with a function `show(visitor)` and
`SCREEN = Screen("标题", "address", "分组", show, roles={…})`, and put its module into `MODULES` below, in the order of
the menu. `show` reads with `visitor.reading()` and queries, writes with `visitor.acting()` and one command, and keeps what a
reload must not lose in `st.query_params`. What screens share is in `ui/web/parts/`: tables paged by key (`table`),
lights and plain words (`words`), forms of any step in the registry (`action_form`), empty lists (`empty`).
A screen that no role of a person may see is not there for that person: neither in the menu nor by its address.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from models.kernel.rights import policy
from models.kernel.vocabulary import Role
from ui.web.parts.visitor import Visitor

POLICE = frozenset(policy.POLICE) - {Role.ARCHIVIST}  # an archivist comes by the list of volumes
EVERYONE = frozenset(Role) - {Role.SYSTEM, Role.AUDITOR}  # an auditor sees the record of readings and nothing else

MODULES = (
    "dashboard",
    "my_measures",
    "admin_health",
    "todo",
    "inbox",
    "case_list",
    "search",
    "hazards",
    "hazard",
    "register",
    "accident_map",
    "registered",
    "duplicates",
    "place",
    "enterprise",
    "filing",
    "batch",
    "work_orders",
    "circular",
    "warnings",
    "case_page",
    "figures",
    "counted",
    "decide",
    "incoming",
    "competence",
    "import_accidents",
    "my_replies",
    "notice",
    "archives",
    "volume",
    "admin_users",
    "admin_units",
    "admin_office",
    "admin_rules",
    "admin_codes",
    "admin_templates",
    "admin_channels",
    "stuck_messages",
    "readings",
    "own_account",
)


@dataclass(frozen=True, slots=True)
class Screen:
    """One page: its title in the menu, its address, the group it stands in, who shows it, and to whom.

    `badge` counts what waits there; `listed=False` keeps a page, as that of one case, out of the menu. `pictured` are
    the addresses of which `make shots` takes a picture, as what follows the address; `{case}` becomes a case number.
    """

    title: str
    address: str
    section: str
    show: Callable[[Visitor], None]
    roles: Collection[Role]
    listed: bool = True
    badge: Callable[[Visitor], int] | None = None
    pictured: tuple[str, ...] = ("",)


@cache
def screens() -> tuple[Screen, ...]:
    """Return every screen in the order of the menu."""
    return tuple(import_module(f"ui.web.screens.{name}").SCREEN for name in MODULES)


def screens_of(roles: Collection[Role]) -> list[Screen]:
    """Return the screens that a person with these roles may see; the first is where they arrive."""
    return [screen for screen in screens() if not frozenset(roles).isdisjoint(screen.roles)]
