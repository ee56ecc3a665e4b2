"""Real archives on loopback to deliver to: SeaweedFS' S3, OpenSSH's SFTP server, and a wire between that misbehaves."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from delivery.s3 import S3
from delivery.secrets import Keeper, Secret, SecretName
from delivery.sftp import Sftp

HOST = "127.0.0.1"
WAIT = 90.0


def secret(value: str, name: str = "TEST") -> Secret:
    return Secret(SecretName(Keeper.ENVIRONMENT, name), value)


def free_ports(count: int) -> list[int]:
    """Return ports that nobody has; all are held at once so that no two are the same."""
    held = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def ended(process: "subprocess.Popen[bytes]") -> None:
    """End a process and all that it started, and wait for it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(what: Callable[[], bool], why: str) -> None:
    limit = time.monotonic() + WAIT
    while not what():
        assert time.monotonic() < limit, why
        time.sleep(0.05)


@dataclass
class S3Server:
    """SeaweedFS in one process. Its keys are made up for each session."""

    folder: Path
    key_id: str = field(default_factory=lambda: f"AKID{secrets.token_hex(8)}")
    secret_key: str = field(default_factory=lambda: f"hemlig-{secrets.token_hex(16)}", repr=False)
    reader_id: str = field(default_factory=lambda: f"AKID{secrets.token_hex(8)}")
    port: int = 0

    def start(self) -> None:
        """Start it, on the ports that it had if it was started before, and wait until an object can be put."""
        self.folder.mkdir(exist_ok=True)
        if not self.port:
            self._ports = free_ports(8)
            self.port = self._ports[0]
            self._said().write_text(json.dumps({"identities": [
                self._identity(self.key_id, ["Admin", "Read", "Write", "List", "Tagging"]),
                self._identity(self.reader_id, ["Read", "List"]),
            ]}))  # fmt: skip
        names = ("s3.port", "s3.port.grpc", "master.port", "master.port.grpc", "volume.port", "volume.port.grpc",
                 "filer.port", "filer.port.grpc")  # fmt: skip
        log = (self.folder / "weed.log").open("ab")
        weed = Path(sys.executable).with_name("weed")
        self._process = subprocess.Popen(
            [weed, "server", f"-dir={self.folder}", f"-ip={HOST}", f"-ip.bind={HOST}", "-volume.max=500",
             "-master.volumeSizeLimitMB=1024", "-master.telemetry=false", "-filer", "-s3", "-s3.port.iceberg=0",
             "-s3.port.lance=0", f"-s3.config={self._said()}", f"-filer.localSocket={self.folder}/filer.sock",
             f"-s3.localSocket={self.folder}/s3.sock",
             *(f"-{name}={port}" for name, port in zip(names, self._ports, strict=True))],
            start_new_session=True, stdout=log, stderr=log,
        )  # fmt: skip
        log.close()
        wait_for(self._is_up, "SeaweedFS did not start")

    def stop(self) -> None:
        ended(self._process)

    def client(self, *, port: int | None = None) -> Any:
        return boto3.session.Session().client(
            "s3", endpoint_url=f"http://{HOST}:{port or self.port}", region_name="us-east-1",
            aws_access_key_id=self.key_id, aws_secret_access_key=self.secret_key,
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )  # fmt: skip

    def bucket(self, name: str, *, lock: bool = False) -> str:
        """Make a bucket; SeaweedFS may need a moment before it takes objects."""
        s3 = self.client()

        def made() -> bool:
            try:
                s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=lock)
            except s3.exceptions.BucketAlreadyExists:
                return True
            except (BotoCoreError, ClientError):
                return False
            return True

        wait_for(made, "the bucket was not made")
        return name

    def target(self, bucket: str, *, port: int | None = None, **changes: Any) -> S3:
        said: dict[str, Any] = {
            "bucket": bucket, "endpoint": f"http://{HOST}:{port or self.port}", "prefix": "mottagning/",
            "key_id": secret(self.key_id), "secret_key": secret(self.secret_key), "part": 5 << 20, "patience": WAIT,
        }  # fmt: skip
        return S3(**(said | changes))

    def _said(self) -> Path:
        return self.folder / "s3.json"

    def _identity(self, key_id: str, actions: list[str]) -> dict[str, Any]:
        return {
            "name": key_id,
            "credentials": [{"accessKey": key_id, "secretKey": self.secret_key}],
            "actions": actions,
        }

    def _is_up(self) -> bool:
        assert self._process.poll() is None, (self.folder / "weed.log").read_text()[-2000:]
        s3 = self.client()
        try:
            with suppress(s3.exceptions.BucketAlreadyExists):
                s3.create_bucket(Bucket="uppe")
            s3.put_object(Bucket="uppe", Key="uppe", Body=b"uppe")
        except (BotoCoreError, ClientError):
            return False
        return True


@dataclass
class SftpServer:
    """OpenSSH's sshd on loopback, for the user who runs the tests, with nothing but SFTP."""

    folder: Path
    port: int = 0
    read_only: bool = False

    def start(self) -> None:
        sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
        if sshd is None:
            pytest.fail("openssh-server is missing: scripts/system-deps for-tests installs it")
        self.folder.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # where sshd locks itself in; a service's start would make it
        if not self.port:
            (self.port,) = free_ports(1)
            self.make_key("host")
            self.make_key("user")
        (self.folder / "sshd_config").write_text(
            f"Port {self.port}\nListenAddress {HOST}\nHostKey {self.folder}/host\nStrictModes no\nUsePAM no\n"
            f"AuthorizedKeysFile {self.folder}/user.pub\nPasswordAuthentication no\nPidFile none\n"
            f"KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nMaxStartups 100\n"
            f"Subsystem sftp internal-sftp{' -R' if self.read_only else ''}\n"
        )
        log = (self.folder / "sshd.log").open("ab")
        self._process = subprocess.Popen(
            [sshd, "-D", "-e", "-f", self.folder / "sshd_config"], start_new_session=True, stdout=log, stderr=log
        )
        log.close()
        wait_for(self._is_up, "sshd did not start")

    def stop(self) -> None:
        """End it, and the processes of its connections, each of which has a session of its own."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        ended(self._process)
        for child in children:
            with suppress(ProcessLookupError):
                os.killpg(int(child), signal.SIGKILL)

    def make_key(self, name: str, passphrase: str = "") -> Path:
        path = self.folder / name
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", path], check=True)
        return path

    def fingerprint(self) -> str:
        said = subprocess.run(
            ["ssh-keygen", "-lf", self.folder / "host.pub"], check=True, capture_output=True, text=True
        )
        return said.stdout.split()[1]

    def target(self, folder: Path, *, port: int | None = None, **changes: Any) -> Sftp:
        user = subprocess.run(["id", "-un"], check=True, capture_output=True, text=True).stdout.strip()
        said: dict[str, Any] = {
            "host": HOST, "port": port or self.port, "user": user, "host_keys": (self.fingerprint(),),
            "key": secret((self.folder / "user").read_text()), "folder": str(folder), "patience": WAIT,
        }  # fmt: skip
        return Sftp(**(said | changes))

    def _is_up(self) -> bool:
        assert self._process.poll() is None, (self.folder / "sshd.log").read_text()[-2000:]
        try:
            with socket.create_connection((HOST, self.port), timeout=5) as connection:
                return connection.recv(4) == b"SSH-"
        except OSError:
            return False


@dataclass
class Wire:
    """A TCP proxy whose faults are set while it runs; what it counts and spoils goes to the server."""

    server_port: int
    cut_after: int | None = None  # bytes to the server, from now, after which every connection breaks, once
    stays_down: bool = False  # and stays broken
    is_down: bool = False  # connections are closed as soon as they come
    busy: int = 0  # how many of the next requests with `touching` are answered by `busy_answer` instead
    busy_answer: bytes = b""
    spoil: int = 0  # in how many of the next requests with `touching` a byte is turned
    touching: bytes = b""
    passed: int = 0

    def start(self) -> None:
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Break every connection there is."""
        with self._lock:
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.is_down:
                client.close()
                continue
            try:
                server = socket.create_connection((HOST, self.server_port))
            except OSError:
                client.close()
                continue
            with self._lock:
                self._open |= {client, server}
            threading.Thread(target=self._there, args=(client, server), daemon=True).start()
            threading.Thread(target=self._back, args=(server, client), daemon=True).start()

    def _there(self, client: socket.socket, server: socket.socket) -> None:
        spoiling = False
        with suppress(OSError):
            while data := client.recv(1 << 16):
                is_touched = bool(self.touching) and self.touching in data
                if is_touched and self.busy:
                    self.busy -= 1
                    client.sendall(self.busy_answer)
                    break
                if spoiling and not data.startswith((b"PUT ", b"GET ", b"POST ", b"HEAD ")):
                    data = data[:-1] + bytes([data[-1] ^ 1])
                    spoiling = False
                if is_touched and self.spoil:
                    self.spoil -= 1
                    spoiling = True
                server.sendall(data)
                self.passed += len(data)
                if self.cut_after is not None and self.passed >= self.cut_after:
                    self.cut_after, self.is_down = None, self.stays_down
                    self.cut()
        self._close(client, server)

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(1 << 16):
                client.sendall(data)
        self._close(client, server)

    def _close(self, *both: socket.socket) -> None:
        with self._lock:
            for each in both:
                self._open.discard(each)
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()


_PROGRAM = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from importlib import import_module
from delivery.secrets import Keeper, SecretName, fetch
from register.model import Package

def no_block(name):
    raise LookupError(name)

kind, said, package = json.loads(sys.argv[1])
for name in ("key_id", "secret_key", "key"):
    if name in said:
        said[name] = fetch(SecretName(Keeper.ENVIRONMENT, said[name]), block=no_block)
if kind == "Sftp":
    said["host_keys"] = tuple(said["host_keys"])
if kind == "Folder":
    said["archive"] = Path(said["archive"])
transport = getattr(import_module(f"delivery.{kind.lower()}"), kind)(**said)
print("ready", flush=True)
arrival = transport.deliver(Package(**(package | {"path": Path(package["path"])})), now=datetime.now(UTC))
print(arrival.outcome.value, arrival.sent, flush=True)
"""


def elsewhere(
    transport: Any, package: Any, before: tuple[str, ...] = (), **environment: str
) -> "subprocess.Popen[bytes]":
    """Start a delivery in a process of its own, which first says that it is ready; `before` starts it."""
    said, kept = dict(vars(transport)), {}
    for name, value in said.items():
        if isinstance(value, Secret):
            kept[f"KEPT_{name.upper()}"] = value.reveal()
            said[name] = f"KEPT_{name.upper()}"
    task = json.dumps([type(transport).__name__, said, vars(package)], default=str)
    return subprocess.Popen(
        [*before, sys.executable, "-c", _PROGRAM, task],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env=os.environ | kept | environment,
    )  # fmt: skip
