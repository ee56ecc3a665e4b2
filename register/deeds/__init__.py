"""What people say that they have done, and the register takes down: who, when, and never more than they may say.

watch    that a channel was looked after on a day
attest   that a duty is kept
custody  that a log-in is still where it is said to be
consent  that somebody consented, by reference, and that they no longer do
filing   private messages filed by hand in a restricted case
refusal  how it is said that something is not taken down
"""
