"""A leader may excuse a unit's period on a ladder, so that it is passed over; with the ground and the reason."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLE = "ladder_excuse"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("ladder", sa.String(length=60), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.String(length=80), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('granted', 'withdrawn')", name=op.f("ck_ladder_excuse_state_known")),
        sa.CheckConstraint(
            "ground IN ('force_majeure', 'reorganisation', 'data_failure')", name=op.f("ck_ladder_excuse_ground_known")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_ladder_excuse_for_a_reason")),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_ladder_excuse_withdrawn_on_a_day")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_ladder_excuse_unit_id")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_ladder_excuse_period_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_excuse")),
    )
    for name, columns in (("state", ["state"]), ("unit_id", ["unit_id"]), ("period_unit", ["period_id", "unit_id"])):
        op.create_index(f"ix_{TABLE}_{name}", TABLE, columns)


def downgrade() -> None:
    op.drop_table(TABLE)
