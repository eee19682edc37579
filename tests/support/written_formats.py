"""Every format of files, written from one ECG: what is read of them can be held against it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from binary_ecgs import write_bdf, write_dicom, write_edf, write_ishne, write_mat, write_parquet
from ecg_of_steps import StepsECG
from scp_ecgs import write_scp
from xml_ecgs import write_aecg, write_muse, write_philips, write_schiller

Writer = Callable[[Path, StepsECG], Path]

WRITERS: dict[str, tuple[str, Writer]] = {
    "DICOM": ("a.dcm", write_dicom),
    "EDF": ("a.edf", write_edf),
    "BDF": ("a.bdf", write_bdf),
    "ISHNE": ("a.ecg", write_ishne),
    "HL7 aECG": ("a.xml", write_aecg),
    "GE MUSE XML": ("a.xml", write_muse),
    "Philips XML 1.03": ("a.xml", partial(write_philips, version="1.03", xli=False)),
    "Philips XML 1.04": ("a.xml", write_philips),
    "Schiller XML": ("a.xml", write_schiller),
    "SCP-ECG": ("a.scp", write_scp),
    "SCP-ECG, plain": ("a.scp", partial(write_scp, huffman=False)),
    "Parquet": ("a.parquet", write_parquet),
    "MATLAB 4": ("a.mat", write_mat),
    "MATLAB 5": ("a.mat", partial(write_mat, version="5")),
}
"""A name for a file of each format, and what writes it."""
