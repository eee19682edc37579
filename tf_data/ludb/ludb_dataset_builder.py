"""ludb: its TFDS builder."""

from tf_data.ludb.published import CARD, recordings
from tf_data.recordings_builder import RecordingsBuilder


class Builder(RecordingsBuilder):
    """Its records, as published."""

    name = CARD.name
    CARD = CARD
    RECORDINGS = staticmethod(recordings)
