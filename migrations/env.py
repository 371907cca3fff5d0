"""How alembic meets the database: always on a connection that is handed in, always in one transaction."""

from alembic import context

from assessment.foundation.db import Base

connection = context.config.attributes["connection"]
# A table that a constraint changes is copied on SQLite; foreign keys would stop the copying.
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
