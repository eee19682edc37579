"""SCP-ECG files (EN 1064), plain or as second differences in the standard's Huffman code."""

import struct
from pathlib import Path

import numpy as np
from ecg_of_steps import StepsECG

NUMBERS = {"I": 1, "II": 2, "III": 61, "aVR": 62, "aVL": 63, "aVF": 64}
NUMBERS |= {f"V{place}": place + 2 for place in range(1, 7)}
DEFAULT_TABLE = 19999


def write_scp(path: Path, ecg: StepsECG, huffman: bool = True) -> Path:
    sections = {
        1: b"\2\5\0none\0" + b"\x19\4\0\xd2\7\1\2" + b"\xff\0\0",  # a patient and a date
        3: _leads(ecg),
        6: _rhythm(ecg, huffman),
    }
    if huffman:
        sections[2] = struct.pack("<H", DEFAULT_TABLE)
    path.write_bytes(_file(sections))
    return path


def _leads(ecg: StepsECG) -> bytes:
    numbers = [NUMBERS[lead] for lead in ecg.leads]
    spans = [struct.pack("<IIB", 1, len(ecg.counts), number) for number in numbers]
    return bytes([len(numbers), 0b100]) + b"".join(spans)  # all at once


def _rhythm(ecg: StepsECG, huffman: bool) -> bytes:
    interval, nanovolts = round(1e6 / ecg.rate), round(1000 * ecg.step)
    leads = [_coded(lead) if huffman else lead.astype("<i2").tobytes() for lead in ecg.counts.T]
    head = struct.pack("<HHBB", nanovolts, interval, 2 if huffman else 0, 0)
    return head + struct.pack(f"<{len(leads)}H", *map(len, leads)) + b"".join(leads)


def _coded(samples: np.ndarray) -> bytes:
    samples = samples.astype(int)
    bends = samples[2:] - 2 * samples[1:-1] + samples[:-2]
    bits = "".join(_code(int(one)) for one in [*samples[:2], *bends])
    bits += "0" * (-len(bits) % 16)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _code(value: int) -> str:
    if value == 0:
        return "0"
    if abs(value) <= 8:
        return "1" * abs(value) + "0" + ("1" if value < 0 else "0")
    if -128 <= value <= 127:
        return "1111111110" + f"{value & 0xFF:08b}"
    return "1111111111" + f"{value & 0xFFFF:016b}"


def _file(sections: dict[int, bytes]) -> bytes:
    numbers = range(12)
    start, pointers, content = 7 + 16 + 10 * len(numbers), b"", b""
    for number in numbers[1:]:
        section = _section(number, sections[number]) if number in sections else b""
        place = start + len(content) if section else 0
        pointers += struct.pack("<HII", number, len(section), place)
        content += section
    own = struct.pack("<HII", 0, start - 7, 7)
    rest = _section(0, own + pointers, b"SCPECG") + content
    rest = struct.pack("<I", len(rest) + 6) + rest
    return struct.pack("<H", crc_ccitt(rest)) + rest


def _section(number: int, body: bytes, reserved: bytes = bytes(6)) -> bytes:
    body += bytes(len(body) % 2)
    rest = struct.pack("<HIBB", number, len(body) + 16, 20, 20) + reserved + body
    return struct.pack("<H", crc_ccitt(rest)) + rest


def crc_ccitt(content: bytes) -> int:
    """Polynomial 0x1021, from 0xFFFF on, bit by bit."""
    crc = 0xFFFF
    for byte in content:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def sealed(content: bytes) -> bytes:
    """An edited file with its checksums as they should be."""
    changed = bytearray(content)
    for pointer in range(22, 22 + 120, 10):
        _, length, place = struct.unpack_from("<HII", changed, pointer)
        span = changed[place + 1 : place - 1 + length]
        if length:
            struct.pack_into("<H", changed, place - 1, crc_ccitt(span))
    struct.pack_into("<H", changed, 0, crc_ccitt(changed[2:]))
    return bytes(changed)
