"""Whole processes timed from outside, by what wait4 says of them."""

import os
import sys
import time
from dataclasses import dataclass


@dataclass
class Run:
    """One process from its start to its end."""

    wall: float
    cpu: float
    # Resident memory at its highest, in bytes; never below that of this process, which Linux counts in. So this one stays small.
    peak: int


def run(command, output, environment=None):
    """Runs a command, its two outputs going to the file `output`; ends the program where the command fails."""
    command = [str(part) for part in command]
    target = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    complaints = os.open(f"{output}.err", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    actions = [(os.POSIX_SPAWN_DUP2, nothing, 0), (os.POSIX_SPAWN_DUP2, target, 1), (os.POSIX_SPAWN_DUP2, complaints, 2)]
    started = time.monotonic()
    process = os.posix_spawnp(command[0], command, {**os.environ, **(environment or {})}, file_actions=actions)
    _, status, usage = os.wait4(process, 0)
    wall = time.monotonic() - started
    for file in (target, nothing, complaints):
        os.close(file)
    if os.waitstatus_to_exitcode(status):
        with open(f"{output}.err", encoding="utf-8", errors="replace") as file:
            sys.exit(f"{' '.join(command)}\n{file.read()[-2000:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def alternate(sides, times, offset=0):
    """Runs every side `times` times, each turn beginning with another one: what disturbs the machine meets all alike.

    `sides` is name -> function that runs it; the answer is name -> its runs.
    """
    names = list(sides)
    runs = {name: [] for name in names}
    for turn in range(times):
        first = (turn + offset) % len(names)
        for name in names[first:] + names[:first]:
            runs[name].append(sides[name]())
    return runs
