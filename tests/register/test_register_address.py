"""Which addresses are a channel's: read the way a browser reads them, or not at all."""

import pytest

from register.address import canonical, covers, is_loopback

PAGE = "https://www.facebook.com/exempelkommun"


@pytest.mark.parametrize(
    "url",
    [
        PAGE,
        "https://www.facebook.com/exempelkommun/",
        "HTTPS://WWW.Facebook.com:443/exempelkommun#topp",
        "https://www.facebook.com./exempelkommun?sk=posts",
        "https://www.facebook.com/%65xempelkommun/posts/1",
        "https://www.facebook.com/annan/../exempelkommun",
        "https://www.facebook.com/./exempelkommun/a/%2E%2e/b",
    ],
)
def test_the_channel_and_what_lies_below_it(url):
    assert covers(PAGE, url)


@pytest.mark.parametrize(
    "url",
    [
        "http://www.facebook.com/exempelkommun",
        "https://facebook.com/exempelkommun",
        "https://www.facebook.com:8443/exempelkommun",
        "https://www.facebook.com/exempelkommunen",
        "https://www.facebook.com/Exempelkommun",
        "https://www.facebook.com/",
        "https://www.facebook.com/exempelkommun/../annan",
        "https://www.facebook.com/exempelkommun/%2e%2E/annan",
        "https://www.facebook.com/exempelkommun%2Fposts",
        "https://www.facebook.com.annan.se/exempelkommun",
    ],
)
def test_what_is_somebody_elses(url):
    assert not covers(PAGE, url)


@pytest.mark.parametrize(
    "url",
    [
        "https://annan.se\\@www.facebook.com/exempelkommun",
        "https://annan.se@www.facebook.com/exempelkommun",
        "https://www.facebook.com\\.annan.se/exempelkommun",
        "https://www.facebook.com/exempelkommun\\..\\annan",
        "https://www.face\u200bbook.com/exempelkommun",
        "https://www.facebook.com/\texempelkommun",
        "https://faß.se/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://www.facebook.com:99999/",
        "exempelkommun",
    ],
)
def test_what_a_browser_may_read_otherwise_is_no_address(url):
    with pytest.raises(ValueError):  # noqa: PT011 - which one is of no matter
        canonical(url)


def test_a_page_that_is_named_by_its_query():
    page = "https://www.facebook.com/profile.php?id=100"
    assert covers(page, "https://www.facebook.com/profile.php?sk=posts&id=100")
    assert not covers(page, "https://www.facebook.com/profile.php?id=1")
    assert not covers(page, "https://www.facebook.com/profile.php?id=100&id=1")
    assert not covers(page, "https://www.facebook.com/profile.php")


def test_one_form_for_all_spellings():
    assert canonical("HTTPS://Räksmörgås.SE:443/å/%c3%a5/~a/%7e?q=1#x") == (
        "https://xn--rksmrgs-5wao1o.se/%C3%A5/%C3%A5/~a/~?q=1"
    )
    assert canonical("http://[::0001]:8080") == "http://[::1]:8080/"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:5000/", True),
        ("http://127.200.0.9/", True),
        ("http://[::1]:80/a", True),
        ("http://localhost:1/", True),
        ("http://localhost.annan.se/", False),
        ("http://127.0.0.1.annan.se/", False),
        ("http://10.0.0.1/", False),
        ("https://www.facebook.com/", False),
    ],
)
def test_what_stays_on_this_machine(url, expected):
    assert is_loopback(url) is expected
