"""Key remediation becomes a target of the next letter: proposed from its record, taken in or left out by a person."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter_matter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("origin_kind", sa.String(length=60), nullable=False),
        sa.Column("origin_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("why_zh", sa.Text(), nullable=False),
        sa.Column("why_en", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.Column("decided_label", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('proposed', 'taken_in', 'left_out')", name=op.f("ck_letter_matter_outcome_known")
        ),
        sa.CheckConstraint(
            "(outcome = 'proposed') = (decided_by = '')", name=op.f("ck_letter_matter_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "outcome <> 'left_out' OR reason <> ''", name=op.f("ck_letter_matter_left_out_for_a_reason")
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_matter_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_matter")),
        sa.UniqueConstraint(
            "letter_id", "origin_kind", "origin_id", name=op.f("uq_letter_matter_letter_id_origin_kind_origin_id")
        ),
    )
    op.create_index(op.f("ix_letter_matter_letter_id"), "letter_matter", ["letter_id"])


def downgrade() -> None:
    op.drop_table("letter_matter")
