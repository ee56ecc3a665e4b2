"""The recording (inspelningen): every step of the walk as one proven frame, made into a video that says what it is."""

from capture.recording.encode import Recorded, encode
from capture.recording.frames import Recording
from capture.recording.timeline import Chapter
from capture.recording.title_card import TitleCard

__all__ = ["Chapter", "Recorded", "Recording", "TitleCard", "encode"]
