"""The numbers that SCP-ECG (EN 1064) gives to leads; DICOM and ISO 11073 (MDC) have them too."""

_FIRST = "I II V1 V2 V3 V4 V5 V6 V7 V2R V3R V4R V5R V6R V7R X Y Z CC5 CM5"
_LATER = "III aVR aVL aVF -aVR V8 V9 V8R V9R"

SCP_LEADS = {**dict(enumerate(_FIRST.split(), 1)), **dict(enumerate(_LATER.split(), 61))}
