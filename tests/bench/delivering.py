"""What delivery costs: the same package sent to a real S3 and a real SFTP server by ours and by the known clients.

Every one's time includes proof: what arrived is read back and its SHA-256 computed, by ours as part of a delivery, for
the others by fetching it with the same program and summing it. How fast each sends without proof is printed beside.
"""

import hashlib
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from register.model import Package
from tests.bench.measure import say, target, timed
from tests.delivery.peers import HOST, S3Server, SftpServer, elsewhere

MEGABYTE = 1_000_000


@dataclass(kw_only=True)
class Client:
    """One way to send a file and to fetch it; `fetch` writes to standard output, or to the file that it is given."""

    name: str
    send: Callable[[Path, str], list[str]]
    fetch: Callable[[str, Path], list[str]]
    environment: dict[str, str] = field(default_factory=dict)

    def deliver(self, package: Package, name: str) -> float:
        """Send, and return the seconds."""
        return timed(self._run, self.send(package.path, name))

    def prove(self, package: Package, name: str, into: Path) -> float:
        """Fetch it, sum it, and return the seconds."""
        began = time.perf_counter()
        self._run(self.fetch(name, into))
        with into.open("rb", buffering=0) as file:
            assert hashlib.file_digest(file, "sha256").hexdigest() == package.sha256, self.name
        taken = time.perf_counter() - began
        into.unlink()
        return taken

    def _run(self, command: list[str]) -> None:
        here = {name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"}  # rclone stops at it
        done = subprocess.run(command, check=False, capture_output=True, env=here | self.environment)
        assert done.returncode == 0, done.stderr.decode()


def measure(folder: Path, *, quick: bool) -> None:
    """Do each in turn, and print the ratios."""
    size, rounds = (256, 2) if quick else (2000, 3)
    package = _package(folder / "bench.zip", size * MEGABYTE)
    _measure_s3(folder, package, rounds)
    _measure_sftp(folder, package, rounds)


def _measure_s3(folder: Path, package: Package, rounds: int) -> None:
    server = S3Server(folder / "weed")
    try:
        server.start()
        bucket = server.bucket("bench")

        def empty() -> None:
            s3 = server.client()
            for each in s3.list_objects_v2(Bucket=bucket).get("Contents", ()):
                s3.delete_object(Bucket=bucket, Key=each["Key"])

        ours = server.target(bucket, prefix="", part=16 << 20)
        clients = [each for each in (_rclone_s3(server, bucket), _aws(server, bucket)) if each is not None]
        _compare("S3", package, clients, ours, empty, rounds=rounds)
    finally:
        server.stop()


def _measure_sftp(folder: Path, package: Package, rounds: int) -> None:
    server, archive = SftpServer(folder / "sshd"), folder / "archive"
    archive.mkdir()
    try:
        server.start()

        def empty() -> None:
            for each in archive.iterdir():
                each.unlink()

        known = folder / "known_hosts"
        host_key = (server.folder / "host.pub").read_text()
        known.write_text(f"[{HOST}]:{server.port} {host_key}")
        ours = server.target(archive)
        clients = [_openssh(server, archive, ours.user, known), _rclone_sftp(server, archive, ours.user, known)]
        _compare("SFTP", package, clients, ours, empty, rounds=rounds)
    finally:
        server.stop()


def _compare(
    what: str, package: Package, clients: list[Client], ours: object, empty: Callable[[], None], *, rounds: int
) -> None:
    whole: dict[str, list[float]] = {client.name: [] for client in clients}
    taken: list[float] = []
    peaks: list[float] = []
    for number in range(rounds):
        for client in clients:
            sent = client.deliver(package, f"peer-{number}.zip")
            proved = client.prove(package, f"peer-{number}.zip", package.path.with_name("back"))
            whole[client.name].append(sent + proved)
            _say(what, client.name, package, sent=sent, whole=sent + proved)
            empty()
        seconds, peak = _ours(ours, package)
        taken.append(seconds)
        peaks.append(peak)
        _say(what, "kanalarkiv", package, sent=None, whole=seconds)
        empty()
    best = min(whole, key=lambda name: sorted(whole[name])[rounds // 2])
    ratios = [theirs / own for theirs, own in zip(whole[best], taken, strict=True)]
    target(f"delivery: {what} with proof, of {best}'s throughput", ratios, at_least=0.9)
    target(f"delivery: {what}, memory at most, MB", peaks, at_most=300)


def _say(what: str, name: str, package: Package, *, sent: float | None, whole: float) -> None:
    alone = "" if sent is None else f"  sending alone {package.size / sent / MEGABYTE:4.0f} MB/s"
    say(f"{f'{what}: {name}':<45} {whole:9.1f} s  with proof {package.size / whole / MEGABYTE:4.0f} MB/s{alone}")


def _ours(transport: object, package: Package) -> tuple[float, float]:
    """Deliver in a process of its own; return the seconds, from when it is loaded, and the most memory in MB."""
    process = elsewhere(transport, package)
    assert process.stdout is not None
    process.stdout.readline()
    began = time.perf_counter()
    watcher = threading.Thread(target=_watch, args=(process.pid, peak := [0.0]))
    watcher.start()
    said = process.stdout.readline()
    taken = time.perf_counter() - began
    _, err = process.communicate()
    watcher.join()
    assert said == f"delivered {package.size}\n".encode(), err.decode()
    return taken, peak[0]


def _watch(pid: int, peak: list[float]) -> None:
    with suppress(OSError, StopIteration):  # it has ended
        while True:
            lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
            peak[0] = max(peak[0], int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1000)
            time.sleep(0.1)


def _package(path: Path, size: int) -> Package:
    source, digest = random.Random(20260101), hashlib.sha256()  # the same bytes every time
    with path.open("wb") as file:
        for _ in range(size // MEGABYTE):
            block = source.randbytes(MEGABYTE)
            digest.update(block)
            file.write(block)
    return Package(object_id="bench", path=path, size=size, sha256=digest.hexdigest())


def _rclone_s3(server: S3Server, bucket: str) -> Client:
    said = {"S3_PROVIDER": "Other", "S3_ENV_AUTH": "true", "S3_ENDPOINT": f"http://{HOST}:{server.port}"}
    keys = {"AWS_ACCESS_KEY_ID": server.key_id, "AWS_SECRET_ACCESS_KEY": server.secret_key}
    return _rclone(f":s3:{bucket}", said | {"S3_NO_CHECK_BUCKET": "true"}, keys)


def _rclone_sftp(server: SftpServer, archive: Path, user: str, known: Path) -> Client:
    said = {
        "SFTP_HOST": HOST, "SFTP_PORT": str(server.port), "SFTP_USER": user, "SFTP_SHELL_TYPE": "none",
        "SFTP_KEY_FILE": f"{server.folder}/user", "SFTP_KNOWN_HOSTS_FILE": str(known), "SFTP_DISABLE_HASHCHECK": "true",
    }  # fmt: skip
    return _rclone(f":sftp:{archive}", said, {})


def _rclone(remote: str, said: dict[str, str], keys: dict[str, str]) -> Client:
    return Client(
        name="rclone",
        send=lambda path, name: ["rclone", "copyto", str(path), f"{remote}/{name}"],
        fetch=lambda name, into: ["rclone", "copyto", f"{remote}/{name}", str(into)],
        environment=keys | {"RCLONE_CONFIG": "/dev/null"} | {f"RCLONE_{key}": value for key, value in said.items()},
    )


def _aws(server: S3Server, bucket: str) -> Client | None:
    program = _runnable("aws")
    if program is None:
        say("S3: aws s3 cp is not here, and is left out")
        return None
    keys = {"AWS_ACCESS_KEY_ID": server.key_id, "AWS_SECRET_ACCESS_KEY": server.secret_key}
    copy = [program, "s3", "cp", "--no-progress", "--endpoint-url", f"http://{HOST}:{server.port}"]
    return Client(
        name="aws s3 cp",
        send=lambda path, name: [*copy, str(path), f"s3://{bucket}/{name}"],
        fetch=lambda name, into: [*copy, f"s3://{bucket}/{name}", str(into)],
        environment=keys | {"AWS_DEFAULT_REGION": "us-east-1", "AWS_CONFIG_FILE": "/dev/null"},
    )


def _runnable(name: str) -> str | None:
    beside = Path(sys.executable).parents[1] / "bench-peers" / "bin" / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None or subprocess.run([found, "--version"], capture_output=True, check=False).returncode != 0:
        return None
    return found


def _openssh(server: SftpServer, archive: Path, user: str, known: Path) -> Client:
    def sftp(command: str) -> list[str]:
        options = [f"-oUserKnownHostsFile={known}", "-oStrictHostKeyChecking=yes", f"-P{server.port}"]
        ours = " ".join(["sftp", "-q", "-b", "-", *options, f"-i{server.folder}/user", f"{user}@{HOST}"])
        return ["sh", "-c", f"echo '{command}' | {ours}"]

    return Client(
        name="OpenSSH sftp",
        send=lambda path, name: sftp(f"put -f {path} {archive}/{name}"),
        fetch=lambda name, into: sftp(f"get {archive}/{name} {into}"),
    )
