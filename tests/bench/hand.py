"""A hand that goes through the filmed channel as a person would: smooth scrolling, real clicks, a rest at each post."""

import asyncio

from playwright.async_api import Locator, Page

PX_PER_SECOND = 700
REST_SECONDS = 0.6
_HEADROOM = 100
_REACH = 800  # as far down in the window as a button may stand to be clicked
_ANSWER_MS = 30_000

_SCROLL = """async ([by, speed]) => {
  const from = scrollY, began = performance.now();
  await new Promise((done) => {
    const go = () => {
      const way = Math.min(Math.abs(by), (performance.now() - began) / 1000 * speed);
      scrollTo({ top: from + Math.sign(by) * way, behavior: 'instant' });
      if (way < Math.abs(by)) requestAnimationFrame(go); else done();
    };
    requestAnimationFrame(go);
  });
}"""


async def go_through(page: Page, url: str, posts: int) -> int:
    """Open every comment and reply of the first `posts` posts at `url`, and show all of them; return the clicks."""
    await page.goto(url, wait_until="load")
    clicks = 0
    for place in range(posts):
        post = page.locator("article").nth(place)
        await _bring(page, post, to=_HEADROOM)
        buttons = post.get_by_role("button", name="Visa")
        while await buttons.count():
            clicks += 1
            await _press(page, buttons.first)
        await page.evaluate(_SCROLL, [await _edge(post, "bottom") - _REACH, PX_PER_SECOND])
        await asyncio.sleep(REST_SECONDS)
    return clicks


async def _press(page: Page, button: Locator) -> None:
    """Scroll until the button is within reach, click it, and wait for its answer."""
    if not _HEADROOM <= await _edge(button, "top") <= _REACH:
        await _bring(page, button, to=_REACH - _HEADROOM)
    pressed = await button.element_handle(timeout=_ANSWER_MS)
    assert pressed is not None
    await button.click()
    answered = "button => !button.isConnected || !button.disabled"
    await page.wait_for_function(answered, arg=pressed, timeout=_ANSWER_MS)


async def _bring(page: Page, place: Locator, *, to: float) -> None:
    await page.evaluate(_SCROLL, [await _edge(place, "top") - to, PX_PER_SECOND])


async def _edge(place: Locator, side: str) -> float:
    found: float = await place.evaluate("(one, side) => one.getBoundingClientRect()[side]", side)
    return found
