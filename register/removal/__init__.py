"""Cases of removal (*borttagsärenden*), by the guideline's order: spara, besluta, ta bort, diarieföra, papper.

    grounds     what something may be removed for, by which edition of the guideline, with the provisions behind it
    course      what may be said of a case when, and what it lacks
    keeping     cases read and written; the collecting case of a channel and year, and its numbers

What is written of a case is a new statement; what it said before is still there.
"""
