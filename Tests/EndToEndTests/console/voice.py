"""Something to say into a microphone: a file that sounds enough like speech for turn detection by energy."""

import math
import struct
import wave
from pathlib import Path

RATE = 48_000
#: Seconds of silence, of speech, and of silence again; Chromium plays the file over and over.
BEFORE, SPEECH, AFTER = 1.0, 1.6, 8.0


def _sample(moment: float) -> float:
    """A vowel with three formants, spoken four times a second."""
    syllable = max(0.0, math.sin(2 * math.pi * 4 * moment))
    return 0.3 * syllable * sum(math.sin(2 * math.pi * formant * moment) / (index + 1)
                                for index, formant in enumerate((140, 720, 1_240)))  # fmt: skip


def write_voice(path: Path) -> Path:
    quiet = lambda seconds: [0.0] * int(RATE * seconds)
    spoken = [_sample(index / RATE) for index in range(int(RATE * SPEECH))]
    samples = quiet(BEFORE) + spoken + quiet(AFTER)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", int(max(-1, min(1, sample)) * 32_767)) for sample in samples))
    return path
