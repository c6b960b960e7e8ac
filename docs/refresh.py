#!/usr/bin/env python3
"""Runs every command that the documentation shows and puts its real output in its place.

    cargo build --release && python3 docs/refresh.py

Commands stand in ```console blocks after "$ ". Those of docs/tutorial.md run in a copy of docs/tutorial/, all others in
an empty folder that sees docs/, data/ and models/. Other blocks (```sh) are shown and not run. The Python packages that
docs/read_model.py needs are installed once, in target/docs-python.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / "target/docs-python"
PATH = os.pathsep.join([f"{ROOT}/target/release", f"{PYTHON}/bin", os.environ["PATH"]])
ENVIRONMENT = os.environ | {"PATH": PATH, "COLUMNS": "100", "LC_ALL": "C.UTF-8"}


def run(block: str, folder: Path) -> str:
    shown = []
    # A command may go on over lines that begin with "> ", as a shell shows them.
    for shell in re.findall(r"^\$ (.*(?:\n> .*)*)$", block, re.M):
        command = shell.replace("\n> ", "\n")
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=ENVIRONMENT, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if "Traceback (most recent call last)" in done.stdout:
            sys.exit(f"{command}\n{done.stdout}")
        output = "\n".join(line.rstrip() for line in done.stdout.rstrip("\n").split("\n"))
        shown.append(f"$ {shell}\n" + (output + "\n" if output else ""))
    return "```console\n" + "\n".join(shown) + "```"


if not PYTHON.exists():
    venv.create(PYTHON, with_pip=True)
    subprocess.run([PYTHON / "bin/pip", "install", "--quiet", "safetensors", "xxhash", "numpy"], check=True)
for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
    text = page.read_text()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if page.name == "tutorial.md":
            shutil.copytree(ROOT / "docs/tutorial", folder, dirs_exist_ok=True)
        else:
            for part in ["docs", "data", "models"]:
                (folder / part).symlink_to(ROOT / part)
        fresh = re.sub(r"```console\n(.*?)```", lambda m: run(m[1], folder), text, flags=re.S)
    if fresh != text:
        page.write_text(fresh)
        print("refreshed", page.relative_to(ROOT))
