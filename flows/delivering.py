"""The last stage of a run: the package goes to the e-archive, once, and the ledger knows how far it came."""

import asyncio
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from capture import artefacts, inventory
from delivery.ledger import Consignment
from delivery.papers import submission_description, validation_report
from flows.consigning import Consignee, consign, manifest_of
from flows.packing import sealed_in
from flows.progress import current
from flows.summary import Outcome
from flows.workspace import Run
from register.language import Text
from register.model import Package, RecordStatus


@task(name="leverans", cache_policy=NO_CACHE, persist_result=False)
async def deliver_package(run: Run, to: Consignee) -> Outcome:
    """Deliver the sealed package, read it back, and tell what the whole run came to."""
    current().enter(Text("Levererar till e-arkivet", "Delivering to the e-archive"))
    captured, sealed = artefacts.captured_in(run.folder), sealed_in(run)
    package, channel = sealed.package, captured.channel
    consignment = Consignment(
        package=package,
        record_status=channel.record_status,
        earlier_package=channel.earlier_package,
        channel=channel,
        period=captured.period,
        manifest=await asyncio.to_thread(manifest_of, package.path),
        record_type=to.record_type,
    )
    papers = (submission_description(package, channel, captured.period), validation_report(package))
    by = f"kanalarkiv {artefacts.PROGRAM_VERSION}"
    delivered = await asyncio.to_thread(consign, consignment, papers, to, by=by, tell=current().say)
    return Outcome(
        verdict=captured.verdict,
        posts=captured.posts,
        comments=captured.comments,
        claimed_comments=captured.claimed_comments,
        period=captured.period,
        losses=captured.losses,
        look_at=_worth_a_look(run, package),
        package=package,
        judge=sealed.opinion.judge if sealed.opinion else None,
        warnings=len(sealed.opinion.warnings) if sealed.opinion else 0,
        delivered=delivered,
        is_test=channel.record_status is RecordStatus.TEST,
    )


def _worth_a_look(run: Run, package: Package) -> tuple[tuple[Text, Path], ...]:
    made = run.folder / "artefacts"
    return (
        (Text("Försättsblad", "Cover page"), made / f"{inventory.COVER}.html"),
        (Text("Intyg", "Statement"), made / f"{inventory.STATEMENT}.html"),
        *((Text("Inspelning", "Recording"), film) for film in sorted(made.glob(f"{inventory.FILM}.m*"))),
        *((Text("Sidor, PDF/A", "Pages, PDF/A"), volume) for volume in sorted(made.glob("volym-*[0-9].pdf"))),
        (Text("Uppgifter", "Record"), made / "uppgifter.xml"),
        (Text("Paket", "Package"), package.path),
    )
