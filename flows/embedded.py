"""Prefect on its embedded default: its own folder, no network beyond loopback, no telemetry, no talk.

Call `prepare` before anything imports Prefect: it reads its settings when it is imported.
"""

import logging
import os
from pathlib import Path


def prepare(home: Path) -> None:
    """Point Prefect at `home` and keep it to itself.

    What the user of this machine has set in the environment wins, so that the same flows run against a Prefect
    server by setting PREFECT_API_URL. Prefect's own log goes to `home`/prefect.log: what a person must know, our own
    progress and errors say.
    """
    home.mkdir(parents=True, exist_ok=True)
    for name, value in {
        "PREFECT_HOME": str(home),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # The default of 20 s is too short for a busy machine of two cores.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    }.items():
        os.environ.setdefault(name, value)

    import prefect  # noqa: F401, PLC0415 - only now, when its settings are in place; it sets up its logging itself

    to_file = logging.FileHandler(home / "prefect.log", encoding="utf-8", delay=True)
    to_file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    for name in ("prefect", *logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        if name.startswith("prefect") and any(type(h).__name__ == "PrefectConsoleHandler" for h in logger.handlers):
            logger.handlers = [h for h in logger.handlers if type(h).__name__ != "PrefectConsoleHandler"] + [to_file]
