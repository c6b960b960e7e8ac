#!/usr/bin/env python3
"""Puts the figures of a model into its card.

    stance evaluate -m models/us-pakistan.safetensors -f json data/test.csv > test.json
    stance evaluate -m models/us-pakistan.safetensors -f json REAL.csv > real.json
    python3 data/checks/card.py test.json [real.json] [--into models/us-pakistan.md]

Writes the block `figures` from what `stance evaluate -f json` says: 95 % intervals over whole
articles, each class, calibration error, confusion. Needs nothing but Python.
"""
import argparse
import json

import block

NAMES = ["our test articles", "real sentences"]


def figure(value):
    if value is None or value.get("value") is None:
        return "—"
    text = f"{value['value']:.3f}"
    if value.get("low") is not None:
        text += f" ({value['low']:.3f}–{value['high']:.3f})"
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", nargs="+", help="of our test articles, then of the real sentences")
    parser.add_argument("--into", metavar="PAGE.md", help="put the tables into the block figures of this page")
    args = parser.parse_args()
    reports = []
    for path in args.reports:
        with open(path, encoding="utf-8") as file:
            reports.append(json.load(file))
    names = NAMES[: len(reports)]
    found = [report["evaluation"] for report in reports]
    checksums = {report["measured"]["model_checksum"] for report in reports}
    if len(checksums) > 1:
        parser.error(f"the reports are of several models: {', '.join(sorted(checksums))}")

    rows = [["sentences", *(f"{e['sentences']:,} in {e['articles']} articles" for e in found)]]
    for name, title in [("macro_f1", "macro-F1"), ("accuracy", "accuracy"), ("balanced_accuracy", "balanced accuracy"),
                        ("matthews", "Matthews correlation")]:
        rows.append([title, *(figure(e["headline"][name]) for e in found)])
    rows.append(["macro-F1 of always `neutral`", *(f"{e['baseline']['macro_f1']:.3f}" for e in found)])
    for index, entry in enumerate(found[0]["classes"]):
        for name in ("precision", "recall", "f1"):
            rows.append([f"`{entry['label']}` {'F1' if name == 'f1' else name}", *(figure(e["classes"][index][name]) for e in found)])
        rows.append([f"`{entry['label']}` sentences", *(f"{e['classes'][index]['support']:,}" for e in found)])
    for name, title in [("log_loss", "log loss"), ("brier", "Brier score"), ("expected_calibration_error", "calibration error")]:
        rows.append([title, *(figure(e["probabilities"].get(name)) for e in found)])
    text = f"Model `{checksums.pop()}`, {reports[0]['measured']['program']}; 95 % intervals over whole articles.\n\n"
    text += block.table(["", *names], rows)
    for name, evaluation in zip(names, found):
        labels = evaluation["labels"]
        text += f"\n\nConfusion, {name}:\n\n" + block.table(
            ["gold \\ predicted", *labels],
            [[label, *(f"{n:,}" for n in line)] for label, line in zip(labels, evaluation["confusion"])],
        )
    block.emit(text, args.into, "figures")


if __name__ == "__main__":
    main()
