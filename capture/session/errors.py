"""What can go wrong with channels and sessions in a way that a person must act on.

BadInputError
 +-- NotAllowedError      the channel is not in the register, or the register does not allow this
 +-- SessionError         a session is missing, or cannot be made or opened
"""

from register.errors import BadInputError


class NotAllowedError(BadInputError):
    """Only channels in the register are captured, and automatically only with a decision that is in force."""


class SessionError(BadInputError):
    """A session is missing, or cannot be made or opened."""
