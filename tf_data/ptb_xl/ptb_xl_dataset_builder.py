"""ptb_xl: its TFDS builder."""

from tf_data.ptb_xl.published import CARD, recordings
from tf_data.recordings_builder import RecordingsBuilder


class Builder(RecordingsBuilder):
    """Records of PTB-XL at 500 Hz, as published."""

    name = CARD.name
    CARD = CARD
    RECORDINGS = staticmethod(recordings)
