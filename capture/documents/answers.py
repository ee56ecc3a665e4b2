"""What is known in answer to each of an archivist's questions, and what nobody has said.

Who is to say it is named by the key of `kanalarkiv.toml` (or of the format profile) in which they do.
"""

from capture.documents.look import Fact
from capture.records.page import safe_href
from capture.records.statement import Statement
from register.language import Text, swedish_time
from register.model import AgreementForm, Appraisal, Channel, Contact, Organisation, RecordStatus, Restriction

UNSTATED = "ej angiv"
"""How the name of a body, or an agreement, begins that stands for nobody (`flows.settings.undeclared`)."""


def whose(channel: Channel) -> tuple[Fact, ...]:
    """Whose the records are, who delivers them, and to whom."""
    terms = channel.terms
    form = terms.agreement_form
    return (
        Fact(
            label=Text("Arkivbildare", "Records creator"),
            said=_body(channel.records_creator),
            whose=_by("arkivbildaren", "the records creator", "arkivbildare.namn"),
        ),
        Fact(
            label=Text("Informationsägare", "Information owner"),
            said=_body(terms.information_owner) or _same(channel.records_creator),
            whose=_by("arkivbildaren", "the records creator", "leverans.informationsagare"),
        ),
        Fact(
            label=Text("Levererande organisation", "Submitting organisation"),
            said=_body(channel.submitting),
            whose=_by("arkivbildaren", "the records creator", "leverans.organisation"),
        ),
        Fact(
            label=Text("Kontaktperson", "Contact"),
            said=_person(terms.contact),
            whose=_by("den som levererar", "whoever delivers", "leverans.kontaktperson"),
        ),
        Fact(
            label=Text("Mottagande e-arkiv", "Receiving e-archive"),
            said=_body(channel.archive),
            whose=_by("e-arkivet", "the e-archive", "e_arkiv.namn"),
        ),
        Fact(
            label=Text("Arkivets namn", "Name of the archive"),
            said=terms.archival_name,
            whose=_by("arkivarien", "the archivist", "leverans.arkivets_namn"),
        ),
        Fact(
            label=Text("Referenskod", "Reference code"),
            said=channel.reference_code,
            whose=_by("arkivarien", "the archivist", "leverans.referenskod"),
        ),
        Fact(
            label=Text("Leverans", "Delivery"),
            said=_session(channel),
            whose=_by("den som levererar", "whoever delivers", "leverans.omgang"),
        ),
        Fact(
            label=Text("Avtalsform", "Form of agreement"),
            said=None if form in (None, AgreementForm.UNSTATED) else form.value,
            whose=_by("e-arkivet", "the e-archive", "leverans.avtalsform"),
        ),
    )


def which(said: Statement, permission: Text | None) -> tuple[Fact, ...]:
    """Which channel, at which address, of which period, captured when and by whose leave."""
    channel, walk, covered = said.channel, said.walk, said.coverage
    history = Text("hela historiken så som den visas", "the whole history as shown")
    start = Text(swedish_time(covered.since), swedish_time(covered.since)) if covered.since else history
    end = swedish_time(covered.until)
    captured = f"{swedish_time(walk.started)} – {swedish_time(walk.ended)}"
    return (
        Fact(label=Text("Kanal", "Channel"), said=channel.name),
        Fact(label=Text("Plattform", "Platform"), said=channel.platform),
        Fact(label=Text("Källsystem", "Source system"), said=channel.terms.source_system or channel.platform),
        Fact(label=Text("Adress", "Address"), said=walk.url, href=safe_href(walk.url)),
        Fact(
            label=Text("Period", "Period"),
            said=Text(f"{start.sv} – {end} (svensk tid)", f"{start.en} – {end} (Swedish time)"),
        ),
        Fact(label=Text("Insamlad", "Captured"), said=Text(f"{captured} (svensk tid)", f"{captured} (Swedish time)")),
        Fact(
            label=Text("Efter vilket beslut", "By which decision"),
            said=permission,
            whose=_by("kanalens ansvariga", "whoever answers for the channel", "kanal.tillstand"),
        ),
    )


def since(said: Statement) -> tuple[Fact, ...]:
    """How the period joins the one before, and how the package joins earlier ones."""
    return (
        Fact(label=Text("Föregående insamling", "Previous capture"), said=_previous(said)),
        Fact(label=Text("Lucka", "Gap"), said=_gap(said)),
        Fact(label=Text("Paketets ställning", "Standing of the package"), said=_standing(said.channel)),
    )


def whole(said: Statement) -> tuple[Fact, ...]:
    """What was claimed and what was captured."""
    posts = f"{said.posts}"
    claimed = said.walk.claimed_posts
    of = Text("kanalen uppger inget antal", "the channel claims no number")
    if claimed is not None:
        of = Text(f"kanalen uppger {claimed} i hela sin historik", f"the channel claims {claimed} in its whole history")
    missing = said.missing_comments
    return (
        Fact(label=Text("Slutsats", "Verdict"), said=said.verdict.label),
        Fact(label=Text("Inlägg", "Posts"), said=Text(f"{posts}; {of.sv}", f"{posts}; {of.en}")),
        Fact(
            label=Text("Kommentarer och svar", "Comments and replies"),
            said=Text(
                f"{said.comments} av {said.claimed_comments} uppgivna; {missing} saknas",
                f"{said.comments} of {said.claimed_comments} claimed; {missing} are missing",
            ),
        ),
        Fact(label=Text("Varför den slutade", "Why it stopped"), said=said.walk.stop.label),
        Fact(
            label=Text("Kända förluster", "Known losses"),
            said=Text(f"{len(said.losses)}; se nedan", f"{len(said.losses)}; see below")
            if said.losses
            else Text("inga", "none"),
        ),
    )


def restricted(channel: Channel) -> tuple[Fact, ...]:
    """What not everybody may see."""
    terms = channel.terms
    return (
        Fact(
            label=Text("Skydd", "Protection"),
            said=_RESTRICTIONS[terms.restriction] if terms.restriction is not None else None,
            whose=_by("informationsägaren", "the information owner", "leverans.skydd"),
        ),
        Fact(
            label=Text("Skäl eller lagrum", "Reason or provision"),
            said=terms.restriction_note,
            whose=_by("informationsägaren", "the information owner", "leverans.skydd_kommentar"),
        ),
        Fact(
            label=Text("Informationsklass", "Information class"),
            said=terms.information_class,
            whose=_by("informationsägaren", "the information owner", "leverans.informationsklass"),
        ),
    )


def decided(channel: Channel) -> tuple[Fact, ...]:
    """By which decision and agreement the records are kept or disposed of."""
    terms = channel.terms
    agreement = channel.submission_agreement
    return (
        Fact(
            label=Text("Bevaras eller gallras", "Kept or disposed of"),
            said=_APPRAISALS[terms.appraisal] if terms.appraisal is not None else None,
            whose=_by("arkivmyndigheten", "the archival authority", "leverans.gallring"),
        ),
        Fact(
            label=Text("Beslut", "Decision"),
            said=terms.appraisal_decision,
            whose=_by("arkivmyndigheten", "the archival authority", "leverans.gallringsbeslut"),
        ),
        Fact(
            label=Text("Leveransöverenskommelse", "Submission agreement"),
            said=None if _is_unstated(agreement) else agreement,
            whose=_by("e-arkivet och arkivbildaren", "the e-archive and the creator", "leverans.overenskommelse"),
        ),
    )


def case(channel: Channel) -> tuple[Fact, ...]:
    """Which case collects the deliveries."""
    return (
        Fact(
            label=Text("Diarienummer", "Diary number"),
            said=channel.terms.case_number,
            whose=_by("registratorn", "the registrar", "leverans.diarienummer"),
        ),
    )


_RESTRICTIONS = {
    Restriction.NONE: Text("inget", "none"),
    Restriction.SECRECY: Text("sekretess", "secrecy"),
    Restriction.PERSONAL_DATA: Text("personuppgifter", "personal data"),
    Restriction.BOTH: Text("sekretess och personuppgifter", "secrecy and personal data"),
}
_APPRAISALS = {Appraisal.PRESERVE: Text("bevaras", "kept"), Appraisal.DISPOSE: Text("gallras", "disposed of")}


def _by(sv: str, en: str, key: str) -> Text:
    return Text(f"{sv} ({key})", f"{en} ({key})")


def _is_unstated(name: str) -> bool:
    return name.casefold().startswith(UNSTATED)


def _body(body: Organisation | None) -> str | None:
    return None if body is None or _is_unstated(body.name) else f"{body.name} ({body.identity_code})"


def _same(creator: Organisation) -> Text | None:
    if _is_unstated(creator.name):
        return None
    return Text("arkivbildaren (ingen annan är angiven)", "the records creator (nobody else is stated)")


def _person(contact: Contact | None) -> str | None:
    return None if contact is None else f"{contact.name}, {contact.details}"


def _session(channel: Channel) -> Text | None:
    session, number = channel.terms.delivery_session, channel.terms.package_number
    if session is None:
        return None
    of = Text(f", paket {number}", f", package {number}") if number is not None else Text("", "")
    return Text(f"omgång {session}{of.sv}", f"session {session}{of.en}")


def _previous(said: Statement) -> Text:
    end = said.coverage.previous_end
    if end is None:
        return Text("ingen är känd för programmet", "none is known to the program")
    return Text(
        f"omfattar tiden till {swedish_time(end)} (svensk tid)",
        f"covers the time to {swedish_time(end)} (Swedish time)",
    )


def _gap(said: Statement) -> Text:
    covered = said.coverage
    if covered.gap is not None and covered.gap.start is not None:
        stretch = f"{swedish_time(covered.gap.start)} – {swedish_time(covered.gap.end)}"
        return Text(
            f"JA: {stretch} (svensk tid) täcks inte av någon insamling",
            f"YES: no capture covers {stretch} (Swedish time)",
        )
    if covered.since is None:
        return Text(
            "ingen: insamlingen omfattar hela historiken så som den visas",
            "none: the capture covers the whole history as shown",
        )
    if covered.previous_end is None:
        start = swedish_time(covered.since)
        return Text(
            f"går inte att säga: vad som publicerades före {start} ingår inte i någon känd insamling",
            f"cannot be said: what was published before {start} is in no known capture",
        )
    return Text("ingen: perioden överlappar den föregående", "none: the period overlaps the previous one")


def _standing(channel: Channel) -> Text:
    earlier = channel.earlier_package
    match channel.record_status:
        case RecordStatus.NEW:
            return Text("nytt (NEW)", "new (NEW)")
        case RecordStatus.TEST:
            return Text("prov (TEST)", "a test (TEST)")
        case RecordStatus.SUPPLEMENT:
            return Text(f"kompletterar {earlier} (SUPPLEMENT)", f"supplements {earlier} (SUPPLEMENT)")
        case RecordStatus.REPLACEMENT:
            return Text(f"ersätter {earlier} (REPLACEMENT)", f"replaces {earlier} (REPLACEMENT)")
