"""`python -m tests.faults.steps_killed PLACE MOST SEED [STEP…]`: take a step, be struck in it, go on, and be whole.

A step is told up to the moment before it once; every point strikes a copy of that. A process is killed before a statement,
a commit or a file that gets its name; or its files may grow no further (a full disk), its clock runs behind, its database
is moved away. Then another process takes the step again, and what there is must be what an unhurt one left, each thing
once. A line is printed for each step: its name, at how many points it was struck, and of how many there are.
"""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event, select, text
from sqlalchemy.engine import Engine

from flows.outbox import work_off
from models.actions import ACTIONS
from models.archive.tables import Archive
from models.case.tables import Case
from models.kernel.act import acting
from models.kernel.errors import Refused
from models.kernel.record import event_chain as chain
from models.kernel.record.event_record import event_record
from models.kernel.storage.database import Database
from models.kernel.storage.place import Place
from models.kernel.vocabulary import DocumentStatus, Door
from models.migrations import upgrade
from models.office.queries.office_chain import office_chain
from tests.databases import Databases
from tests.faults.once import held
from tests.stories import Story, staffed, story_in

OLD = "0021"
"""An early revision, from which there are many steps to the newest."""
PAGE = 4096
DATABASE, HOME = "office.sqlite", "home"
_WORD = re.compile(r"[^\s,()]+")


@dataclass(frozen=True, slots=True)
class Step:
    """What is done, from which beginning, what of it is left to do after it was struck, and what there is in the end."""

    name: str
    begin: Callable[[Path], None]
    take: Callable[[Path], None]
    told: Callable[[Path], Any]
    strike: str = "kill"


@contextmanager
def office(place: Path) -> Iterator[Story]:
    """Go on with the office below a folder."""
    with story_in(f"sqlite:///{place / DATABASE}", place / HOME) as story:
        yield story


def begun(tell: Callable[[Story], Any]) -> Callable[[Path], None]:
    """Return what sets up an office with a story told in it."""

    def begin(place: Path) -> None:
        url = Databases(place, server=None, worker="struck").fresh(staffed)
        Path(url.removeprefix("sqlite:///")).rename(place / DATABASE)
        with office(place) as story:
            tell(story)

    return begin


def _to_be_signed(story: Story) -> None:
    case = story.file()
    story.address(case)
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")


def _case(story: Story) -> str:
    with story.installation.database.reading() as session:
        return session.scalars(select(Case.case_number)).one()


def sign(place: Path) -> None:
    """Sign the paper that waits, unless it is signed."""
    with office(place) as story:
        case = _case(story)
        if story.papers(case, DocumentStatus.SIGNING):
            story.do("qian", "sign", case, paper="D1")


def sign_with_a_clock_behind(place: Path) -> None:
    """Try to sign at a moment before the newest record."""
    with office(place) as story:
        behind = story.at - timedelta(minutes=11 + random.SystemRandom().randrange(10**5))
        kept = story.installation
        with acting(kept.database, kept.settings, "qian", behind, door=Door.CLI) as act:
            ACTIONS["sign"](act, _case(story), paper="D1")


def sign_while_it_is_moved(place: Path) -> None:
    """Try to sign in a database that was moved away after it was opened."""
    with office(place) as story:
        case = _case(story)
        (place / DATABASE).rename(place / "away")
        try:
            story.do("qian", "sign", case, paper="D1")
        finally:
            made_anew = (place / DATABASE).exists()
            (place / "away").replace(place / DATABASE)
            if made_anew:
                os._exit(3)


def seal(place: Path, days: int = 1) -> None:
    """Do what the worker does until nothing is left: files of papers, the package."""
    with office(place) as story:
        story.at += timedelta(days=days)
        while work_off(story.installation, str(os.getpid()), story.at).any:
            pass


def seal_later(place: Path) -> None:
    """Do the rest when no lease of a dead worker holds any more."""
    seal(place, days=2)


def migrate(place: Path) -> None:
    """Bring an old database up to date."""
    database = Database(f"sqlite:///{place / DATABASE}", durable=False)
    upgrade(database.engine)
    database.close()


def _old(place: Path) -> None:
    database = Database(f"sqlite:///{place / DATABASE}", durable=False)
    upgrade(database.engine, OLD)
    database.close()


def whole(place: Path) -> dict[str, Counter[Any]]:
    """Return what an office holds, each thing with how often. Raises AssertionError for a chain or package that is broken."""
    with office(place) as story, story.installation.database.reading() as session:
        told = held(session)
        for case in session.scalars(select(Case)):
            assert chain.verify(event_record(session, case.case_number, until=case.last_seq)).ok
        assert office_chain(session).faults == ()
        for archive in session.scalars(select(Archive).where(Archive.package_path.is_not(None))):
            assert (story.installation.settings.archives / str(archive.package_path)).is_dir()
    assert max(told["numbers"].values(), default=1) == 1
    assert max(told["files"].values(), default=1) == 1
    return told


def schema(place: Path) -> list[str]:
    """Return every table, index and trigger of a database by the words of its declaration, whose order says nothing."""
    database = Database(f"sqlite:///{place / DATABASE}", durable=False)
    with database.engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
    database.close()
    return sorted(" ".join([name, *sorted(_WORD.findall(str(sql)))]) for name, sql in rows)


TO_BE_SIGNED = begun(_to_be_signed)
STEPS = (
    Step("sign", TO_BE_SIGNED, sign, whole),
    Step("seal", begun(lambda story: story.archived()), seal, whole),
    Step("migrate", _old, migrate, schema),
    Step("sign on a full disk", TO_BE_SIGNED, sign, whole, "full"),
    Step("sign with a clock behind", TO_BE_SIGNED, sign_with_a_clock_behind, whole, "refused"),
    Step("sign while the database is moved", TO_BE_SIGNED, sign_while_it_is_moved, whole, "refused"),
)
AGAIN = {seal: seal_later, sign_with_a_clock_behind: sign, sign_while_it_is_moved: sign}


def _counted(steps: count[int], at: int) -> None:
    """Let this process count its statements, commits and files that get their name, and be killed before the `at`-th."""

    def struck(*_: Any) -> None:
        if next(steps) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", struck)
    event.listen(Engine, "commit", struck)
    settle = Place.settle

    def settled(*args: Any, **options: Any) -> Any:
        struck()
        return settle(*args, **options)

    Place.settle = settled  # type: ignore[method-assign]  # of this process, which dies


def _child(do: Callable[[], None]) -> int:
    """Run something in a process of its own; returns how that ended, as `os.waitpid` says it."""
    sys.stdout.flush()
    child = os.fork()
    if not child:
        try:
            do()
        except (Refused, OSError) as met:
            os._exit(1 if isinstance(met, Refused) else 2)
        except Exception as met:  # noqa: BLE001  whatever it is, it is this child's end, and told by its status
            # What a full disk makes of a statement is the database's word for it.
            if "disk" in str(met) or "I/O" in str(met):
                os._exit(2)
            traceback.print_exc()
            os._exit(9)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def _points(step: Step, base: Path) -> int:
    """Return at how many points a step can be struck: it is taken unhurt, in the folder of the unhurt."""
    if step.strike == "refused":
        return 10**6  # as many moments as one likes
    if step.strike == "full":
        return 60
    reader, writer = os.pipe()

    def unhurt() -> None:
        steps = count(1)
        _counted(steps, 0)
        step.take(base)
        os.write(writer, str(next(steps) - 1).encode())

    status = _child(unhurt)
    os.close(writer)
    with os.fdopen(reader) as told:
        most = told.read()
    assert status == 0, f"{step.name} unhurt ended with {status}"
    return int(most)


def strike(step: Step, place: Path, point: int) -> int:
    """Take a step in a child that is struck at a point; returns how it ended."""

    def take() -> None:
        if step.strike == "kill":
            _counted(count(1), point)
        elif step.strike == "full":
            resource.setrlimit(resource.RLIMIT_FSIZE, (point * PAGE, point * PAGE))
        step.take(place)

    return _child(take)


def struck(step: Step, folder: Path, most: int, chance: random.Random) -> tuple[int, int]:
    """Strike a step at up to `most` points, and see after each that all is whole; returns at how many, and of how many."""
    base, unhurt = folder.parent / f"base-{id(step.begin)}", folder / "unhurt"
    folder.mkdir(parents=True)
    if not base.exists():  # steps with one beginning share it
        (base / HOME).mkdir(parents=True)
        assert _child(lambda: step.begin(base)) == 0
    shutil.copytree(base, unhurt)
    points = _points(step, unhurt)
    again = AGAIN.get(step.take, step.take)
    assert _child(lambda: again(unhurt)) == 0
    wanted = step.told(unhurt)
    at = sorted(chance.sample(range(1, points + 1), min(most, points)))
    met = 0
    for point in at:
        place = folder / "struck"
        shutil.copytree(base, place)
        ended = strike(step, place, point)
        fits = {"kill": os.WIFSIGNALED(ended), "full": os.WIFEXITED(ended), "refused": os.WEXITSTATUS(ended) == 1}
        assert fits[step.strike], f"{step.name} at {point} ended with {ended}"
        assert not os.WIFEXITED(ended) or os.WEXITSTATUS(ended) in (0, 1, 2), f"{step.name} at {point}: {ended}"
        met += ended != 0
        assert _child(lambda place=place: again(place)) == 0, f"{step.name}, struck at {point}, could not go on"
        found = step.told(place)
        assert found == wanted, (step.name, point, found, wanted)
        shutil.rmtree(place)
    return met, points


def main(place: Path, most: int, seed: int, *names: str) -> None:
    """Strike every step, or those that are named."""
    chance = random.Random(seed)
    for number, step in enumerate(STEPS):
        if not names or step.name in names:
            began = time.monotonic()
            met, points = struck(step, place / str(number), most, chance)
            print(
                f"{step.name}\t{met}\t{points if step.strike == 'kill' else '-'}\t{time.monotonic() - began:.0f}",
                flush=True,
            )


if __name__ == "__main__":
    os.environ["SHENCHA_PDF"] = "off"
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
