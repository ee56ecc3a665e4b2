"""A blog as WordPress makes it: numbered pages of cards, each post on a page of its own, its comments on several.

Newest threads first, so "Äldre kommentarer" leads on. The comments of one post stand in a frame from another origin,
as with the comment services: there a button brings the rest.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from capture.items import ItemKind
from sample_channel.clock import short
from sample_channel.truth import Comment, Post
from tests.replicas.microblog import batch, slug
from tests.replicas.replica import POLICY, Answer, Json, Platform, Replica, Request, Row

POSTS, THREADS = 3, 5
EMBEDDED = 1  # the place of the post whose comments stand in a frame


def _title(post: Post) -> str:
    return re.split(r"[.!?:](?:\s|$)", post.text, maxsplit=1)[0]


def _address(post: Post) -> str:
    return f"/{post.published:%Y/%m}/{slug(_title(post))}-{post.id[:4]}/"


def _pages(post: Post) -> list[tuple[Comment, ...]]:
    """The threads of each page of comments, the newest page first, the newest thread first on it."""
    newest = post.comments[::-1]
    first = len(newest) % THREADS or THREADS
    return [newest[:first], *(newest[at : at + THREADS] for at in range(first, len(newest), THREADS))]


def _comment_address(replica: Replica, post: Post, comment: Comment) -> str:
    pages = _pages(post)
    if post == replica.truth.posts[EMBEDDED] or len(pages) == 1:
        return f"{_address(post)}#comment-{comment.id}"
    page = next(at for at, threads in enumerate(pages) if any(comment in thread.thread() for thread in threads))
    return f"{_address(post)}comment-page-{len(pages) - page}/#comment-{comment.id}"


def _answer(replica: Replica, request: Request) -> Json | Answer | None:
    match request.parts:
        case ["nyheter", *rest]:
            return _listing(replica, rest)
        case ["embed"]:
            return replica.page(title="Kommentarer", main="", kind="embed")
        case ["embed", "threads"]:
            return _threads(replica, request)
        case [year, month, name, *rest]:
            return _read(replica, f"/{year}/{month}/{name}/", rest)
    return None


def _listing(replica: Replica, rest: list[str]) -> Answer | None:
    match rest:
        case []:
            return _index(replica, 1)
        case ["page", number] if 2 <= int(number) <= -(-len(replica.truth.posts) // POSTS):
            broken = Answer(body=b"<h1>Internal Server Error</h1>", status=500)
            return broken if replica.twist == "trasig" else _index(replica, int(number))
    return None


def _read(replica: Replica, path: str, rest: list[str]) -> Answer | None:
    post = next((post for post in replica.truth.posts if _address(post) == path), None)
    if post is None or rest[1:]:
        return None
    page = re.fullmatch(r"comment-page-(\d+)", rest[0]) if rest else None
    if rest and (page is None or not 1 <= int(page[1]) <= len(_pages(post))):
        return None
    return _single(replica, post, int(page[1]) if page else None)


def _index(replica: Replica, number: int) -> Answer:
    start = (number - 1) * POSTS
    found, following = batch(replica.truth.posts, start, POSTS)
    cards = "".join(_card(post) for post in found if isinstance(post, Post))
    links = ""
    if following is not None:
        older = f'<a href="/nyheter/page/{number + 1}/" rel="next">Äldre inlägg</a>'
        links = f'<div class="nav-previous">{older}</div>'
    if number > 1:
        newer = "/nyheter/" if number == 2 else f"/nyheter/page/{number - 1}/"
        links += f'<div class="nav-next"><a href="{newer}" rel="prev">Nyare inlägg</a></div>'
    links = f'<nav class="navigation posts-navigation" aria-label="Inlägg"><div class="nav-links">{links}</div></nav>'
    main = cards + links
    return replica.page(title=replica.truth.name, main=main, kind="blog")


def _card(post: Post) -> str:
    excerpt = html.escape(post.text[:60].rsplit(" ", 1)[0])
    address = _address(post)
    return f"""<article id="post-{post.id}" class="post type-post hentry"><header class="entry-header">
<h2 class="entry-title"><a href="{address}" rel="bookmark">{html.escape(_title(post))}</a></h2>{_meta(post)}</header>
<div class="entry-summary"><p>{excerpt} […]</p></div><footer class="entry-footer"><span class="comments-link">
<a href="{address}#comments">{_number(post.claimed)}</a></span></footer></article>"""


def _number(comments: int) -> str:
    return {0: "Inga kommentarer", 1: "1 kommentar"}.get(comments, f"{comments} kommentarer")


def _meta(post: Post) -> str:
    return f"""<div class="entry-meta"><span class="posted-on">Publicerat <a href="{_address(post)}" rel="bookmark">
{_time(post.published, "entry-date published")}</a></span> <span class="byline"> av <span class="author vcard">
<a class="url fn n" rel="author" href="/author/kommunikation/">{html.escape(post.author)}</a></span></span></div>"""


def _time(published: datetime, kind: str) -> str:
    return f'<time class="{kind}" datetime="{published.isoformat()}">{published:%Y-%m-%d}</time>'


def _single(replica: Replica, post: Post, page: int | None) -> Answer:
    figures = "".join(
        f'<figure class="wp-block-image"><img src="{one.path}" alt="{html.escape(one.alt)}" width="600"></figure>'
        for one in post.pictures
    )
    main = f"""<article id="post-{post.id}" class="post type-post hentry"><header class="entry-header">
<h1 class="entry-title">{html.escape(_title(post))}</h1>{_meta(post)}</header>
<div class="entry-content">{_paragraphs(post.text)}{figures}</div></article>
<div id="comments" class="comments-area">{_comments(replica, post, page)}</div>"""
    return replica.page(title=html.escape(_title(post)), main=main, kind="blog")


def _paragraphs(text: str) -> str:
    parts = html.escape(text).split("\n\n")
    return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in parts)


def _comments(replica: Replica, post: Post, page: int | None) -> str:
    if post == replica.truth.posts[EMBEDDED]:
        origin = replica.origin.replace("127.0.0.1", "localhost")
        return f'<iframe title="Kommentarer" class="embed" src="{origin}/embed/?post={post.id}"></iframe>'
    if not post.comments:
        return ""
    pages = _pages(post)
    place = 0 if page is None else len(pages) - page
    threads = "".join(_comment(replica, post, comment) for comment in pages[place])
    links = ""
    if place + 1 < len(pages):
        older = f"{_address(post)}comment-page-{len(pages) - place - 1}/#comments"
        links = f'<div class="nav-previous"><a href="{older}">Äldre kommentarer</a></div>'
    if place:
        newer = f"{_address(post)}comment-page-{len(pages) - place + 1}/#comments"
        links += f'<div class="nav-next"><a href="{newer}">Nyare kommentarer</a></div>'
    return f"""<h2 class="comments-title">{_number(post.claimed)}</h2><ol class="comment-list">{threads}</ol>
<nav class="navigation comment-navigation" aria-label="Kommentarer"><div class="nav-links">{links}</div></nav>
<div id="respond" class="comment-respond"><h3>Lämna ett svar</h3><form action="/wp-comments-post.php" method="post">
<textarea name="comment"></textarea><input type="submit" value="Publicera kommentar"></form></div>"""


def _comment(replica: Replica, post: Post, comment: Comment) -> str:
    address = _comment_address(replica, post, comment)
    below = "".join(_comment(replica, post, reply) for reply in comment.replies)
    return f"""<li id="comment-{comment.id}" class="comment">
<article id="div-comment-{comment.id}" class="comment-body">
<footer class="comment-meta"><div class="comment-author vcard"><b class="fn">{html.escape(comment.author)}</b>
<span class="says">skriver:</span></div><div class="comment-metadata"><a href="{address}">
{_time(comment.published, "")}</a></div></footer><div class="comment-content">{_paragraphs(comment.text)}</div>
<div class="reply"><a rel="nofollow" class="comment-reply-link" href="?replytocom={comment.id}#respond">Svara</a></div>
</article>{f'<ol class="children">{below}</ol>' if below else ""}</li>"""


def _threads(replica: Replica, request: Request) -> Json:
    """Return a batch of threads for the frame, oldest first."""
    post = next(post for post in replica.truth.posts if post.id == request.query["post"])
    found, following = batch(post.comments, request.place(), THREADS)
    return {
        "antal": _number(post.claimed),
        "tradar": [_in_frame(replica, post, one) for one in found if isinstance(one, Comment)],
        "nasta": following,
    }


def _in_frame(replica: Replica, post: Post, comment: Comment) -> Json:
    return {
        "id": comment.id,
        "adress": replica.origin + _comment_address(replica, post, comment),
        "namn": comment.author,
        "text": comment.text,
        "visad_tid": short(comment.published, replica.truth.now),
        "svar": [_in_frame(replica, post, reply) for reply in comment.replies],
    }


def _rows(replica: Replica) -> Iterable[Row]:
    shown = replica.truth.posts[:POSTS] if replica.twist == "trasig" else replica.truth.posts
    for post in shown:
        text = f"{_title(post)}\n\n{post.text}"
        yield _address(post), None, ItemKind.POST, post.author, text, post.published
        framed = post == replica.truth.posts[EMBEDDED]
        for comment in post.comments if framed else post.comments[::-1]:
            yield from _thread(replica, post, comment, _address(post))


def _thread(replica: Replica, post: Post, comment: Comment, above: str) -> Iterator[Row]:
    key = _comment_address(replica, post, comment)
    kind = ItemKind.COMMENT if above == _address(post) else ItemKind.REPLY
    framed = post == replica.truth.posts[EMBEDDED]
    yield key, above, kind, comment.author, comment.text, None if framed else comment.published
    for reply in comment.replies:
        yield from _thread(replica, post, reply, key)


def _claims(replica: Replica) -> Mapping[str, int | None]:
    shown = replica.truth.posts[:POSTS] if replica.twist == "trasig" else replica.truth.posts
    return {_address(post): post.claimed for post in shown}


REPLICA = Platform(
    name="blog",
    home="/nyheter/",
    answer=_answer,
    rows=_rows,
    claims=_claims,
    twists={"trasig": 0},
    policy=f"{POLICY}; frame-src http://localhost:*",
)
