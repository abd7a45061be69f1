"""A certificate of one's own, for a server on this machine."""

import shutil
import subprocess
from pathlib import Path

import pytest


def certificate(folder: Path) -> tuple[Path, Path]:
    """One for 127.0.0.1 that nobody vouches for, and its key."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("needs openssl: sudo apt install openssl")
    cert, key = folder / "cert.pem", folder / "key.pem"
    call = [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    call += ["-nodes", "-days", "2", "-subj", "/CN=lips", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*call, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    return cert, key
