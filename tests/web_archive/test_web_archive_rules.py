"""By what names secrets are known, how a request finds its answer, and how alike two pictures are."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from capture.web_archive import view
from capture.web_archive.alike import alike
from capture.web_archive.matching import Nearness, keys, query_of, surt
from capture.web_archive.redaction import Redaction, names


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("https://x.se/a?access_token=EAAB12345&sida=2", "https://x.se/a?access_token=REDACTED&sida=2"),
        ("https://x.se/a?Access-Token=EAAB12345", "https://x.se/a?Access-Token=REDACTED"),
        ("https://x.se/a?v%5Bfb_dtsg%5D=NA12345678", "https://x.se/a?v%5Bfb_dtsg%5D=REDACTED"),
        ("https://anna:losen@x.se/a", "https://x.se/a"),
        ("https://x.se/a?sida=2&tokenisering=ja", "https://x.se/a?sida=2&tokenisering=ja"),
        ("https://[x", "https://[x"),
    ],
)
def test_secrets_in_addresses_go_by_name(given: str, left: str) -> None:
    """Whatever the case and the separator; what is no secret stays."""
    assert Redaction().address(given) == left


@pytest.mark.parametrize(
    "written",
    [
        '{{"fb_dtsg":"{}"}}',
        "{{'fb_dtsg': '{}'}}",
        r"{{\"fb_dtsg\":\"{}\"}}",
        "&quot;fb_dtsg&quot;:&quot;{}&quot;",
        '<input type="hidden" name="fb_dtsg" value="{}">',
        '<input value="{}" type="hidden" name="fb_dtsg">',
        '<meta name="csrf-token" content="{}">',
        '["DTSGInitialData",[],{{"token":"{}"}},258]',
        "a?x=1&amp;fb_dtsg={}&amp;y=2",
        "fb_dtsg%3D{}",
    ],
)
def test_secrets_in_pages_go_by_name_and_nothing_moves(written: str) -> None:
    """As JSON, scripts, forms and HTML write them, each replaced by as many signs; a comment makes no word a secret."""
    secret, redaction = "NAcO1x9_k3Q:17:1700000000", Redaction()
    page = ("före " + written.format(secret) + " efter").encode()
    cleaned = redaction.body(page, textual=True)
    assert cleaned == page.replace(secret.encode(), b"x" * len(secret))
    assert redaction.values == ()
    redaction.learn(secret)
    assert redaction.body(secret.encode(), textual=False) == b"x" * len(secret)
    assert redaction.text(f"a {secret} b") == "a REDACTED b"


@pytest.mark.parametrize(
    "text",
    [
        "value=" * 100_000 + "csrf_token",
        "csrf_token" + " " * 500_000,
        'csrf_token"' * 50_000,
        ("value=" + "a" * 4_000 + " ") * 100 + "csrf_token",
        "a" * 500_000,
        'name="pwd"\r\n\r\n' * 30_000,
        "&" * 500_000,
    ],
)
def test_no_text_holds_the_recorder_up(text: str) -> None:
    """Each of these took hours where a search began anew at every sign."""
    redaction = Redaction()
    assert redaction.body(text.encode(), textual=True) == text.encode()
    assert redaction.query(text) == text
    assert len(redaction.sent(text.encode(), "multipart/form-data")) > 0
    assert redaction.headers((("X-Lång", text),)) == (("X-Lång", text),)


@pytest.mark.parametrize(
    ("media_type", "given", "left"),
    [
        ("application/x-www-form-urlencoded", b"a=1&password=bara+ord&b=2", b"a=1&password=REDACTED&b=2"),
        ("application/json", b'{"a": [{"passwd": "ord"}, 2]}', b'{"a": [{"passwd": "REDACTED"}, 2]}'),
        ("application/json", b'{"a" : "passwd" }', b'{"a" : "passwd" }'),
        (
            "multipart/form-data",
            b'--s\r\nContent-Disposition: form-data; name="pwd"\r\n\r\nord\r\n--s--\r\n',
            b'--s\r\nContent-Disposition: form-data; name="pwd"\r\n\r\nREDACTED\r\n--s--\r\n',
        ),
    ],
)
def test_a_name_is_enough_for_what_is_sent(media_type: str, given: bytes, left: bytes) -> None:
    """A password may be any word, too short or too common to be looked for anywhere else."""
    assert Redaction().sent(given, media_type) == left


def test_what_people_write_is_left_alone() -> None:
    """Texts that speak of secrets, short values, and programs that handle them."""
    redaction = Redaction()
    for text in (
        "Hur byter jag csrf_token: läs manualen",
        '{"access_token":null,"sessionid":"kort1"}',
        "function a(){return access_token=getAccessTokenNow()}",
        "Vi ses kl 12:30 2026-06-30, session_id finns inte",
    ):
        assert redaction.body(text.encode(), textual=True) == text.encode()
    redaction.learn_cookie("kakor", "alla-kakor-2026", http_only=False)
    redaction.learn_cookie("session", "onlywords", http_only=True)
    assert redaction.values == ()
    assert {"cookie", "authorization"} <= names().headers


def test_a_request_is_known_by_what_it_asks_for() -> None:
    """Exactly but for secrets and order; then without its times; then with every moment and chance for any other."""
    one = keys("GET", "https://x.se/a?b=2&a=1&access_token=hemlig1#del", "")
    other = keys("GET", "https://x.se/a?a=1&b=2&access_token=annan22", "")
    assert one == other
    timed = [keys("GET", f"https://x.se/a?fran=10&_={moment}&sel={when}", "") for moment, when in ((1, "a"), (2, "a"))]
    assert timed[0][Nearness.EXACT] != timed[1][Nearness.EXACT]
    assert timed[0][Nearness.WITHOUT_TIMES] == timed[1][Nearness.WITHOUT_TIMES]
    chance = [keys("POST", "https://x.se/a", f"id=7&stund={moment}") for moment in ("1767225600", "1767225601123")]
    assert chance[0][Nearness.WITHOUT_TIMES] != chance[1][Nearness.WITHOUT_TIMES]
    assert chance[0][Nearness.ANY_CHANCE] == chance[1][Nearness.ANY_CHANCE]
    pages = [keys("GET", f"https://x.se/a?fran={number}", "") for number in (10, 20)]
    assert all(a != b for a, b in zip(*pages, strict=True))
    assert keys("GET", "https://x.se/a", "")[0] != keys("POST", "https://x.se/a", "")[0]


def test_what_is_sent_is_written_as_indexes_write_it() -> None:
    """Forms, JSON, forms in parts, and anything else as base64."""
    parts = b'--s\r\nContent-Disposition: form-data; name="a"\r\n\r\nb c\r\n--s--\r\n'
    assert query_of("POST", "application/x-www-form-urlencoded; charset=utf-8", b"a=%C3%A5&b=c+d") == "a=å&b=c d"
    assert query_of("POST", "application/json", b'{"a":{"b":1},"c":[{"b":2}]}') == "b=1&b.2_=2"
    assert query_of("PUT", "multipart/form-data; boundary=s", parts) == "a=b+c"
    assert query_of("POST", "application/json", b"{trasig") == "__wb_post_data=e3RyYXNpZw=="
    assert query_of("POST", "multipart/form-data", b"x") == "__wb_post_data=eA=="
    assert query_of("GET", "application/json", b"{}") == ""
    assert surt("https://www.Exempel.SE:8443/A?b=2&a=1#x") == "se,exempel:8443)/a?a=1&b=2"


def _picture(text: str, size: tuple[int, int] = (300, 200), *, mark: tuple[int, int, int, int] | None = None) -> bytes:
    image = Image.new("RGB", size, "white")
    drawing = ImageDraw.Draw(image)
    drawing.text((10, 10), text, fill="black")
    if mark is not None:
        drawing.rectangle(mark, fill="red")
    out = BytesIO()
    image.save(out, "png")
    return out.getvalue()


def test_empty_surfaces_do_not_make_up_for_what_is_missing() -> None:
    """A text that differs, or a picture that is gone, shows in the measure, however white the page around it is."""
    post = "Kommunfullmäktige sammanträder på torsdag klockan 18"
    assert alike(_picture(post), _picture(post)) == 1.0
    assert alike(_picture(post), _picture(post.replace("torsdag", "fredag!"))) < 0.98
    assert alike(_picture(post), _picture("")) < 0.5
    assert alike(_picture(post, mark=(50, 60, 120, 120)), _picture(post)) < 0.9
    assert alike(_picture(post), _picture(post, (300, 260))) < 0.98
    assert alike(_picture(""), _picture("")) == 1.0


def test_a_picture_is_named_after_its_post() -> None:
    """And only a picture is one."""
    key = "https://x.se/inlägg?id=1:2"
    assert view.named(view.address(key, 2)) == (key, 2)
    assert view.named("urn:kanalarkiv:picture:x") is None
    assert view.named("https://x.se/") is None
