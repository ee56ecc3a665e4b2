"""Groups of commands, one file each; `flows.cli` mounts them.

A command's own module loads at once; what it does, behind slow libraries, is in the one named beside it.

capture, demo, login … are in flows.cli
channels    (registered, published)     closure     (closed)           consents, custody, duties, watch …
debate      (debated)                   deliveries                     difference, figures (differed, figured)
gallring, holds, private                register    (registered)       removal     (removed, removal_papers)
serve, status

asking      which register, moment, channel and person are meant
shown, judged, telling, pressing        how all of them speak: tables for people, JSON for programs, PDF/A to file
"""
