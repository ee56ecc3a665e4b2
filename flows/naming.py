"""What a channel's package says of the channel, and whose word holds: said here, and nowhere else.

1. `--name` and `--platform`: what whoever starts the capture wants it called; a debate's case.
2. The register's entry of the channel; its förvaltning's nämnd, with identity code, is the records creator.
3. `[[kanal]]` in kanalarkiv.toml, for the channel alone.
4. `[leverans]` and `[arkivbildare]`, for all channels: the default. Who delivers, by which agreement and to which
   e-archive is said here only.
5. The page's own title for its name, and its host for its platform.

The agreement and the agents that a format profile names win over all. Where 2 and 3 or 4 say different things, 2 holds,
and it is told: on the screen, and in the extract that lies in the package. A decision goes with what it decides: where
the register says *gallras*, a decision that the file gives for *bevaras* is nobody's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from capture.session.entry import ChannelEntry
from flows.settings import Settings, undeclared
from register.extract.nouns import ChannelSaid, Difference, Extract
from register.format_profile import FormatProfile
from register.language import Text
from register.model import Channel, Organisation, Stewardship, Terms
from register.terms import CODE, ChannelTerms

_HEADINGS = {
    "source_system": "källsystem",
    "reference_code": "referenskod",
    "appraisal": "gallring",
    "appraisal_decision": "gallringsbeslut",
    "restriction": "skydd",
    "restriction_note": "skydd, kommentar",
    "information_class": "informationsklass",
    "case_number": "diarienummer",
}
"""What a package says of a channel that both register and settings can say, with the register's headings."""
_TOGETHER = {"appraisal_decision": "appraisal", "restriction_note": "restriction"}


@dataclass(frozen=True, kw_only=True)
class Called:
    """A channel at `url`: what whoever asks wants it called, and what its page does; `case` is what it is made for."""

    url: str
    name: str | None = None
    platform: str | None = None
    title: str = ""
    case: str | None = None


def channel_of(
    called: Called, declared: Settings | None, entry: ChannelEntry | None, said: Extract | None, wanted: FormatProfile
) -> Channel:
    """Return the channel as its artefacts and package are to call it; see the module.

    Args:
        called: what it is called by whoever asks, and by its page.
        declared: the settings, None where there are none.
        entry: what they say of it alone.
        said: what the register said of it, None where it was not asked.
        wanted: the format profile.
    """
    own = said.channel if said is not None else None
    host = urlsplit(called.url).hostname or ""
    name = called.name or (own.name if own else None) or (entry.name if entry else None) or called.title
    platform = called.platform or (own.platform if own else None) or (entry.platform_name if entry else None) or host
    if declared is None:
        channel = undeclared(name=name, platform=platform, url=called.url)
    else:
        channel = declared.channel(name=name, platform=platform, url=called.url, entry=entry)
    if said is not None and own is not None:
        channel = _registered(channel, said, own)
    if called.case is not None:
        channel = replace(channel, terms=replace(channel.terms, case_number=called.case))
    return wanted.applied(channel)


def _registered(channel: Channel, said: Extract, own: ChannelSaid) -> Channel:
    """Return a channel with what the register says of it in the place of what the settings do."""
    return replace(
        channel,
        records_creator=_creator(own, channel.records_creator) or channel.records_creator,
        reference_code=own.reference_code or channel.reference_code,
        terms=_terms(channel.terms, own),
        stewardship=_stewardship(said, own),
    )


def _stewardship(said: Extract, own: ChannelSaid) -> Stewardship:
    ground = said.ground
    by = f"{ground.mandate.decided_by.told}, {ground.mandate.decided}"
    rested_on = filter(None, (ground.opening, ground.permission))
    return Stewardship(
        administration=own.administration,
        unit=own.unit,
        purpose=own.purpose,
        target_group=own.target_group,
        responsible=own.responsible.told if own.responsible is not None else None,
        captured_by=f"{ground.person.told}; uppdrag som {ground.mandate.capacity} från {by}",
        decisions=tuple(f"{each.kind}: {each.reference}, {each.decided}, {each.decided_by}" for each in rested_on),
        guideline=ground.guideline,
    )


def _terms(terms: Terms, said: ChannelSaid) -> Terms:
    own = {name: getattr(said, name) for name in _HEADINGS if name != "reference_code"}
    for detail, decided in _TOGETHER.items():
        if own[detail] is None and own[decided] not in (None, getattr(terms, decided)):
            terms = replace(terms, **{detail: None})
    return replace(terms, **{name: value for name, value in own.items() if value is not None})


def _creator(said: ChannelSaid, otherwise: Organisation) -> Organisation | None:
    """Return the nämnd as the records creator; None where it, or a code that FGS can hold, is not said."""
    if said.board is None:
        return None
    code = said.identity_code
    if code is None and said.board.casefold() == otherwise.name.casefold():
        code = otherwise.identity_code
    if code is None or re.match(CODE, code) is None:
        return None
    return Organisation(name=said.board, identity_code=code)


def differences(declared: Settings | None, entry: ChannelEntry | None, said: Extract) -> tuple[Difference, ...]:
    """Return where the settings say something else of the channel than the register, and which of them holds."""
    if declared is None or said.channel is None:
        return ()
    return tuple(_differences(declared, entry, said, said.channel))


def _differences(
    declared: Settings, entry: ChannelEntry | None, said: Extract, own: ChannelSaid
) -> Iterator[Difference]:
    if entry is not None:
        yield from _of_the_entry(entry, said, own)
    for name, heading in _HEADINGS.items():
        ours, theirs, key = getattr(own, name), *_in_the_file(declared, entry, name)
        if None not in (ours, theirs) and ours != theirs:
            yield Difference(field=heading, register=str(ours), settings=str(theirs), key=key)
    default = declared.arkivbildare.organisation()
    creator = _creator(own, default)
    if creator not in (None, default) or (creator is None and own.board is not None):
        yield Difference(
            field="arkivbildare",
            register=_body(own.board or "", own.identity_code),
            settings=_body(default.name, default.identity_code),
            key="arkivbildare",
            register_holds=creator is not None,
        )


def _of_the_entry(entry: ChannelEntry, said: Extract, own: ChannelSaid) -> Iterator[Difference]:
    """Yield what only a `[[kanal]]` says: the name, the platform, the mode and the permission."""
    if entry.name != own.name:
        yield Difference(field="namn", register=own.name, settings=entry.name, key="kanal.namn")
    if entry.platform_name is not None and entry.platform.casefold() != own.platform.casefold():
        yield Difference(field="plattform", register=own.platform, settings=entry.platform, key="kanal.plattform")
    if "mode" in entry.model_fields_set and entry.mode.value != own.mode:
        yield Difference(field="läge", register=own.mode, settings=entry.mode.value, key="kanal.lage")
    ours, theirs = said.ground.permission, entry.permission
    if ours is not None and theirs is not None and ours.reference != theirs.diary_number:
        yield Difference(
            field="tillstånd", register=ours.reference, settings=theirs.diary_number, key="kanal.tillstand"
        )


def _in_the_file(declared: Settings, entry: ChannelEntry | None, name: str) -> tuple[object, str]:
    """Return what the settings say of the channel, and by which key: its own, else that of all deliveries."""
    if entry is not None and (own := getattr(entry, name)) is not None:
        return own, f"kanal.{_key(ChannelEntry, name)}"
    if name not in ChannelTerms.model_fields:
        return None, ""
    return getattr(declared.leverans, name), f"leverans.{_key(ChannelTerms, name)}"


def _key(section: type[ChannelTerms], name: str) -> str:
    return section.model_fields[name].alias or name


def _body(name: str, code: str | None) -> str:
    return f"{name} ({code})" if code is not None else name


def told(each: Difference) -> Text:
    """Return a difference as a person is told of it."""
    holds = Text("Registret gäller", "The register holds")
    if not each.register_holds:
        holds = Text(
            "Registret saknar identitetskod med prefix (ORG: ...), så filen gäller",
            "The register has no identity code with a prefix (ORG: ...), so the file holds",
        )
    return Text(
        f"{each.field}: registret säger {each.register}, {each.key} i kanalarkiv.toml {each.settings}. {holds.sv}.",
        f"{each.field}: the register says {each.register}, {each.key} in kanalarkiv.toml {each.settings}. {holds.en}.",
    )
