"""scikit-learn as a peer, from raw text: `train TRAIN.csv MODEL`, or `predict MODEL LINES.txt OUT`."""

import csv
import itertools
import sys

import joblib
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

# Sentences labelled at a time: memory does not grow with the stream.
AT_A_TIME = 20_000


def train(data, model):
    with open(data, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    features = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    pipeline = make_pipeline(features, LogisticRegression(solver="lbfgs", max_iter=1000))
    pipeline.fit([row["text"] for row in rows], [row["label"] for row in rows])
    joblib.dump(pipeline, model)


def predict(model, lines, out):
    pipeline = joblib.load(model)
    with open(lines, encoding="utf-8", newline="\n") as file, open(out, "w", encoding="utf-8") as answers:
        while some := list(itertools.islice(file, AT_A_TIME)):
            answers.writelines(f"{label}\n" for label in pipeline.predict(some))


if __name__ == "__main__":
    {"train": train, "predict": predict}[sys.argv[1]](*sys.argv[2:])
