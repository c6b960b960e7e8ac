"""Opens a stance model in Python and labels one sentence with it: pip install safetensors xxhash numpy

    python docs/read_model.py MODEL.safetensors "A sentence."

For models without a sides file (blocks of words only). It is a specification that runs, not a second program.
"""
import json
import re
import sys
from collections import Counter

import numpy as np
import xxhash
from safetensors import safe_open

path, sentence = sys.argv[1:]

# The checksum covers the whole file, its own sixteen digits read as zeros.
raw = open(path, "rb").read()
key = rb'\"checksum\":\"'
at = raw.index(key) + len(key)
zeroed = raw[:at] + b"0" * 16 + raw[at + 16:]
assert xxhash.xxh3_64_hexdigest(zeroed).encode() == raw[at:at + 16], "damaged"

with safe_open(path, "numpy") as file:
    header = json.loads(file.metadata()["stance"])
    tensor = {name: file.get_tensor(name) for name in file.keys()}
assert header["format_version"] == 2


def fingerprint(words):
    """Of one word its XXH3-64; of several, grown word by word."""
    value = 0
    for word in words:
        value = (value * 0x9E3779B97F4A7C15 + xxhash.xxh3_64_intdigest(word.encode())) % 2**64
    return value


# Words are lower-cased runs of letters, digits and underscores.
words = re.findall(r"\w+", sentence.lower())
row = np.zeros(len(tensor["terms"]))
start = idf_start = 0
for block in header["blocks"]:
    n = block["kind"]["words"]
    grams = (words[i:i + k] for k in range(n["min"], n["max"] + 1) for i in range(len(words) - k + 1))
    terms = tensor["terms"][start:start + block["n_terms"]].tolist()
    columns = {term: column for column, term in enumerate(terms)}
    part = np.zeros(block["n_terms"])
    for term, count in Counter(map(fingerprint, grams)).items():
        if term in columns:
            part[columns[term]] = (1 + np.log(count)) * tensor["idf"][idf_start + columns[term]]
    row[start:start + block["n_terms"]] = part / (np.linalg.norm(part) or 1)
    start += block["n_terms"]
    idf_start += block["n_terms"]

scores = row @ tensor["weights"] + tensor["intercepts"]
calibrated = tensor["calibration.matrix"] @ (scores - scores.mean()) + tensor["calibration.bias"]
probabilities = np.exp(calibrated - calibrated.max())
probabilities /= probabilities.sum()
for label, probability in zip(header["labels"], probabilities):
    print(f"{probability:.7f}  {label}")
