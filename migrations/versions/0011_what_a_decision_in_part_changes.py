"""A point that is upheld in part says what changes: by a number, or in words of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("objection_point", sa.Column("changes", sa.Text(), nullable=False, server_default=""))
    # What was decided so before has no other words than its reason.
    op.execute("UPDATE objection_point SET changes = answer WHERE outcome = 'in_part' AND granted IS NULL")


def downgrade() -> None:
    op.drop_column("objection_point", "changes")
