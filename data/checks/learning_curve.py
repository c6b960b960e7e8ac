#!/usr/bin/env python3
"""Does more data help? A learning curve over articles.

    cargo build --release
    python3 data/checks/learning_curve.py [REAL.csv] [--into models/us-pakistan.md]

Trains with the shipped settings on 50, 100, 200 and all articles of data/train.csv and
data/validation.csv, evaluates each model on data/test.csv and, where it is given, on REAL.csv
(columns text, label, article, position), prints a table of macro-F1 and writes the plot. Subsets
are nested: a seed puts the articles in an order and each size takes that many from its front.
Figures are means over the seeds, with the lowest and the highest beside them.

Run it from the root of the repository. Needs nothing but Python.
"""
import argparse
import csv
import json
import os
import random
import subprocess
import tempfile

import block

TRAINING = ["data/train.csv", "data/validation.csv"]
SIDES = "data/us-pakistan.sides.toml"
TEST = "data/test.csv"


def articles(paths):
    """Header, and rows by article in the order of the files."""
    found = {}
    for path in paths:
        with open(path, encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            header = next(reader)
            column = header.index("article")
            for row in reader:
                found.setdefault(row[column], []).append(row)
    return header, found


def macro_f1(program, model, data):
    report = subprocess.run(
        [program, "evaluate", "-q", "-m", model, "-f", "json", data], check=True, capture_output=True, text=True
    )
    return json.loads(report.stdout)["evaluation"]["headline"]["macro_f1"]["value"]


def measure(program, sizes, seeds, targets):
    """{size: {target: [macro-F1 a seed]}}; all articles are trained on once, since no seed changes them."""
    header, by_article = articles(TRAINING)
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in sorted({min(size, len(by_article)) for size in [*sizes, len(by_article)]}):
            for seed in range(1, seeds + 1):
                order = sorted(by_article)
                random.Random(seed).shuffle(order)
                if size == len(by_article):
                    if seed > 1:
                        break
                    files = TRAINING
                else:
                    subset = os.path.join(folder, "subset.csv")
                    with open(subset, "w", encoding="utf-8", newline="") as file:
                        writer = csv.writer(file)
                        writer.writerow(header)
                        for article in order[:size]:
                            writer.writerows(by_article[article])
                    files = [subset]
                model = os.path.join(folder, "model.safetensors")
                subprocess.run([program, "train", "-q", *files, "--sides", SIDES, "-o", model], check=True,
                               stdout=subprocess.DEVNULL)
                for name, path in targets:
                    figures.setdefault(size, {}).setdefault(name, []).append(macro_f1(program, model, path))
                print(size, seed, {name: round(values[-1], 3) for name, values in figures[size].items()}, flush=True)
        sentences = {
            size: sum(len(by_article[a]) for a in by_article) * size // len(by_article) for size in figures
        }
    return figures, sentences


def mean(values):
    return sum(values) / len(values)


def markdown(figures, sentences, targets, seeds):
    rows = []
    for size, by_target in figures.items():
        cells = []
        for name, _ in targets:
            values = by_target[name]
            spread = f" ({min(values):.3f}–{max(values):.3f})" if len(values) > 1 else ""
            cells.append(f"{mean(values):.3f}{spread}")
        rows.append([size, f"{sentences[size]:,}", *cells])
    head = ["training articles", "sentences (about)", *(f"macro-F1, {name}" for name, _ in targets)]
    note = f"Means of {seeds} seeded nested subsets, lowest and highest in brackets; all articles once."
    return block.table(head, rows) + "\n\n" + note


def plot(figures, targets):
    """Macro-F1 over articles on a logarithmic axis, one line a data set, bars from lowest to highest."""
    import math

    width, height, left, right, top, bottom = 640, 380, 64, 24, 46, 54
    sizes = list(figures)
    everything = [value for by_target in figures.values() for values in by_target.values() for value in values]
    low, high = math.floor(min(everything) * 20) / 20, math.ceil(max(everything) * 20) / 20
    span = math.log(sizes[-1] / sizes[0]) or 1.0
    x = lambda size: left + 16 + (width - left - right - 32) * math.log(size / sizes[0]) / span
    y = lambda value: top + (height - top - bottom) * (high - value) / ((high - low) or 1.0)
    colours, dashes = ["#0b6e99", "#b3541e"], ["", ' stroke-dasharray="7 4"']
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="13" role="img" aria-labelledby="title">',
        '<title id="title">Macro-F1 over the number of training articles</title>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for step in range(round((high - low) * 20) + 1):
        value = low + step / 20
        out.append(f'<line x1="{left}" x2="{width - right}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#dddddd"/>')
        out.append(f'<text x="{left - 8}" y="{y(value) + 4:.1f}" text-anchor="end" fill="#333333">{value:.2f}</text>')
    for size in sizes:
        out.append(f'<text x="{x(size):.1f}" y="{height - bottom + 20}" text-anchor="middle" fill="#333333">{size}</text>')
    middle = (left + width - right) / 2
    out.append(f'<text x="{middle}" y="{height - 12}" text-anchor="middle" fill="#333333">training articles (log scale)</text>')
    out.append(f'<text x="18" y="{(top + height - bottom) / 2}" text-anchor="middle" fill="#333333" '
               f'transform="rotate(-90 18 {(top + height - bottom) / 2})">macro-F1</text>')
    for index, (name, _) in enumerate(targets):
        colour, dash = colours[index], dashes[index]
        points = [(x(size), [y(v) for v in figures[size][name]]) for size in sizes]
        line = " ".join(f"{px:.1f},{mean(ys):.1f}" for px, ys in points)
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        for px, ys in points:
            out.append(f'<line x1="{px:.1f}" x2="{px:.1f}" y1="{min(ys):.1f}" y2="{max(ys):.1f}" stroke="{colour}" opacity=".6"/>')
            out.append(f'<circle cx="{px:.1f}" cy="{mean(ys):.1f}" r="4" fill="{colour}"/>')
        at = left + 16 + index * 220
        out.append(f'<line x1="{at}" x2="{at + 30}" y1="22" y2="22" stroke="{colour}" stroke-width="2"{dash}/>')
        out.append(f'<text x="{at + 38}" y="26" fill="#333333">{name}</text>')
    return "\n".join([*out, "</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("real", nargs="?", help="labelled real sentences")
    parser.add_argument("--program", default="target/release/stance")
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 100, 200])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--svg", default="docs/images/learning-curve.svg")
    parser.add_argument("--into", metavar="PAGE.md", help="put the table into the block learning-curve of this page")
    args = parser.parse_args()
    targets = [("our test articles", TEST)] + ([("real sentences", args.real)] if args.real else [])
    figures, sentences = measure(args.program, args.sizes, args.seeds, targets)
    os.makedirs(os.path.dirname(args.svg) or ".", exist_ok=True)
    with open(args.svg, "w", encoding="utf-8") as file:
        file.write(plot(figures, targets))
    block.emit(markdown(figures, sentences, targets, args.seeds), args.into, "learning-curve")


if __name__ == "__main__":
    main()
