"""Groups of commands, one file each; `flows.cli` mounts them.

deliveries  kanalarkiv deliveries: the ledger of packages, and the archive's answers
gallring    kanalarkiv gallring: working copies, by decision and by two persons
register    kanalarkiv register: import, export, show, findings, who, package, duties
channels    kanalarkiv channels: those in kanalarkiv.toml; list and show: those in the register
registered, shown, judged  what the last two do, and how it is shown
telling     how they all speak: tables for people, JSON for programs
"""
