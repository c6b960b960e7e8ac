"""Who races: the commands of each side, and what its answers mean."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from clock import run

SCIKIT_LEARN = "scikit-learn"
FASTTEXT = "fastText dim 16"
VW_PASSES = {"VW 3 passes": 3, "VW one pass": 1, "VW one pass -b 25": 1}
STANCE, WHOLE = "stance", "stance, kept whole"
# Two BLAS threads wait for each other in a loop where a machine is shared.
ONE_BLAS_THREAD = {"OPENBLAS_NUM_THREADS": "1"}


class Sides:
    """Trains, predicts and scores with any side, by name."""

    def __init__(self, work, stance, python):
        self.work, self.stance, self.python = work, str(stance), python
        self.labels = json.loads((work / "labels.json").read_text(encoding="utf-8"))

    def model(self, side, part="train"):
        return self.work / f"{part} {side}.model"

    def file_of(self, side, part="train"):
        """The file that the model is: fastText adds an ending of its own."""
        model = self.model(side, part)
        return Path(f"{model}.bin") if side == FASTTEXT else model

    def run(self, command, name, environment=None):
        return run(command, self.work / f"{name}.out", environment)

    def train(self, side, part="train"):
        data, model = self.work / part, self.model(side, part)
        environment = None
        if side in (STANCE, WHOLE):
            whole = ["--compact", "never"] if side == WHOLE else []
            command = [self.stance, "train", f"{data}.csv", "-o", model, *whole]
        elif side == SCIKIT_LEARN:
            command, environment = [self.python, script("sklearn_peer.py"), "train", f"{data}.csv", model], ONE_BLAS_THREAD
        elif side == FASTTEXT:
            # 500,000 buckets for the pairs, not 2,000,000: as small as fastText is while it still learns them.
            command = ["fasttext", "supervised", "-input", f"{data}.ft", "-output", model, "-dim", 16, "-wordNgrams", 2,
                       "-epoch", 5, "-bucket", 500_000, "-thread", os.cpu_count(), "-verbose", 0]
        else:
            passes, bits = VW_PASSES[side], 25 if side.endswith("25") else 22
            again = ["--passes", passes, "-c", "-k", "--holdout_off", "--cache_file", self.work / "cache"] if passes > 1 else []
            command = [self.python, "-m", "vowpalwabbit", "--oaa", len(self.labels), "--ngram", 2, "-b", bits,
                       "--loss_function", "logistic", *again, "-d", f"{data}.vw", "-f", model, "--quiet"]
        return self.run(command, "train", environment)

    def predict(self, side, part="train"):
        """Labels all sentences of a part with the model of the large run."""
        data, model, out = self.work / part, self.file_of(side), self.work / f"{side} {part}.labels"
        if side in (STANCE, WHOLE):
            command = [self.stance, "predict", "--model", model, "--input-format", "lines", "-f", "label", f"{data}.txt", "-o", out]
        elif side == SCIKIT_LEARN:
            command = [self.python, script("sklearn_peer.py"), "predict", model, f"{data}.txt", out]
            return self.run(command, "predict", ONE_BLAS_THREAD)
        elif side == FASTTEXT:
            # It writes to standard output alone.
            return run(["fasttext", "predict", model, f"{data}.words"], out)
        else:
            command = [self.python, "-m", "vowpalwabbit", "-t", "-i", model, "-d", f"{data}.vw", "-p", out, "--quiet"]
        return self.run(command, "predict")

    def one_sentence_shipped(self):
        return self.run([self.stance, "predict", "--input-format", "lines", "-f", "label", self.work / "one.txt"], "one")

    def start_of_vw(self):
        return self.run([self.python, "-m", "vowpalwabbit", "--version"], "start")

    def word_count(self):
        return self.run(["wc", "-w", self.work / "train.txt"], "wc", {"LC_ALL": "C.UTF-8"})

    def macro_f1(self, side):
        """Of the model of the large run on the test part."""
        self.predict(side, "test")
        number = {label: str(at) for at, label in enumerate(self.labels)}
        gold = [number[label] for label in column(self.work / "test.csv")]
        with open(self.work / f"{side} test.labels", encoding="utf-8") as file:
            said = [self.number_of(side, line.strip(), number) for line in file]
        if len(said) != len(gold):
            sys.exit(f"{side}: {len(said)} answers for {len(gold)} sentences")
        return macro_f1(gold, said)

    def number_of(self, side, answer, number):
        if side == FASTTEXT:
            return answer.removeprefix("__label__")
        if side in VW_PASSES:
            return str(int(answer) - 1)
        return number.get(answer)

    def can_keep_whole(self):
        return "--compact" in subprocess.run([self.stance, "train", "--help"], capture_output=True, text=True).stdout


def script(name):
    return Path(__file__).resolve().parent / name


def column(path):
    with open(path, encoding="utf-8", newline="") as file:
        return [row["label"] for row in csv.DictReader(file)]


def macro_f1(gold, said):
    """Mean F1 of the labels that occur."""
    scores = []
    for label in sorted(set(gold) | set(filter(None, said))):
        hits = sum(a == b == label for a, b in zip(gold, said))
        scores.append(2 * hits / (gold.count(label) + said.count(label)))
    return sum(scores) / len(scores)


def install_fasttext():
    if not shutil.which("fasttext"):
        root = [] if os.geteuid() == 0 else ["sudo"]
        subprocess.run([*root, "apt-get", "update", "-qq"], check=True)
        subprocess.run([*root, "apt-get", "install", "-qq", "-y", "fasttext"], check=True)
