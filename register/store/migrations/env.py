"""What Alembic runs: the steps, within the transaction that `register.store.opening` has begun."""

from alembic import context

from register.store.table import Table

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,  # for its naming convention
    transactional_ddl=False,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
