#!/usr/bin/env python3
"""stance against its peers, whole processes from outside, and whether each goal for speed, memory and size is met.

    python3 benches/peers/race.py --train TRAIN.csv.xz --test TEST.csv     on sentences of yours, columns text and label
    python3 benches/peers/race.py                                          on made-up sentences
    python3 benches/peers/race.py --small                                  a few thousand rows: whether it runs at all
    python3 benches/peers/race.py --from results.json --write docs/performance.md      puts kept results into a page

What is missing is installed: fasttext by apt-get, scikit-learn and Vowpal Wabbit into target/peers. All sides run in
turn on this machine, each turn beginning with another one; figures are medians. Work goes to target/race.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
from datetime import date
from pathlib import Path

import table
from clock import alternate
from corpus import SMALL_ROWS
from packages import python_with, version_of
from sides import FASTTEXT, SCIKIT_LEARN, STANCE, VW_PASSES, WHOLE, Sides, install_fasttext, script

ROOT = Path(__file__).resolve().parents[2]
TEST_ROWS = 20_000
# A process of a few milliseconds is timed this often in each round.
OFTEN = {"small": 5, "shipped": 25, "cold": 25}


def main():
    arguments = parsed()
    if arguments.kept:
        results = json.loads(arguments.kept.read_text(encoding="utf-8"))
    else:
        results = raced(arguments)
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    text = table.markdown(results)
    for page in arguments.write:
        table.write_between_marks(page, text)
    print(text)


def parsed():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, metavar="CSV", help="training sentences in any order but by label; .xz is unpacked")
    parser.add_argument("--test", type=Path, metavar="CSV", help="test sentences")
    parser.add_argument("--rows", type=int, help="training sentences (default: 1,000,000); a smaller file is repeated with changes")
    parser.add_argument("--rounds", type=int, default=3, help="default: 3")
    parser.add_argument("--only", action="append", choices=list(table.CONTESTS), help="only this contest; may be given again")
    parser.add_argument("--skip-sklearn", action="store_true", help="without scikit-learn, which takes minutes")
    parser.add_argument("--small", action="store_true", help="a smoke run: 5,000 rows, one round")
    parser.add_argument("--binary", type=Path, help="the program (default: built from here)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where results go (default: target/race.json)")
    parser.add_argument("--from", type=Path, dest="kept", metavar="FILE", help="race nothing: results of an earlier race")
    parser.add_argument("--write", type=Path, nargs="+", default=[], metavar="FILE", help="put the tables between the marks of these pages")
    arguments = parser.parse_args()
    if bool(arguments.train) != bool(arguments.test):
        parser.error("--train and --test go together")
    # Known before an hour of racing, not after it.
    for page in arguments.write:
        if not table.has_marks(page):
            parser.error(f"{page}: no marks {table.BEGIN} and {table.END}")
    if arguments.small:
        arguments.rounds = 1
    arguments.rows = arguments.rows or (5_000 if arguments.small else 1_000_000)
    arguments.work = ROOT / "target" / ("race-small" if arguments.small else "race")
    arguments.json = arguments.json or arguments.work.with_suffix(".json")
    return arguments


def raced(arguments):
    install_fasttext()
    python = python_with("scikit-learn", "joblib", "vowpalwabbit")
    if not arguments.binary:
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
    binary = arguments.binary or ROOT / "target/release/stance"
    corpus = prepared(arguments)
    race = Race(arguments, Sides(arguments.work, binary, python))
    race.run()
    return {
        "date": date.today().isoformat(),
        "machine": machine(),
        "versions": versions(binary),
        "corpus": corpus,
        "rounds": arguments.rounds,
        # Python's own share of every run of VW.
        "vw_start": statistics.median(race.sides.start_of_vw().wall for _ in range(5)),
        "makes_smaller": race.sides.can_keep_whole(),
        # No lower peak can be seen: Linux counts for a process what the one that started it held.
        "least_peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        **race.results,
    }


def prepared(arguments):
    """The corpus in every form, made unless it stands there already; with it go the models of another one."""
    test_rows = min(TEST_ROWS, max(1000, arguments.rows // 10))
    files = [str(path.resolve()) for path in (arguments.train, arguments.test) if path]
    wanted = [arguments.rows, test_rows, [[file, os.stat(file).st_size, os.stat(file).st_mtime] for file in files],
              script("corpus.py").read_text(encoding="utf-8")]
    stamp = arguments.work / "corpus.json"
    if not stamp.exists() or json.loads(stamp.read_text(encoding="utf-8")) != wanted:
        tell("sentences")
        shutil.rmtree(arguments.work, ignore_errors=True)
        arguments.work.mkdir(parents=True)
        command = [sys.executable, script("corpus.py"), arguments.work, arguments.rows, test_rows, *files]
        subprocess.run([str(part) for part in command], check=True)
        stamp.write_text(json.dumps(wanted), encoding="utf-8")
    # Read once, so that no side finds the files cold.
    lines = {path.name: sum(block.count(b"\n") for block in blocks(path)) for path in sorted(arguments.work.glob("*.*")) if
             path.suffix in (".csv", ".txt", ".vw", ".ft", ".words")}
    return {
        "rows": lines["train.txt"],
        "test_rows": lines["test.txt"],
        "small_rows": min(lines["small.txt"], SMALL_ROWS),
        "bytes": (arguments.work / "train.csv").stat().st_size,
        "source": arguments.train.name if arguments.train else "made up",
    }


def blocks(path):
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            yield block


class Race:
    """The contests, and what came out of them."""

    def __init__(self, arguments, sides):
        self.arguments, self.sides = arguments, sides
        self.results = {"runs": {}, "macro_f1": {}, "bytes": {}}
        self.trained = set()

    def run(self):
        chosen = self.arguments.only or list(table.CONTESTS)
        vw = list(VW_PASSES)
        # Models first: what predicts needs them.
        if "train" in chosen:
            self.contest("train", {side: self.training(side) for side in [STANCE, *vw, FASTTEXT]})
            self.once("train", SCIKIT_LEARN, self.training(SCIKIT_LEARN))
        if "predict" in chosen:
            predicting = {side: self.predicting(side) for side in (STANCE, vw[0], FASTTEXT)}
            self.contest("predict", {**predicting, table.WC: self.sides.word_count})
            self.once("predict", SCIKIT_LEARN, self.predicting(SCIKIT_LEARN))
        if "small" in chosen:
            self.contest("small", {side: lambda side=side: self.sides.train(side, "small") for side in [STANCE, *vw[:2], FASTTEXT]})
        for contest, ours in (("shipped", self.sides.one_sentence_shipped), ("cold", self.predicting(STANCE, "one"))):
            if contest in chosen:
                self.contest(contest, {STANCE: ours, FASTTEXT: self.predicting(FASTTEXT, "one")})
        if "train" in chosen:
            self.judge()

    def contest(self, name, sides):
        tell(f"{name}: {', '.join(sides)}")
        times = self.arguments.rounds * OFTEN.get(name, 1)
        for side, runs in alternate(sides, times).items():
            self.keep(name, side, runs)

    def once(self, name, side, run):
        if not self.arguments.skip_sklearn:
            tell(f"{name}: {side}")
            self.keep(name, side, [run()])

    def keep(self, contest, side, runs):
        figures = {what: statistics.median(getattr(run, what) for run in runs) for what in ("wall", "cpu", "peak")}
        self.results["runs"].setdefault(contest, {})[side] = {**figures, "walls": [round(run.wall, 5) for run in runs]}

    def training(self, side):
        self.trained.add(side)
        return lambda: self.sides.train(side)

    def predicting(self, side, part="train"):
        def predict():
            self.have_model(side)
            return self.sides.predict(side, part)

        return predict

    def have_model(self, side):
        """Trains what no contest has trained; of our own program every time, since it changes."""
        if side not in self.trained:
            self.trained.add(side)
            if side == STANCE or not self.sides.file_of(side).exists():
                self.sides.train(side)
        self.results["bytes"][side] = self.sides.file_of(side).stat().st_size

    def judge(self):
        """Accuracy and size of every model of the large run."""
        sides = list(self.results["runs"]["train"])
        if self.sides.can_keep_whole():
            self.sides.train(WHOLE)
            sides.append(WHOLE)
        for side in sides:
            tell(f"macro-F1: {side}")
            self.results["macro_f1"][side] = self.sides.macro_f1(side)
            self.results["bytes"][side] = self.sides.file_of(side).stat().st_size


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        processor = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"processor": processor, "cores": os.cpu_count(), "memory": memory, "system": f"{platform.system()} {platform.release()}"}


def versions(binary):
    stance = subprocess.run([str(binary), "--version"], capture_output=True, text=True).stdout.split()[-1]
    debian = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "fasttext"], capture_output=True, text=True).stdout
    return {"stance": stance, "scikit-learn": version_of("scikit-learn"), "VW": version_of("vowpalwabbit"), "fastText": debian.strip() or "?"}


def tell(step):
    print(f"{step} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
