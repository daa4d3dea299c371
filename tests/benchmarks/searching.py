"""How long it takes to find words among papers and measures, for an officer who sees all of them and an agency that sees few."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from models.kernel.act import acting, find_actor
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.vocabulary import Role
from models.office.commands.users import add_user
from models.overview.commands.indexing import index_slice
from models.overview.queries.search import search
from models.overview.tables import SearchText
from models.papers.tables import Document
from models.rectification.tables import Measure
from tests.benchmarks.measuring import Measured, Row, Size, Target, Unit
from tests.benchmarks.seed import FIRST, SERVED, Plan, seed
from tests.benchmarks.workplace import Workplace
from tests.stories import staffed

BENCH = "search"
ALLOWED_MS = 300.0
MEASURES = 5
DOCUMENTS = MEASURES + 2
ACCOUNTS = ("li", "ju")
PARTS = (
    *(
        "护栏",
        "缺失",
        "路侧",
        "弯道",
        "限速标志",
        "照明",
        "减速带",
        "中央隔离",
        "排查",
        "整改",
        "监控",
        "超速",
        "疲劳驾驶",
    ),
    *("安全带", "货运车辆", "制动系统", "检验", "培训", "巡查", "养护", "标线", "视距", "路肩", "非机动车", "行人过街"),
    *("应急处置", "值班", "台账", "公路管理", "乡镇政府", "运输企业", "动态监控", "农用车", "违法载人", "夜间", "雨天"),
)
RARE = "龘型阻尼器"


def bench(place: Workplace, size: Size) -> Measured:
    """Look for words of one to seven characters, alone and together, common and rare, on each database."""
    cases, rounds = size.of(50_000, 7_000, 21) // DOCUMENTS, size.of(12, 6, 1)
    rows, targets, facts = [], [], []
    with ExitStack() as stack:
        for name, on_postgres in (("PostgreSQL", True), ("SQLite", False)):
            if on_postgres and place.server is None:
                continue
            database = stack.enter_context(place.database(on_postgres=on_postgres, prepare=staffed))
            seed(database, Plan(cases, MEASURES, {FIRST: cases}))
            _written(database, cases)
            began = time.perf_counter()
            texts = _indexed(database)
            facts.append(f"{name}: {texts:,} texts taken into the index in {time.perf_counter() - began:.1f} s")
            database.analyse()
            with database.reading() as session:
                told = session.scalar(select(func.sum(func.length(SearchText.text)))) or 0
                facts.append(f"{name}: {told / 1e6:.1f} million characters")
                for account in ACCOUNTS:
                    took = tuple(_asked(session, account, rounds))
                    worst = statistics.quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
                    rows.append(Row(BENCH, f"a search of {account}, {name}", Unit.MILLISECONDS, took))
                    wish = f"p95 of {account} on {name} at most {ALLOWED_MS:.0f} ms: {worst:.0f} ms"
                    targets.append(Target(wish, worst <= ALLOWED_MS))
    return Measured(BENCH, f"Searching {cases * DOCUMENTS:,} documents", tuple(rows), tuple(facts), tuple(targets))


def _phrases(rounds: int) -> Iterator[str]:
    drawn = random.Random(16)
    for _ in range(rounds):
        one, other = drawn.sample(PARTS, 2)
        yield from (one, f"{one} {other}", one[0], one + other, RARE, "临江路", f"{RARE[:2]} {other}", "没有这词", "罕")


def _asked(session: Session, account: str, rounds: int) -> Iterator[float]:
    actor = find_actor(session, account, SERVED)
    for phrase in _phrases(rounds):
        began = time.perf_counter()
        search(session, actor, phrase, limit=21)
        yield 1000 * (time.perf_counter() - began)


def _written(database: Database, cases: int) -> None:
    """Give papers some two thousand characters and measures sentences of their own, and an agency its account."""
    drawn = random.Random(4)

    def sentence() -> str:
        words = drawn.choices(PARTS, k=6)
        return f"对{words[0]}{words[1]}的{words[2]}，由{words[3]}{words[4]}于{drawn.randint(1, 28)}日前完成{words[5]}。"

    with acting(database, Settings(), "console", SERVED) as act:
        add_user(act, "ju", "居某", "鄂州市第1责任单位", [Role.AGENCY])
    with database.writing() as session:
        connection = session.connection()
        for table, rows in (
            (
                Document.__table__,
                [{"n": n, "v": {"parts": [sentence() for _ in range(60)]}} for n in range(1, 2 * cases + 1)],
            ),
            (Measure.__table__, [{"n": n, "v": sentence()} for n in range(1, MEASURES * cases + 1)]),
        ):
            column = "content" if table is Document.__table__ else "text"
            connection.execute(
                update(table).where(table.c.id == bindparam("n")).values({column: bindparam("v")}),  # type: ignore[attr-defined]
                rows,
            )
        session.execute(update(Measure).where(Measure.id % 997 == 1).values(text=f"安装{RARE}"))


def _indexed(database: Database) -> int:
    texts, done = 0, 1
    while done:
        with acting(database, Settings(), "system", SERVED) as act:
            done = index_slice(act)
        texts += done
    return texts
