"""An adjustment names every record that it counts; an award keeps each exclusion, not the first alone."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ADDED = (("adjustment", "evidence"), ("award", "also_excluded"))


def upgrade() -> None:
    for table, column in ADDED:
        op.add_column(table, sa.Column(column, sa.JSON(), nullable=False, server_default=sa.text("'[]'")))


def downgrade() -> None:
    for table, column in ADDED:
        op.drop_column(table, column)
