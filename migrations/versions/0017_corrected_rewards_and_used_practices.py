"""A round may correct another, by the difference to what was granted; who uses whose practice."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STATES = "state IN ('prepared', 'checked', 'publicity', 'approved', 'granted', 'revoked'{})"


def upgrade() -> None:
    with op.batch_alter_table("reward_round") as table:
        table.add_column(sa.Column("corrects_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_reward_round_corrects_id"), "reward_round", ["corrects_id"], ["id"])
        table.create_index(op.f("ix_reward_round_corrects_id"), ["corrects_id"])
    known(", 'superseded'")
    op.add_column("award", sa.Column("before_amount", sa.BigInteger(), nullable=True))
    op.add_column("award", sa.Column("before_place", sa.Integer(), nullable=True))
    op.create_table(
        "practice_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.String(length=80), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('in_use', 'ended')", name=op.f("ck_practice_use_state_known")),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_practice_use_ended_on_a_day")),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_practice_use_practice_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_practice_use_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_use")),
    )
    op.create_index(op.f("ix_practice_use_practice_id"), "practice_use", ["practice_id"])
    op.create_index(op.f("ix_practice_use_unit_id"), "practice_use", ["unit_id"])
    op.create_index(op.f("ix_practice_use_state"), "practice_use", ["state"])
    op.create_index(
        "uq_practice_use_standing", "practice_use", ["practice_id", "unit_id"], unique=True,
        sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    """Before this a corrected round was revoked, and what followed it stood by itself."""
    op.drop_table("practice_use")
    op.drop_column("award", "before_place")
    op.drop_column("award", "before_amount")
    op.execute("UPDATE reward_round SET state = 'revoked' WHERE state = 'superseded'")
    known("")
    with op.batch_alter_table("reward_round") as table:
        table.drop_index(op.f("ix_reward_round_corrects_id"))
        table.drop_constraint(op.f("fk_reward_round_corrects_id"), type_="foreignkey")
        table.drop_column("corrects_id")


def known(states: str) -> None:
    name = op.f("ck_reward_round_state_known")
    with op.batch_alter_table("reward_round") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, STATES.format(states))
