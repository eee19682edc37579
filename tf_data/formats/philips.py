"""Philips XML, by the package ecgdatakit, after a look at how much its leads may grow."""

from pathlib import Path

from ecgzoo.errors import SignalError
from tf_data.formats.libraries import reading
from tf_data.formats.raw_record import RawRecord
from tf_data.formats.vendors import leads_of, parsed
from tf_data.formats.xml import xml_tree

KIND = "a Philips XML 1.03 or 1.04"
MOST = 2**18  # characters of compressed leads, of which ten seconds have a quarter


def read_philips(path: Path) -> RawRecord:
    """The leads of a Philips XML, compressed or not, in millivolts.

    Raises:
        SignalError: if the file is damaged, or of another version.
    """
    with reading(KIND, path):
        leads = xml_tree(path).find(".//parsedwaveforms")
    compressed = leads is not None and set(leads.keys()) & {"compression", "compressmethod"}
    length = len(leads.text or "") if leads is not None and compressed else 0
    if length > MOST:
        raise SignalError(
            f"expected at most {MOST:,} characters of compressed leads in {path.name}; it has "
            f"{length:,}, which may unfold to any length. Export it uncompressed."
        )
    record, notes = parsed("sierra_xml:SierraXMLParser", KIND, path)
    return leads_of(record, path, notes)
