"""Pages that would rather not be kept, or would have more done than that, and a disk that fills: said, and bounded."""

import asyncio
import base64
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser
from playwright.async_api import Error as PlaywrightError

from capture.items import Cause, Item, ItemKind, Step
from capture.media import Limits, Media, MediaKept, Reason, kept
from capture.media.journal import recover
from capture.media.nouns import PostMedia
from capture.walk import Bounds, load_patterns, load_profiles, open_page
from capture.walk.look import Order
from capture.walk.screen import Screen, engine
from register.errors import DiskFullError
from tests.media.media_site import Answer, Clock, Site, digest, picture
from tests.small_disk import small_disk_of

PNG, OTHER = picture("PNG", 1), picture("PNG", 2)
START = (
    '<!doctype html><meta charset="utf-8"><main><div role="feed"><article data-id="p1"><a href="/kommun" rel="author">K'
    '</a><a href="/inlagg/1"><time datetime="2026-05-01T08:00:00Z">1 maj</time></a><div dir="auto">Text</div>'
)


def _post(site: Site) -> Item:
    key = f"{site.origin}/inlagg/1"
    return Item(
        key=key, key_source="permalink", kind=ItemKind.POST, post_key=key, parent_key=None, ordinal=1, author="K",
        text="Text", published=None, published_shown="1 maj", claimed=None, links=(), pictures=(),
        first_seen=datetime(2026, 11, 22, tzinfo=UTC),
    )  # fmt: skip


def _step(post: Item, url: str) -> Step:
    return Step(
        number=1, cause=Cause.SCROLL, label="", post_key=post.key, url=url, at=post.first_seen, scroll_y=0, in_view=(),
        posts_seen=1, comments_seen=0, posts_claimed=None,
    )  # fmt: skip


class Shower:
    """Shows pages of one post to a `Media`: all but the last as pages that go on elsewhere, or `stepped` over."""

    def __init__(self, site: Site, browsing: tuple[asyncio.Runner, Browser], folder: Path) -> None:
        self.site = site
        self._runner, self._browser = browsing
        self._folder = folder
        self._script = engine(load_patterns(), load_profiles(), platform=None)

    def show(
        self, *contents: str, before: str = "null", close: bool = False, stepped: bool = False, **limits: float
    ) -> PostMedia:
        """Return what was made of pages with such contents."""
        self._stepped = stepped
        self._runner.run(self._show(contents, before, close, Limits(**({"most_bytes": 10**6} | limits))))  # type: ignore[arg-type]
        (post,) = self.kept().posts
        return post

    def kept(self) -> MediaKept:
        return kept(self._folder)

    async def _show(self, contents: tuple[str, ...], before: str, close: bool, limits: Limits) -> None:
        page = await open_page(self._browser)
        try:
            async with Media(self._folder, clock=Clock(), limits=limits) as media:
                screen = Screen(page, engine=self._script, bounds=Bounds(), drawn=True)
                for number, content in enumerate(contents):
                    self.site.answers[f"/?{number}"] = Answer(f"{START}{content}</article>".encode(), "text/html")
                    await screen.go(f"{self.site.origin}/?{number}")
                    await page.wait_for_function("[...document.images].every((one) => one.complete)")
                    await screen.do(Order())
                    post = _post(self.site)
                    root = await screen.root(post.key)
                    assert root is not None
                    await page.evaluate(before)
                    if close:
                        await page.close()
                    if content is contents[-1]:
                        await media.on_post(page, post, root)
                    elif self._stepped:
                        await media.on_step(page, _step(post, page.url))
                    else:
                        await media.on_part(page, post, root)
        finally:
            await page.context.close()


@pytest.fixture
def shower(site: Site, browsing: tuple[asyncio.Runner, Browser], tmp_path: Path) -> Shower:
    site.answers |= {"/a.png": Answer(PNG, "image/png"), "/b.png": Answer(OTHER, "image/png")}
    return Shower(site, browsing, tmp_path / "media")


def _told(post: PostMedia) -> list[tuple[str, Reason | None, str]]:
    return [(one.medium.value, one.reason, one.detail) for one in post.shown]


def test_what_a_post_shows_on_several_pages_is_one_account(shower: Shower) -> None:
    post = shower.show('<img src="/a.png">', '<img src="/a.png"><img src="/b.png"><img src="/b.png" width="9">')
    assert [one.sha256 for one in post.shown] == [digest(PNG), digest(OTHER)]
    assert post.decorations == 1


def test_what_the_feed_shows_of_a_post_that_is_finished_on_its_own_page_is_kept_too(shower: Shower) -> None:
    below = '<div style="height:2000px"></div><img src="/c.png" width="60" height="60">'
    post = shower.show(f'<img src="/a.png">{below}', '<img src="/b.png">', stepped=True)
    assert [one.sha256 for one in post.shown] == [digest(OTHER), digest(PNG)]  # what was never on the screen is not


def test_a_page_that_breaks_its_own_tools_is_unread_and_not_without_media(shower: Shower) -> None:
    breaks = "() => { Element.prototype.querySelectorAll = () => { throw new Error('nej'); }; }"
    post = shower.show('<img src="/a.png">', before=breaks)
    assert (post.shown, post.unread) == ((), 1)


def test_a_page_that_answers_something_else_is_unread(shower: Shower) -> None:
    lies = "() => { Math.min = () => -7; }"
    post = shower.show('<img src="/a.png" width="60" height="60">', before=lies)
    assert (post.shown, post.unread) == ((), 1)


def test_a_page_that_closes_is_no_account_of_anything(shower: Shower) -> None:
    with pytest.raises(PlaywrightError):
        shower.show('<img src="/a.png">', close=True)
    assert shower.kept().posts == ()


def test_pictures_beyond_the_limit_are_counted_and_no_more(shower: Shower) -> None:
    post = shower.show('<img src="/a.png">' * 33, most_shown=30)
    assert (len(post.shown), post.unlisted) == (1, 3)
    assert shower.site.times("/a.png") == 1


def test_addresses_that_are_no_web_addresses_are_never_read(shower: Shower) -> None:
    size = 'width="60" height="60"'
    post = shower.show(
        f'<img src="file:///etc/passwd" {size}><img src="chrome://version/x.png" {size}>'
        f'<img src="/{"x" * 9000}" {size}><video src="javascript:alert(1)"></video><img src="data:," {size}>'
        f'<video src="data:video/mp4;base64,{base64.b64encode(PNG).decode()}"></video>'
    )
    assert _told(post) == [
        ("picture", Reason.FORBIDDEN, ""), ("picture", Reason.FORBIDDEN, ""), ("picture", Reason.FORBIDDEN, ""),
        ("video", Reason.FORBIDDEN, ""), ("picture", Reason.NOT_MEDIA, ""), ("video", Reason.NOT_MEDIA, "image/png"),
    ]  # fmt: skip
    assert len(post.shown[2].address) == 200


def test_what_a_page_makes_as_it_goes_is_live_or_a_stream_or_too_large(shower: Shower) -> None:
    script = """<script>
    const paper = document.createElement('canvas');
    const [live, none, large] = document.querySelectorAll('video');
    live.srcObject = paper.captureStream();
    large.src = URL.createObjectURL(new Blob([new Uint8Array(2000000)]));
    </script>"""
    post = shower.show(f"<video></video><video></video><video></video>{script}")
    assert _told(post) == [
        ("video", Reason.LIVE, ""), ("video", Reason.NO_ADDRESS, ""),
        ("video", Reason.TOO_LARGE, "2000000 byte, gränsen är 1000000"),
    ]  # fmt: skip
    data = "data:image/png;base64," + "A" * 3000
    shower._folder = shower._folder.with_name("small")
    assert _told(shower.show(f'<img src="{data}" width="60" height="60">', most_bytes=1000)) == [
        ("picture", Reason.TOO_LARGE, "")
    ]


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ("async () => { throw 1; }", Reason.STREAM),
        ("async () => ({ blob: async () => ({ size: 9, slice: () => ({ arrayBuffer: async () => 7 }) }) })", None),
        ("async () => ({ blob: async () => ({ size: 1e15 }) })", Reason.TOO_LARGE),
        ("async () => ({ blob: async () => ({ size: 'x' }) })", Reason.STREAM),
        ("() => new Promise(() => {})", Reason.UNREACHABLE),
    ],
)
def test_a_page_that_hands_out_something_else_than_its_object(shower: Shower, lie: str, reason: Reason | None) -> None:
    post = shower.show(
        "<video></video><script>document.querySelector('video').src = URL.createObjectURL(new Blob(['x']))</script>",
        before=f"() => {{ window.fetch = {lie}; window.btoa = () => '*a*'; }}",
        seconds=1,
    )
    (told,) = _told(post)
    assert told[1] is (reason or Reason.UNREACHABLE)
    assert shower.kept().files == ()


def test_words_that_no_file_can_hold_are_kept_readable(shower: Shower) -> None:
    post = shower.show('<img src="/a.png" id="a"><script>a.alt = "x\\ud800\\u0000y".repeat(2000)</script>')
    assert post.shown[0].alt == ("x\ufffd\x00y" * 2000)[:4000]


def test_a_broken_picture_that_its_page_says_is_small_is_decoration(shower: Shower) -> None:
    gone = '<img src="/borta.png" alt="" {}>'
    post = shower.show(gone.format('width="1" height="1"') + gone.format('width="90" height="90"') + gone.format(""))
    assert post.decorations == 1
    assert _told(post) == [("picture", Reason.GONE, "HTTP 404")]


def test_a_host_that_does_not_answer_is_not_asked_for_ever(shower: Shower) -> None:
    sounds = "".join(f'<audio preload="none" src="http://127.0.0.1:1099/{n}"></audio>' for n in range(6))
    post = shower.show(sounds, at_once=1)
    refused = (Reason.UNREACHABLE, "ConnectionRefusedError")
    given_up = (Reason.UNREACHABLE, "127.0.0.1 har inte svarat på 3 försök")
    assert [(one.reason, one.detail) for one in post.shown] == [refused] * 3 + [given_up] * 3


def test_when_the_time_for_a_post_is_over_nothing_more_is_fetched(shower: Shower) -> None:
    post = shower.show('<img src="/a.png"><audio preload="none" src="/b.mp3"></audio>', post_seconds=0)
    assert _told(post) == [("picture", None, ""), ("audio", Reason.OUT_OF_TIME, "")]
    assert shower.site.times("/b.mp3") == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 100 kB."""
    with small_disk_of("100k", tmp_path / "disk") as disk:
        yield disk


@pytest.mark.parametrize("last", ['<img src="/stor.png">', '<audio preload="none" src="/stor.mp3"></audio>'])
def test_a_full_disk_is_said_and_leaves_no_half_file(
    site: Site, browsing: tuple[asyncio.Runner, Browser], small_disk: Path, tmp_path: Path, last: str
) -> None:
    """Whether it fills with what the browser had, or with what is being fetched."""
    site.answers |= {
        "/a.png": Answer(PNG, "image/png"),
        "/stor.png": Answer(picture("PNG", 3, (900, 600)), "image/png"),
        "/stor.mp3": Answer(b"ID3\x04" + bytes(150_000), "audio/mpeg"),
    }
    with pytest.raises(DiskFullError) as caught:
        Shower(site, browsing, small_disk / "media").show(f'<img src="/a.png">{last}')
    assert "Disken blev full när mediefiler sparades" in caught.value.happened.sv
    moved = shutil.copytree(small_disk / "media", tmp_path / "moved")
    left = {path.name: digest(path.read_bytes()) for path in (moved / "files").iterdir()}
    assert left == {line.file: line.sha256 for line in recover(moved).files} == {f"{digest(PNG)}.png": digest(PNG)}
