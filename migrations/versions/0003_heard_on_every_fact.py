"""When each finding of fact was put to the unit; and who inspected where a task comes from, none of whom closes it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_fact", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        # Where the report was filed before facts bore this moment: their units were heard under the rule of that time.
        "UPDATE case_fact SET told_at = (SELECT notice_at FROM accountability_case c WHERE c.id = case_fact.case_id) "
        "WHERE case_id IN (SELECT id FROM accountability_case WHERE state IN "
        "('reported', 'law_reviewed', 'decided', 'served', 'executed', 'expired', 'revoked'))"
    )
    op.add_column("task", sa.Column("found_by", sa.Text(), nullable=False, server_default=""))
    inspectors = op.get_bind().execute(
        sa.text(
            "SELECT t.id, i.person_id FROM task t "
            "JOIN finding f ON t.origin_kind = 'finding' AND t.origin_id = CAST(f.id AS VARCHAR(80)) "
            "JOIN visit_inspector i ON i.visit_id = f.visit_id AND i.replaced_at IS NULL ORDER BY t.id, i.person_id"
        )
    )
    found: dict[int, list[str]] = {}
    for task_id, person_id in inspectors:
        found.setdefault(task_id, []).append(f"person:{person_id}")
    if found:
        rows = [{"one": task_id, "keys": " ".join(keys)} for task_id, keys in found.items()]
        op.get_bind().execute(sa.text("UPDATE task SET found_by = :keys WHERE id = :one"), rows)


def downgrade() -> None:
    op.drop_column("task", "found_by")
    op.drop_column("case_fact", "told_at")
