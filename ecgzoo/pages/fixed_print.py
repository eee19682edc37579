"""What every page bears beside its traces: separators, lead names and calibration pulses."""

import numpy as np

from ecgzoo.pages.layout import PAGE_LAYOUT, PageLayout

_PACKED = {
    "I": (
        "00000000000000fe00000000000038000000000000380000000000003800000000000038000000000000"
        "380000000000003800000000000038000000000000380000000000003800000000000038000000000000"
        "380000000000003800000000000038000000000000380000000000003800000000000038000000000000"
        "38000000000000fe000000000000"
    ),
    "aVR": (
        "000000000000000007f03f3fc0000003c00e0ffc000001c00c0e0e000000c0080e07000000e0080e0700"
        "0000e0180e07007c0070100e0700c60070100e0e00870038200e1e00870038200ff800830018600e7000"
        "1f001c400e380063001c400e3800c3000e800e1c0083000e800e0e00830007800e0600870007000e0700"
        "cb4003000e0380f38002003f81f0"
    ),
    "V1": (
        "00000000000000fc0fc300000000f0038f00000000700307000000003002070000000038020700000000"
        "380607000000001c0407000000001c0407000000000e0807000000000e08070000000006180700000000"
        "071007000000000710070000000003a0070000000003a0070000000001e0070000000001c00700000000"
        "00c0070000000000801fc0000000"
    ),
    "V4": (
        "00000000000000fc0fc018000000f00380380000007003007800000030020078000000380200b8000000"
        "380601b80000001c0401380000001c0402380000000e0804380000000e08043800000006180838000000"
        "0710103800000007101ffe00000003a01ffe00000003a0003800000001e0003800000001c00038000000"
        "00c0003800000000800038000000"
    ),
    "II": (
        "00000000000000fe7f0000000000381c0000000000381c0000000000381c0000000000381c0000000000"
        "381c0000000000381c0000000000381c0000000000381c0000000000381c0000000000381c0000000000"
        "381c0000000000381c0000000000381c0000000000381c0000000000381c0000000000381c0000000000"
        "381c0000000000fe7f0000000000"
    ),
    "aVL": (
        "000000000000000007f03f3fc0000003c00e0e00000001c00c0e00000000c0080e00000000e0080e0000"
        "0000e0180e00007c0070100e0000c600f0100e0000870038200e0000870038200e0000830018600e0000"
        "1f001c400e000063001c400e0000c3000e800e000083000e800e0000830007800e0080870007000e0080"
        "cb4003000e0300f38002003fff00"
    ),
    "V2": (
        "00008000000000fc0fc3e0000000f00387f000000070030c78000000300208380000003802101c000000"
        "3806001c0000001c0400180000001c0400180000000e0800180000000e08003000000006180020000000"
        "07100060000000071000c000000003a0008000000003a0010000000001e0020200000001c00404000000"
        "00c00ffc00000000801ffc000000"
    ),
    "V5": (
        "40000000000000fc0fc1f8000000f00383f8000000700303f00000003002040000000038020400000000"
        "38060e000000001c040f800000001c041fe00000000e0800f00000000e08007000000006180038000000"
        "071000180000000710001800000003a0001800000003a0001800000001e0001000000001c00030000000"
        "00c01c6000000000801f80000000"
    ),
    "III": (
        "00000000000000fe7f7f00000000381c1c00000000381c1c00000000381c1c00000000381c1c00000000"
        "381c1c00000000381c1c00000000381c1c00000000381c1c00000000381c1c00000000381c1c00000000"
        "381c1c00000000381c1c00000000381c1c00000000381c1c00000000381c1c00000000381c1c00000000"
        "381c1c00000000fe7f7f00000000"
    ),
    "aVF": (
        "000000000000000007f03f3ffe000003c00e0e0e000001c00c0e02000000c0080e00000000e0080e0000"
        "0000e0180e0000fc0070100e0000c60070100e0800870038200e0800870038200ff800830018600e0800"
        "1f001c400e000063001c400e0000c3000e800e000083000e800e0000830007800e0000870007000e0000"
        "cb4003000e0000f38002003fc000"
    ),
    "V3": (
        "00000000000000fc0fc3c0000000f0038fe0000000700308700000003002103000000038020030000000"
        "380600300000001c0400200000001c0400400000000e0800e00000000e0803f000000006180078000000"
        "071000380000000710001800000003a0001800000003a0001800000001e0001800000001c00030000000"
        "00c0182000000000801fc0000000"
    ),
    "V6": (
        "00000000000000fc0fc03c000000f00380e0000000700301800000003002030000000038020600000000"
        "38060e000000001c040c000000001c041ce00000000e081f780000000e081c380000000618181c000000"
        "0710181c0000000710180c00000003a0180c00000003a0180c00000001e01c0c00000001c00c18000000"
        "00c0061000000000800360000000"
    ),
}


def lead_name(name: str) -> np.ndarray:
    """The bitmap of a printed lead name.

    Args:
        name: one of the page's twelve leads.

    Returns:
        bool array ``[20, 56]``, true where ink is.

    Raises:
        KeyError: if the page prints no such name.

    Example:
        >>> int(lead_name("I").sum())
        65
    """
    height, width = PAGE_LAYOUT.name_size
    packed = np.frombuffer(bytes.fromhex(_PACKED[name]), np.uint8)
    return np.unpackbits(packed, count=height * width).reshape(height, width).astype(bool)


def separator_ink(layout: PageLayout) -> np.ndarray:
    """The lines between the boxes, bool ``[height, width]``.

    Example:
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT
        >>> int(separator_ink(PAGE_LAYOUT).sum())
        6900
    """
    ink = _empty(layout)
    top, bottom = layout.separator_rows
    for left, right in layout.separators:
        ink[top:bottom, left:right] = True
    return ink


def name_ink(layout: PageLayout, strip_lead: str) -> np.ndarray:
    """The lead names, the strip's included, bool ``[height, width]``.

    Args:
        layout: the page's geometry.
        strip_lead: the name printed at the strip.

    Example:
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT
        >>> bool(name_ink(PAGE_LAYOUT, "II")[437, 154])
        True
    """
    ink = _empty(layout)
    height, width = layout.name_size
    places = [(*layout.cell(lead), lead) for lead in layout.leads]
    for row, column, lead in [*places, (len(layout.rows), 0, strip_lead)]:
        y, x = layout.name_tops[row], layout.box_left[column]
        ink[y : y + height, x : x + width] |= lead_name(lead)
    return ink


def pulse_ink(baseline: int, layout: PageLayout) -> np.ndarray:
    """One calibration pulse of 1 mV, bool ``[height, width]``.

    Args:
        baseline: the row of its feet.
        layout: the page's geometry.

    Example:
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT
        >>> bool(pulse_ink(463, PAGE_LAYOUT)[384, 112])
        True
    """
    ink = _empty(layout)
    left, rise, fall, end = layout.pulse_columns
    reach = layout.pen // 2
    top = baseline - round(layout.pixels_per_millivolt)
    ink[top - reach : baseline + reach + 1, rise:fall] = True
    ink[top + reach + 1 :, rise + layout.pen : fall - layout.pen] = False
    feet = slice(baseline - reach, baseline + reach + 1)
    ink[feet, left : rise + layout.pen] = True
    ink[feet, fall - layout.pen : end] = True
    return ink


def _empty(layout: PageLayout) -> np.ndarray:
    return np.zeros((layout.height, layout.width), bool)
