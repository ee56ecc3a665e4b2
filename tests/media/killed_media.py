"""A process that walks two posts of the channel and kills itself, as hard as can be, before the second is journaled.

python -m tests.media.killed_media FOLDER PORT
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from capture.media.nouns import PostMedia
from capture.media.store import Store
from tests.media.media_channel import take
from tests.media.media_site import Site


def arm() -> None:
    """Let the second post's line kill this process."""
    real = Store.finish

    async def finish(self: Store, post: PostMedia) -> None:
        if post.post_key.endswith("/4"):
            os.kill(os.getpid(), signal.SIGKILL)
        await real(self, post)

    Store.finish = finish  # type: ignore[method-assign]


if __name__ == "__main__":
    arm()
    asyncio.run(take(Site(int(sys.argv[2])), Path(sys.argv[1])))
