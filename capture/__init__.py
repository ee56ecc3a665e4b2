"""From a living channel to its artefacts: the walk, the recording, the pages, the records. Start at `channel.py`."""
