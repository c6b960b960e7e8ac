#!/usr/bin/env python3
"""Kills `stance train` and `stance predict -o` at random moments and looks at what is left.

    tests/reliability/kill.py [--binary target/release/stance] [--kills 200]

Each kill (SIGKILL) must leave the old output or the new one, whole; the next run that ends must leave no other file behind.
Exit code 1 where one does not.
"""

import argparse
import random
import subprocess
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def sample(folder):
    """Labelled rows enough for a training run of half a second or so."""
    words = "accused denied said talks strike border aid wheat port rain minister army envoy charge claim report".split()
    randomly = random.Random(1)
    with open(folder / "data.csv", "w") as out:
        out.write("text,label,article,position\n")
        for row in range(4000):
            text = " ".join(randomly.choices(words, k=12))
            out.write(f"{text},{'claim' if 'accused' in text else 'other'},a{row // 10},{row % 10}\n")


def run(command, folder, after=None):
    """Runs to the end, or kills after so many seconds; whether it had ended before, and the time."""
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    try:
        process.wait(after)
        assert process.returncode == 0, f"exit code {process.returncode}"
        return True, time.monotonic() - started
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False, after


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=REPOSITORY / "target/release/stance", type=Path)
    parser.add_argument("--kills", default=200, type=int, help="of each command [200]")
    arguments = parser.parse_args()
    binary = arguments.binary.resolve()
    randomly = random.Random(2)
    failed = False
    print("command   kills  old  new  partial left  after the next run")
    for name in ("train", "predict"):
        with tempfile.TemporaryDirectory() as path:
            folder = Path(path)
            sample(folder)
            subprocess.run([binary, "train", "data.csv", "-o", "model"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            command = {
                "train": [binary, "train", "data.csv", "-o", "out"],
                "predict": [binary, "predict", "-m", "model", "data.csv", "-o", "out"],
            }[name]
            times = [run(command, folder)[1] for _ in range(3)]
            new = (folder / "out").read_bytes()
            before = {entry.name for entry in folder.iterdir()}
            counts = {"old": 0, "new": 0}
            kills = partial = 0
            while kills < arguments.kills:
                (folder / "out").write_bytes(b"old")
                ended, _ = run(command, folder, randomly.uniform(0, 1.05 * max(times)))
                found = (folder / "out").read_bytes()
                if ended:
                    assert found == new
                    continue
                kills += 1
                if found not in (b"old", new):
                    failed = True
                    print(f"{name}: {len(found)} bytes that are neither the old file nor the new one")
                    continue
                counts["new" if found == new else "old"] += 1
                partial += {entry.name for entry in folder.iterdir()} != before
            run(command, folder)
            stray = {entry.name for entry in folder.iterdir()} - before
            failed |= bool(stray) or (folder / "out").read_bytes() != new
            print(f"{name:8} {kills:6} {counts['old']:4} {counts['new']:4} {partial:13}  {', '.join(stray) or 'nothing'}")
    raise SystemExit(failed)


main()
