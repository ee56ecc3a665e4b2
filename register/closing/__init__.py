"""The way to that an account is closed: what has happened, and what still stands in the way.

steps    what can happen, and what each step leaves as evidence
gate     what must be in place before the account may be closed, and before the closure is done
course   entering what happens, each step by whoever may
"""
