"""Which versions of the software have opened this database, and what each of them computed of announced editions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "software_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_software_version")),
    )
    op.create_table(
        "recomputation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("software_version_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["software_version_id"], ["software_version.id"], name=op.f("fk_recomputation_software_version_id")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_recomputation_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recomputation")),
        sa.UniqueConstraint(
            "software_version_id", "edition_id", name=op.f("uq_recomputation_software_version_id_edition_id")
        ),
    )
    op.create_index("ix_recomputation_edition", "recomputation", ["edition_id"])


def downgrade() -> None:
    op.drop_table("recomputation")
    op.drop_table("software_version")
