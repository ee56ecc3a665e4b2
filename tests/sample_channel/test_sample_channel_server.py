"""The sample channel's server, asked over real connections without a browser."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from sample_channel import Behaviour, SampleChannel, serve

_AT_ONCE = Behaviour(latency=0, posts_per_batch=8)


@pytest.fixture
def channel() -> Iterator[SampleChannel]:
    with serve(posts=20, behaviour=_AT_ONCE) as running:
        yield running


def _ask(
    channel: SampleChannel, path: str, *, method: str = "GET", timeout: float = 20
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(channel.origin.removeprefix("http://"), timeout=timeout)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def _json(channel: SampleChannel, path: str) -> dict[str, Any]:
    answer, body = _ask(channel, path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    data: dict[str, Any] = json.loads(body)
    return data


def _addresses(channel: SampleChannel, post_id: str, order: str) -> set[str]:
    """Every permalink that can be had in one order, comments and answers."""
    found: list[dict[str, Any]] = []
    start: int | None = 0
    while start is not None:
        batch = _json(channel, f"/api/inlagg/{post_id}/kommentarer?ordning={order}&fran={start}")
        found.extend(batch["kommentarer"])
        start = batch["nasta"]
    for item in found:  # grows while it is walked: answers have answers
        shown = 0
        while shown < item["antal_svar"]:
            batch = _json(channel, f"/api/kommentar/{item['id']}/svar?fran={shown}")
            found.extend(batch["svar"])
            shown += len(batch["svar"])
            assert batch["kvar"] == item["antal_svar"] - shown
    return {item["adress"] for item in found}


def test_the_feed_brings_every_post_once_in_order(channel: SampleChannel) -> None:
    seen: list[str] = []
    start: int | None = 0
    while start is not None:
        batch = _json(channel, f"/api/inlagg?fran={start}")
        seen.extend(item["adress"] for item in batch["inlagg"])
        start = batch["nasta"]
    assert seen == [post.permalink for post in channel.truth.posts]


def test_only_all_comments_shows_all_comments(channel: SampleChannel) -> None:
    post = max(channel.truth.posts, key=lambda post: sum(comment.spam for comment in post.comments))
    everything = {comment.permalink for comment in post.discussion()}
    assert _addresses(channel, post.id, "alla") == everything
    assert _addresses(channel, post.id, "nyaste") < everything
    assert _addresses(channel, post.id, "relevanta") < everything


def test_a_stalled_feed_answers_half_and_then_never() -> None:
    with serve(posts=20, behaviour=Behaviour(latency=0, posts_per_batch=5, stall=True)) as channel:
        assert channel.feed == channel.truth.posts[:10]
        assert _json(channel, "/api/inlagg?fran=5")["nasta"] == 10
        with pytest.raises(TimeoutError):
            _ask(channel, "/api/inlagg?fran=10", timeout=0.3)
        assert _ask(channel, channel.truth.posts[-1].permalink)[0].status == 200, "the posts are still there"


def test_a_login_wall_stands_before_everything() -> None:
    with serve(posts=3, behaviour=Behaviour(login_wall=True)) as channel:
        for path in ("/exempelkommun", channel.truth.posts[0].permalink, "/api/inlagg", "/"):
            answer, _ = _ask(channel, path)
            assert (answer.status, answer.headers["Location"]) == (302, "/login?nasta=/exempelkommun")
        answer, body = _ask(channel, "/login")
        assert answer.status == 200
        assert "Logga in på Byatorget" in body.decode()
        assert "Du måste logga in för att fortsätta" in body.decode()


def test_an_empty_channel_says_so() -> None:
    with serve(behaviour=Behaviour(empty=True, stall=True, latency=0)) as channel:
        assert channel.truth.posts == ()
        assert "Inga inlägg än" in _ask(channel, "/exempelkommun")[1].decode()
        assert _json(channel, "/api/inlagg") == {"inlagg": [], "nasta": None}


def test_the_overclaim_is_what_the_page_claims() -> None:
    with serve(posts=20, behaviour=Behaviour(overclaim=2, latency=0)) as channel:
        claims = {
            item["adress"]: item["antal_kommentarer"]
            for start in (0, 8, 16)
            for item in _json(channel, f"/api/inlagg?fran={start}")["inlagg"]
        }
        assert claims == {post.permalink: post.claimed for post in channel.truth.posts}
        boasting = next(post for post in channel.truth.posts if post.claimed > post.reachable)
        assert len(_addresses(channel, boasting.id, "alla")) == boasting.reachable


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_whatever_would_change_something_is_remembered_and_changes_nothing(channel: SampleChannel, method: str) -> None:
    post = channel.truth.posts[0]
    before = _json(channel, f"/api/inlagg/{post.id}")
    answer, _ = _ask(channel, f"/api/gilla/{post.id}", method=method)
    assert answer.status == 204
    assert [(mutation.method, mutation.path) for mutation in channel.mutations] == [(method, f"/api/gilla/{post.id}")]
    assert _json(channel, f"/api/inlagg/{post.id}") == before


def test_reading_is_no_mutation(channel: SampleChannel) -> None:
    _ask(channel, "/exempelkommun")
    _ask(channel, "/exempelkommun", method="HEAD")
    _json(channel, "/api/inlagg")
    assert channel.mutations == []


def test_no_page_holds_inline_script_and_the_policy_forbids_it(channel: SampleChannel) -> None:
    for path in ("/exempelkommun", channel.truth.posts[0].permalink, "/login", "/finns-inte"):
        answer, body = _ask(channel, path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        page = body.decode()
        assert page.count("<script") == page.count('<script type="module" src="/site/')
        assert " on" not in page.partition("<body")[2].split("<main")[0]
        assert "style=" not in page


def test_nothing_is_fetched_from_anywhere_else(channel: SampleChannel) -> None:
    for path in ("/exempelkommun", "/site/style.css", "/site/feed.js", "/site/post.js", "/site/comments.js"):
        assert "://" not in _ask(channel, path)[1].decode()


@pytest.mark.parametrize(
    "path",
    ["/site/../server.py", "/site/words.toml", "/bild/1.png", "/api/inlagg?fran=x", "/exempelkommun/inlagg/1", "/"],
)
def test_what_is_not_there_is_said_not_to_be(channel: SampleChannel, path: str) -> None:
    assert _ask(channel, path)[0].status == 404


def test_the_content_stays_the_same_between_two_servers() -> None:
    bodies = set()
    for _ in range(2):
        with serve(seed=9, posts=8, behaviour=_AT_ONCE) as channel:
            bodies.add(_ask(channel, "/api/inlagg")[1])
    assert len(bodies) == 1


def test_closing_leaves_no_thread_behind_even_with_visitors_waiting() -> None:
    before = set(threading.enumerate())
    with serve(posts=20, behaviour=Behaviour(latency=60, stall=True)) as channel:
        address = ("127.0.0.1", int(channel.origin.rpartition(":")[2]))
        idle, waiting = socket.create_connection(address), socket.create_connection(address)
        waiting.sendall(b"GET /api/inlagg HTTP/1.1\r\nHost: x\r\n\r\n")
        _ask(channel, "/exempelkommun")  # both connections have been accepted by now
    idle.close()
    waiting.close()
    assert set(threading.enumerate()) == before


def test_closing_works_when_the_visit_itself_fails() -> None:
    before = set(threading.enumerate())
    with pytest.raises(LookupError), serve(posts=1):
        raise LookupError
    assert set(threading.enumerate()) == before


def test_a_visitor_who_leaves_in_the_middle_is_no_fault() -> None:
    with serve(posts=20, behaviour=Behaviour(latency=0.2)) as channel:
        for _ in range(3):
            with pytest.raises(TimeoutError):
                _ask(channel, "/api/inlagg", timeout=0.05)


def test_a_fault_inside_the_server_reaches_whoever_started_it() -> None:
    def visit() -> None:
        with serve(posts=1, behaviour=_AT_ONCE) as channel:
            post = channel.truth.posts[0]
            with pytest.raises(ConnectionError):
                _ask(channel, f"/api/inlagg/{post.id}/kommentarer?ordning=uppfunnen")

    with pytest.raises(ValueError, match="uppfunnen"):
        visit()
