#!/usr/bin/env python3
"""How time and memory grow with the number of sentences, from 10,000 to 10,000,000: whole processes, measured from outside.

    python3 benches/peers/growth.py --train TRAIN.csv.xz [--write docs/performance.md]      on sentences of yours, columns text and label
    python3 benches/peers/growth.py                                                         on made-up sentences
    python3 benches/peers/growth.py --rows 10000 100000                                     only so many

Sentences come as in the race: a smaller corpus is repeated, each copy changed. Ten million take 3 GB of disk and minutes. Work
goes to target/growth and is removed.
"""

import argparse
import csv
import random
import shutil
import subprocess
from pathlib import Path

import table
from clock import run
from corpus import SEED, grown, invent

ROOT = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- growth -->", "<!-- /growth -->"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, metavar="CSV", help="sentences; .xz is unpacked")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000, 10_000_000])
    parser.add_argument("--binary", type=Path, help="the program (default: built from here)")
    parser.add_argument("--write", type=Path, metavar="FILE", help=f"put the table between {BEGIN} and {END} of this page")
    arguments = parser.parse_args()
    if not arguments.binary:
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
    binary, work = arguments.binary or ROOT / "target/release/stance", ROOT / "target/growth"
    lines = ["| sentences | train | peak | model | predict | peak | sentences a second |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for rows in arguments.rows:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        write(work, rows, arguments.train)
        model = work / "model"
        trained = run([binary, "train", work / "rows.csv", "-o", model], work / "train.out")
        predicted = run([binary, "predict", "-m", model, "--input-format", "lines", "-f", "label", work / "rows.txt"], work / "labels")
        lines.append(f"| {rows:,} | {table.seconds(trained.wall)} | {table.mib(trained.peak)} | {table.megabytes(model.stat().st_size)} | "
                     f"{table.seconds(predicted.wall)} | {table.mib(predicted.peak)} | {rows / predicted.wall:,.0f} |")
        print(lines[-1], flush=True)
    shutil.rmtree(work)
    if arguments.write:
        table.write_between_marks(arguments.write, "\n".join(lines), BEGIN, END)


def write(work, rows, train):
    """rows.csv, and its sentences alone as rows.txt."""
    draw = random.Random(SEED)
    with open(work / "rows.csv", "w", encoding="utf-8", newline="") as table_file, open(work / "rows.txt", "w", encoding="utf-8") as lines:
        writer = csv.writer(table_file, lineterminator="\n")
        writer.writerow(["text", "label"])
        for text, label in grown(train, rows, draw) if train else invent(rows, draw):
            writer.writerow([text, label])
            lines.write(text + "\n")


if __name__ == "__main__":
    main()
