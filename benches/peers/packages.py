"""A Python with the peers, shared by benches/peers and benches/accuracy: a venv at target/peers."""

import subprocess
import sys
from pathlib import Path

VENV = Path(__file__).resolve().parents[2] / "target" / "peers"
# Exits with 1 where a package is missing; the name of a package need not be that of its module.
LOOK = "import sys, importlib.metadata as m; [m.version(name) for name in sys.argv[1:]]"


def python_with(*packages):
    """The venv's Python; the venv and what is missing of `packages` are made and installed first."""
    python = VENV / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    if subprocess.run([str(python), "-c", LOOK, *packages], stderr=subprocess.DEVNULL).returncode:
        subprocess.run([str(python), "-m", "pip", "-q", "install", *packages], check=True)
    return str(python)


def version_of(package):
    look = "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))"
    return subprocess.run([python_with(package), "-c", look, package], capture_output=True, text=True).stdout.strip()
