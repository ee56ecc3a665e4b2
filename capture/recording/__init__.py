"""The recording (inspelningen): every step of the walk as one proven frame, made into a video that says what it is."""

from capture.recording.finishing import finish
from capture.recording.frames import Recording
from capture.recording.intact import prove_intact
from capture.recording.plain_text import storable
from capture.recording.profile import Film, FilmProfile, Master
from capture.recording.recorded import FilmFile, Recorded
from capture.recording.timeline import Chapter
from capture.recording.title_card import TitleCard

__all__ = [
    "Chapter",
    "Film",
    "FilmFile",
    "FilmProfile",
    "Master",
    "Recorded",
    "Recording",
    "TitleCard",
    "finish",
    "prove_intact",
    "storable",
]
