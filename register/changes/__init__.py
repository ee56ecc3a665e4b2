"""What captures showed when they were held against each other, as the register keeps it.

entering what vanished without a case is entered; what is accounted for is not; what is explained or came back is ended
counted  the figures of half-years
reported a half-year as it is followed up
asked    what of it is asked when findings and duties are judged
"""
