"""Which answer each address gets; knows nothing of sockets, threads or time."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib.resources import files
from urllib.parse import parse_qs, urlsplit

from sample_channel import answers
from sample_channel.behaviour import Behaviour
from sample_channel.composition import ROOT
from sample_channel.pictures import COVER, render
from sample_channel.truth import Truth

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
}
_SITE_FILES = frozenset({"style.css", "icon.svg", "dom.js", "feed.js", "post.js", "comments.js", "dialogs.js"})


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes back to the visitor; `location` is where a redirect leads."""

    status: HTTPStatus = HTTPStatus.OK
    type: str
    body: bytes
    location: str | None = None


class Routes:
    """The site as a function from address to answer."""

    def __init__(self, truth: Truth, behaviour: Behaviour) -> None:
        self._truth = truth
        self._behaviour = behaviour
        self._posts = {post.id: post for post in truth.posts}
        self._comments = {comment.id: comment for post in truth.posts for comment in post.discussion()}
        pictures = [COVER, *(picture for post in truth.posts for picture in post.pictures)]
        self._pictures = {picture.path: picture for picture in pictures}

    def answer(self, address: str) -> Answer | None:
        """Return the answer to a GET of `address` (path and query), None if it never gets one."""
        parts = urlsplit(address)
        query = {key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        match parts.path.strip("/").split("/"):
            case ["site", name] if name in _SITE_FILES:
                return _file(name, (files(__package__) / "site" / name).read_bytes())
            case ["login"]:
                return self._page("login")
            case _ if self._behaviour.login_wall:
                to_login = f"/login?nasta={ROOT}"
                return Answer(status=HTTPStatus.FOUND, type="text/plain", body=b"", location=to_login)
            case ["api", *rest]:
                return self._api(rest, query)
            case path:
                return self._view(path, query)

    def _view(self, path: list[str], query: Mapping[str, str]) -> Answer:
        """Answer with something to look at."""
        match path:
            case ["exempelkommun"]:
                return self._page("channel")
            case ["exempelkommun", "inlagg", id_] if id_ in self._posts:
                return self._page("post")
            case ["bild", name] if (picture := self._pictures.get(f"/bild/{name}")) is not None:
                return _file(name, render(picture, small="liten" in query))
            case _:
                return self._missing()

    def _api(self, path: list[str], query: Mapping[str, str]) -> Answer | None:
        """Answer with data."""
        start = query.get("fran", "0")
        if not start.isdecimal():
            return self._missing()
        match path:
            case ["inlagg"]:
                return self._feed(int(start))
            case ["inlagg", id_] if id_ in self._posts:
                return _json(answers.post_json(self._posts[id_], self._truth))
            case ["inlagg", id_, "kommentarer"] if id_ in self._posts:
                order = answers.Order(query.get("ordning", answers.Order.RELEVANT))
                return _json(answers.discussion(self._posts[id_], self._truth, order, int(start)))
            case ["kommentar", id_, "svar"] if id_ in self._comments:
                return _json(answers.thread(self._comments[id_], self._truth, int(start)))
            case _:
                return self._missing()

    def _feed(self, start: int) -> Answer | None:
        total = len(self._truth.posts)
        if start >= self._behaviour.reach(total) and total > 0 and self._behaviour.stall:
            return None
        return _json(answers.feed(self._truth, self._behaviour, start))

    def _missing(self) -> Answer:
        return self._page("missing", HTTPStatus.NOT_FOUND)

    def _page(self, name: str, status: HTTPStatus = HTTPStatus.OK) -> Answer:
        body = answers.page(name, self._truth, self._behaviour)
        return Answer(status=status, type="text/html; charset=utf-8", body=body)


def _file(name: str, body: bytes) -> Answer:
    return Answer(type=_TYPES[name.rpartition(".")[2]], body=body)


def _json(answer: answers.Json) -> Answer:
    return Answer(type="application/json", body=answers.to_bytes(answer))
