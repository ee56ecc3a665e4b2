"""A package says of itself, in every profile, what one that takes its place must know."""

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from register.format_profile import PackageKind, PackageWishes
from register.model import Submission
from sip.build import build
from sip.earlier import EarlierPackage, earlier_package
from sip.fgs import profile_of


@pytest.mark.parametrize("kind", [PackageKind.FGS_2_0, PackageKind.E_ARK_2_2_0, PackageKind.FGS_1_2])
def test_a_package_says_what_it_is_called_whose_it_is_and_of_what(
    make_submission: Callable[..., Submission], tmp_path: Path, now: datetime, kind: PackageKind
) -> None:
    submission = make_submission()
    package = build(submission, tmp_path, now=now, wishes=PackageWishes(profil=kind, webbarkiv=False))
    assert earlier_package(package.path) == EarlierPackage(
        object_id=profile_of(kind).identity(submission.object_id),
        creators=("ORG:212000-0000",),
        sources=("https://example.org/exempelkommun?a=1&b=2",),
        record_status="NEW",
    )


@pytest.mark.parametrize("content", [b"", b"rubbish", b"<mets/>"])
def test_what_is_no_package_says_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert earlier_package(path) is None
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/METS.xml", content)
    said = earlier_package(path)
    assert said is None or said == EarlierPackage(object_id="", creators=(), sources=(), record_status="")
