"""What captures showed when they were held against each other, as the register keeps it.

half     half-years
entering what vanished without a case is entered, what is accounted for is not, what came back is ended
figures  the figures of half-years
asked    what is kept, for those who ask
"""
