"""Between which ranks each unit of an edition lies when weights are varied, with the seed and all that was said of it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sensitivity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("draws", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=80), nullable=False),
        sa.Column("specification", sa.JSON(), nullable=False),
        sa.Column("ranges", sa.JSON(), nullable=False),
        sa.CheckConstraint("draws >= 1", name=op.f("ck_sensitivity_drawn")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_sensitivity_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sensitivity")),
        sa.UniqueConstraint("edition_id", name=op.f("uq_sensitivity_edition_id")),
    )


def downgrade() -> None:
    op.drop_table("sensitivity")
