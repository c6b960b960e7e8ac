#!/usr/bin/env python3
"""How far is our writing from the real thing?

    python3 data/checks/likeness.py REAL.csv OURS.csv [OURS.csv ...]

Trains a word 1-2-gram TF-IDF + logistic regression to tell the sentences of each OURS file from
the sentences of REAL (text alone, labels are never read), in five folds that keep every article
whole, and prints for each file and for all files together

* AUC: 0.5 means nobody can tell them apart, 1.0 means every sentence gives itself away;
* sentence length in words at the 10, 25, 50, 75 and 90 % quantile, and the largest relative
  distance of a quantile from the real one;
* the terms whose weight gives ours away, and the terms of real text that ours lack.

With --articles it prints one line an article instead: the mean log-odds of its sentences to be
ours, out of fold, the most conspicuous first.

With --batches it prints one line a batch, the part of an article's id before the hyphen (d1 of
d1-07), over all OURS files together:

    python3 data/checks/likeness.py REAL.csv data/train.csv data/validation.csv data/test.csv --batches

and puts the table into a page's block `likeness` where --into names the page.

With --masked capitalised words and numbers are left out, so that what is measured is how the
text is written and not which names it holds.

Needs scikit-learn (python3 -m venv V && V/bin/pip install scikit-learn).
"""
import argparse
import csv
import re
import sys

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

import block

QUANTILES = (0.10, 0.25, 0.50, 0.75, 0.90)


def read(path, prefix):
    """(article, text) of every row; article ids are made unique by the prefix."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [(f"{prefix}:{row['article']}", row["text"]) for row in csv.DictReader(file)]


def plain(text):
    """One form for quotation marks, dashes and spaces: typography must not decide."""
    text = re.sub(r"[“”„]|``|''", '"', text)
    text = text.replace("’", "'").replace("‘", "'")
    return re.sub(r"\s+", " ", re.sub(r"[–—]", " - ", text))


def lengths(texts):
    counts = [len(text.split()) for text in texts]
    return np.quantile(counts, QUANTILES)


def out_of_fold(real, ours, raw):
    texts = [plain(text) for _, text in real + ours]
    groups = [article for article, _ in real + ours]
    target = np.array([0] * len(real) + [1] * len(ours))
    pattern = r"(?u)\b\w+\b|[\"?!:;,$%]" if raw else r"(?u)\b[a-z]\w*\b|[\"?!:;,$%]"
    scores = np.zeros(len(target))
    vectorizer = lambda: TfidfVectorizer(
        lowercase=raw, token_pattern=pattern, ngram_range=(1, 2), sublinear_tf=True, min_df=2
    )
    for train, test in StratifiedGroupKFold(5, shuffle=True, random_state=1).split(texts, target, groups):
        tfidf = vectorizer()
        rows = tfidf.fit_transform([texts[i] for i in train])
        model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000).fit(rows, target[train])
        scores[test] = model.decision_function(tfidf.transform([texts[i] for i in test]))
    tfidf = vectorizer()
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000).fit(tfidf.fit_transform(texts), target)
    order = np.argsort(model.coef_[0])
    terms = tfidf.get_feature_names_out()
    return target, scores, [terms[i] for i in order[::-1][:25]], [terms[i] for i in order[:25]]


def batches(real, everything, reference, raw):
    """A table: AUC and sentence length of each batch against all real sentences."""
    by_batch = {}
    for row in everything:
        by_batch.setdefault(row[0].rsplit(":", 1)[1].split("-")[0], []).append(row)
    later = [row for name, rows in by_batch.items() if name.startswith("d") for row in rows]
    groups = sorted(by_batch.items(), key=lambda item: (item[0][0], int(item[0][1:])))
    lines = [["real", "", f"{len(real):,}", "", *reference.round().astype(int), ""]]
    for name, rows in [*groups, ("all d", later), ("all", everything)]:
        target, scores, _, _ = out_of_fold(real, rows, raw)
        ours = lengths([text for _, text in rows])
        lines.append([
            name, len({article for article, _ in rows}), f"{len(rows):,}", f"{roc_auc_score(target, scores):.3f}",
            *ours.round().astype(int), f"{np.abs(ours / reference - 1).max():.0%}",
        ])
    quantiles = [f"words, {q:.0%}" for q in QUANTILES]
    return block.table(["batch", "articles", "sentences", "AUC", *quantiles, "farthest quantile"], lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("real")
    parser.add_argument("ours", nargs="+")
    parser.add_argument("--articles", action="store_true", help="one line an article, the most conspicuous first")
    parser.add_argument("--batches", action="store_true", help="one line a batch of articles")
    parser.add_argument("--into", metavar="PAGE.md", help="with --batches: put the table into the block likeness of this page")
    parser.add_argument("--masked", action="store_true", help="leave out capitalised words and numbers")
    args = parser.parse_args()
    real = read(args.real, "real")
    files = [(path, read(path, path)) for path in args.ours]
    everything = [row for _, rows in files for row in rows]

    if args.articles:
        _, scores, _, _ = out_of_fold(real, everything, not args.masked)
        by_article = {}
        for (article, _), score in zip(everything, scores[len(real):]):
            by_article.setdefault(article, []).append(score)
        for article, values in sorted(by_article.items(), key=lambda item: -np.mean(item[1])):
            print(f"{np.mean(values):+.2f}  {article}")
        return

    reference = lengths([text for _, text in real])
    if args.batches:
        block.emit(batches(real, everything, reference, not args.masked), args.into, "likeness")
        return

    print(f"real: {len(real)} sentences, words at {QUANTILES}: {reference.round(0)}")
    if len(files) > 1:
        files.append(("all", everything))
    for path, rows in files:
        target, scores, giveaways, lacking = out_of_fold(real, rows, not args.masked)
        ours = lengths([text for _, text in rows])
        distance = np.abs(ours / reference - 1).max()
        print(
            f"{path}: {len(rows)} sentences, AUC {roc_auc_score(target, scores):.3f}, "
            f"words {ours.round(0)}, farthest quantile {distance:.0%}"
        )
        if len(args.ours) == 1 or path == "all":
            print("  give ours away:", ", ".join(giveaways))
            print("  ours lack:     ", ", ".join(lacking))


if __name__ == "__main__":
    sys.exit(main())
