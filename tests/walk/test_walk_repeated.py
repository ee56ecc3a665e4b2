"""A site that says neither what it is nor what its posts are."""

from collections.abc import Callable

from capture.items import Walk
from tests.walk.test_walk_pages import END, _page


def test_a_page_without_articles_is_read_by_what_stands_again_and_again(site, walked: Callable[..., Walk]) -> None:
    """Nothing but boxes: no role, no article; posts and comments are told by their repeated shape, each with a time."""
    url = site.put(
        "/lador",
        _page(
            """
            const box = (name, ...children) => el('div', { class: name }, ...children);
            const when = (path) => el('a', { href: path }, el('time', { datetime: '2026-05-04T09:00:00Z' }, '4 maj'));
            const place = document.getElementById('plats');
            for (let n = 0; n < 5; n += 1) place.append(box('ruta', el('h3', {}, 'Kommunen'), when('/p/' + n),
              el('p', {}, 'Inlägg ' + n), box('svar', ...[1, 2].slice(0, n % 3).map((k) =>
                box('rad', el('b', {}, 'Anna'), when(`/p/${n}/${k}`), el('p', {}, `Svar ${k} på ${n}`))))));""",
            f'<header><time>nu</time></header><div><div id="plats"></div></div>{END}',
        ),
    )
    walk = walked(url)
    assert [(item.text, item.author) for item in walk.items if item.parent_key is None] == [
        (f"Inlägg {n}", "Kommunen") for n in range(5)
    ]
    answers = [f"Svar {k} på {n}" for n in range(5) for k in [1, 2][: n % 3]]
    assert [item.text for item in walk.items if item.parent_key is not None] == answers
    assert walk.by_semantics
