"""X: a timeline of which a dozen cells exist at a time, and a post's own page with its replies beside it.

The page of a post loads its replies by scroll, then wants "Visa fler svar", then "Visa sannolik skräppost". A long
chain of replies to a reply is folded after its first.
"""

from collections.abc import Iterable, Mapping

from sample_channel.truth import Comment, Post
from tests.replicas import microblog
from tests.replicas.replica import Answer, Json, Platform, Replica, Request, Row

POSTS, CLUSTERS, UNFOLDED = 3, 4, 2
STRANGER = {
    "id": "990000000000001", "adress": "/lanstidningen/status/990000000000001", "namn": "Länstidningen",
    "konto": "lanstidningen", "text": "Hur går det i kommunerna i sommar?", "tid": "2026-01-02T08:00:00+00:00",
    "visad_tid": "2 januari", "svar": 41, "gillar": 3, "bilder": [],
}  # fmt: skip


def _address(one: Post | Comment) -> str:
    return f"/{microblog.handle(one.author)}/status/{one.id}"


def _order(post: Post) -> list[Comment]:
    """Proper replies first, what the platform takes for spam last."""
    return sorted(post.comments, key=lambda comment: comment.spam)


def _answer(replica: Replica, request: Request) -> Json | Answer | None:
    posts = {post.id: post for post in replica.truth.posts}
    match request.parts:
        case ["exempelkommun"]:
            return replica.page(posts=str(len(posts)))
        case [_, "status", id_] if id_ in posts:
            return replica.page(posts=str(len(posts)))
        case ["i", "api", "graphql", _, "UserTweets"]:
            found, following = microblog.batch(replica.truth.posts, request.place(), POSTS)
            return {"celler": [_cell(post, replica) for post in found], "nasta": following}
        case ["i", "api", "graphql", _, "TweetDetail"]:
            return _detail(replica, posts[request.query["id"]], request)
        case ["i", "api", "1.1", "jot", "client_event.json"]:
            return {}
    return None


def _cell(one: Post | Comment, replica: Replica) -> dict[str, object]:
    return {"slag": "inlägg", **microblog.item(one, replica.truth, _address)}


def _detail(replica: Replica, post: Post, request: Request) -> Json:
    """Return cells and what comes after them: another batch by scroll (`nasta`) or a cell to press (`knapp`)."""
    if "rest" in request.query:
        cluster = next(one for one in post.comments if one.id == request.query["rest"])
        return {"celler": [_cell(one, replica) for one in list(cluster.thread())[UNFOLDED:]], "nasta": None}
    proper = [comment for comment in post.comments if not comment.spam]
    spam = [comment for comment in post.comments if comment.spam]
    group = spam if request.query["del"] == "spam" else proper
    found, following = microblog.batch(group, request.place(), CLUSTERS)
    cells: list[object] = []
    if request.place() == 0 and request.query["del"] == "svar":
        cells = [{"slag": "inlägg", **STRANGER}] if post == replica.truth.posts[1] else []
        cells.append({**_cell(post, replica), "huvud": True})
    for cluster in found:
        cells.extend(_cluster(cluster, replica))
    if group is proper and following is not None and request.place() == CLUSTERS:
        button = {"slag": "knapp", "namn": "Visa fler svar", "fran": following, "del": "svar"}
        return {"celler": [*cells, button], "nasta": None}
    if group is proper and following is None and spam:
        cells.append({"slag": "knapp", "namn": "Visa sannolik skräppost", "fran": 0, "del": "spam"})
    return {"celler": cells, "nasta": following}


def _cluster(cluster: Comment, replica: Replica) -> list[object]:
    cells: list[object] = [_cell(one, replica) for one in cluster.thread()]
    if len(cells) <= UNFOLDED:
        return cells
    return [*cells[:UNFOLDED], {"slag": "knapp", "namn": "Visa fler svar", "rest": cluster.id}]


def _rows(replica: Replica) -> Iterable[Row]:
    return microblog.rows(replica.truth, _address, _order)


def _claims(replica: Replica) -> Mapping[str, int | None]:
    return {_address(post): post.claimed or None for post in replica.truth.posts}


REPLICA = Platform(
    name="x",
    home="/exempelkommun",
    answer=_answer,
    rows=_rows,
    claims=_claims,
    reads=(r"^POST /i/api/1\.1/jot/",),
    twists={"filtrerat": 1},
)
