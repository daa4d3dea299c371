"""A second wall before the texts and files of restricted papers (限制公开) on PostgreSQL: row-level security, by who reads.

The predicates of `models/kernel/rights/visible.py` decide what a person sees. Should a query forget them, the database still
keeps back what is written in papers with which its reader has nothing to do. The wall is wider than the predicates, so that it
never keeps back what they let through; a connection that does not say for whom it reads sees nothing of restricted papers there.

The row of a paper itself is not behind it: predicates ask whether there is a restricted paper in order to hide what tells of it,
and would show that where the paper were hidden from them.
"""

from __future__ import annotations

from models.kernel.storage.database import EVERYBODY, READER

BEHIND = ("document_versions", "paper_texts", "renditions")
"""Tables with what a paper says and its files, by the column document_id."""

# Asked once a statement each, as scalar queries, and not once a row.
_SAID = f"(SELECT coalesce(current_setting('{READER}', true), ''))"
_WHO = f"(SELECT CASE WHEN current_setting('{READER}', true) ~ '^[0-9]{{1,9}}$' THEN current_setting('{READER}', true)::int END)"
_CONCERNED = (
    "NOT d.restricted",
    # An archived case has a volume always: police of its territory know of it (`known_documents`).
    "d.kind = 'traceback_archive'",
    f"EXISTS (SELECT FROM readers r WHERE r.document_id = d.id AND r.user_id = {_WHO})",
    f"EXISTS (SELECT FROM cases c WHERE c.id = d.case_id AND c.officer_id = {_WHO})",
    f"EXISTS (SELECT FROM approvals a WHERE a.document_id = d.id AND (a.user_id = {_WHO} OR a.decided_by = {_WHO}"  # noqa: S608  ours
    f" OR EXISTS (SELECT FROM signing_authorisations s WHERE s.deputy_id = {_WHO}"
    " AND (a.user_id IS NULL OR a.user_id = s.principal_id))))",
)
_SEEN = (
    f"{_SAID} = '{EVERYBODY}' OR EXISTS (SELECT FROM documents d WHERE d.id = TABLE.document_id"
    f" AND ({' OR '.join(_CONCERNED)}))"
)


def policies(web: str, others: str) -> list[str]:
    """Return the statements that put up the wall for the role `web`; the roles `others` see all. They may be run again."""
    return [_put_up(table, web, others) for table in BEHIND]


def _put_up(table: str, web: str, others: str) -> str:
    """Return one statement for a table, which does nothing before the table is there."""
    return (
        f"DO $wall$ BEGIN IF to_regclass('public.{table}') IS NOT NULL THEN\n"
        f"  ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY;\n"
        f"  DROP POLICY IF EXISTS seen_by_reader ON public.{table};\n"
        f"  DROP POLICY IF EXISTS seen_by_all ON public.{table};\n"
        f"  CREATE POLICY seen_by_reader ON public.{table} TO {web} USING ({_SEEN.replace('TABLE', table)}) WITH CHECK (true);\n"
        f"  CREATE POLICY seen_by_all ON public.{table} TO {others} USING (true) WITH CHECK (true);\n"
        "END IF; END $wall$"
    )
