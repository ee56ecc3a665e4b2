"""The search for secrets finds them where they are, so that finding none says something."""

import zipfile

import pikepdf
import pytest

from tests.session.surroundings import COOKIE, TOKEN, told_by


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "logg.txt").write_text("inget här")
    return tmp_path


def test_nothing_is_found_where_nothing_is(folder):
    assert told_by(folder) == []


def test_what_is_in_a_file_a_package_and_a_page_is_found(folder):
    (folder / "djupt" / "ned").mkdir(parents=True)
    (folder / "djupt" / "ned" / "logg").write_bytes(b"\x00" + COOKIE.encode())
    with zipfile.ZipFile(folder / "paket.zip", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("data/a.xml", f"<a>{TOKEN}</a>" * 9)
    document = pikepdf.new()
    document.add_blank_page()
    document.Root.Anything = document.make_stream(COOKIE.encode() * 9)
    document.save(folder / "sida.pdf", compress_streams=True)
    for packed in ("paket.zip", "sida.pdf"):
        assert COOKIE.encode() not in (folder / packed).read_bytes()
    assert told_by(folder) == [f"djupt/ned/logg: {COOKIE}", f"paket.zip: {TOKEN}", f"sida.pdf: {COOKIE}"]
