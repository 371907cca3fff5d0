"""The bulletin that concludes a campaign is kept as it was served, in both languages, by the hashes of its files."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("bulletin_zh", "bulletin_en"):
        op.add_column("campaign", sa.Column(name, sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    for name in ("bulletin_zh", "bulletin_en"):
        op.drop_column("campaign", name)
