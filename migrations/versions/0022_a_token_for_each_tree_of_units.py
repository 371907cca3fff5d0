"""A token that changes with every change of the tree of units, whoever makes it: processes keep the tree by it.

On PostgreSQL before each statement, so that whoever changes the tree waits for the token first and for rows later.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLES = ("unit", "unit_name", "placement", "succession")
VERBS = ("INSERT", "UPDATE", "DELETE")


def upgrade() -> None:
    op.create_table(
        "tree_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_tree_version_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tree_version")),
    )
    draw_with_every_change()


def draw_with_every_change() -> None:
    """The first token, and what draws the others."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("INSERT INTO tree_version (id, token) VALUES (1, gen_random_uuid())")
        op.execute(
            "CREATE FUNCTION draw_tree_version() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN UPDATE tree_version SET token = gen_random_uuid(); RETURN NULL; END $$"
        )
        for table in TABLES:
            op.execute(
                f"CREATE TRIGGER {table}_draws_tree_version BEFORE {' OR '.join(VERBS)} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION draw_tree_version()"
            )
        return
    op.execute("INSERT INTO tree_version (id, token) VALUES (1, hex(randomblob(16)))")
    for table in TABLES:
        for verb in VERBS:
            op.execute(
                f"CREATE TRIGGER {table}_{verb.lower()}_draws_tree_version AFTER {verb} ON {table} "  # noqa: S608
                "BEGIN UPDATE tree_version SET token = hex(randomblob(16)); END"
            )


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in TABLES:
        if on_postgresql:
            op.execute(f"DROP TRIGGER {table}_draws_tree_version ON {table}")
            continue
        for verb in VERBS:
            op.execute(f"DROP TRIGGER {table}_{verb.lower()}_draws_tree_version")
    if on_postgresql:
        op.execute("DROP FUNCTION draw_tree_version()")
    op.drop_table("tree_version")
