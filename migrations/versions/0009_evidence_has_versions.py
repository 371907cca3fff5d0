"""Evidence that is replaced or taken away after it was sent stays readable: a chain of versions instead of a deletion."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TWICE = "uq_evidence_submission_id_value_code_sha256"


def upgrade() -> None:
    with op.batch_alter_table("evidence") as evidence:
        evidence.drop_constraint(op.f(TWICE), type_="unique")
        evidence.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        evidence.add_column(sa.Column("version_number", sa.Integer(), nullable=False, server_default="1"))
        evidence.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        evidence.add_column(sa.Column("ended_by", sa.Text(), nullable=False, server_default=""))
        evidence.create_foreign_key(op.f("fk_evidence_replaces_id"), "evidence", ["replaces_id"], ["id"])
        evidence.create_unique_constraint(op.f("uq_evidence_replaces_id"), ["replaces_id"])
        evidence.create_check_constraint(
            op.f("ck_evidence_later_versions_replace_one"), "(replaces_id IS NULL) = (version_number = 1)"
        )
        evidence.create_check_constraint(
            op.f("ck_evidence_ended_by_somebody"), "(ended_at IS NULL) = (ended_by = '')"
        )
    op.create_index(
        "uq_evidence_standing", "evidence", ["submission_id", "value_code", "sha256"], unique=True,
        sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    """Before this there was one version of each file, the standing one; the others go, as they would have gone then."""
    op.drop_index("uq_evidence_standing", "evidence")
    op.execute("UPDATE evidence SET replaces_id = NULL, version_number = 1")
    op.execute("DELETE FROM evidence WHERE ended_at IS NOT NULL")
    with op.batch_alter_table("evidence") as evidence:
        evidence.drop_constraint(op.f("ck_evidence_ended_by_somebody"), type_="check")
        evidence.drop_constraint(op.f("ck_evidence_later_versions_replace_one"), type_="check")
        evidence.drop_constraint(op.f("uq_evidence_replaces_id"), type_="unique")
        evidence.drop_constraint(op.f("fk_evidence_replaces_id"), type_="foreignkey")
        for name in ("ended_by", "ended_at", "version_number", "replaces_id"):
            evidence.drop_column(name)
        evidence.create_unique_constraint(op.f(TWICE), ["submission_id", "value_code", "sha256"])
