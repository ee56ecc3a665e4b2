"""A file is what its own first bytes say, and nothing that is not in the table is a medium."""

import time
from pathlib import Path

import pytest

from capture.media.formats import ENOUGH, fits, is_manifest, is_whole, sniff
from capture.media.nouns import Medium
from tests.media.media_site import SVG, VTT, film, picture

MADE = {
    "image/png": picture("PNG", 1),
    "image/jpeg": picture("JPEG", 1),
    "image/gif": picture("GIF", 1),
    "image/webp": picture("WEBP", 1),
    "image/avif": picture("AVIF", 1),
    "image/bmp": picture("BMP", 1),
    "image/tiff": picture("TIFF", 1),
    "image/vnd.microsoft.icon": picture("ICO", 1, (48, 48)),
    "image/svg+xml": SVG,
    "text/vtt": VTT,
}
FILMED = {
    "video/mp4": ("a.mp4", "-c:v", "libx264"),
    "video/quicktime": ("a.mov", "-c:v", "libx264"),
    "video/webm": ("a.webm", "-c:v", "libvpx"),
    "video/matroska": ("a.mkv", "-c:v", "libx264"),
    "audio/mp4": ("a.m4a", "-map", "1:a"),
    "audio/mpeg": ("a.mp3", "-map", "1:a"),
    "audio/aac": ("a.aac", "-map", "1:a"),
    "audio/wav": ("a.wav", "-map", "1:a"),
    "audio/flac": ("a.flac", "-map", "1:a"),
    "audio/ogg": ("a.ogg", "-map", "1:a"),
}


@pytest.mark.parametrize("kind", MADE)
def test_pictures_and_subtitles_are_known(kind: str) -> None:
    found = sniff(MADE[kind][:ENOUGH])
    assert found is not None
    assert found.media_type == kind


@pytest.mark.parametrize("kind", FILMED)
def test_films_and_sounds_are_known(kind: str, tmp_path: Path) -> None:
    found = sniff(film(tmp_path, *FILMED[kind])[:ENOUGH])
    assert found is not None
    assert found.media_type == kind


@pytest.mark.parametrize(
    "head",
    [
        b"", b"<!doctype html><title>x</title>", b"<html><svg></svg></html>", b"<!DOCTYPE html><svg>", b'{"error": 1}',
        b"MZ\x90\x00", b"\x7fELF", b"PK\x03\x04", b"%PDF-1.7", b"#!/bin/sh\n", b"inget", b"<svgx>", b"<!-- <svg> -->",
        b"\x1aE\xdf\xa3 ingen doctype", b"RIFF\x00\x00\x00\x00AVI ", b"WEBVTTx", b"\xff\xfe<\x00h\x00t\x00m\x00l\x00",
    ],
)  # fmt: skip
def test_nothing_else_is_a_medium(head: bytes) -> None:
    assert sniff(head) is None


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/a.dtd" [<!ENTITY a "b>">]>\n<svg/>',
        "<?xml version='1.0'?><!-- a --><!-- b --><svg:svg xmlns:svg='x'>",
        " \n<svg>",
    ],
)
def test_what_may_stand_before_a_drawing(document: str) -> None:
    for encoded in (document.encode(), b"\xef\xbb\xbf" + document.encode(), b"\xff\xfe" + document.encode("utf-16-le")):
        found = sniff(encoded)
        assert found is not None
        assert found.extension == "svg"


def test_a_document_made_to_be_slow_is_not() -> None:
    began = time.process_time()
    assert sniff(b"<!---->" * 580 + b"x") is None
    assert not is_manifest(b"<!---->" * 580 + b"<!--" * 9)
    assert time.process_time() - began < 0.5


def test_a_streams_list_of_pieces_is_told_from_a_film() -> None:
    assert is_manifest(b"#EXTM3U\n#EXT-X-VERSION:3\n")
    assert is_manifest(b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">')
    assert not is_manifest(SVG)
    assert not is_manifest(MADE["image/png"])


def test_a_picture_that_is_still_coming_is_not_whole() -> None:
    whole = [kind for kind, content in MADE.items() if is_whole(content)]
    assert whole == ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/svg+xml"]
    assert [kind for kind, content in MADE.items() if is_whole(content[:-40])] == []


def test_a_file_is_held_against_what_the_page_shows_it_as() -> None:
    png, vtt = sniff(MADE["image/png"]), sniff(VTT)
    assert png is not None
    assert vtt is not None
    assert [medium for medium in Medium if fits(png, medium)] == [Medium.PICTURE, Medium.BACKGROUND, Medium.POSTER]
    assert [medium for medium in Medium if fits(vtt, medium)] == [Medium.SUBTITLES]
