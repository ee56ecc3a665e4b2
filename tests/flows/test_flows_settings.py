"""kanalarkiv.toml: what it must say, and how it is told when it does not."""

import pytest

from flows import settings
from register.errors import BadInputError
from register.model import RecordStatus

GOOD = """
[arkivbildare]
namn = "Exempelkommun, Kommunstyrelsen"
identitetskod = "ORG:212000-0000"
[e_arkiv]
namn = "Exempelkommuns e-arkiv"
identitetskod = "ORG:212000-0000"
mapp = "/mnt/e-arkiv"
[leverans]
overenskommelse = "KS 2026/123; 2026-01-01"
"""


def _written(folder, text):
    path = folder / "kanalarkiv.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_records_creator_delivers_where_nobody_else_is_named(tmp_path):
    channel = settings.load(_written(tmp_path, GOOD)).channel(name="K", platform="P", url="https://x.invalid/")
    assert channel.submitting == channel.records_creator
    assert channel.record_status is RecordStatus.NEW


def test_without_a_file_what_is_made_is_a_test(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert settings.load(None) is None
    channel = settings.undeclared(name="K", platform="P", url="https://x.invalid/")
    assert channel.record_status is RecordStatus.TEST
    assert channel.records_creator.name == "Ej angiven"


def test_an_unknown_key_is_an_error_with_the_nearest_right_one(tmp_path):
    with pytest.raises(BadInputError) as caught:
        settings.load(_written(tmp_path, GOOD.replace("overenskommelse", "overenskomelse")))
    assert "leverans.overenskomelse: okänd nyckel, menas overenskommelse?" in caught.value.happened.sv


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("ORG:212000-0000", "2120000000"), "arkivbildare.identitetskod"),
        (('namn = "Exempelkommuns e-arkiv"', ""), "e_arkiv.namn"),
        (("[leverans]", "[leverans"), "line"),
    ],
)
def test_a_fault_is_named_by_its_place(tmp_path, change, named):
    with pytest.raises(BadInputError) as caught:
        settings.load(_written(tmp_path, GOOD.replace(*change)))
    assert named in caught.value.happened.sv


def test_a_file_that_was_named_must_be_there(tmp_path):
    with pytest.raises(BadInputError):
        settings.load(tmp_path / "finns-inte.toml")
