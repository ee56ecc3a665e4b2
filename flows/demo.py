"""The demonstration: the bundled sample channel is started on loopback and documented like any other."""

from pathlib import Path

from flows.on_demand import Order, document_on_demand
from flows.summary import Outcome
from sample_channel import Behaviour, serve

_PORT = 8717  # the same every time, so that the next run recognises the channel of an interrupted one
_SEED = 2


async def demonstrate(workspace: Path, behaviour: Behaviour) -> Outcome:
    """Document the sample channel in `workspace` and return what came of it."""
    with serve(seed=_SEED, behaviour=behaviour, port=_PORT) as channel:
        return await document_on_demand(
            Order(url=channel.url, workspace=workspace, name="Exempelkommun", platform="Exempelkanalen")
        )
