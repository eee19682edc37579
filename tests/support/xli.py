"""XLI, by which Philips' electrocardiographs compress leads: differences, then LZW of ten bits."""

import numpy as np

LARGEST = 1022  # code


def compressed(counts: np.ndarray) -> bytes:
    """Of counts ``[samples, 12]``; III, aVR, aVL and aVF are stored as what Einthoven leaves."""
    leads = [column.astype(int) for column in counts.T]
    one, two, three, right, left, foot = leads[:6]
    leads[2] = two - one - three
    leads[3] = -right - (one + two) // 2
    leads[4] = (one - three) // 2 - left
    leads[5] = (two + three) // 2 - foot
    return b"".join(_chunk(lead) for lead in leads)


def _chunk(samples: np.ndarray) -> bytes:
    """The first two samples and, each one place early, how far the others lie from a line."""
    bends = 2 * samples[1:-1] - samples[:-2] - samples[2:]
    stored = np.concatenate([samples[:2], bends[1:] + 64, [64]]).astype(">i2").tobytes()
    content = lzw(stored[0::2] + stored[1::2])
    start = int(bends[0]).to_bytes(2, "little", signed=True)
    return len(content).to_bytes(4, "little") + b"\0\0" + start + content


def lzw(content: bytes) -> bytes:
    """In codes of ten bits; zeros become a six-hundredth."""
    table = {bytes([byte]): byte for byte in range(256)}
    codes, word = [], b""
    for byte in content:
        longer = word + bytes([byte])
        if longer in table:
            word = longer
            continue
        codes.append(table[word])
        if len(table) <= LARGEST:
            table[longer] = len(table)
        word = bytes([byte])
    bits = "".join(f"{code:010b}" for code in [*codes, table[word]])
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")
