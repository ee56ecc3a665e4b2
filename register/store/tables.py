"""All tables of the database together, as the migrations are held against them."""

from register.store import decisions, holds
from register.store.table import Table

TABLES = (decisions.DisposalDecision, holds.Hold)
METADATA = Table.metadata
