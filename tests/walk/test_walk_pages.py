"""Small pages, each with one difficulty that real platforms have."""
# ruff: noqa: E501 - the pages' own scripts are easier to read unbroken

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from capture.items import Cause, LossReason, StopReason, Walk
from register.errors import ChallengedError, ChannelUnreachableError

HEAD = '<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Prov</title></head><body>'
END = "<p>Det finns inga fler inlägg att visa</p>"
SCRIPT = """<script>
const el = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};
const button = (name, press) => {
  const node = el('div', { role: 'button', tabindex: 0 }, name);
  node.addEventListener('click', press);
  return node;
};
const post = (number, text, ...rest) => el('article', { style: 'min-height: 300px', 'data-id': 'p' + number },
  el('h2', {}, el('a', { href: '/kommun', rel: 'author' }, 'Kommunen')),
  el('a', { href: '/inlagg/' + number }, el('time', { datetime: '2026-05-04T08:00:00Z' }, '4 maj')),
  el('div', { dir: 'auto' }, text), ...rest);
const comment = (number, text, ...rest) => el('article', { 'aria-label': `Kommentar av Anna Ek ${number}, 3 tim` },
  el('a', { href: '/anna' }, 'Anna Ek ' + number),
  el('a', { href: '/kommentar/' + number }, el('time', { datetime: '2026-05-04T09:00:00Z' }, '3 tim')),
  el('div', { dir: 'auto' }, text), ...rest);
</script>"""


def said(walk: Walk) -> str:
    return "; ".join(remark.sv for remark in walk.remarks)


def _page(script: str, body: str = "") -> str:
    feed = f'<main><div role="feed" id="feed"></div></main>{END}'
    return f"{HEAD}{SCRIPT}{body or feed}<script>{script}</script></body></html>"


def test_a_feed_that_keeps_ten_nodes_alive_is_captured_whole(site, walked: Callable[..., Walk], witness) -> None:
    """Posts are removed as they pass, and come anew when one scrolls back; an answer is only there once opened."""
    url = site.put(
        "/virtuell",
        _page(
            """
            const N = 24, HEIGHT = 420, feed = document.getElementById('feed'), opened = new Set();
            feed.style.cssText = `position: relative; height: ${N * HEIGHT}px`;
            const make = (n) => {
              const node = post(n, 'Inlägg nummer ' + n);
              node.style.cssText = `position: absolute; top: ${n * HEIGHT}px; height: ${HEIGHT}px; overflow: hidden`;
              const open = () => { more.remove(); node.append(comment(n * 10, 'Ett ' + n), comment(n * 10 + 1, 'Två ' + n)); opened.add(n); };
              const more = button('Visa 2 kommentarer till', open);
              node.append(more);
              if (opened.has(n)) open();
              return node;
            };
            const alive = new Map();
            const draw = () => {
              const first = Math.max(0, Math.floor(scrollY / HEIGHT) - 3), last = Math.min(N, first + 10);
              for (const [n, node] of alive) if (n < first || n >= last) { node.remove(); alive.delete(n); }
              for (let n = first; n < last; n += 1) if (!alive.has(n)) { alive.set(n, make(n)); feed.append(alive.get(n)); }
              if (alive.size > 10) throw new Error('too many');
            };
            addEventListener('scroll', draw);
            draw();"""
        ),
    )
    walk = walked(url)
    posts = [item for item in walk.items if item.parent_key is None]
    assert [post.text for post in posts] == [f"Inlägg nummer {n}" for n in range(24)]
    assert len(walk.items) == 72
    shown = {text for n in range(24) for text in (f"Inlägg nummer {n}", f"Ett {n}", f"Två {n}")}
    assert {item.text for item in walk.items} == shown
    assert [post.key for post in witness.posts] == [post.key for post in posts]
    assert walk.stop is StopReason.END_MARKER


def test_a_feed_that_only_moves_when_jiggled_is_walked_to_its_end(site, walked: Callable[..., Walk]) -> None:
    url = site.put(
        "/trog",
        _page(
            """
            const feed = document.getElementById('feed');
            for (let n = 0; n < 6; n += 1) feed.append(post(n, 'Inlägg ' + n));
            let next = 6, last = 0;
            addEventListener('scroll', () => {
              if (scrollY < last - 300 && next < 12) for (let n = 0; n < 3; n += 1) feed.append(post(next, 'Inlägg ' + next++));
              last = scrollY;
            });""",
            '<main><div role="feed" id="feed"></div></main>',
        ),
    )
    walk = walked(url)
    assert [item.text for item in walk.items] == [f"Inlägg {n}" for n in range(12)]
    assert walk.stop is StopReason.EXHAUSTED


def test_a_feed_that_begins_again_ends(site, walked: Callable[..., Walk]) -> None:
    url = site.put(
        "/runt",
        _page(
            """
            const feed = document.getElementById('feed');
            let next = 0;
            const more = () => { for (let n = 0; n < 5; n += 1) feed.append(post(next % 7, 'Inlägg ' + (next++ % 7))); };
            more();
            addEventListener('scroll', () => { if (scrollY + innerHeight > document.body.scrollHeight - 900) more(); });""",
            '<main><div role="feed" id="feed"></div></main>',
        ),
    )
    walk = walked(url, barren_steps=20)
    assert [item.text for item in walk.items] == [f"Inlägg {n}" for n in range(7)]
    assert walk.stop is StopReason.EXHAUSTED
    assert "började om" in walk.stop_detail
    assert sum(ledger.duplicates for ledger in walk.ledgers) > 0


def test_comments_in_a_srcdoc_frame_and_posts_in_a_shadow_root_are_read(site, walked: Callable[..., Walk]) -> None:
    url = site.put(
        "/ram",
        _page(
            """
            const frame = el('iframe', { style: 'width: 600px; height: 400px', srcdoc: `<ul id="list"></ul><button id="more">Visa fler kommentarer</button>
              <script>document.getElementById('more').onclick = (event) => {
                document.getElementById('list').innerHTML = [1, 2, 3].map((n) =>
                  '<li id="k' + n + '"><b>Anna</b> <time datetime="2026-05-04T09:00:00Z">i går</time><div dir="auto">I ramen ' + n + '</div></li>').join('');
                event.target.remove();
              };<\\/script>` });
            const root = document.getElementById('ram').attachShadow({ mode: 'open' });
            const feed = el('div', { role: 'feed' });
            root.append(feed);
            feed.append(post(1, 'I skuggan', comment(10, 'Också i skuggan'), el('section', { 'aria-label': 'Kommentarer' }, frame)));""",
            f'<main><div id="ram"></div></main>{END}',
        ),
    )
    walk = walked(url)
    assert [item.text for item in walk.items] == ["I skuggan", "Också i skuggan", "I ramen 1", "I ramen 2", "I ramen 3"]
    assert {item.post_key for item in walk.items} == {site.origin + "/inlagg/1"}


def test_storms_of_dialogs_popups_and_flights_end_nothing(site, walked: Callable[..., Walk]) -> None:
    """Alerts, popups, downloads and attempts to leave are refused, counted and told."""
    site.put("/annat", "fel sida")
    site.put("/fil", "x", kind="application/octet-stream")
    url = site.put(
        "/storm",
        _page(
            """
            const feed = document.getElementById('feed');
            for (let n = 0; n < 5; n += 1) feed.append(post(n, 'Inlägg ' + n,
              button('Visa fler svar', (event) => { event.target.remove(); feed.children[n].append(comment(n, 'Svar ' + n)); })));
            feed.append(post(5, 'Inlägg 5', button('Visa alla svar', () => { location.href = '/annat'; }),
              button('Läs in fler svar', () => { history.pushState({}, '', '/langtbort'); })));
            addEventListener('beforeunload', (event) => event.preventDefault());
            let times = 0;
            const storm = setInterval(() => {
              if (times++ > 20) clearInterval(storm);
              alert('hej'); confirm('säkert?'); prompt('namn?');
              window.open('/annat');
              if (times % 10 === 3) location.href = '/annat';
              if (times === 5) location.reload();
              if (times === 6) { const link = el('a', { href: '/fil', download: 'x.bin' }); document.body.append(link); link.click(); }
            }, 100);"""
        ),
    )
    walk = walked(url)
    assert [item.text for item in walk.items if item.parent_key is None] == [f"Inlägg {n}" for n in range(6)]
    assert {f"Svar {n}" for n in range(5)} <= {item.text for item in walk.items}
    assert walk.stop is StopReason.END_MARKER
    assert "webbläsardialoger avfärdades" in said(walk)
    assert "försök att lämna kanalen stoppades" in said(walk)
    assert "Visa alla svar" in said(walk)
    assert "Läs in fler svar" in said(walk)
    assert walk.ledgers[-1].missing_reason is LossReason.NOT_OPENED


def test_nothing_that_changes_or_leads_away_is_pressed(site, walked: Callable[..., Walk]) -> None:
    url = site.put(
        "/farligt",
        _page(
            """
            const write = (path) => () => fetch(path, { method: 'POST' });
            const form = el('form', { method: 'post', action: '/skicka' }, el('button', { type: 'submit' }, 'Visa fler kommentarer'));
            const dialog = el('div', {}, button('Stäng', write('/stang')));
            document.getElementById('feed').append(post(1, 'Inlägg', comment(1, 'Hej'),
              button('Gilla', write('/gilla')), button('Svara', write('/svara')), button('Följ', write('/folj')),
              button('Dölj svar', write('/dolj')), button('Logga in för att se fler kommentarer', write('/in')),
              button('Öppna tråden (4 till)', write('/okand')),
              el('a', { href: '/bort' }, 'Visa fler svar'), el('a', { href: 'javascript:fetch("/js", {method: "POST"})' }, 'Visa fler svar'),
              el('button', { 'aria-pressed': 'false' }, 'Visa alla svar'), el('button', { 'aria-expanded': 'true' }, '3 svar'),
              form, dialog));"""
        ),
    )
    walk = walked(url)
    assert {method for method, _ in site.requests} == {"GET"}
    assert not [path for _, path in site.requests if path in {"/bort", "/js"}]
    assert walk.clicks == 0
    assert walk.unmatched_controls == ("Öppna tråden (4 till)",)


def test_a_toggle_is_pressed_once_and_a_dead_opener_is_told(site, walked: Callable[..., Walk], tmp_path: Path) -> None:
    url = site.put(
        "/vaxlar",
        _page(
            """
            const feed = document.getElementById('feed');
            const toggled = post(1, 'Växel');
            let shown = null;
            toggled.append(button('1 svar', () => { if (shown) { shown.remove(); shown = null; } else { shown = comment(1, 'Fram'); toggled.append(shown); } }));
            const dead = post(2, 'Död', button('Visa fler kommentarer', () => {}));
            const short = post(3, 'Hela texten börjar… ', button('… Se mer', () => {}));
            feed.append(toggled, dead, short);"""
        ),
    )
    site.pages["/inlagg/2"] = site.pages["/inlagg/3"] = site.pages["/vaxlar"]
    walk = walked(url, effect_seconds=1.0)
    assert "Fram" in {item.text for item in walk.items}
    reasons = [ledger.missing_reason for ledger in walk.ledgers]
    assert reasons == [None, LossReason.NOT_OPENED, LossReason.NOT_OPENED]
    for ledger in walk.ledgers[1:]:
        assert (tmp_path / "evidence" / ledger.evidence).stat().st_size > 1000


def test_more_at_the_posts_own_page_is_merged(site, walked: Callable[..., Walk], witness) -> None:
    """The feed shows two of four comments; the post's page shows them all, in another place of the order."""
    site.put(
        "/inlagg/1",
        _page("""document.getElementById('feed').append(post(1, 'Inlägg', el('h3', {}, '4 kommentarer'),
        comment(1, 'Ett'), comment(2, 'Två'), comment(3, 'Tre'), comment(4, 'Fyra')));"""),
    )
    url = site.put(
        "/kanal",
        _page("""document.getElementById('feed').append(
        post(1, 'Inlägg', el('h3', {}, '4 kommentarer'), comment(1, 'Ett'), comment(3, 'Tre')), post(2, 'Nästa'));"""),
    )
    walk = walked(url)
    assert [item.text for item in walk.items] == ["Inlägg", "Ett", "Två", "Tre", "Fyra", "Nästa"]
    assert [ledger.missing_reason for ledger in walk.ledgers] == [None, None]
    assert [step.url for step in witness.steps if step.cause is Cause.VISIT] == [site.origin + "/inlagg/1"]
    assert "Fyra" in witness.texts[site.origin + "/inlagg/1"]
    assert len(witness.posts) == 2


def test_hidden_templates_doubles_and_hostile_words_are_taken_for_what_they_are(
    site, walked: Callable[..., Walk]
) -> None:
    hostile = [
        "<img src=x onerror=alert(1)>",
        "../../../etc/passwd\u0000\u001b[31m",
        "\u202eomvänt\u202c \u200bnoll\u200d👩‍👩‍👧 " + "Z̸̢̛" * 20,
        "Det finns inga fler inlägg att visa",
        "999 kommentarer",
        "  två  blanksteg\n\n\n\noch rader  ",
    ]
    url = site.put(
        "/elakt",
        _page(
            f"""
            const words = {json.dumps(hostile)}.map((text) => text.replace('\\u0000', ''));
            const feed = document.getElementById('feed');
            const template = post(99, 'Mall');
            template.hidden = true;
            feed.append(template);
            words.forEach((text, n) => {{
              const node = post(n, text, comment(n, text), comment(n, text));
              for (const shown of node.querySelectorAll('[dir]')) shown.style.whiteSpace = 'pre-wrap';
              feed.append(node);
            }});
            feed.append(el('article', {{ style: 'height: 300px' }}, el('div', {{ dir: 'auto' }}, 'Utan namn, tid och adress')));"""
        ),
    )
    walk = walked(url)
    said = [text.replace("\u0000", "").strip() for text in hostile]
    posts = [item for item in walk.items if item.parent_key is None]
    assert [post.text for post in posts] == [*said, "Utan namn, tid och adress"]
    assert [item.text for item in walk.items if item.parent_key] == said
    assert posts[-1].key_source == "content"
    assert [ledger.duplicates for ledger in walk.ledgers] == [1] * len(said) + [0]
    assert [ledger.claimed for ledger in walk.ledgers] == [None] * len(posts)


def test_a_rounded_claim_is_a_lower_bound_and_said_to_be(site, walked: Callable[..., Walk]) -> None:
    url = site.put(
        "/avrundat",
        _page("""document.getElementById('feed').append(
        post(1, 'Stort', button('1,2 tn kommentarer', () => {}), comment(1, 'Ett')));"""),
    )
    site.pages["/inlagg/1"] = site.pages["/avrundat"]
    walk = walked(url)
    (ledger,) = walk.ledgers
    assert (ledger.claimed, ledger.captured, ledger.missing_reason) == (1150, 1, LossReason.NOT_SHOWN)
    assert walk.items[0].claimed == 1200
    assert "avrundat" in said(walk)


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"posts": 3}, "högst 3 inlägg"),
        ({"steps": 9}, "högst 9 steg"),
        ({"items": 22}, "högst 22 inlägg och kommentarer"),
    ],
)
def test_every_ceiling_that_ends_the_walk_is_reported(site, walked: Callable[..., Walk], bounds, said: str) -> None:
    url = site.put(
        "/tak",
        _page("""for (let n = 0; n < 20; n += 1) document.getElementById('feed').append(
        post(n, 'Inlägg ' + n, button('Visa fler kommentarer', (event) => event.target.replaceWith(comment(n, 'K ' + n)))));"""),
    )
    walk = walked(url, **bounds)
    assert walk.stop is StopReason.CEILING
    assert walk.limits == (said,)
    assert 0 < len(walk.ledgers) < 20


def test_a_ceiling_inside_a_post_is_its_reason(site, walked: Callable[..., Walk]) -> None:
    url = site.put(
        "/evigt",
        _page("""
        let n = 0;
        const node = post(1, 'Evigt', button('Visa fler kommentarer', () => { node.insertBefore(comment(n, 'K ' + n++), node.lastChild); }));
        document.getElementById('feed').append(node);"""),
    )
    walk = walked(url, rounds=5)
    assert [ledger.missing_reason for ledger in walk.ledgers] == [LossReason.CEILING]
    assert walk.limits == ("högst 5 omgångar i ett inlägg",)
    assert len(walk.items) == 6


@pytest.mark.parametrize(("status", "said"), [(410, "borttagen"), (503, "ett fel"), (403, "nekar")])
def test_a_page_that_is_refused_is_unreachable(site, walked: Callable[..., Walk], status: int, said: str) -> None:
    with pytest.raises(ChannelUnreachableError, match=f"{said}.*HTTP {status}"):
        walked(site.put("/nekad", "nej", status=status))


def test_too_many_visits_and_captchas_are_challenges(site, walked: Callable[..., Walk]) -> None:
    with pytest.raises(ChallengedError, match="429"):
        walked(site.put("/ofta", "vänta", status=429))
    with pytest.raises(ChallengedError, match="inte är en robot"):
        walked(site.put("/robot", HEAD + "<main><h1>Bekräfta att du inte är en robot</h1></main>"))


def test_a_circle_of_redirects_is_unreachable(site, walked: Callable[..., Walk]) -> None:
    with pytest.raises(ChannelUnreachableError, match="cirkel"):
        walked(site.put("/runt", "", status=302, location="/runt"))


def test_failed_requests_at_the_end_of_the_feed_are_a_stall(site, walked: Callable[..., Walk]) -> None:
    site.put("/mer", "trasigt", status=500)
    url = site.put(
        "/avbrott",
        _page(
            """
        for (let n = 0; n < 4; n += 1) document.getElementById('feed').append(post(n, 'Inlägg ' + n));
        addEventListener('scroll', () => { if (scrollY + innerHeight > document.body.scrollHeight - 50) fetch('/mer'); });""",
            '<main><div role="feed" id="feed"></div></main>',
        ),
    )
    walk = walked(url)
    assert walk.stop is StopReason.STALLED
    assert "500" in walk.stop_detail


def test_what_the_platform_says_that_it_holds_back_is_the_reason(site, walked: Callable[..., Walk]) -> None:
    """Only its own words count, not the same words written by somebody in a post or a comment."""
    words = "Vissa kommentarer kan ha filtrerats bort"
    url = site.put(
        "/undanhallet",
        _page(
            f"""document.getElementById('feed').append(
              post(1, 'Filtrerat', el('h3', {{}}, '3 kommentarer'), comment(1, 'Hej'), el('p', {{}}, '{words}')),
              post(2, '{words}', el('h3', {{}}, '2 kommentarer'), comment(2, '{words}')));"""
        ),
    )
    walk = walked(url)
    reasons = [ledger.missing_reason for ledger in walk.ledgers]
    assert reasons == [LossReason.HIDDEN_BY_PLATFORM, LossReason.NOT_SHOWN]
