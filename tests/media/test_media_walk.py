"""A whole walk with the media as its witness: what is shown is kept byte for byte, and what is not, is said."""

import json
import re
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from capture.media import MediaKept, Medium, Reason, Way, artefacts, described, kept, losses, remarks
from capture.programs import ffmpeg
from capture.records import record
from capture.records.shown import NOWHERE
from register.model import Channel, Organisation, RecordStatus
from tests.media.media_channel import AVATAR, DATA, PICTURES, Walked
from tests.media.media_site import SVG, VTT, digest

P, BG, V, A, POSTER, SUB = (
    Medium.PICTURE, Medium.BACKGROUND, Medium.VIDEO, Medium.AUDIO, Medium.POSTER, Medium.SUBTITLES,
)  # fmt: skip


@pytest.fixture(scope="module")
def media(walked: Walked) -> MediaKept:
    return kept(walked.folder)


def _of(media: MediaKept, key: str) -> list[tuple[Medium, str, str | Reason]]:
    """What an item shows: as what, with which alternative text, and the digest or the reason why there is none."""
    return [
        (told.shown.medium, told.shown.alt, told.file.sha256 if told.file else told.shown.reason)
        for told in media.by_item[key]
    ]


def test_every_picture_of_a_post_is_kept_byte_for_byte_and_belongs_to_it(media: MediaKept, walked: Walked) -> None:
    """Also the one that a srcset, or a <picture>, chose; the small portrait and the hidden one are counted."""
    chosen = {n: digest(PICTURES[f"/p/{n}"]) for n in ("ett.png", "två.jpg", "tre.webp", "fyra.gif")}
    assert _of(media, walked.post(1)) == [
        (P, 'Badet "Åbadet"', chosen["ett.png"]),
        (P, "", chosen["två.jpg"]),
        (P, "", chosen["tre.webp"]),
        (P, "", chosen["fyra.gif"]),
        (P, "Teckning", digest(SVG)),
        (P, "", digest(PICTURES["/p/fem-1x.jpg"])),
        (P, "Sex", digest(PICTURES["/p/sex.webp"])),
    ]
    assert (media.posts[0].decorations, media.posts[0].hidden) == (1, 1)
    assert [(told.shown.width, told.shown.height) for told in media.by_item[walked.post(1)]][:5] == [
        (300, 200), (300, 200), (300, 200), (300, 200), (200, 200),
    ]  # fmt: skip


def test_a_comments_picture_is_the_comments_and_the_same_bytes_are_one_file(media: MediaKept, walked: Walked) -> None:
    same = digest(PICTURES["/p/ett.png"])
    assert _of(media, walked.post(2)) == [(P, "Igen", same), (P, "Samma", same)]
    assert _of(media, walked.comment(21)) == [(P, "Svarets", digest(PICTURES["/p/svar.jpg"]))]
    assert _of(media, walked.comment(22)) == [(P, "Också", same)]
    assert sum(file.sha256 == same for file in media.files) == 1
    told = media.by_item[walked.post(2)]
    assert [one.shown.address.rpartition("/")[2] for one in told] == ["ett.png", "annan-adress.png"]
    assert told[0].name == told[1].name == f"media/{same[:32]}.png"


def test_what_is_lazy_in_a_shadow_in_the_page_or_in_its_memory_is_kept(media: MediaKept, walked: Walked) -> None:
    assert _of(media, walked.post(3)) == [
        (P, "", digest(PICTURES["/p/lat.png"])),
        (P, "I sidan", digest(DATA)),
        (BG, "", digest(PICTURES["/p/bakgrund.jpg"])),
        (P, "", digest(PICTURES["/p/svgbild.jpg"])),
        (V, "", digest(walked.held["/f/minne.webm"])),
        (P, "I skuggan", digest(PICTURES["/p/skugga.jpg"])),
        (P, "I minnet", digest(walked.held["/p/objekt.png"])),
        (V, "", Reason.STREAM),  # by Media Source Extensions: there is no file
    ]
    ways = [told.file.way for told in media.by_item[walked.post(3)] if told.file]
    web, page = Way.BROWSER, Way.PAGE
    assert ways == [web, page, web, web, page, web, page]
    assert media.by_item[walked.post(3)][1].shown.address == "data:image/gif;base64"


def test_films_sound_posters_and_subtitles_are_kept_as_they_are(media: MediaKept, walked: Walked) -> None:
    held = walked.held
    assert _of(media, walked.post(4)) == [
        (V, "Filmen", digest(held["/f/film.mp4"])),
        (POSTER, "", digest(PICTURES["/p/affisch.jpg"])),
        (SUB, "captions sv Svenska", digest(VTT)),
        (V, "", digest(held["/f/film.webm"])),  # of two sources, the one that the browser can play
        (A, "", digest(held["/f/ljud.mp3"])),
    ]
    types = [told.file.media_type for told in media.by_item[walked.post(4)] if told.file]
    assert types == ["video/mp4", "image/jpeg", "text/vtt", "video/webm", "audio/mpeg"]
    film = media.by_item[walked.post(4)][0].file
    assert film is not None
    played = subprocess.run(
        [ffmpeg.find(), "-v", "error", "-i", media.folder / "files" / film.file, "-f", "null", "-"],
        check=True, capture_output=True,
    )  # fmt: skip
    assert played.stderr == b""


def test_what_is_not_kept_has_its_reason(media: MediaKept, walked: Walked) -> None:
    told = [(one.shown.alt, one.shown.reason, one.shown.detail) for one in media.by_item[walked.post(5)]]
    assert told == [
        ("Borta", Reason.GONE, "HTTP 404"),
        ("En sida", Reason.NOT_MEDIA, ""),
        ("", Reason.FORBIDDEN, "169.254.169.254 är ingen adress för webbplatser"),
        ("", Reason.STREAM, ""),
        ("", Reason.TOO_LARGE, "mer än 400000 byte"),
        ("", Reason.TOO_LARGE, "3221225472 byte, gränsen är 400000"),
    ]


def test_what_a_login_guards_is_asked_for_with_the_pages_own_cookies(media: MediaKept, walked: Walked) -> None:
    assert [sha for *_, sha in _of(media, walked.post(6))] == [
        digest(PICTURES["/p/inloggad.png"]),
        digest(walked.held["/f/inloggad.mp4"]),
        digest(PICTURES["/p/vidare-hit.png"]),
        digest(walked.held["/f/film.mp4"]),
    ]
    led_on = media.by_item[walked.post(6)][3].file
    assert led_on is not None
    assert led_on.answered_from == f"http://localhost:{walked.site.port}/f/film.mp4"
    (asked,) = (one for one in walked.site.asked if one.path == "/f/inloggad.mp4")
    assert asked.headers["Cookie"] == "inlogg=ja"
    assert asked.headers["User-Agent"] == walked.walk.user_agent
    assert asked.headers["Referer"] == walked.walk.url


def test_frames_of_the_same_and_of_another_origin_are_looked_into(media: MediaKept, walked: Walked) -> None:
    assert _of(media, walked.post(7)) == [
        (P, "Ram", digest(PICTURES["/p/ram.png"])),
        (P, "Utifrån", digest(PICTURES["/p/utifrån.png"])),
    ]


def test_a_server_that_is_asked_too_often_is_asked_no_more(media: MediaKept, walked: Walked) -> None:
    told = media.by_item[walked.post(8)]
    assert [one.shown.reason for one in told] == [Reason.TOO_OFTEN] * 4
    assert [walked.site.times(f"/f/ofta-{n}.mp3") for n in range(1, 5)] == [1, 1, 0, 0]  # two at once


def test_a_comment_that_left_the_page_before_the_post_was_finished_keeps_its_picture(
    media: MediaKept, walked: Walked
) -> None:
    assert _of(media, walked.comment(91)) == [(P, "", digest(PICTURES["/p/flyktig.jpg"]))]


def test_no_picture_that_the_browser_had_is_asked_for_a_second_time(media: MediaKept, walked: Walked) -> None:
    assert {path: walked.site.times(path.replace("å", "%C3%A5")) for path in PICTURES} == {
        **dict.fromkeys(PICTURES, 1), "/p/fem-2x.jpg": 0, "/p/vidare-hit.png": 1,
    }  # fmt: skip
    fetched = [file.address.rpartition("/")[2] for file in media.files if file.way is Way.FETCHED]
    assert sorted(fetched) == ["film.mp4", "film.webm", "inloggad.mp4", "ljud.mp3", "text.vtt"]


def test_every_file_is_named_by_its_digest_and_what_it_is_and_no_other_is_there(media: MediaKept) -> None:
    on_disk = {path.name: digest(path.read_bytes()) for path in (media.folder / "files").iterdir()}
    assert on_disk == {file.file: file.sha256 for file in media.files}
    assert digest(AVATAR) not in on_disk.values()
    packed = artefacts(media)
    assert [one.name for one in packed] == [f"media/{f.sha256[:32]}.{f.extension}" for f in media.files]
    assert len({one.name for one in packed}) == len(packed) == 26
    assert Counter(one.format_name for one in packed) == {
        "PNG": 7, "JPEG": 8, "WebP": 2, "GIF": 2, "SVG": 1, "MPEG-4": 2, "WebM": 2, "MPEG Audio": 1, "WebVTT": 1,
    }  # fmt: skip
    assert [one.created for one in packed] == sorted(one.created for one in packed)


def test_the_losses_are_the_posts_own_and_a_stream_is_an_explained_one(media: MediaKept, walked: Walked) -> None:
    told = [(one.post_key, one.explained, one.said.sv) for one in losses(media, walked.walk)]
    of = "mediefiler saknas"
    assert told == [
        (walked.post(3), True, f"1 av 8 {of}: visas som en ström, som inte är någon fil."),
        (walked.post(5), True, f"1 av 6 {of}: servern svarar att filen inte finns."),
        (walked.post(5), False, f"1 av 6 {of}: svaret var något annat än bild, film, ljud eller undertexter."),
        (walked.post(5), False, f"1 av 6 {of}: adressen är ingen som programmet får hämta från."),
        (walked.post(5), True, f"1 av 6 {of}: visas som en ström, som inte är någon fil."),
        (walked.post(5), False, f"2 av 6 {of}: filen är större än gränsen."),
        (
            walked.post(8), False,
            f"4 av 4 {of}: servern sade att den tillfrågas för ofta, och tillfrågades inte mer.",
        ),
    ]  # fmt: skip
    size = f"{sum(file.size for file in media.files) / 1e6:.1f}".replace(".", ",")
    assert [one.sv for one in remarks(media)] == [
        f"26 mediefiler ({size} MB) är sparade som original; 5 av dem hämtades med en egen förfrågan, resten är vad "
        "webbläsaren redan hade.",
        "2 bilder under 48 × 48 bildpunkter räknades som utsmyckning och sparades inte.",
        "1 bilder och filmer som sidan höll dolda sparades inte.",
    ]


def test_the_record_is_told_where_each_file_is_or_why_there_is_none(media: MediaKept, walked: Walked) -> None:
    of_post = described(media)[walked.post(5)][0]
    assert of_post.element == "missingMedia"
    assert json.loads(json.dumps(of_post.attributes)) == {
        "kind": "picture", "address": f"{walked.site.origin}/p/borta.png", "alt": "Borta", "width": "300",
        "height": "200", "reason": "gone", "detail": "HTTP 404",
    }  # fmt: skip
    of_film = described(media)[walked.post(6)][3]
    film = walked.held["/f/film.mp4"]
    assert of_film.element == "media"
    obtained = of_film.attributes["obtained"]
    assert re.fullmatch(r"2026-11-22T23:30:0\dZ", obtained)
    assert of_film.attributes == {
        "kind": "video", "address": f"{walked.site.origin}/f/vidare.mp4", "alt": "",
        "file": f"media/{digest(film)[:32]}.mp4", "mediaType": "video/mp4", "size": str(len(film)),
        "sha256": digest(film), "obtained": obtained, "way": "fetched",
        "answeredFrom": f"http://localhost:{walked.site.port}/f/film.mp4",
    }  # fmt: skip


def test_a_post_that_was_not_looked_into_is_a_loss_and_so_is_a_picture_that_was_not_seen(
    media: MediaKept, walked: Walked
) -> None:
    """The witness is held against the walk, which reads pictures by itself."""
    first, *others = media.posts
    unsearched = replace(media, posts=tuple(others))
    found = losses(unsearched, walked.walk)
    assert (found[0].said.sv, found[0].explained) == ("Inläggets mediefiler söktes aldrig.", False)
    assert found[0].post_key == walked.post(1)
    assert found[1:] == losses(media, walked.walk)

    unseen = (walked.comment(22), walked.post(2))
    blind = replace(media, by_item={**media.by_item, **dict.fromkeys(unseen, ())})
    (extra,) = set(losses(blind, walked.walk)) - set(losses(media, walked.walk))
    read = sum(len(item.pictures) for item in walked.walk.items if item.key in unseen)
    assert read >= 2
    assert extra.said.sv == f"{read} bilder som lästes av hann försvinna från sidan innan de sparades."
    assert (extra.post_key, extra.explained) == (walked.post(2), False)

    half = replace(media, posts=(replace(first, unread=2, unlisted=7), *others))
    new = [one for one in losses(half, walked.walk) if one.post_key == walked.post(1)]
    assert [(one.said.sv, one.explained) for one in new] == [
        ("2 delar av inlägget gick inte att söka igenom efter mediefiler.", False),
        ("7 bilder och filmer utöver gränsen för ett inlägg söktes inte.", False),
    ]


def test_the_record_with_all_that_was_kept_and_all_that_was_not_keeps_to_its_schema(
    media: MediaKept, walked: Walked, tmp_path: Path
) -> None:
    body = Organisation(name="Kommunstyrelsen", identity_code="ORG:212000-0000")
    channel = Channel(
        name="Kommunen", platform="prov", url=walked.walk.url, records_creator=body, submitting=body, archive=body,
        submission_agreement="Ö 1", reference_code=None, record_status=RecordStatus.TEST,
    )  # fmt: skip
    told = {key: replace(NOWHERE, media=tuple(files)) for key, files in described(media).items()}
    xml = etree.parse(record.write_xml(walked.walk, channel, told, tmp_path / "uppgifter.xml"))
    names = {"k": record.NAMESPACE}
    assert len(xml.findall(".//k:media", names)) == sum(
        one.file is not None for key in told for one in media.by_item[key]
    )
    assert len(xml.findall(".//k:missingMedia", names)) == 11
    (answer,) = xml.findall(f".//k:comment[@key='{walked.comment(21)}']/k:media", names)
    assert answer.get("file") == f"media/{digest(PICTURES['/p/svar.jpg'])[:32]}.jpg"
