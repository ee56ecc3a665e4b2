"""The guideline's half-years: when each channel is to be documented, and how it stands with that on a day.

The guideline: "minst en gång varje halvår". Nothing here asks the time, a database or Prefect.

halves   a half-year, and the one that a moment lies in
window   the months that captures are planned in, and each channel's own day in them
due      what each channel owes, half-year by half-year, and how it stands with that
"""
