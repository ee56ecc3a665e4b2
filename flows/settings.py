"""Who answers for the records: `kanalarkiv.toml`, written in the archivist's own words.

    [arkivbildare]
    namn = "Exempelkommun, Kommunstyrelsen"
    identitetskod = "ORG:212000-0000"

    [e_arkiv]
    namn = "Exempelkommuns e-arkiv"
    identitetskod = "ORG:212000-0000"
    mapp = "/mnt/e-arkiv/mottagning"

    [leverans]
    organisation = "Exempelkommun"           # levererande organisation; annars arkivbildaren
    identitetskod = "ORG:212000-0000"
    overenskommelse = "KS 2026/123; 2026-01-01"
    referenskod = "SE/EXK/1"                 # får utelämnas

Without the file a capture still runs, and its package says so: RECORDSTATUS is TEST and the creator is *ej angiven*.
"""

import tomllib
from difflib import get_close_matches
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from register.errors import BadInputError
from register.language import Text
from register.model import Channel, Organisation, RecordStatus

FILE_NAME = "kanalarkiv.toml"
_CODE = r"^(ORG|VAT|DUNS|HSA|Local|URI):\S.*$"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _RecordsCreator(_Section):
    namn: str = Field(min_length=1)
    identitetskod: str = Field(pattern=_CODE)


class _Archive(_Section):
    namn: str = Field(min_length=1)
    identitetskod: str = Field(pattern=_CODE)
    mapp: Path


class _Delivery(_Section):
    organisation: str | None = None
    identitetskod: str | None = Field(default=None, pattern=_CODE)
    overenskommelse: str = Field(min_length=1)
    referenskod: str | None = None


class Settings(_Section):
    """The settings file, checked. Unknown keys are errors."""

    arkivbildare: _RecordsCreator
    e_arkiv: _Archive
    leverans: _Delivery

    def channel(self, *, name: str, platform: str, url: str) -> Channel:
        """Return the channel as these settings answer for it."""
        creator = Organisation(name=self.arkivbildare.namn, identity_code=self.arkivbildare.identitetskod)
        return Channel(
            name=name,
            platform=platform,
            url=url,
            records_creator=creator,
            submitting=Organisation(
                name=self.leverans.organisation or creator.name,
                identity_code=self.leverans.identitetskod or creator.identity_code,
            ),
            archive=Organisation(name=self.e_arkiv.namn, identity_code=self.e_arkiv.identitetskod),
            submission_agreement=self.leverans.overenskommelse,
            reference_code=self.leverans.referenskod,
            record_status=RecordStatus.NEW,
        )


def load(path: Path | None) -> Settings | None:
    """Read the settings from `path`, or from `kanalarkiv.toml` in the current folder; None where there is none.

    Raises:
        BadInputError: the named file is not there, is not TOML, or does not say what it must.
    """
    if path is None:
        path = Path(FILE_NAME)
        if not path.exists():
            return None
    try:
        return Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _unusable(path, str(error)) from error
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {_explained(e['type'], e['loc'], e['msg'])}" for e in error.errors()]
        raise _unusable(path, "; ".join(lines)) from error


def undeclared(*, name: str, platform: str, url: str) -> Channel:
    """Return a channel that nobody has answered for yet; what is packaged of it is marked TEST."""
    nobody = Organisation(name="Ej angiven", identity_code="Local:ej-angiven")
    return Channel(
        name=name,
        platform=platform,
        url=url,
        records_creator=nobody,
        submitting=nobody,
        archive=nobody,
        submission_agreement="Ej angiven",
        reference_code=None,
        record_status=RecordStatus.TEST,
    )


def _explained(kind: str, location: tuple[int | str, ...], message: str) -> str:
    if kind != "extra_forbidden":
        return message
    known = [*Settings.model_fields, *_RecordsCreator.model_fields, *_Archive.model_fields, *_Delivery.model_fields]
    nearest = get_close_matches(str(location[-1]), known, n=1)
    return "okänd nyckel" + (f", menas {nearest[0]}?" if nearest else "")


def _unusable(path: Path, why: str) -> BadInputError:
    return BadInputError(
        happened=Text(f"Inställningsfilen {path} går inte att använda: {why}", f"Unusable settings in {path}: {why}"),
        safe=Text("Inget har samlats in och inget har ändrats.", "Nothing was captured and nothing was changed."),
        next_step=Text("Rätta filen och kör igen.", "Correct the file and run again."),
    )
