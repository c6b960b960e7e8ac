"""From the kept results of a race to Markdown: each goal with what was reached, then every side in figures."""

from sides import FASTTEXT, SCIKIT_LEARN, STANCE, WHOLE

BEGIN, END = "<!-- race -->", "<!-- /race -->"
MIB, MB = 2**20, 10**6
VW_3, VW_1, WC = "VW 3 passes", "VW one pass", "wc -w"
CONTESTS = {
    "predict": "predict {rows} sentences",
    "train": "train {rows}",
    "small": "train {small}",
    "shipped": "one sentence, cold process, shipped model",
    "cold": "one sentence, cold, model of the large run",
}


def markdown(results):
    """Both tables, and what they were measured on."""
    machine, corpus, versions = results["machine"], results["corpus"], results["versions"]
    sklearn = any(SCIKIT_LEARN in runs for runs in results["runs"].values())
    about = (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory'] / 2**30:.0f} GiB; {machine['system']}. "
        f"{corpus['rows']:,} training sentences ({corpus['bytes'] / MB:.0f} MB), {corpus['test_rows']:,} test sentences, {corpus['source']}. "
        f"Medians of {results['rounds']} rounds{', scikit-learn once' if sklearn else ', without scikit-learn'}. "
        f"VW runs from its Python package, whose start is {seconds(results['vw_start'])} of each of its times. Text for VW and fastText was cut "
        f"into words beforehand. " + ", ".join(f"{k} {v}" for k, v in versions.items()) + "."
    )
    return "\n\n".join([about, goals(results), sides(results)])


def goals(results):
    rows = ["| | stance | peer | stance ÷ peer | reach | met | dream | met |", "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for name, reckon in GOALS.items():
        rows.append(f"| {filled(name, results)} | " + " | ".join(reckon(Figures(results))) + " |")
    return "\n".join(rows)


def sides(results):
    rows = ["| | side | wall | CPU | peak MiB | macro-F1 | stance ÷ side, wall |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for contest, title in CONTESTS.items():
        runs = results["runs"].get(contest, {})
        ours = runs.get(STANCE, {}).get("wall")
        for side, run in runs.items():
            f1 = results["macro_f1"].get(side) if contest == "train" else None
            ratio = "" if side == STANCE or not ours or contest == "shipped" else times(ours / run["wall"])
            rows.append(f"| {filled(title, results)} | {side} | {seconds(run['wall'])} | {seconds(run['cpu'])} | "
                        f"{peak(run['peak'], results)} | {share(f1) if f1 is not None else ''} | {ratio} |")
    return "\n".join(rows)


class Figures:
    """What was measured, None where it was not."""

    def __init__(self, results):
        self.results = results

    def of(self, contest, side, what="wall"):
        return self.results["runs"].get(contest, {}).get(side, {}).get(what)

    def f1(self, side):
        return self.results["macro_f1"].get(side)

    def bytes(self, side):
        return self.results["bytes"].get(side)


def predict(figures):
    ours, peer, wc = figures.of("predict", STANCE), figures.of("predict", VW_3), figures.of("predict", WC)
    quarter = times_limit(peer, 1 / 4)
    return [seconds(ours), beside("VW", seconds(peer)), ratio(ours, peer), "≤ 1/4 of VW", within(ours, quarter),
            f"`wc -w`: {seconds(wc)}", within(ours, wc)]


def train(figures):
    ours, three, one = (figures.of("train", side) for side in (STANCE, VW_3, VW_1))
    f1, theirs = figures.f1(STANCE), figures.f1(SCIKIT_LEARN)
    accurate = None if f1 is None or theirs is None else f1 >= theirs - 0.002
    return [f"{seconds(ours)}, macro-F1 {share(f1)}", f"VW 3 passes {seconds(three)}; scikit-learn {share(theirs)}",
            ratio(ours, three), "≤ VW 3 passes, macro-F1 ≥ scikit-learn − .002", both(within(ours, three), answer(accurate)),
            f"VW one pass: {seconds(one)}", both(within(ours, one), answer(accurate))]


def small(figures):
    ours = figures.of("small", STANCE)
    # The quicker of the two.
    times_of = [time for side in (VW_3, VW_1) if (time := figures.of("small", side))]
    peer = min(times_of, default=None)
    return [seconds(ours), beside("VW", seconds(peer)), ratio(ours, peer), "≤ 1/2 of VW", within(ours, times_limit(peer, 1 / 2)),
            "20 ms", within(ours, 0.020)]


def one_sentence(contest, reach, dream, theirs):
    """Goals in milliseconds, set on a machine where fastText takes `theirs`; on any other the ratio is what counts."""

    def reckon(figures):
        ours, peer = figures.of(contest, STANCE), figures.of(contest, FASTTEXT)
        goal = lambda time: f"{time} ms to its {theirs} ms: {times(time / theirs)}"
        return [seconds(ours), beside(FASTTEXT, seconds(peer)), ratio(ours, peer), f"≤ {goal(reach)}", within(ours, times_limit(peer, reach / theirs)),
                goal(dream), within(ours, times_limit(peer, dream / theirs))]

    return reckon


def memory_training(figures):
    ours, vw, scikit = (figures.of("train", side, "peak") for side in (STANCE, VW_3, SCIKIT_LEARN))
    return [mib(ours), f"VW {mib(vw)}; scikit-learn {mib(scikit)}", ratio(ours, vw), "≤ 1,000 MiB", within(ours, 1000 * MIB),
            "400 MiB", within(ours, 400 * MIB)]


def memory_predicting(figures):
    ours, vw, model = figures.of("predict", STANCE, "peak"), figures.of("predict", VW_3, "peak"), figures.bytes(STANCE)
    limit = None if model is None else model + 64 * MIB
    return [mib(ours), f"VW {mib(vw)}", ratio(ours, vw), f"≤ 64 MiB + model = {mib(limit)}", within(ours, limit),
            f"the model: {mib(model)}", within(ours, model)]


def model_file(figures):
    ours, peer, f1, whole = figures.bytes(STANCE), figures.bytes(FASTTEXT), figures.f1(STANCE), figures.f1(WHOLE)
    # A model that is not made smaller loses nothing by it.
    if not figures.results["makes_smaller"]:
        whole = f1
    accurate = None if f1 is None or whole is None else f1 >= whole - 0.001
    kept = f"macro-F1 {share(f1)}, kept whole {share(whole)}" if figures.results["makes_smaller"] else "kept whole"
    return [f"{megabytes(ours)}, {kept}", f"{FASTTEXT} {megabytes(peer)}", ratio(ours, peer), "≤ 20 MB, macro-F1 − .001 at most",
            both(within(ours, 20 * MB), answer(accurate)), "5 MB", both(within(ours, 5 * MB), answer(accurate))]


GOALS = {
    "predict {rows} sentences from raw text": predict,
    "train {rows} from raw CSV, words and pairs": train,
    "train {small} sentences": small,
    "one sentence, cold process, shipped model": one_sentence("shipped", 5, 2, 29),
    "one sentence, cold, model of the large run": one_sentence("cold", 15, 5, 66),
    "peak memory, training {rows}": memory_training,
    "peak memory, predicting a stream": memory_predicting,
    "model file of the large run": model_file,
}


def filled(text, results):
    return text.format(rows=f"{results['corpus']['rows']:,}", small=f"{results['corpus']['small_rows']:,}")


def times_limit(value, factor):
    return None if value is None else value * factor


def within(value, limit):
    return answer(None if value is None or limit is None else value <= limit)


def answer(truth):
    return {None: "—", True: "yes", False: "**no**"}[truth]


def both(first, second):
    answers = {first, second}
    return next(word for word in ("**no**", "—", "yes") if word in answers)


def ratio(value, other):
    return "—" if value is None or not other else times(value / other)


def times(value):
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def beside(name, figure):
    return f"{name} {figure}"


def seconds(value):
    if value is None:
        return "—"
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def share(value):
    return "—" if value is None else f"{value:.4f}".removeprefix("0")


def mib(value):
    return "—" if value is None else f"{value / MIB:,.1f} MiB"


def peak(value, results):
    """In MiB; below the least that can be seen only a bound is known."""
    return f"{'≤ ' if value <= results['least_peak'] else ''}{value / MIB:,.0f}"


def megabytes(value):
    return "—" if value is None else f"{value / MB:.1f} MB"


def has_marks(path):
    page = path.read_text(encoding="utf-8")
    return page.count(BEGIN) == page.count(END) == 1 and page.index(BEGIN) < page.index(END)


def write_between_marks(path, text, begin=BEGIN, end=END):
    page = path.read_text(encoding="utf-8")
    before, rest = page.split(begin)
    path.write_text(before + begin + "\n\n" + text + "\n\n" + end + rest.split(end)[1], encoding="utf-8")
