#!/usr/bin/env python3
"""Runs the fuzz targets and prints what came out as a table: fuzz/run.py [--minutes N] [--jobs N] [TARGET…]

Needs `cargo install cargo-fuzz` and a C++ compiler; any toolchain of Rust will do. Minutes are CPU time, so that a
busy machine changes nothing. Inputs that reach something new gather in fuzz/corpus; an input that breaks a law is kept in fuzz/artifacts and
printed: it belongs in fuzz/regressions/TARGET, where `cargo test --test any_bytes` reads it. Exit code 1 where there was one.
"""

import argparse
import concurrent.futures
import os
import re
import resource
import signal
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Longest inputs: what the seeds need.
TARGETS = {"model": 32768, "csv": 4096, "jsonl": 4096, "html": 8192, "sentences": 4096, "tokens": 4096, "predict": 4096}
# A target that breaks its law this often needs a change, not more time.
MOST_FINDINGS = 5
# CPU seconds that one input may take. The fuzzer counts by the clock, which a busy machine upsets; so it is asked again.
SLOW = 20


def cpu_seconds(pid):
    """User and system time of a process that may have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def breaks(binary, path):
    """Whether an input kept by the fuzzer does fail, run alone."""
    limit = lambda: resource.setrlimit(resource.RLIMIT_CPU, (SLOW, SLOW))
    run = subprocess.run([binary, "-timeout=0", path], preexec_fn=limit, capture_output=True)
    return run.returncode != 0


def fuzz(target, binary, seconds):
    corpus, artifacts = HERE / "corpus" / target, HERE / "artifacts" / target
    corpus.mkdir(parents=True, exist_ok=True)
    artifacts.mkdir(parents=True, exist_ok=True)
    known = [str(path) for path in (HERE / "seeds" / target, HERE / "regressions" / target) if path.exists()]
    command = [binary, str(corpus), *known, f"-artifact_prefix={artifacts}/", f"-max_len={TARGETS[target]}"]
    command += ["-print_final_stats=1", "-timeout=60", "-rss_limit_mb=6000", "-reload=0"]
    used, executions, edges, findings = 0.0, 0, 0, []
    while used < seconds and len(findings) < MOST_FINDINGS:
        before = set(artifacts.iterdir())
        log = open(artifacts.parent / f"{target}.log", "ab+")
        start = log.tell()
        process = subprocess.Popen(command, stdout=log, stderr=log)
        spent = 0.0
        while process.poll() is None:
            time.sleep(0.5)
            spent = max(spent, cpu_seconds(process.pid))
            if used + spent >= seconds:
                process.send_signal(signal.SIGINT)
                process.wait()
        used += spent
        log.seek(start)
        text = log.read().decode(errors="replace")
        executions += sum(int(n) for n in re.findall(r"stat::number_of_executed_units: +(\d+)", text))
        edges = max([edges, *(int(n) for n in re.findall(r" cov: (\d+)", text))])
        findings += [path for path in sorted(set(artifacts.iterdir()) - before) if breaks(binary, path)]
    return target, used, executions, edges, len(list(corpus.iterdir())), findings


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--minutes", type=float, default=30, help="CPU time a target [30]")
    parser.add_argument("--jobs", type=int, default=2, help="targets at a time [2]")
    arguments = parser.parse_args()
    if unknown := set(arguments.targets) - set(TARGETS):
        parser.error(f"no target {', '.join(unknown)}")
    # Sanitizers are an unstable option: this lets the stable toolchain use them.
    environment = dict(os.environ, RUSTC_BOOTSTRAP="1")
    subprocess.run(["cargo", "fuzz", "build"], cwd=HERE, env=environment, check=True)
    [folder] = (HERE / "target").glob("*-*-*/release")
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        runs = [
            pool.submit(fuzz, target, str(folder / f"fuzz_{target}"), arguments.minutes * 60)
            for target in arguments.targets or TARGETS
        ]
        print("target      CPU min  executions   edges  corpus  findings")
        found = False
        for run in runs:
            target, used, executions, edges, corpus, findings = run.result()
            print(f"{target:<10} {used / 60:8.1f} {executions:11,} {edges:7,} {corpus:7,} {len(findings):9}", flush=True)
            for path in findings:
                print(f"  {path.relative_to(HERE.parent)}", flush=True)
            found |= bool(findings)
    raise SystemExit(found)


main()
