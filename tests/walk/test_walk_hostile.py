"""Pages that would rather not be archived, or that are simply too much: nothing escapes, nothing hangs, all is told."""
# ruff: noqa: E501 - the pages' own scripts are easier to read unbroken

import json
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from capture.items import ItemKind, StopReason, Walk
from tests.walk.test_walk_pages import _page, said

BIG = """
  const N = %d, feed = document.getElementById('feed');
  const node = post(1, 'Stort', el('h3', {}, N + ' kommentarer'));
  let made = 0;
  const grow = (holder, depth) => {
    const number = made++;
    const one = comment(number, `Kommentar ${number} på nivå ${depth}`);
    holder.append(one);
    if (depth < 4 && made < N && number %% 5 < 4) grow(one, depth + 1);
  };
  const list = el('div');
  const more = button('Visa fler kommentarer', () => {
    for (let k = 0; k < 50 && made < N; k += 1) grow(list, 1);
    if (made >= N) more.remove();
  });
  node.append(list, more);
  feed.append(node);"""


def _deep(walk: Walk) -> int:
    parents = {item.key: item.parent_key for item in walk.items}
    deepest = 0
    for item in walk.items:
        depth, at = 0, item.key
        while parents[at] is not None:
            depth, at = depth + 1, parents[at]
        deepest = max(deepest, depth)
    return deepest


def test_a_post_with_very_many_comments_on_four_levels_is_captured_whole(site, walked: Callable[..., Walk]) -> None:
    """Ten thousand in `make bench`; here a tenth, which has every mechanism in it."""
    walk = walked(site.put("/stort", _page(BIG % 1000)), witnesses=[])
    (ledger,) = walk.ledgers
    assert (ledger.claimed, ledger.captured, ledger.missing_reason) == (1000, 1000, None)
    assert _deep(walk) == 4
    texts = [item.text for item in walk.items if item.kind is not ItemKind.POST]
    assert len(set(texts)) == 1000


def test_fifty_megabytes_of_page_cost_our_own_process_little(site, walked: Callable[..., Walk]) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    url = site.put(
        "/tungt",
        _page(
            """
            const feed = document.getElementById('feed'), words = 'ord '.repeat(250);
            for (let n = 0; n < 3; n += 1) feed.append(post(n, 'Inlägg ' + n));
            const ballast = el('div', { hidden: '' });
            for (let n = 0; n < 50000; n += 1) ballast.append(el('p', { id: 'b' + n }, words));
            document.body.append(ballast);"""
        ),
    )
    walk = walked(url)
    assert [item.text for item in walk.items] == [f"Inlägg {n}" for n in range(3)]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 100, f"{grown:.0f} MB"


def test_a_tree_deeper_than_any_stack_ends_nothing(site, walked: Callable[..., Walk]) -> None:
    url = site.put(
        "/djupt",
        _page(
            """
            const feed = document.getElementById('feed');
            let at = el('div', { dir: 'auto' }, 'Botten');
            for (let n = 0; n < 400; n += 1) at = el('div', {}, at);
            feed.append(post(1, 'Djupt', at), post(2, 'Grunt'));"""
        ),
    )
    walk = walked(url)
    assert [item.key.rsplit("/", 1)[1] for item in walk.items] == ["1", "2"]


def test_names_that_are_paths_and_scripts_stay_words(
    site, walked: Callable[..., Walk], tmp_path: Path, witness
) -> None:
    """In every field: the author, the text, the alternative text, the address, the label; and nothing is written outside."""
    before = set(tmp_path.parent.rglob("*"))
    evil = "../../x<script>document.title='tagen'</script>\u202e\u200b"
    quoted = json.dumps(evil).replace("</", "<\\/")
    url = site.put(
        "/namn",
        _page(
            f"""
            const evil = {quoted};
            const node = el('article', {{ 'data-id': evil, style: 'min-height: 300px' }}, el('h2', {{}}, evil),
              el('a', {{ href: '/inlagg/../../x?<b>' }}, el('time', {{ datetime: evil }}, evil)),
              el('div', {{ dir: 'auto' }}, evil), el('img', {{ src: '/x.png', alt: evil, width: 200, height: 200 }}),
              el('h3', {{}}, '5 kommentarer'));
            node.append(el('article', {{ 'aria-label': 'Kommentar av ' + evil + ', 3 tim', id: evil }}, el('div', {{ dir: 'auto' }}, evil)));
            document.getElementById('feed').append(node);"""
        ),
    )
    walk = walked(url)
    assert walk.title == "Prov", "nothing ran"
    (post, comment) = walk.items
    assert "<script>" in post.author
    assert "<script>" in post.text
    assert "<script>" in comment.text
    assert post.published is None
    made = set(tmp_path.parent.rglob("*")) - before
    evidence = [path for path in made if path.suffix == ".png"]
    assert [path.parent for path in evidence] == [tmp_path / "evidence"]
    assert all(path.is_relative_to(tmp_path) for path in made)


def test_links_that_run_and_pages_that_reload_themselves(site, walked: Callable[..., Walk]) -> None:
    """`javascript:` links are not followed; a page that reloads itself is returned to, and then given up with a word."""
    from register.errors import ChannelUnreachableError  # noqa: PLC0415

    calm = site.put(
        "/lankar",
        _page(
            """
            const link = el('a', { href: "javascript:document.title='tagen'" }, 'Visa fler kommentarer');
            document.getElementById('feed').append(post(1, 'Ett', link), post(2, 'Två'));"""
        ),
    )
    walk = walked(calm)
    assert walk.title == "Prov"
    assert walk.clicks == 0
    restless = site.put(
        "/rastlos",
        _page("document.getElementById('feed').append(post(1, 'Ett')); setTimeout(() => location.reload(), 150);"),
    )
    try:
        walk = walked(restless, restarts=3)
    except ChannelUnreachableError as error:
        assert "lämnade sig själv" in str(error)  # noqa: PT017 - either end is honest, and which one is the page's to choose
    else:
        assert "försök att lämna kanalen stoppades" in said(walk)


@pytest.mark.parametrize("bounds", [{"seconds": 0.02}, {"barren_steps": 3}])
def test_an_endless_page_meets_a_ceiling_that_is_told(site, walked: Callable[..., Walk], bounds) -> None:
    url = site.put(
        "/andlost",
        _page(
            """
            const feed = document.getElementById('feed');
            for (let n = 0; n < 4; n += 1) feed.append(post(n, 'Inlägg ' + n));
            addEventListener('scroll', () => document.body.append(el('div', { style: 'height: 900px' })));""",
            '<main><div role="feed" id="feed"></div></main>',
        ),
    )
    walk = walked(url, **bounds)
    assert walk.stop is StopReason.CEILING
    assert walk.limits
