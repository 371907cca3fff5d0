"""Second factors with recovery codes and their reset by two; what a session's browser is; administrators confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NOW = "CURRENT_TIMESTAMP"


def upgrade() -> None:
    op.add_column("sign_in", sa.Column("agent", sa.String(200), nullable=False, server_default=""))
    op.add_column("sign_in", sa.Column("awaits_code", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("sign_in", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    _second_factor()
    _recovery_code()
    _factor_reset()
    # From here on an administrator's duty, too, takes two; those who have it keep it.
    for table, where in (
        ("post_duty", "duty = 'administer'"),
        ("holding", "post_id IN (SELECT post_id FROM post_duty WHERE duty = 'administer')"),
    ):
        op.execute(
            f"UPDATE {table} SET confirmed_by = 'set-up', confirmed_at = {NOW}"  # noqa: S608 - words of this file
            f" WHERE confirmed_by IS NULL AND {where}"
        )


def downgrade() -> None:
    for table in ("factor_reset", "recovery_code", "second_factor"):
        op.drop_table(table)
    for name in ("proved_at", "awaits_code", "agent"):
        op.drop_column("sign_in", name)


def _second_factor() -> None:
    op.create_table(
        "second_factor",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Text(), nullable=True),
        sa.Column("pending_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(sealed IS NULL) = (since IS NULL)", name=op.f("ck_second_factor_stands_or_not")),
        sa.CheckConstraint("(pending IS NULL) = (pending_at IS NULL)", name=op.f("ck_second_factor_pending_or_not")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_second_factor_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factor")),
    )


def _recovery_code() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_index(op.f("ix_recovery_code_person_id"), "recovery_code", ["person_id"])


def _factor_reset() -> None:
    op.create_table(
        "factor_reset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'done', 'declined')", name=op.f("ck_factor_reset_state_known")
        ),
        sa.CheckConstraint(
            "state <> 'done' OR (decided_by IS NOT NULL AND (decided_by <> asked_by OR asked_by = 'set-up'))",
            name=op.f("ck_factor_reset_two_hands"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_factor_reset_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_reset")),
    )
    op.create_index(op.f("ix_factor_reset_person_id"), "factor_reset", ["person_id"])
    op.create_index(op.f("ix_factor_reset_state"), "factor_reset", ["state"])
