"""One report of lateness a month for all units: its title names no unit, where the office did not word it itself."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

OLD = "关于{unit}落实{accident}整改措施情况的报告"
NEW = "关于{accident}整改措施落实情况的报告"
OF_ONE_UNIT = re.compile("关于.+?落实(.+)整改措施情况的报告")
UNSUBMITTED = ("draft", "returned")


def upgrade() -> None:
    manners = sa.table("manners", sa.column("kind"), sa.column("title"))
    op.execute(sa.update(manners).where(manners.c.kind == "late_report", manners.c.title == OLD).values(title=NEW))
    papers = sa.table("documents", *(sa.column(name) for name in ("id", "kind", "status", "title", "version")))
    connection = op.get_bind()
    # A draft takes in other units from now on; what was submitted or signed keeps its title.
    drafts = connection.execute(
        sa.select(papers.c.id, papers.c.title).where(papers.c.kind == "late_report", papers.c.status.in_(UNSUBMITTED))
    ).all()
    for draft in drafts:
        found = OF_ONE_UNIT.fullmatch(draft.title)
        if found:
            values = {"title": NEW.format(accident=found[1]), "version": papers.c.version + 1}
            connection.execute(sa.update(papers).where(papers.c.id == draft.id).values(**values))
