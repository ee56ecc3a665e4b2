"""Pages that only sender and recipient see are known by their address, and refused."""

import pytest

from register.errors import ExitCode, NotAllowedError
from register.private_pages import is_private, require_public

PRIVATE = [
    ("https://www.facebook.com/messages/t/100", None),
    ("https://FACEBOOK.com:443/%6Dessages/", None),
    ("https://m.facebook.com/messages", None),
    ("https://business.facebook.com/latest/inbox/all?asset_id=1", None),
    ("https://www.messenger.com/", None),
    ("https://www.instagram.com/direct/inbox/", None),
    ("https://www.instagram.com/x/../direct/t/1", None),
    ("https://x.com/messages/1-2", None),
    ("https://twitter.com/messages?x=1", None),
    ("https://www.linkedin.com/messaging/thread/2-a/", None),
    ("https://www.linkedin.com/company/1/admin/inbox/", None),
    ("https://www.tiktok.com/messages", None),
    ("https://bsky.app/messages/abc", None),
    ("https://web.whatsapp.com/", None),
    ("https://social.example.se/conversations", "mastodon"),
    ("https://forum.example.se/user/anna/chats/3", "forum"),
    ("https://forum.example.se/ucp.php?i=pm&folder=inbox", "forum"),
]
PUBLIC = [
    ("https://www.facebook.com/exempelkommun", None),
    ("https://www.facebook.com/exempelkommun/posts/messages-1", None),
    ("https://www.instagram.com/directors", None),
    ("https://x.com/exempelkommun/status/1", None),
    ("https://www.linkedin.com/company/messaging-ab", None),
    ("https://social.example.se/conversations", None),
    ("https://social.example.se/@kommunen", "mastodon"),
    ("https://forum.example.se/ucp.php?i=login", "forum"),
    ("https://notfacebook.com/messages", None),
    ("https://example.se/?next=https://www.facebook.com/messages", None),
]


@pytest.mark.parametrize(("url", "platform"), PRIVATE)
def test_a_page_of_private_messages_is_refused(url: str, platform: str | None) -> None:
    with pytest.raises(NotAllowedError, match="privata meddelanden") as refused:
        require_public(url, platform)
    assert refused.value.exit_code is ExitCode.NOT_ALLOWED


@pytest.mark.parametrize(("url", "platform"), PUBLIC)
def test_a_public_page_is_not(url: str, platform: str | None) -> None:
    assert is_private(url, platform) is False
    require_public(url, platform)


def test_what_is_no_address_is_for_others_to_refuse() -> None:
    require_public("facebook.com/messages")
    with pytest.raises(ValueError, match="no address"):
        is_private("facebook.com/messages")
