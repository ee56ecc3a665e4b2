"""Who is to be told what of the half-years' captures, and when. Nothing here sends anything.

notice   what there is to tell, on which days, and to whom
ledger   what was told, and which runs did not come about; every row is kept
letter   the same as a letter to one person, in Swedish
"""
