"""What a person sees while the work goes on: stage, posts, comments, time left.

On a terminal one line that renews itself; elsewhere (a log, CI) a plain line at every stage and every tenth post.
Names and texts from the channel never reach the terminal: only counts do.
"""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from playwright.async_api import ElementHandle, Page
from rich.console import Console
from rich.status import Status

from capture.items import Item, Step
from register.language import Language, Text

_POSTS_A_LINE = 10


class Progress:
    """Tells how far a run has come. Also a witness of the walk, so it hears of every step and post.

    `clock` gives aware UTC times; `language` is the reader's.
    """

    def __init__(self, console: Console, *, clock: Callable[[], datetime], language: Language) -> None:
        self._console = console
        self._clock = clock
        self._language = language
        self._status: Status | None = None
        self._stage = Text("", "")
        self._stage_began = clock()
        self._posts_before = 0
        self._posts_done = 0
        self._latest: Step | None = None

    def say(self, text: Text) -> None:
        """Say one thing that stays on the screen."""
        self._console.print(text.spoken(self._language), markup=False, highlight=False, soft_wrap=True)

    def enter(self, stage: Text, *, posts: int = 0) -> None:
        """A new stage begins; `posts` of them are finished already, by a run that was broken off."""
        self.leave()
        self._posts_before = posts
        self._stage = stage
        self._stage_began = self._clock()
        self._posts_done = 0
        if self._console.is_terminal:
            self._status = self._console.status(stage.spoken(self._language))
            self._status.start()
        else:
            self.say(Text(f"→ {stage.sv}", f"→ {stage.en}"))

    def leave(self) -> None:
        """The stage is over; the line that renews itself goes away."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    async def on_step(self, page: Page, step: Step) -> None:  # noqa: ARG002 - a witness is shown the page
        """Renew the line."""
        self._latest = step
        if self._status is not None:
            self._status.update(self._counts(step).spoken(self._language))

    async def on_post(self, page: Page, post: Item, root: ElementHandle) -> None:  # noqa: ARG002 - see on_step
        """Count the post; where nothing renews itself, say every tenth."""
        self._posts_done += 1
        if self._status is None and self._latest is not None and self._posts_done % _POSTS_A_LINE == 0:
            self.say(self._counts(self._latest))

    async def on_part(self, page: Page, post: Item, root: ElementHandle) -> None:
        """Say nothing: the post is not done."""

    def _counts(self, step: Step) -> Text:
        finished = self._posts_before + self._posts_done
        posts = f"{finished}" if step.posts_claimed is None else f"{finished}/{step.posts_claimed}"
        left = self._left(finished, step.posts_claimed)
        sv, en = (f", cirka {_minutes(left)} kvar", f", about {_minutes(left)} left") if left is not None else ("", "")
        return Text(
            f"{self._stage.sv}: {posts} inlägg, {step.comments_seen} kommentarer{sv}",
            f"{self._stage.en}: {posts} posts, {step.comments_seen} comments{en}",
        )

    def _left(self, finished: int, claimed: int | None) -> timedelta | None:
        """How long the rest of the walk takes at the pace so far; None while that cannot be known."""
        if not self._posts_done or not claimed or claimed < finished:
            return None
        return (self._clock() - self._stage_began) * (claimed - finished) / self._posts_done


_in_use: ContextVar[Progress] = ContextVar("progress")


def use(progress: Progress) -> None:
    """Let whatever works in this context tell its progress to `progress`."""
    _in_use.set(progress)


def current() -> Progress:
    """Return the progress in use; where nobody set one (a run started by Prefect), plain lines on standard error."""
    try:
        return _in_use.get()
    except LookupError:
        use(Progress(Console(stderr=True), clock=lambda: datetime.now(UTC), language=Language.SWEDISH))
        return _in_use.get()


def _minutes(span: timedelta) -> str:
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"
