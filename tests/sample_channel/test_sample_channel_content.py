"""The sample channel's content: repeatable, generous, and difficult in the ways that real content is."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from sample_channel import DEFAULT_NOW, DEFAULT_POSTS, DEFAULT_SEED, Behaviour, Truth
from sample_channel.clock import short, spoken
from sample_channel.composition import compose
from sample_channel.pictures import render
from sample_channel.words import words


def _channel(*, seed: int = DEFAULT_SEED, posts: int = DEFAULT_POSTS, overclaim: int = 0) -> Truth:
    return compose(seed=seed, posts=posts, now=DEFAULT_NOW, overclaim=overclaim)


def test_a_seed_gives_the_same_channel_again() -> None:
    assert _channel() == _channel()
    assert _channel(seed=5) != _channel(seed=6)


def test_the_default_channel_has_the_promised_size() -> None:
    truth = _channel()
    counts = sorted(post.reachable for post in truth.posts)
    assert (len(truth.posts), truth.reachable_comments) == (60, 607)
    assert counts[0] == 0
    assert counts[-1] <= 35
    assert counts[len(counts) // 2] < 10 < counts[-8], "most posts get few comments, some get many"


@pytest.mark.parametrize("seed", range(20))
def test_every_seed_gives_ten_comments_a_post_on_average(seed: int) -> None:
    truth = _channel(seed=seed)
    assert 600 <= truth.reachable_comments == truth.claimed_comments


def test_permalinks_are_unique_and_say_what_they_lead_to() -> None:
    truth = _channel()
    assert len(truth.permalinks) == len(truth.posts) + truth.reachable_comments
    for post in truth.posts:
        assert post.permalink == f"/exempelkommun/inlagg/{post.id}"
        for comment in post.comments:
            assert comment.permalink == f"{post.permalink}?kommentar={comment.id}"
            for reply in list(comment.thread())[1:]:
                assert reply.permalink == f"{comment.permalink}&svar={reply.id}"


def test_times_fall_in_the_half_year_before_the_visit_and_answers_come_after_what_they_answer() -> None:
    truth = _channel()
    times = [post.published for post in truth.posts]
    assert times == sorted(times, reverse=True)
    assert DEFAULT_NOW - timedelta(days=183) < times[-1] < times[0] < DEFAULT_NOW
    for post in truth.posts:
        for comment in post.discussion():
            assert post.published <= comment.published < DEFAULT_NOW
            assert all(comment.published <= reply.published for reply in comment.replies)


def test_discussions_nest_to_answers_to_answers() -> None:
    comments = [comment for post in _channel().posts for comment in post.comments]
    assert max(len(comment.replies) for comment in comments) > 5
    depths = {reply.permalink for comment in comments for answer in comment.replies for reply in answer.replies}
    assert depths


def test_the_content_holds_everything_that_breaks_programs() -> None:
    texts = {comment.text for post in _channel().posts for comment in post.discussion()}
    assert texts.issuperset(words().hostile)
    assert texts.issuperset(words().long_words)
    everything = "".join(texts)
    for sign in (
        "👍🏽",
        "👨‍👩‍👧‍👦",
        "🇸🇪",
        "å",
        "شكرا",
        "请",
        "Dziękuję",
        "Kiitos",
        "Is there",
        "\u202e",
        "\u200b",
        "https://",
    ):
        assert sign in everything


def test_it_does_not_read_as_repetition() -> None:
    truth = _channel()
    texts = [comment.text for post in truth.posts for comment in post.discussion()]
    assert len(set(texts)) > 0.8 * len(texts)
    assert len({post.text for post in truth.posts}) == len(truth.posts)


def test_nobody_in_it_can_be_taken_for_a_real_person() -> None:
    people = {comment.author for post in _channel().posts for comment in post.discussion()} - {"Exempelkommun"}
    assert {name.rpartition(" ")[2] for name in people} <= set(words().surnames)


def test_exactly_as_many_posts_overclaim_as_asked_and_nothing_else_changes() -> None:
    honest, boasting = _channel(), _channel(overclaim=3)
    assert [post.text for post in honest.posts] == [post.text for post in boasting.posts]
    assert [post.comments for post in honest.posts] == [post.comments for post in boasting.posts]
    assert sum(post.claimed > post.reachable for post in boasting.posts) == 3
    assert all(post.claimed >= post.reachable for post in boasting.posts)


def test_more_overclaiming_than_there_are_posts_for_is_refused() -> None:
    with pytest.raises(ValueError, match="overclaim"):
        _channel(posts=2, overclaim=3)


@pytest.mark.parametrize("wrong", [{"latency": -1.0}, {"posts_per_batch": 0}, {"nag_after": -1}, {"overclaim": -1}])
def test_a_behaviour_that_cannot_be_acted_out_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="acted out"):
        Behaviour(**wrong)  # type: ignore[arg-type]  # wrong on purpose


def test_pictures_are_what_they_say_and_the_same_every_time() -> None:
    first_of_each_motif = {
        picture.motif: picture for post in _channel().posts for picture in reversed(post.pictures)
    }.values()
    assert len(first_of_each_motif) > 4
    for picture in first_of_each_motif:
        data = render(picture)
        image = Image.open(io.BytesIO(data))
        assert (image.width, image.height) == (picture.width, picture.height)
        assert image.format == {"png": "PNG", "jpg": "JPEG"}[picture.path[-3:]]
        render.cache_clear()
        assert render(picture) == data
        assert Image.open(io.BytesIO(render(picture, small=True))).width == 24


def test_most_pictures_have_an_alternative_text_and_some_have_none() -> None:
    alts = [picture.alt for post in _channel().posts for picture in post.pictures]
    assert 0 < alts.count("") < len(alts) / 2


@pytest.mark.parametrize(
    ("age", "shown", "said"),
    [
        (timedelta(seconds=5), "1 min", "för 1 min sedan"),
        (timedelta(hours=3, minutes=59), "3 tim", "för 3 tim sedan"),
        (timedelta(days=6, hours=23), "6 d", "för 6 d sedan"),
        (timedelta(days=108), "14 mars", "14 mars"),
        (timedelta(days=181, hours=10, minutes=30), "31 december 2025", "31 december 2025"),
        (timedelta(days=180, hours=10, minutes=30), "1 januari", "1 januari"),
    ],
)
def test_times_are_worded_as_the_platforms_do(age: timedelta, shown: str, said: str) -> None:
    """The last two are an hour before and after midnight UTC: the date is that of Stockholm."""
    assert short(DEFAULT_NOW - age, DEFAULT_NOW) == shown
    assert spoken(DEFAULT_NOW - age, DEFAULT_NOW) == said
