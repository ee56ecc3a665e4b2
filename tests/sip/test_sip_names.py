"""Physical names: storable everywhere, never out of the folder, never one over another."""

import re
from itertools import permutations

import pytest

from register.format_profile import NameRule
from sip.names import SAFE_FILE, SAFE_FOLDER, safe_paths

PATH = re.compile(rf"({SAFE_FOLDER.pattern}/)*{SAFE_FILE.pattern}", re.ASCII)
ESSARCH = re.compile(r"([\da-zA-Z_\-]+/)*[\da-zA-Z_\-]+\.[\da-zA-Z]+", re.ASCII)  # its default rules, joined


@pytest.mark.parametrize(
    ("original", "safe"),
    [
        ("video.mp4", "video.mp4"),
        ("åäö ÅÄÖ.pdf", "aao_AAO.pdf"),
        ("Smørrebrød.txt", "Smorrebrod.txt"),
        ("x.jpg.jpg", "x.jpg"),
        ("x.JPG.jpg", "x.JPG"),
        ("arkiv.tar.gz", "arkiv_tar.gz"),
        ("schema-1.0.xsd", "schema-1_0.xsd"),
        ("a.b-c.json", "a_bc.json"),
        ("README", "README.txt"),
        (".htaccess", "_htaccess.txt"),
        ("slutar.", "slutar_.txt"),
        ("1__#$!@%!#__.jpg", "1___________.jpg"),
        ("con.txt", "_con.txt"),
        ("日本.png", "__.png"),
        ("\ud800.txt", "_.txt"),
        ("../../etc/passwd", "__/__/etc/passwd.txt"),
        ("/etc/passwd", "etc/passwd.txt"),
        ("a//./b.txt", "a/_/b.txt"),
        ("c:\\windows\\x.txt", "c__windows_x.txt"),
        ("", "_.txt"),
        ("a\0b.txt", "a_b.txt"),
    ],
)
def test_a_name_becomes_storable_everywhere(original: str, safe: str) -> None:
    assert safe_paths([(original, "text/plain")]) == {original: safe}
    assert PATH.fullmatch(safe)
    assert ESSARCH.fullmatch(safe)


@pytest.mark.parametrize(
    ("original", "safe"),
    [("arkiv.tar.gz", "arkiv.tar.gz"), ("schema-1.0.xsd", "schema-1.0.xsd"), ("x.jpg.jpg", "x.jpg")],
)
def test_an_archive_may_take_several_extensions(original: str, safe: str) -> None:
    assert safe_paths([(original, "text/plain")], NameRule.EXTENSIONS) == {original: safe}
    assert PATH.fullmatch(safe)


def test_a_hundred_thousand_names_that_fold_alike_are_told_apart_in_one_go() -> None:
    """With a search for a free number for each of them this would take hours."""
    names = [f"{chr(0x4E00 + number % 20_000)}{chr(0x4E00 + number // 20_000)}.jpg" for number in range(100_000)]
    safe = safe_paths([(name, "image/jpeg") for name in names])
    assert len(set(safe.values())) == 100_000
    assert "__-100000.jpg" in safe.values()


def test_the_longest_name_a_disk_can_hold_is_shortened() -> None:
    (safe,) = safe_paths([("å" * 120 + "." + "x" * 100, "text/plain")]).values()
    assert PATH.fullmatch(safe)
    assert len(safe) < 130


def test_a_collision_never_overwrites_whatever_the_order_and_letter_case() -> None:
    names = ["a b.txt", "a_b.txt", "A_B.TXT", "ä b.txt"]
    results = [safe_paths([(name, "text/plain") for name in order]) for order in permutations(names)]
    assert all(result == results[0] for result in results)
    assert len({path.casefold() for path in results[0].values()}) == len(names)


def test_a_suffix_never_collides_with_a_file_that_really_is_called_so() -> None:
    safe = safe_paths([(name, "text/plain") for name in ("a b.txt", "a_b.txt", "a_b-2.txt")])
    assert len(set(safe.values())) == 3
