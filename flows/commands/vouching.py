"""What `kanalarkiv duties attest`, `custody` and `private handled` do: a person vouches for something."""

from dataclasses import replace
from datetime import date

from flows.clock import now
from flows.commands import shown
from flows.commands.asking import Asked, Place, channel_meant, day_meant, person_meant
from flows.commands.telling import person as somebody
from flows.commands.telling import say, tell_json
from register.attention.watched import MESSAGES
from register.deeds import attest as attesting
from register.deeds import custody
from register.deeds.attest import Vouched
from register.known import known
from register.language import Text
from register.store.channels import ChannelRecord
from register.store.custody import Custody


def day_of_word(word: str | None) -> date | None:
    """Return the day that a word means, None if there is none."""
    return None if word is None else day_meant(word)


def attest(place: Place, said: Vouched, who: str) -> None:
    """Take down that a person vouches for a duty."""
    at = now()
    with place.opened() as store, store.writing() as session:
        register = known(session)
        if said.channel is not None:
            said = replace(said, channel=channel_meant(register, said.channel, at).entry)
        one = person_meant(register, somebody(who), at)
        made = attesting.attest(session, register, said, one, at=at)
        entry, day = made.entry, made.day
    say(
        Text(
            f"Plikt {said.duty}: intygad av {one.name} {day} ({entry}).",
            f"Duty {said.duty}: attested by {one.name} on {day} ({entry}).",
        )
    )


def retract(place: Place, entry: str, who: str, *, reason: str) -> None:
    """Take down that an attestation is taken back."""
    at = now()
    with place.opened() as store, store.writing() as session:
        one = person_meant(known(session), somebody(who), at)
        attesting.retract(session, entry, reason=reason, at=at, by=one.entry)
    say(Text(f"Intyget {entry} är taget tillbaka.", f"The attestation {entry} is taken back."))


def messages_handled(place: Place, channel: str, who: str, *, note: str | None) -> None:
    """Take down that a person has dealt with a channel's private messages."""
    attest(place, Vouched(duty=MESSAGES, channel=channel, note=note), who)


def confirm_custody(place: Place, channel: str, who: str, *, what: str | None) -> None:
    """Take down that a person confirms where log-ins are kept."""
    at = now()
    with place.opened() as store, store.writing() as session:
        register = known(session)
        record = channel_meant(register, channel, at)
        one = person_meant(register, somebody(who), at)
        made = custody.confirm(session, register, record, one, what=what, at=at)
        names = ", ".join(each.what for each in made)
    say(Text(f"{record.name}: {names}, bekräftat av {one.name}.", f"{record.name}: {names}, confirmed by {one.name}."))


def list_custody(asked: Asked) -> None:
    """Show where log-ins are kept, and who confirmed that."""
    register, at = asked.register(), asked.moment()
    found = sorted(register.holding(Custody, at), key=lambda said: said.entry)
    if asked.as_json:
        tell_json([shown.cells_of(said) for said in found])
        return
    names = {said.entry: said.name for said in register.holding(ChannelRecord, at)}
    shown.table(
        Text("Inloggningar", "Log-ins"),
        (
            Text("kanal", "channel"),
            Text("vad", "what"),
            Text("förvaras", "kept"),
            Text("av", "by"),
            Text("bekräftat", "confirmed"),
            Text("av", "by"),
        ),
        [
            (
                names.get(said.channel, said.channel),
                said.what,
                said.place,
                said.keeper or "",
                f"{said.confirmed}" if said.confirmed is not None else "",
                said.confirmed_by or "",
            )
            for said in found
        ],
    )
