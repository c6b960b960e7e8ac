#!/usr/bin/env python3
"""Gives `stance predict` inputs that grow without end, and measures its peak memory from outside.

    tests/reliability/bounds.py [--binary target/release/stance] [--gigabytes 1] [CASE…]

Inputs are made as they are read, through a pipe. Each case has an exit code that must come out, a word that the refusal
must hold, and a bound on the peak resident memory. Prints a table; exit code 1 where something does not hold. Linux, macOS.
A peak may be given too high, never too low: a process begins with that of the script that starts it, up to 120 MiB.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MIB = 1 << 20
SENTENCES = "".join(
    f"{who} {what} {where}.\n"
    for who in ("Washington", "The Foreign Office", "A minister", "Rain", "The envoy")
    for what in ("accused Pakistan", "denied the charge", "closed the road", "said that talks went on")
    for where in ("on Friday", "near the border", "after a week of meetings")
)


def repeated(piece, size):
    """`piece` again and again, in blocks of about a megabyte, to at least `size` bytes."""
    block = piece.encode() * (MIB // len(piece.encode()) + 1)
    for _ in range(-(-size // len(block))):
        yield block


def rows(head, row, size):
    """`head`, then rows with their number as {0} and a number that a thousand rows share as {1}."""
    yield head.encode()
    number = done = 0
    while done < size:
        block = "".join(row.format(number + i, (number + i) // 1000) for i in range(10_000)).encode()
        number, done = number + 10_000, done + len(block)
        yield block


def wide(columns):
    yield ("text" + "".join(f",c{i}" for i in range(columns)) + "\n").encode()
    yield from (("It rained." + ",x" * columns + "\n").encode() for _ in range(20))


def cases(size):
    """Name, arguments, input, exit code, what is said, most MiB."""
    gigabyte = 1 << 30
    lines = ["--input-format", "lines"]
    csv, jsonl, html, text = (["--input-format", name] for name in ("csv", "jsonl", "html", "text"))
    article = "Washington accused Pakistan on Friday. The Foreign Office rejected the charge as baseless.\n\n"
    bracket = '{"text":"It rained.","article":"a","x":[' + "[]," * 1_000_000 + "0]}\n"
    page = "<!doctype html><title>A page</title><body>"
    return [
        ("lines, stream", lines, repeated(SENTENCES, size), 0, "", 128),
        ("lines of 1 MiB, 100", lines, repeated(("and so it went " * 69905)[: MIB - 1] + "\n", 100 * MIB), 0, "", 512),
        ("rows alone, stream", csv, rows("text\n", "Rain fell on day {0} of it.\n", size), 0, "", 128),
        ("rows by article, --contiguous", [*csv, "--contiguous"],
            rows("text,article\n", "Rain fell on day {0} of it.,a{1}\n", size), 0, "", 128),
        ("rows of mixed articles", csv, rows("text,article\n", "Rain fell on day {0}.,a{0}\n", gigabyte), 3, "2147483648", 3072),
        ("rows behind an open article", csv, rows("text,article\nIt rained.,a\n", "Rain fell on day {0}.,\n", gigabyte), 3, "2147483648", 3072),
        ("JSON of brackets", jsonl, repeated(bracket, gigabyte), 3, "2147483648", 3072),
        *((f"one line of 1 GB, {name[-1]}", name, repeated("and so it went ", gigabyte), 3, "more than", 256)
            for name in (lines, csv, jsonl, html, text)),
        ("a million columns", csv, wide(1_000_000), 0, "", 1024),
        ("CSV of quotes, 1 GB", csv, repeated('"', gigabyte), 3, "", 256),
        ("an article of 60 MiB", text, repeated(article, 60 * MIB), 0, "", 3072),
        ("an article of 1 GB", text, repeated(article, gigabyte), 3, "more than 67108864 bytes", 256),
        ("HTML, a million <div>", html, iter([page.encode(), b"<div>" * 1_000_000]), 3, "", 256),
        ("HTML, <b> left open in <p>", html, iter([page.encode(), b"<p><b><i>" * 15_000, b"x"]), 3, "", 256),
        ("HTML, nested tables", html, iter([page.encode(), b"<table><tr><td>" * 20_000]), 3, "", 256),
        ("HTML, 49,000 tags", html, iter([page.encode(), b"<p>It rained on <b>Friday</b> too. " * 12_000]), 0, "", 1024),
        ("HTML, 60 MiB of text", html, iter([page.encode(), *repeated("<p>" + article * 200, 60 * MIB)]), 0, "", 4096),
    ]


def run(binary, arguments, pieces):
    """Exit code, standard error, peak MiB, bytes taken, seconds."""
    command = [binary, "predict", *arguments, "-f", "label", "-"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said, taken = [], 0

    def drain(stream, keep):
        while block := stream.read(MIB):
            if keep:
                said.append(block)

    readers = [threading.Thread(target=drain, args=pair, daemon=True) for pair in ((process.stdout, False), (process.stderr, True))]
    [reader.start() for reader in readers]
    started = time.monotonic()
    try:
        for piece in pieces:
            process.stdin.write(piece)
            taken += len(piece)
        process.stdin.close()
    except BrokenPipeError:
        pass
    [reader.join() for reader in readers]
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = usage.ru_maxrss / (MIB if sys.platform == "darwin" else 1024)
    return process.returncode, b"".join(said).decode(), peak, taken, time.monotonic() - started


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=REPOSITORY / "target/release/stance", type=Path)
    parser.add_argument("--gigabytes", default=1.0, type=float, help="length of the streams [1]")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="only those whose name holds this")
    arguments = parser.parse_args()
    failed = False
    print(f"{'input':32} {'taken MB':>9} {'seconds':>8} {'exit':>4} {'peak MiB':>9} {'bound':>6}")
    for name, flags, pieces, code, word, bound in cases(int(arguments.gigabytes * 1e9)):
        if arguments.cases and not any(case in name for case in arguments.cases):
            continue
        found, said, peak, taken, seconds = run(arguments.binary.resolve(), flags, pieces)
        holds = found == code and peak <= bound and word in said and said.count("\n") == (1 if code else 0)
        failed |= not holds
        print(f"{name:32} {taken / 1e6:9.1f} {seconds:8.1f} {found:4} {peak:9.0f} {bound:6}{'' if holds else '  BROKEN'}", flush=True)
        if not holds or code:
            print(f"  {said.strip()[:150]}", flush=True)
    raise SystemExit(failed)


main()
