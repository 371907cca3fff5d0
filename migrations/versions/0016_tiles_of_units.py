"""Where a unit's tile lies on the map-like grid of its level: a row and a column, or neither."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("tile_row", "tile_column"):
        op.add_column("unit", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in ("tile_row", "tile_column"):
        op.drop_column("unit", name)
