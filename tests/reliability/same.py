#!/usr/bin/env python3
"""Trains on data/train.csv and predicts data/test.csv again and again, with all changed that must not matter.

    tests/reliability/same.py [--binary target/release/stance] [--orders 3]

Threads, working folder, locale, time zone: the same bytes of model and predictions. Another order of the training rows: the
same predictions, whose labels are counted; the model differs in nothing but the checksum of its data. Exit code 1 otherwise.
"""

import argparse
import csv
import os
import random
import subprocess
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = REPOSITORY / "data"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=REPOSITORY / "target/release/stance", type=Path)
    parser.add_argument("--orders", default=3, type=int, help="other orders of the training rows [3]")
    arguments = parser.parse_args()
    binary = arguments.binary.resolve()

    def run(folder, threads, environment):
        """Model and predictions from the train.csv in a folder."""
        environment = {**os.environ, **environment}
        train = ["train", "train.csv", "--sides", DATA / "us-pakistan.sides.toml", "-o", "model"]
        for command in (train, ["predict", "-m", "model", DATA / "test.csv", "-o", "predictions"]):
            command = [binary, *command, "--threads", str(threads)]
            subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        return (folder / "model").read_bytes(), (folder / "predictions").read_bytes()

    def in_folder(rows, *settings):
        with tempfile.TemporaryDirectory() as path:
            (Path(path) / "train.csv").write_bytes(rows)
            return run(Path(path), *settings)

    rows = (DATA / "train.csv").read_bytes()
    first = in_folder(rows, 1, {"LC_ALL": "C"})
    failed = False
    for threads, environment in [
        (1, {"LC_ALL": "C"}),
        (2, {"LC_ALL": "en_US.UTF-8"}),
        (7, {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Karachi"}),
        (7, {"LC_ALL": "POSIX", "LANG": "ar_EG.UTF-8", "HOME": "/nowhere"}),
    ]:
        same = in_folder(rows, threads, environment) == first
        failed |= not same
        print(f"{threads} threads, {environment['LC_ALL']}: {'the same bytes' if same else 'OTHER BYTES'}", flush=True)
    table = list(csv.reader(rows.decode().splitlines(keepends=True)))
    labels = [row["label"] for row in csv.DictReader(first[1].decode().splitlines(keepends=True))]
    for seed in range(arguments.orders):
        random.Random(seed).shuffle(body := table[1:])
        with tempfile.NamedTemporaryFile("w+", newline="") as out:
            csv.writer(out).writerows([table[0], *body])
            out.flush()
            _, predictions = in_folder(Path(out.name).read_bytes(), 2, {})
        others = [row["label"] for row in csv.DictReader(predictions.decode().splitlines(keepends=True))]
        changed = sum(a != b for a, b in zip(labels, others, strict=True))
        failed |= changed > 0
        same = "the same bytes" if predictions == first[1] else "other bytes"
        print(f"rows in order {seed + 1}: {changed} of {len(labels)} labels changed, predictions {same}", flush=True)
    raise SystemExit(failed)


main()
