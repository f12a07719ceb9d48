"""WebSocket frames made and read by hand (RFC 6455 §5.2), legal or not."""

import os
import struct
from dataclasses import dataclass

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
#: RSV1, which permessage-deflate uses.
COMPRESSED = 0x40


def masked(payload: bytes, key: bytes) -> bytes:
    if not payload:
        return b""
    stream = (key * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(payload), "big")


def length_field(length: int, mask_bit: int, form: int | None = None) -> bytes:
    """The length in its shortest form, or in the form of 7, 16 or 64 bits that was asked for."""
    form = form or (7 if length < 126 else 16 if length < 65536 else 64)
    if form == 7:
        return bytes([mask_bit | length])
    if form == 16:
        return bytes([mask_bit | 126]) + struct.pack(">H", length)
    return bytes([mask_bit | 127]) + struct.pack(">Q", length)


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    mask: bool,
    fin: bool = True,
    rsv: int = 0,
    form: int | None = None,
    declared: int | None = None,
    key: bytes | None = None,
) -> bytes:
    """A frame; `declared` says a length other than the payload's."""
    length = len(payload) if declared is None else declared
    head = bytes([(0x80 if fin else 0) | rsv | opcode]) + length_field(length, 0x80 if mask else 0, form)
    if not mask:
        return head + payload
    key = key or os.urandom(4)
    return head + key + masked(payload, key)


def close_payload(code: int, reason: bytes = b"") -> bytes:
    return struct.pack(">H", code) + reason


@dataclass(frozen=True)
class Frame:
    opcode: int
    payload: bytes
    fin: bool
    rsv: int
    #: The masking key; None when the frame was not masked.
    key: bytes | None

    @property
    def code(self) -> int | None:
        """The code of a Close frame; None when it carries none."""
        return struct.unpack(">H", self.payload[:2])[0] if len(self.payload) >= 2 else None


def parse(buffer: bytes | bytearray) -> tuple[Frame, int] | None:
    """The first frame of a buffer and its length; None when more is needed."""
    if len(buffer) < 2:
        return None
    first, second = buffer[0], buffer[1]
    length, position = second & 0x7F, 2
    if length == 126:
        if len(buffer) < 4:
            return None
        (length,), position = struct.unpack(">H", buffer[2:4]), 4
    elif length == 127:
        if len(buffer) < 10:
            return None
        (length,), position = struct.unpack(">Q", buffer[2:10]), 10
    key = None
    if second & 0x80:
        key, position = bytes(buffer[position : position + 4]), position + 4
    if len(buffer) < position + length:
        return None
    payload = bytes(buffer[position : position + length])
    if key is not None:
        payload = masked(payload, key)
    return Frame(first & 0x0F, payload, bool(first & 0x80), first & 0x70, key), position + length
