"""What can go wrong with sessions in a way that a person must act on."""

from register.errors import BadInputError


class SessionError(BadInputError):
    """A session is missing, or cannot be made or opened."""
