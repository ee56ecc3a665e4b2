"""What was kept, for whoever makes something of it: the record, the package, and the statement of completeness."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from capture.items import Walk
from capture.media import journal
from capture.media.journal import FILES
from capture.media.look import SMALLEST
from capture.media.nouns import MediaFile, Medium, PostMedia, Shown, Way
from register.language import Text
from register.model import Artefact

FOLDER = "media"
"""The folder of the files inside the package."""
_PICTURES = frozenset({Medium.PICTURE, Medium.BACKGROUND})


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing that an item shows, and the file that was kept of it; None exactly where `shown` has a reason."""

    shown: Shown
    file: MediaFile | None

    @property
    def name(self) -> str | None:
        """The file's name inside the package."""
        return None if self.file is None else name_of(self.file)


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Media of a post known to be missing. `explained` says whether the channel itself accounts for it."""

    said: Text
    explained: bool
    post_key: str


@dataclass(frozen=True, kw_only=True)
class MediaKept:
    """What `Media` left in `folder`: of each finished post, and `by_item`, what each item shows in the page's order.

    `files` has every file once, in the order in which they were obtained.
    """

    folder: Path
    posts: tuple[PostMedia, ...]
    files: tuple[MediaFile, ...]
    by_item: Mapping[str, tuple[Told, ...]]


def kept(folder: Path) -> MediaKept:
    """Return what a visit kept in `folder`, every file proved against its digest.

    Raises:
        BadInputError: nothing was kept there, or it is not what was.
    """
    contents = journal.read(folder)
    files = {(line.address, line.sha256): line for line in reversed(contents.files)}
    first = {line.sha256: line for line in reversed(contents.files)}
    by_item: defaultdict[str, list[Told]] = defaultdict(list)
    for post in contents.posts:
        for shown in post.shown:
            file = None if shown.sha256 is None else files[shown.address, shown.sha256]
            by_item[shown.item_key].append(Told(shown=shown, file=file))
    return MediaKept(
        folder=folder,
        posts=contents.posts,
        files=tuple(line for line in contents.files if first[line.sha256] is line),
        by_item={key: tuple(told) for key, told in by_item.items()},
    )


def name_of(file: MediaFile) -> str:
    """Return a file's name inside the package: half of its digest is more than anybody can forge two files to."""
    return f"{FOLDER}/{file.sha256[:32]}.{file.extension}"


def artefacts(media: MediaKept) -> tuple[Artefact, ...]:
    """Return every file as the package is told of it."""
    return tuple(
        Artefact(
            path=media.folder / FILES / file.file,
            name=name_of(file),
            media_type=file.media_type,
            format_name=file.format_name,
            format_version=None,
            created=file.obtained,
        )
        for file in media.files
    )


def losses(media: MediaKept, walk: Walk) -> tuple[Missing, ...]:
    """Hold what was kept against the walk: every post was looked into, and every picture that was read has its file.

    A file that is missing is a loss of the post's content; a stream, a live broadcast, and what the server says is no
    more, are explained.
    """
    found = {post.post_key: post for post in media.posts}
    told: list[Missing] = []
    for ledger in walk.ledgers:
        post = found.get(ledger.post_key)
        if post is None:
            told.append(
                _missing(ledger.post_key, "Inläggets mediefiler söktes aldrig", "The post's media were not sought")
            )
        else:
            told.extend(_of_post(post))
    told.extend(_unseen(media, walk, found))
    return tuple(told)


def remarks(media: MediaKept) -> tuple[Text, ...]:
    """Return what a reader of the statement should know of the media beside the losses."""
    size = f"{sum(file.size for file in media.files) / 1e6:.1f}"
    fetched = sum(file.way is Way.FETCHED for file in media.files)
    small = sum(post.decorations for post in media.posts)
    hidden = sum(post.hidden for post in media.posts)
    said = [
        Text(
            f"{len(media.files)} mediefiler ({size.replace('.', ',')} MB) är sparade som original; {fetched} av dem "
            "hämtades med en egen förfrågan, resten är vad webbläsaren redan hade.",
            f"{len(media.files)} media files ({size} MB) are kept as originals; {fetched} of them were fetched by a "
            "request of their own, the rest are what the browser had already.",
        )
    ]
    if small:
        said.append(
            Text(
                f"{small} bilder under {SMALLEST} × {SMALLEST} bildpunkter räknades som utsmyckning och sparades inte.",
                f"{small} pictures under {SMALLEST} × {SMALLEST} pixels were taken for decoration and not kept.",
            )
        )
    if hidden:
        said.append(
            Text(
                f"{hidden} bilder och filmer som sidan höll dolda sparades inte.",
                f"{hidden} pictures and videos that the page kept hidden were not kept.",
            )
        )
    return tuple(said)


def _of_post(post: PostMedia) -> Iterator[Missing]:
    once = {(shown.medium, shown.address or place): shown.reason for place, shown in enumerate(post.shown)}
    together = len(once)
    for reason, number in Counter(reason for reason in once.values() if reason is not None).items():
        yield Missing(
            said=Text(
                f"{number} av {together} mediefiler saknas: {reason.label.sv}.",
                f"{number} of {together} media files are missing: {reason.label.en}.",
            ),
            explained=reason.explained,
            post_key=post.post_key,
        )
    if post.unread:
        yield _missing(
            post.post_key,
            f"{post.unread} delar av inlägget gick inte att söka igenom efter mediefiler",
            f"{post.unread} parts of the post could not be searched for media",
        )
    if post.unlisted:
        yield _missing(
            post.post_key,
            f"{post.unlisted} bilder och filmer utöver gränsen för ett inlägg söktes inte",
            f"{post.unlisted} pictures and videos beyond the limit for a post were not sought",
        )


def _unseen(media: MediaKept, walk: Walk, found: Mapping[str, PostMedia]) -> Iterator[Missing]:
    """Return the losses of pictures that the walk read, and that were gone before they could be kept."""
    short: Counter[str] = Counter()
    for item in walk.items:
        if item.post_key in found:
            seen = sum(told.shown.medium in _PICTURES for told in media.by_item.get(item.key, ()))
            short[item.post_key] += max(0, len({picture.url for picture in item.pictures}) - seen)
    for post_key, number in short.items():
        if number:
            yield _missing(
                post_key,
                f"{number} bilder som lästes av hann försvinna från sidan innan de sparades",
                f"{number} pictures that were read had left the page before they could be kept",
            )


def _missing(post_key: str, sv: str, en: str) -> Missing:
    return Missing(said=Text(f"{sv}.", f"{en}."), explained=False, post_key=post_key)
