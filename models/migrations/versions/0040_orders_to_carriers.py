"""责令限期消除安全隐患决定书: a further kind of paper."""

from models.migrations.wider import accept_paper_kind

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    accept_paper_kind("compel_decision")
