"""Title and article of a recorded paper apart from its scope; rows of competence that end; what is asked above and answered."""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.migrations.wider import accept, accept_paper_kind

revision = "0041"
down_revision = "0040"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)

_CITED = re.compile(
    r"^《(?P<title>[^《》]+)》(?P<article>第[零一二三四五六七八九十百]+条(?:第[一二三四五六七八九十]+款)?)?[，。；：、\s]*(?P<rest>.*)$",
    re.S,
)
_TITLE = re.compile("《([^《》]+)》")
_ARTICLE = re.compile("第[零一二三四五六七八九十百]+条(?:第[一二三四五六七八九十]+款)?")


def upgrade() -> None:
    _cited_apart()
    _rows_that_end()
    _written_by_hand()
    _answered()
    _came_in()
    _marked()
    _inquiries()


def _cited_apart() -> None:
    """Papers cited title and article as they were read off the scope: the first 《》, and an article where there is one only."""
    with op.batch_alter_table("authorities") as table:
        table.add_column(
            sa.Column(
                "title",
                sa.String(),
                nullable=True,
                comment="name of the paper without 《》, as a paper that rests on it cites it",
            )
        )
        table.add_column(
            sa.Column(
                "article",
                sa.String(),
                nullable=True,
                comment="article that opens the way, as 第十六条第二款; null for the paper as a whole",
            )
        )
    recorded = sa.table("authorities", *(sa.column(name) for name in ("id", "scope", "title", "article")))
    connection = op.get_bind()
    for row in connection.execute(sa.select(recorded.c.id, recorded.c.scope)).all():
        title = _TITLE.search(row.scope)
        if title is None:
            continue
        articles = set(_ARTICLE.findall(row.scope))
        values = {"title": title[1], "article": articles.pop() if len(articles) == 1 else None}
        begins = _CITED.match(row.scope)
        # What began with its citation keeps what followed; the rest are the words of the paper itself and stay whole.
        if begins is not None and begins["rest"].strip() and begins["article"] == values["article"]:
            values["scope"] = begins["rest"].strip()
        connection.execute(sa.update(recorded).where(recorded.c.id == row.id).values(**values))


def _rows_that_end() -> None:
    with op.batch_alter_table("competence_rows") as table:
        table.add_column(sa.Column("ended_at", MOMENT, nullable=True, comment="when it was ended before its last day"))
        table.add_column(
            sa.Column("ended_on", sa.Date(), nullable=True, comment="last day on which it counts once ended")
        )
        table.add_column(sa.Column("ended_reason", sa.String(), nullable=True, comment="why it was ended"))
        table.create_check_constraint("ended_with_reason", "(ended_at IS NULL) = (ended_reason IS NULL)")


def _written_by_hand() -> None:
    accept_paper_kind("opinion")
    for table in ("documents", "manners", "templates"):
        accept(table, f"ck_{table}_documentform", "form", "opinion")
    op.create_table(
        "written_papers",
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("documents.id"), primary_key=True, comment="paper"),
        sa.Column("matter", sa.String(), nullable=False, comment="the one matter that is asked or spoken of"),
        sa.Column("reasons", sa.String(), nullable=False, comment="facts and bases for it"),
        sa.Column("inclination", sa.String(), nullable=False, comment="what we ourselves would prefer, or propose"),
        sa.CheckConstraint("matter <> '' AND reasons <> '' AND inclination <> ''", name="worded"),
    )
    op.create_table(
        "annexed_measures",
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("documents.id"), primary_key=True, comment="paper"),
        sa.Column("measure_id", sa.Integer(), sa.ForeignKey("measures.id"), primary_key=True, comment="measure"),
        sa.Column("position", sa.Integer(), nullable=False, comment="place in the annex, from 1"),
        sa.CheckConstraint("position >= 1", name="position_counts_from_one"),
    )
    op.create_index("ix_annexed_measures_measure_id", "annexed_measures", ["measure_id"])


def _answered() -> None:
    accept("renditions", "ck_renditions_renditionform", "form", "superior_decision")
    op.create_table(
        "superior_decisions",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column(
            "document_id",
            sa.Integer(),
            sa.ForeignKey("documents.id"),
            nullable=False,
            unique=True,
            comment="paper it answers",
        ),
        sa.Column(
            "answer",
            sa.Enum(
                "approved",
                "approved_in_part",
                "not_approved",
                "other",
                name="superioranswer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="approved, in part, not approved, or otherwise answered",
        ),
        sa.Column("number", sa.String(), nullable=False, comment="文号 of the answer, or its register number"),
        sa.Column("given_by", sa.String(), nullable=False, comment="who answered"),
        sa.Column("dated", sa.Date(), nullable=False, comment="成文日期 of the answer"),
        sa.Column("received_at", MOMENT, nullable=False, comment="when it came"),
        sa.Column("summary", sa.String(), nullable=False, comment="what it says, in short"),
        sa.Column(
            "scan_id",
            sa.Integer(),
            sa.ForeignKey("renditions.id"),
            nullable=False,
            comment="its scan, kept among the files of the paper",
        ),
        sa.Column(
            "authority_id",
            sa.Integer(),
            sa.ForeignKey("authorities.id"),
            nullable=True,
            comment="recorded authority that was made of it",
        ),
        sa.Column(
            "follow_on",
            sa.Date(),
            nullable=True,
            comment="day on which we look again at what came of it; null once nothing is left",
        ),
        sa.Column("recorded_by", sa.Integer(), sa.ForeignKey("users.id"), nullable=False, comment="who entered it"),
        sa.Column("recorded_at", MOMENT, nullable=False, comment="when"),
        sa.CheckConstraint("number <> '' AND given_by <> '' AND summary <> ''", name="described"),
    )
    op.create_index("ix_superior_decisions_authority_id", "superior_decisions", ["authority_id"])
    to_follow = sa.text("follow_on IS NOT NULL")
    op.create_index(
        "ix_superior_decisions_follow",
        "superior_decisions",
        ["follow_on"],
        sqlite_where=to_follow,
        postgresql_where=to_follow,
    )


def _came_in() -> None:
    op.create_table(
        "incoming_papers",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=False, comment="case"),
        sa.Column("ref", sa.String(), nullable=False, comment="short name inside the case, as W1"),
        sa.Column(
            "kind",
            sa.Enum(
                "procuratorial",
                "judicial",
                "listed",
                "superior_order",
                "instruction",
                "proposal",
                "other",
                name="incomingkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="what it is",
        ),
        sa.Column("number", sa.String(), nullable=False, comment="文号 of the paper, or its number in our register"),
        sa.Column("sender", sa.String(), nullable=False, comment="who sent it"),
        sa.Column("dated", sa.Date(), nullable=False, comment="成文日期"),
        sa.Column("received_at", MOMENT, nullable=False, comment="when it came"),
        sa.Column("demand", sa.String(), nullable=False, comment="what it demands of us"),
        sa.Column(
            "due_on",
            sa.Date(),
            nullable=True,
            comment="day that it sets us; null where it sets none and the rule counts",
        ),
        sa.Column(
            "deadline_id",
            sa.Integer(),
            sa.ForeignKey("deadlines.id"),
            nullable=False,
            unique=True,
            comment="our clock",
        ),
        sa.Column("scan_sha256", sa.String(), nullable=False, comment="hash of the scan in the store"),
        sa.Column("scan_name", sa.String(), nullable=False, comment="name of the scan's file"),
        sa.Column("scan_bytes", sa.Integer(), nullable=False, comment="size of the scan"),
        sa.Column("recorded_by", sa.Integer(), sa.ForeignKey("users.id"), nullable=False, comment="who entered it"),
        sa.Column("recorded_at", MOMENT, nullable=False, comment="when"),
        sa.Column("closed_at", MOMENT, nullable=True, comment="when it was answered or lifted; null while it is owed"),
        sa.Column("outcome", sa.String(), nullable=True, comment="what we answered, or that it was lifted, in short"),
        sa.Column(
            "closing_number",
            sa.String(),
            nullable=True,
            comment="文号 of our answer, or of the paper that lifted it",
        ),
        sa.Column(
            "closing_sha256",
            sa.String(),
            nullable=True,
            comment="hash of the scan of the answer or lifting in the store",
        ),
        sa.Column("closing_name", sa.String(), nullable=True, comment="name of that scan's file"),
        sa.Column("closing_bytes", sa.Integer(), nullable=True, comment="size of that scan"),
        sa.Column("closed_by", sa.Integer(), sa.ForeignKey("users.id"), nullable=True, comment="who entered that"),
        sa.UniqueConstraint("case_id", "ref"),
        sa.CheckConstraint("number <> '' AND sender <> '' AND demand <> ''", name="described"),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_outcome"),
        sa.CheckConstraint("(closing_sha256 IS NULL) = (closing_name IS NULL)", name="closing_scan_named"),
    )
    still_owed = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_incoming_papers_open",
        "incoming_papers",
        ["case_id"],
        sqlite_where=still_owed,
        postgresql_where=still_owed,
    )


def _marked() -> None:
    """Urgency of papers, and what is printed of their publicity."""
    # SQLite adds a column with its check in place; a copy of the table would leave what refers to it hanging.
    added = (
        (
            "documents",
            "priority",
            "urgency",
            ("extra_urgent", "urgent"),
            "",
            "紧急程度; null for what its kind has, mostly none",
        ),
        (
            "manners",
            "publicity",
            "publicity",
            ("open", "on_request", "closed", "unprinted"),
            " DEFAULT 'unprinted' NOT NULL",
            "公开属性 that is printed; unprinted where none is",
        ),
    )
    for table, column, name, words, rest, comment in added:
        listed = ", ".join(f"'{word}'" for word in words)
        check = f"CONSTRAINT ck_{table}_{name} CHECK ({column} IN ({listed}))"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(32){rest} {check}")
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"COMMENT ON COLUMN {table}.{column} IS '{comment}'")


def _inquiries() -> None:
    accept_paper_kind("fact_inquiry")
    op.create_table(
        "inquiries",
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("documents.id"), primary_key=True, comment="paper"),
        sa.Column("questions", JSON, nullable=False, comment="what is asked, one a line"),
        sa.Column("due_on", sa.Date(), nullable=True, comment="when the answer is wished for; no clock runs by it"),
    )
