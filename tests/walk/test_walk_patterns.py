"""Every name the walk goes by is proved: what it matches, what it must not, and that both languages read it alike."""

import asyncio
import json
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from playwright.async_api import async_playwright

from capture.programs import chromium
from capture.walk import datafile, load_profiles
from capture.walk.patterns import Line, Patterns, load_patterns
from capture.walk.profile import Profile
from register.errors import BadInputError

MEANINGS = load_patterns().by_meaning()
LINES = [(meaning, line) for meaning, lines in MEANINGS.items() for line in lines]

MUST_NOT = [
    ("expand_more", "Svara"),
    ("expand_more", "3 svarade"),
    ("expand_more", "Visa fler kommentarer och vinn en resa"),
    ("expand_more", "Visa färre svar"),
    ("expand_more", "svar"),
    ("expand_more", "Ladda ner filen"),
    ("expand_more", "Load more ads here"),
    ("expand_more", "25 kommentarer"),
    ("see_more_text", "Se mer på Byatorget"),
    ("see_more_text", "Läs mer om simhallen"),
    ("see_more_text", "Show more options"),
    ("order_opener", "Alla kommentarer"),
    ("order_opener", "Mest relevanta nyheter från oss"),
    ("order_choice", "Nyaste inläggen från grannarna"),
    ("cookie", "Inställningar för cookies"),
    ("cookie", "Läs mer om kakor"),
    ("nag_close", "Stäng av aviseringar"),
    ("nag_close", "Stängt på måndag"),
    ("claims", "25 svar"),
    ("claims", "kommentarer"),
    ("claims", "Visa 25 kommentarer"),
    ("reply_claims", "Visa 3 svar till"),
    ("post_claims", "64 inlägg om simhallen"),
    ("end_markers", "Slutet gott, allting gott"),
    ("loading", "Nedladdning"),
    ("wall_texts", "Logga in"),
    ("wall_addresses", "/kommunen/inloggade"),
    ("comment_label", "Svar av Anna Ek"),
    ("reply_label", "Kommentar av Anna Ek, 3 tim"),
    ("never", "Visa 3 svar till"),
    ("never", "Anna Ek svarade · 3 svar"),
    ("never", "Visa fler kommentarer"),
    ("never", "replies: 4"),
]


@pytest.mark.parametrize(("meaning", "line"), LINES, ids=[f"{meaning}-{line.name}" for meaning, line in LINES])
def test_a_line_matches_its_examples_and_nothing_longer(meaning: str, line: Line) -> None:
    for example in line.examples:
        assert line.expression.search(example)
        assert line.expression.search(example.upper().replace("SS", "ss")), "case does not matter"
    if meaning not in {"cookie_about", "wall_texts", "wall_addresses", "suspicious"}:
        assert line.name.startswith("^"), "a name is matched from its start"
        assert line.name.startswith("^.+") or not line.expression.search(f"Om {line.examples[0]}")


@pytest.mark.parametrize(("meaning", "name"), MUST_NOT)
def test_a_meaning_does_not_match_what_only_looks_like_it(meaning: str, name: str) -> None:
    assert not any(line.expression.search(name) for line in MEANINGS[meaning])


@pytest.mark.parametrize(
    "name", ["Gilla", "Svara på Annas kommentar", "Dölj 3 svar", "Hide replies", "Log in to see more"]
)
def test_the_deny_list_knows_what_must_never_be_pressed(name: str) -> None:
    assert any(line.expression.search(name) for line in MEANINGS["never"])


def test_nothing_that_opens_is_denied_by_the_deny_list() -> None:
    opens = [
        line
        for meaning in ("expand_more", "see_more_text", "order_opener", "order_choice")
        for line in MEANINGS[meaning]
    ]
    for line in opens:
        for example in line.examples:
            assert not any(never.expression.search(example) for never in MEANINGS["never"]), example


def test_rejecting_comes_before_accepting() -> None:
    names = [line.examples[0] for line in MEANINGS["cookie"]]
    assert names.index("Neka valfria cookies") < names.index("Tillåt alla cookies")
    assert names.index("Decline optional cookies") < names.index("Tillåt alla cookies")


def test_javascript_reads_every_line_as_python_does() -> None:
    names = sorted({example for _, line in LINES for example in line.examples} | {name for _, name in MUST_NOT})
    script = """([sources, names]) => sources.map((source) => {
        const expression = new RegExp(source, 'iu');
        return names.map((name) => expression.test(name));
    })"""

    async def in_chromium() -> list[list[bool]]:
        async with async_playwright() as playwright:
            browser = await chromium.launch(playwright)
            page = await browser.new_page()
            read = await page.evaluate(script, [[line.source for _, line in LINES], names])
            await browser.close()
            return read

    for (_, line), read in zip(LINES, asyncio.run(in_chromium()), strict=True):
        assert read == [bool(line.expression.search(name)) for name in names], line.name


def _broken(tmp_path: Path, before: str, after: str) -> Path:
    source = (files("capture.walk") / "patterns.yaml").read_text("utf-8")
    assert before in source
    path = tmp_path / "patterns.yaml"
    path.write_text(source.replace(before, after, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("'^{n} gömda?$'", "'^{n} gömda?($'"),
        ("provenance: seen, examples: [90 Gömd", "provenance: guessed, examples: [90 Gömd"),
        ("examples: [90 Gömd, 2 gömda]", "examples: [90 Synlig]"),
        ("examples: [90 Gömd, 2 gömda]", "examples: []"),
        ("examples: [90 Gömd, 2 gömda]", "examples: [90 Gömd], script: 'alert(1)'"),
    ],
)
def test_a_broken_line_is_named_by_its_number(tmp_path: Path, before: str, after: str) -> None:
    path = _broken(tmp_path, before, after)
    number = next(place for place, line in enumerate(path.read_text("utf-8").splitlines(), 1) if "gömda?" in line)
    with pytest.raises(BadInputError, match=f"rad {number}:"):
        datafile.read(path, Patterns)


def test_a_file_that_is_no_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "patterns.yaml"
    path.write_text("version: 1\nexpand_more: [\n", encoding="utf-8")
    with pytest.raises(BadInputError, match=r"rad \d+:"):
        datafile.read(path, Patterns)


def test_profiles_are_strict_and_the_last_one_fits_every_site(tmp_path: Path) -> None:
    *_, last = load_profiles()
    assert last.by_semantics
    assert (last.url, last.probe) == ((), ())
    described = yaml.safe_load((files("capture.walk") / "profiles" / "isso.yaml").read_text("utf-8"))
    path = tmp_path / "isso.yaml"
    path.write_text(json.dumps(described | {"python": "import os"}), encoding="utf-8")
    with pytest.raises(BadInputError, match="rad 1"):
        datafile.read(path, Profile)
