"""The house itself: what no import contract can say."""

import importlib.metadata
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("flows", "capture", "register", "sample_channel", "sip", "delivery")


def test_packaging_is_a_shelf_without_a_module_of_its_own():
    """`packaging/__init__.py` would shadow PyPI's packaging, and Prefect's server with it."""
    assert not list((ROOT / "packaging").glob("*.py"))
    import packaging.version  # noqa: PLC0415

    assert not packaging.version.__file__.startswith(str(ROOT / "packaging"))


def test_prefect_starts_from_the_repository_root():
    """`python -m` puts the current folder first on the path, where a shadowing module would win."""
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "version"], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", OURS)
def test_no_other_distribution_provides_a_name_of_ours(name):
    providers = set(importlib.metadata.packages_distributions().get(name, ()))
    assert providers <= {"kanalarkiv"}


def test_every_folder_with_python_is_under_the_contracts():
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    found = {
        init.parent.name for pattern in ("*/__init__.py", "packaging/*/__init__.py") for init in ROOT.glob(pattern)
    }
    found -= {"tests"}
    assert found == set(OURS)
    assert set(configured["importlinter"]["root_packages"]) == found
    assert set(configured["mypy"]["packages"]) == found


def test_no_module_outgrows_its_name():
    """Past 400 lines a module holds two things."""
    tracked = [
        path
        for folder in ("flows", "capture", "register", "sample_channel", "packaging")
        for path in (ROOT / folder).rglob("*.py")
    ]
    assert tracked
    assert [str(path) for path in tracked if len(path.read_text(encoding="utf-8").splitlines()) > 400] == []


def test_the_locks_name_no_host():
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "index-url" not in text


def test_the_command_line_answers_without_prefect_or_playwright():
    """`--help` is what a newcomer tries first; it must not load a workflow engine."""
    code = "import flows.cli, sys; sys.exit(any(m in sys.modules for m in ('prefect', 'playwright', 'lxml')))"
    assert subprocess.run([sys.executable, "-c", code], timeout=600, check=False).returncode == 0


def test_what_few_commands_need_is_loaded_by_those_alone():
    """To import pyHanko takes half a second at every start."""
    heavy = ("pyhanko", "aiohttp", "asyncssh", "boto3", "pygfried", "pikepdf.pdfa", "jpype")
    code = f"import flows.on_demand, sys; sys.exit([name for name in {heavy!r} if name in sys.modules] or 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr


def test_the_readme_names_every_command_and_folder():
    from typer.main import get_command  # noqa: PLC0415

    from flows.cli import app  # noqa: PLC0415

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) <= 150
    for word in (*get_command(app).commands, "package validate", "make demo", "make test", "make bench"):
        assert word in readme, word
    for folder in ("flows/", "capture/", "packaging/", "register/", "schemas/", "sample_channel/", "tests/"):
        assert folder in readme, folder


def test_every_exit_code_is_told_of():
    from register.errors import ExitCode  # noqa: PLC0415

    told = (ROOT / "docs" / "slutkoder.md").read_text(encoding="utf-8")
    for code in ExitCode:
        assert f"| {code.value} |" in told, code


def test_the_changelog_knows_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
