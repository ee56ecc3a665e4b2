"""Groups of commands, one file each; `flows.cli` mounts them.

deliveries  kanalarkiv deliveries: the ledger of packages, and the archive's answers
gallring    kanalarkiv gallring: working copies, by decision and by two persons
register    kanalarkiv register: import, export, show, findings
telling, answering  how they speak: tables for people, JSON for programs
"""
