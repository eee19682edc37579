"""XML files of ECGs as devices write them: HL7 aECG, GE MUSE, Philips and Schiller."""

import base64
import zlib
from pathlib import Path

import numpy as np
from ecg_of_steps import StepsECG
from xli import compressed


def write_aecg(path: Path, ecg: StepsECG) -> Path:
    """HL7 aECG: a series of the rhythm, a sequence of digits per lead."""
    leads = zip(ecg.leads, ecg.counts.T, strict=True)
    sequences = "".join(
        f"""<component><sequence><code code="MDC_ECG_LEAD_{lead.upper()}"
 codeSystem="2.16.840.1.113883.6.24"/><value xsi:type="SLIST_PQ"><origin value="0" unit="uV"/>
<scale value="{ecg.step:g}" unit="uV"/><digits>{" ".join(map(str, samples))}</digits></value>
</sequence></component>"""
        for lead, samples in leads
    )
    path.write_text(
        f"""<?xml version="1.0" encoding="UTF-8"?>
<AnnotatedECG xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<id root="61d1a24f-b47e-41aa-ae95-f8ac302f4eeb"/><component><series>
<code code="RHYTHM" codeSystem="2.16.840.1.113883.5.4"/><component><sequenceSet><component>
<sequence><code code="TIME_ABSOLUTE" codeSystem="2.16.840.1.113883.5.4"/>
<value xsi:type="GLIST_TS"><head value="20021122091000.000"/>
<increment value="{1 / ecg.rate!r}" unit="s"/></value></sequence></component>{sequences}
</sequenceSet></component></series></component></AnnotatedECG>""",
        encoding="utf-8",
    )
    return path


def write_muse(path: Path, ecg: StepsECG) -> Path:
    """GE MUSE: eight leads of the rhythm, after their median beat."""
    stored = ecg.of("I", "II", *ecg.leads[6:])
    path.write_text(
        f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE RestingECG SYSTEM "restecg.dtd">
<RestingECG><MuseInfo><MuseVersion>9.0</MuseVersion></MuseInfo>
{_muse_waveform("Median", stored, 300)}{_muse_waveform("Rhythm", stored, None)}</RestingECG>""",
        encoding="latin-1",
    )
    return path


def _muse_waveform(kind: str, ecg: StepsECG, samples: int | None) -> str:
    leads = ""
    for lead, counts in zip(ecg.leads, ecg.counts[:samples].T, strict=True):
        content = counts.astype("<i2").tobytes()
        leads += f"""<LeadData><LeadByteCountTotal>{len(content)}</LeadByteCountTotal>
<LeadSampleCountTotal>{len(counts)}</LeadSampleCountTotal>
<LeadAmplitudeUnitsPerBit>{ecg.step:g}</LeadAmplitudeUnitsPerBit>
<LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits><LeadID>{lead}</LeadID>
<LeadSampleSize>2</LeadSampleSize><LeadDataCRC32>{zlib.crc32(content)}</LeadDataCRC32>
<WaveFormData>{base64.encodebytes(content).decode()}</WaveFormData></LeadData>"""
    return f"""<Waveform><WaveformType>{kind}</WaveformType>
<NumberofLeads>{len(ecg.leads)}</NumberofLeads><SampleBase>{ecg.rate}</SampleBase>
<SampleExponent>0</SampleExponent>{leads}</Waveform>"""


def write_philips(path: Path, ecg: StepsECG, version: str = "1.04", xli: bool = True) -> Path:
    """Philips 1.03 (labels by the type of acquisition) and 1.04 (UTF-16, and labels)."""
    new = version == "1.04"
    content = compressed(ecg.counts) if xli else ecg.counts.T.astype("<i2").tobytes()
    attributes = f'durationperchannel="{round(1000 * len(ecg.counts) / ecg.rate)}" '
    attributes += 'dataencoding="Base64" ' + ('compression="XLI" ' if xli else "")
    attributes += f'numberofleads="12" leadlabels="{" ".join(ecg.leads)}"' if new else ""
    encoding = "utf-16" if new else "utf-8"
    path.write_text(
        f"""<?xml version="1.0" encoding="{encoding}"?>
<restingecgdata xmlns="http://www3.medical.philips.com"><documentinfo>
<documenttype>{"PhilipsECG" if new else "SierraECG"}</documenttype>
<documentversion>{version}</documentversion></documentinfo><dataacquisition>
<signalcharacteristics><samplingrate>{ecg.rate}</samplingrate>
<signalresolution>{ecg.step:g}</signalresolution><resolution>{ecg.step:g}</resolution>
<numberchannelsallocated>12</numberchannelsallocated><acquisitiontype>STD-12</acquisitiontype>
</signalcharacteristics></dataacquisition><waveforms><parsedwaveforms {attributes}>
{base64.encodebytes(content).decode()}</parsedwaveforms></waveforms></restingecgdata>""",
        encoding=encoding,
    )
    return path


def write_schiller(path: Path, ecg: StepsECG) -> Path:
    """Schiller: average beats, and channels of numbers with commas between."""
    path.write_text(
        f"""<?xml version="1.0" encoding="utf-8"?><examdescript><eventdata><event>
{_schiller_waves("ECG_AVERAGES", ecg, 300)}{_schiller_waves("ECG_RHYTHMS", ecg, None)}
</event></eventdata></examdescript>""",
        encoding="utf-8",
    )
    return path


def _schiller_waves(kind: str, ecg: StepsECG, samples: int | None) -> str:
    channels = "".join(
        f"""<channel><name>{lead}</name><datastype>COMMASEPARATE</datastype>
<data>{",".join(map(str, np.asarray(counts)))}</data></channel>"""
        for lead, counts in zip(ecg.leads, ecg.counts[:samples].T, strict=True)
    )
    return f"""<wavedata><type>{kind}</type><resolution><samplerate><value>{ecg.rate}</value>
<exponent>1</exponent></samplerate><yres><unitperbit>{ecg.step:g}</unitperbit><units>UV</units>
</yres></resolution>{channels}</wavedata>"""
