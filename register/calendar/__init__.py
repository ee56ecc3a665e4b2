"""The half-years, and when in them each channel is to be documented; what it then owes is told by `register.due`.

The guideline: "minst en gång varje halvår". Nothing here asks the time, a database or Prefect.

halves   a half-year, and the one that a moment lies in
window   the months that captures are planned in, and each channel's own day in them
"""
