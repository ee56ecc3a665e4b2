"""Prefect on its embedded default: its own folder, no network beyond loopback, no telemetry, no talk.

Call `prepare` before anything imports Prefect: it reads its settings when it is imported.
"""

import os
from pathlib import Path


def prepare(home: Path) -> None:
    """Let Prefect live in `home` and keep to itself; its log is `home`/prefect.log.

    What the environment already says wins, so that the same flows run against a Prefect server by PREFECT_API_URL.
    """
    home.mkdir(parents=True, exist_ok=True)
    for name, value in {
        "PREFECT_HOME": str(home),
        "PREFECT_LOGGING_SETTINGS_PATH": str(Path(__file__).with_name("prefect-logging.yml")),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # The default of 20 s is too short for a busy machine of two cores.
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    }.items():
        os.environ.setdefault(name, value)
