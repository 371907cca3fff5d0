"""How alembic meets the database: always on a connection that is handed in, always in one transaction."""

from alembic import context
from sqlalchemy.types import TypeDecorator

from assessment.foundation.db import Base


def written(kind, item, autogen_context):
    """A migration names plain types only: it must still run when our column types have moved or gone."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.load_dialect_impl(autogen_context.dialect)!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a constraint by copying the table
    compare_type=True,
    render_item=written,
)
with context.begin_transaction():
    context.run_migrations()
