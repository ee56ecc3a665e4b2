"""The database of the register: what is known, since when, and who said so.

    opening      open a database, bringing it to the newest schema; read and write it
    table        what all tables are made of; times in UTC
    history      rows that are never changed: what was in force then, what was said then
    holds        gallringsstopp
    decisions    gallringsbeslut
    deliveries   the tables of the journeys of packages
    disposals    the tables of gallring
    migrations/  each step from an older schema, applied by `opening`

SQLite where nobody says otherwise, PostgreSQL when it grows: both are held to the same promises, and the tests run on
both. Only `flows`, `delivery` and `register.capturing` open one.
"""
