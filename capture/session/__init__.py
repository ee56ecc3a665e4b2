"""Lawful modes and sessions: which page is whose, who is logged in, and the person who looks after the walk.

A session is made once by a person (`login.py`), kept encrypted (`store.py`, `key.py`) and never shown (`secret.py`).
In assisted mode the browser is the administrator's own (`own_browser.py`) and they can pause, take over and end
(`attended.py`). `address.py` says whether an address belongs to a channel, `identity.py` whether the right account is
logged in, `retry_after.py` how long a server asks to be left alone.
"""
