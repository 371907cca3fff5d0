"""What a unit proposes instead of the targets offered to it; and samples of verified values that another verifies anew."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_label", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_label", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('open', 'accepted', 'declined', 'taken_back')", name=op.f("ck_letter_proposal_outcome_known")
        ),
        sa.CheckConstraint(
            "(outcome = 'open') = (answered_at IS NULL)", name=op.f("ck_letter_proposal_answered_at_a_time")
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_proposal_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_proposal")),
        sa.UniqueConstraint("letter_id", "turn", name=op.f("uq_letter_proposal_letter_id_turn")),
    )
    op.create_table(
        "counter_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("at_random", sa.Integer(), nullable=False),
        sa.Column("by_risk", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("population_hash", sa.String(length=64), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=20), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('frozen', 'drawn', 'closed')", name=op.f("ck_counter_check_state_known")),
        sa.CheckConstraint(
            "state = 'frozen' OR length(seed) = 20", name=op.f("ck_counter_check_drawn_with_a_seed")
        ),
        sa.CheckConstraint("at_random >= 1 AND by_risk >= 0", name=op.f("ck_counter_check_some_at_random")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_counter_check_period_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_counter_check_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_check")),
        sa.UniqueConstraint("number", name=op.f("uq_counter_check_number")),
    )
    op.create_index("ix_counter_check_period_id", "counter_check", ["period_id"])
    op.create_index("ix_counter_check_state", "counter_check", ["state"])
    op.create_table(
        "counter_check_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("counter_check_id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("value_code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("risks", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("ticket", sa.String(length=64), nullable=True),
        sa.Column("is_by_risk", sa.Boolean(), nullable=False),
        sa.Column("verified", sa.String(length=42), nullable=True),
        sa.Column("found", sa.String(length=42), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "place IS NOT NULL OR checked_at IS NULL", name=op.f("ck_counter_check_item_only_drawn_ones_are_checked")
        ),
        sa.ForeignKeyConstraint(
            ["counter_check_id"], ["counter_check.id"], name=op.f("fk_counter_check_item_counter_check_id")
        ),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_counter_check_item_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_check_item")),
        sa.UniqueConstraint("counter_check_id", "name", name=op.f("uq_counter_check_item_counter_check_id_name")),
    )
    op.create_index("ix_counter_check_item_submission_id", "counter_check_item", ["submission_id"])


def downgrade() -> None:
    op.drop_table("counter_check_item")
    op.drop_table("counter_check")
    op.drop_table("letter_proposal")
