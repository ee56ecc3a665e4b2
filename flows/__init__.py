"""When: the occasions on which a channel is documented, and the command line that starts them. Prefect lives here."""
