"""Where packages go, as `kanalarkiv.toml` says it under `[e_arkiv]`: to a folder, a bucket or an SFTP server.

mapp = "/mnt/e-arkiv/mottagning"         # en mapp, ofta en monterad utdelning; eller en av de två nedan
retur = "/mnt/e-arkiv/retur"             # där arkivet svarar; får utelämnas

[e_arkiv.s3]
hink = "mottagning"
adress = "https://s3.exempel.se"         # utelämnas för AWS
region = "eu-north-1"
prefix = "exempelkommun/"                # får utelämnas
retur = "retur/exempelkommun/"
nyckel_id = "miljo:KANALARKIV_S3_ID"     # var nyckeln ligger, aldrig nyckeln själv: miljo:, nyckelring: eller prefect:
nyckel = "nyckelring:kanalarkiv/s3"
las = "compliance"                       # eller "governance", där hinken har Object Lock; annars gäller hinkens regel
las_dagar = 30
ca_fil = "/etc/ssl/e-arkiv.pem"          # om arkivets certifikat inte är utfärdat av någon som datorn litar på

[e_arkiv.sftp]
vard = "sftp.exempel.se"
port = 22
anvandare = "exempelkommun"
vardnyckel = ["SHA256:..."]              # arkivets fingeravtryck; ingen annan nyckel godtas
nyckel = "prefect:sftp-nyckel"
mapp = "mottagning"
retur = "retur"
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, model_validator

from delivery.folder import Folder
from delivery.secrets import Block, SecretName, fetch
from delivery.transport import LockMode, Transport
from register.address import is_loopback
from register.language import Text

if TYPE_CHECKING:
    from delivery.s3 import S3
    from delivery.sftp import Sftp


def _place(said: object) -> SecretName:
    try:
        return SecretName.parse(str(said))
    except ValueError:
        pass  # raised below, without what stood there: it may be the secret itself
    raise ValueError(
        Text(
            "ska säga var hemligheten ligger, inte vad den är: miljo:NAMN, nyckelring:tjänst/namn eller prefect:block",
            "is to say where the secret is, not what it is: miljo:NAME, nyckelring:service/name or prefect:block",
        )
    )


def _encrypted(address: str) -> str:
    if urlsplit(address).scheme != "https" and not is_loopback(address):
        raise ValueError(Text("ska börja med https://", "is to begin with https://"))
    return address


def _below(prefix: str) -> str:
    return prefix if prefix.endswith("/") or not prefix else f"{prefix}/"


SecretPlace = Annotated[SecretName, PlainValidator(_place)]
Prefix = Annotated[str, Field(pattern=r"^[^/]"), AfterValidator(_below)]
Fingerprint = Annotated[str, Field(pattern=r"^SHA256:[A-Za-z0-9+/]{43}$")]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class S3Target(_Section):
    """A bucket."""

    hink: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    adress: Annotated[str, AfterValidator(_encrypted)] | None = None
    region: str = Field(default="us-east-1", min_length=1)
    prefix: Prefix | None = None
    retur: Prefix | None = None
    nyckel_id: SecretPlace
    nyckel: SecretPlace
    las: Literal["governance", "compliance"] | None = None
    las_dagar: int | None = Field(default=None, gt=0)
    ca_fil: Path | None = None

    @model_validator(mode="after")
    def _lock_is_whole(self) -> Self:
        if (self.las is None) != (self.las_dagar is None):
            raise ValueError(Text("las och las_dagar anges tillsammans", "las and las_dagar are given together"))
        return self

    def transport(self, block: Block) -> "S3":
        """Return the way there, its secrets fetched; see `Target.transport`."""
        from delivery.s3 import S3, LockWish  # noqa: PLC0415 - boto3 takes a second, and most read the settings only

        wish = None
        if self.las is not None and self.las_dagar is not None:
            wish = LockWish(mode=LockMode(self.las), days=self.las_dagar)
        return S3(
            bucket=self.hink,
            endpoint=self.adress,
            region=self.region,
            prefix=self.prefix or "",
            returned=self.retur,
            key_id=fetch(self.nyckel_id, block=block),
            secret_key=fetch(self.nyckel, block=block),
            lock=wish,
            ca_file=None if self.ca_fil is None else str(self.ca_fil),
        )


class SftpTarget(_Section):
    """A folder of an SFTP server."""

    vard: str = Field(min_length=1)
    port: int = Field(default=22, gt=0, lt=65536)
    anvandare: str = Field(min_length=1)
    vardnyckel: tuple[Fingerprint, ...] = Field(min_length=1)
    nyckel: SecretPlace
    mapp: str = Field(min_length=1)
    retur: str | None = Field(default=None, min_length=1)

    def transport(self, block: Block) -> "Sftp":
        """Return the way there, its secret fetched; see `Target.transport`."""
        from delivery.sftp import Sftp  # noqa: PLC0415 - asyncssh takes a second too

        return Sftp(
            host=self.vard,
            port=self.port,
            user=self.anvandare,
            host_keys=self.vardnyckel,
            key=fetch(self.nyckel, block=block),
            folder=self.mapp,
            returned=self.retur,
        )


class Target(_Section):
    """One way to the archive, and one only."""

    mapp: Path | None = None
    retur: Path | None = None
    s3: S3Target | None = None
    sftp: SftpTarget | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [way for way in (self.mapp, self.s3, self.sftp) if way is not None]
        if len(ways) != 1:
            raise ValueError(Text("ange en av mapp, s3 och sftp", "give one of mapp, s3 and sftp"))
        if self.retur is not None and self.mapp is None:
            raise ValueError(Text("retur hör till mapp här", "retur here belongs to mapp"))
        return self

    def transport(self, block: Block) -> Transport:
        """Return the way to the archive, its secrets fetched; `block` fetches Prefect's.

        Raises:
            BadInputError: a secret is not where it is said to be.
        """
        if self.s3 is not None:
            return self.s3.transport(block)
        if self.sftp is not None:
            return self.sftp.transport(block)
        assert self.mapp is not None  # noqa: S101 - `_one_way`
        return Folder(archive=self.mapp, returned=self.retur)
