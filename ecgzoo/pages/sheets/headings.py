"""Headings and footings as printers put them around traces; some of their words look like leads.

What is written follows what reports of the makers look like, in words of our own; numbers and names
of people are drawn by lot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgzoo.pages.sheets.sheet import Sheet
from ecgzoo.pages.sheets.style import Note

Lines = tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """What a printer writes beside the traces; ``{rate}`` and the like stand for numbers.

    Attributes:
        blocks: of lines above the traces, from left to right.
        footing: lines below them.
        logo: letters in a box of ink; none if empty.
        margin: words along the left edge, read upwards.
    """

    blocks: tuple[Lines, ...]
    footing: Lines
    logo: str = ""
    margin: str = ""


FINDINGS = (
    "Normal sinus rhythm",
    "Sinus bradycardia, otherwise normal ECG",
    "T inversion in V4-V6, I, aVL",
    "ST elevation in V1-V3, consider anteroseptal injury",
    "Inferior infarct, age undetermined: Q in II, III, aVF",
    "I. degree AV block, PR {pr} ms",
    "II. degree AV block, Mobitz I",
    "Left ventricular hypertrophy (R in V5, S in V1)",
    "RSR' in V1 or V2, probably normal variant",
    "Nonspecific T abnormality, anterolateral leads  I aVL V2-V6",
    "Low voltage in aVF and III",
    "Poor R progression V1 V2 V3",
    "Abnormal ECG",
    "- BORDERLINE ECG -",
    "Unconfirmed diagnosis",
    "Lead reversal? aVR upright",
)
"""What an interpretation says; many name leads."""

HEADINGS = {
    "muse": Heading(
        (
            ("{name}", "{born} ({age} yr)", "Male  Caucasian", "Room:{room}", "Loc:{room}"),
            (
                "ID:{id}",
                "Vent. rate      {rate}  BPM",
                "PR interval    {pr}  ms",
                "QRS duration  {qrs}  ms",
                "QT/QTc      {qt}/{qtc}  ms",
                "P-R-T axes  {p}  {r}  {t}",
            ),
            ("{date}", "{finding}", "{finding}", "{finding}", "Technician: {room}", "Test ind: I"),
            ("GENERAL HOSPITAL", "", "", "Referred by:", "Confirmed By: V. {name}"),
        ),
        ("25mm/s   10mm/mV   150Hz   9.0.4   12SL 241   CID: 1   EID:{room}   Page 1 of 1",),
        margin="ORDER: {id}",
    ),
    "pagewriter": Heading(
        (
            ("{id}", "{date}", "Rate {rate}", "PR {pr}", "QRSD {qrs}", "QT {qt}", "QTc {qtc}"),
            ("{name}", "{age} Years", ". {finding}", ". {finding}", ". {finding}"),
            ("Male", "Dept: V{room}", "--AXIS--", "P  {p}", "QRS  {r}", "T  {t}", "12 Lead; Std"),
            ("Ward {room}", "- ABNORMAL ECG -", "Unconfirmed Diagnosis"),
        ),
        ("Device: V2  Speed: 25 mm/sec  Limb: 10 mm/mV  Chest: 10.0 mm/mV  F 60~ 0.15-100 Hz",),
        logo="PHI",
    ),
    "eli": Heading(
        (
            ("Name: {name}", "ID: {id}", "DOB: {born}", "Sex: M"),
            ("{rate}", "BPM", "V1.2", "{finding}", "{finding}"),
            ("PR  {pr} ms", "QRS  {qrs} ms", "QT/QTc  {qt}/{qtc} ms", "P/QRS/T  {p}/{r}/{t}"),
            ("{date}", "Requested by: I. {name}", "Reviewed: "),
        ),
        ("25 mm/s  10 mm/mV  0.05-150 Hz  ELI V2.1", "SN {id}", "V6.2.0  II"),
        logo="M",
    ),
    "cardiovit": Heading(
        (
            ("{name}", "Nr. {id}", "{born}", "HR  {rate} /min"),
            ("Intervals", "RR  {qt} ms", "P  {qrs} ms", "PQ  {pr} ms", "QRS  {qrs} ms"),
            ("P (II)  0.12 mV", "S (V1)  -{sv1} mV", "R (V5)  {rv5} mV", "Sokol.  {rv5} mV"),
            ("Axis", "P  {p} deg", "QRS  {r} deg", "T  {t} deg", "{finding}"),
        ),
        ("10 mm/mV   25 mm/s   SBF  FILTER 50 Hz   AT-102 V1.25   {date}",),
    ),
    "semip": Heading(
        (
            ("ID: {id}", "Name: {name}", "{age} Years", "BP: 120/80 mmHg", "Ward: III"),
            ("HR  : {rate} bpm", "P  : {qrs} ms", "PR  : {pr} ms", "QRS  : {qrs} ms"),
            ("QT/QTc : {qt}/{qtc} ms", "P/QRS/T : {p}/{r}/{t}", "RV5/SV1 : {rv5}/{sv1} mV"),
            ("Diagnosis Information:", "{finding}", "{finding}", "Report Confirmed by:"),
        ),
        ("0.67~100Hz  AC50  25mm/s  10mm/mV  4*2.5s+1r  V2.2  SEMIP V1.8  {date}",),
        margin="{id}",
    ),
    "cardiofax": Heading(
        (
            ("{date}", "ID: {id}", "{name}", "V {age} yr"),
            ("Vent. rate   {rate} /min", "PR int.  {pr} ms", "QRS dur.  {qrs} ms"),
            (
                "QT/QTc int.  {qt}/{qtc} ms",
                "P/QRS/T axis  {p}/{r}/{t}",
                "RV5/SV1 amp.  {rv5}/{sv1}",
            ),
            ("RV6/SV2 amp.  {rv5}/{sv1} mV", "{finding}", "{finding}"),
        ),
        ("10 mm/mV   25 mm/s   Filter: H50 d 35 Hz", "Cardiofax V   0{room}-{room}"),
        logo="N",
    ),
    "cabrera": Heading(
        (
            ("{name}", "*{born}", "Nr: {id}"),
            ("HF {rate}", "PQ {pr}", "QRS {qrs}", "QT {qt}"),
            ("Cabrera", "aVL I -aVR II aVF III", "{finding}", "{finding}"),
            ("Station {room}", "{date}"),
        ),
        ("25 mm/s  10 mm/mV  0,05-150 Hz  50 Hz  aVR = -aVR   {room}",),
        margin="I II III aVR aVL aVF",
    ),
}
"""By printer, more or less."""

PEOPLE = "SMITH, JOHN", "Muster, Eva", "DOE J", "Ivanova V.", "Li Wei", "III, WILLIAM", "Okafor A."
LINE = 1.5  # heights of letters from one line to the next
FREE = 9.0  # mm above the first baseline and below the last that stay free


def random_heading(rng: np.random.Generator, sheet: Sheet) -> tuple[Note, ...]:
    """What a printer, drawn by lot, writes above and below the traces.

    Args:
        rng: the lot.
        sheet: beside whose traces there is room.

    Example:
        >>> sheet = Sheet((("I",), ("II",)), (60.0, 90.0))
        >>> notes = random_heading(np.random.default_rng(0), sheet)
        >>> all(note.place[1] <= 51 or note.place[1] >= 99 for note in notes if not note.upwards)
        True
    """
    heading = HEADINGS[str(rng.choice(list(HEADINGS)))]
    height, top = rng.uniform(1.6, 3.0), rng.uniform(3, 8)
    starts = np.linspace(rng.uniform(4, 14), sheet.size[1] * rng.uniform(0.7, 0.8), 4)
    notes = []
    for x, lines in zip(starts, heading.blocks, strict=True):
        notes += _lines(rng, lines, (x, top + height), height)
    notes = [note for note in notes if note.place[1] <= sheet.baselines[0] - FREE]
    below = min(sheet.baselines[-1] + rng.uniform(FREE, 2 * FREE), sheet.size[0] - 1)
    notes += _lines(rng, heading.footing, (rng.uniform(4, 60), below), height)
    if heading.logo:
        place = sheet.size[1] - rng.uniform(12, 25), top + 2 * height
        notes.append(Note(heading.logo, place, 1.6 * height, boxed=True))
    if heading.margin:
        place = rng.uniform(2, 5), rng.uniform(0.5, 0.9) * sheet.size[0]
        notes.append(Note(_told(rng, heading.margin), place, height, upwards=True))
    return tuple(notes)


def _lines(
    rng: np.random.Generator, lines: Lines, place: tuple[float, float], height: float
) -> list[Note]:
    x, y = place
    told = [_told(rng, line) for line in lines]
    return [Note(line, (x, y + n * LINE * height), height) for n, line in enumerate(told) if line]


def _told(rng: np.random.Generator, line: str) -> str:
    """A line with numbers in it."""

    def number(least: int, most: int) -> int:
        return int(rng.integers(least, most))

    day = f"{number(1, 29):02}.{number(1, 13):02}."
    finding = str(rng.choice(FINDINGS)) if "{finding}" in line else ""
    return line.replace("{finding}", finding).format(
        name=rng.choice(PEOPLE),
        born=f"{day}{number(1925, 2005)}",
        date=f"{day}{number(2001, 2026)} {number(0, 24):02}:{number(0, 60):02}",
        id=number(10**5, 10**9),
        age=number(18, 99),
        room=number(1, 60),
        rate=number(45, 130),
        pr=number(110, 240),
        qrs=number(70, 160),
        qt=number(320, 480),
        qtc=number(380, 500),
        p=number(-20, 80),
        r=number(-60, 100),
        t=number(-30, 120),
        rv5=f"{rng.uniform(0.4, 2.5):.3f}",
        sv1=f"{rng.uniform(0.2, 2.0):.3f}",
    )
