"""Debates (*debatter*): when a channel is to be documented more often, and what says that it should be.

course     starting and stopping it
rate       whether comments come faster than the channel's history makes normal
"""
