"""In which numbers an encoder is trained."""

from pathlib import Path

import tensorflow as tf


def best_precision(wanted: str) -> str:
    """The Keras dtype policy to train in: `auto` is bfloat16 where the hardware multiplies it."""
    if wanted != "auto":
        return wanted
    cpu = Path("/proc/cpuinfo")
    flags = cpu.read_text() if cpu.is_file() else ""
    fast = any(flag in flags for flag in ("amx_bf16", "avx512_bf16"))
    return "mixed_bfloat16" if fast or tf.config.list_physical_devices("GPU") else "float32"
