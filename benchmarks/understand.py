"""`make bench-understand`: speed, start-up, memory and quality of UNDERSTAND, side by side with its peers in one run.

    python -m benchmarks.understand [--json FILE] [--exact N] [--rounds N]

Speed is texts a second of CPU on one core, over distinct clauses of 6 to 20 characters that no round shares. Ratios are
what to quote: they were taken in the same minutes. Quality is on labelled texts that nothing was trained on.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import measure, peers, texts
from processors.intents.taxonomy import Taxonomy
from processors.pipeline import Pipeline
from processors.registry import Resources, registered
from processors.sentiment import snow_scores
from processors.utterance import Utterance

BATCH = 1024
ROUND = 3 * BATCH
_WARM = "from processors.pipeline import Pipeline\nfrom processors.utterance import Utterance\npipeline = Pipeline.default()\n"
_CHINESE = "pipeline([Utterance('请问这个手表怎么调时间', 'customer')])\n"
READY = {
    "groundswell, warm: a Chinese turn": _WARM + _CHINESE,
    "groundswell, warm: a Chinese and an English turn": _WARM
    + _CHINESE
    + "pipeline([Utterance('how do I set the time', 'customer')])",
    "snownlp": "from snownlp import SnowNLP\nSnowNLP('请问这个手表怎么调时间').sentiments",
    "vaderSentiment": "from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer as V\n"
    "V().polarity_scores('how do I set the time')",
    "jieba + scikit-learn (before any model is loaded)": "import jieba, sklearn.linear_model, sklearn.feature_extraction.text\n"
    "jieba.setLogLevel(60)\njieba.lcut('请问这个手表怎么调时间')",
}


def main() -> None:
    """Measure everything and print it."""
    options = _options()
    data = texts.folder()
    if data is None:
        raise SystemExit("no evaluation data: name its folder in VOC_TEST_DATA")
    turns = texts.short_turns(data)
    rounds = [turns[start : start + ROUND] for start in range(0, ROUND * options.rounds, ROUND)]
    found: dict[str, Any] = {"turns": len(turns), "mean_length": sum(map(len, turns)) / len(turns), "rounds": options.rounds}
    found["speed"] = _speed(rounds)
    found["english_speed"] = _english_speed(data, options.rounds)
    found["ready"] = _ready()
    found["chat"], found["reviews"] = _chat(data), _reviews(data)
    if options.exact:
        found["exact"] = _exact(turns[: options.exact])
    measure.write_json(options.json, found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", metavar="FILE", help="write what was measured")
    parser.add_argument(
        "--exact", type=int, default=0, metavar="N", help="compare so many scores with snownlp's, bit by bit (N/450 s)"
    )
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def _whole() -> Callable[[Sequence[str]], object]:
    pipeline = Pipeline.default()
    pipeline([Utterance("开始", "customer"), Utterance("start", "customer")])

    def understand(batch: Sequence[str]) -> None:
        pipeline([Utterance(text, "customer") for text in batch])

    return understand


def _speed(rounds: Sequence[Sequence[str]]) -> dict[str, Any]:
    stock, jieba, whole = peers.stock_snownlp(), peers.jieba_sentiment(), _whole()
    snow_scores(["开始"])
    singles = [texts[: ROUND // 3] for texts in rounds]
    works: list[tuple[str, Callable[[Sequence[str]], object], Sequence[Sequence[str]], int]] = [
        ("snow score: snownlp", stock, [texts[-150:] for texts in rounds], 1),
        ("snow score: groundswell, single, first of the process", snow_scores, [rounds[0][: ROUND // 3]], 1),
        ("snow score: groundswell, single, after these and others", snow_scores, singles[1:], 1),
        ("snow score: groundswell, batched", snow_scores, [texts[ROUND // 3 :] for texts in rounds], BATCH),
        ("sentiment: jieba + scikit-learn, batched", jieba, singles, BATCH),
        ("whole UNDERSTAND, single", whole, singles, 1),
        ("whole UNDERSTAND, batched", whole, [texts[ROUND // 3 :] for texts in rounds], BATCH),
    ]
    speeds = {name: measure.speed(work, given, batch) for name, work, given, batch in works}
    base = speeds["snow score: snownlp"].median
    rows = [(name, f"{s.median:,.0f}", f"{s.low:,.0f} … {s.high:,.0f}", f"{s.median / base:.1f}×") for name, s in speeds.items()]
    steps = _steps(rounds)
    rows += [(f"  step {name}", f"{1e6 / cost:,.0f}", f"{cost:.1f} µs", "") for name, cost in steps.items()]
    measure.show("Speed, Chinese turns of about 12 characters, one core", ("", "texts/s of CPU", "rounds", "of snownlp"), rows)
    return {name: s._asdict() for name, s in speeds.items()} | {"steps_us": steps}


def _steps(rounds: Sequence[Sequence[str]]) -> dict[str, float]:
    """Microseconds a turn of each step, in pipeline order."""
    resources = Resources(Taxonomy.default())
    functions = {name: registered(name).build(resources) for name in Pipeline.default().processors}
    costs: dict[str, list[float]] = {name: [] for name in functions}
    for texts_ in rounds:
        for start in range(0, len(texts_), BATCH):
            batch = [Utterance(f"{text}。", "customer") for text in texts_[start : start + BATCH]]  # no cache knows them
            for name, function in functions.items():
                began = time.process_time()
                function(batch)
                costs[name].append(1e6 * (time.process_time() - began) / len(batch))
    return {name: statistics.median(values) for name, values in costs.items()}


def _english_speed(data: Path, rounds: int) -> dict[str, Any]:
    queries = sorted({one.text for one in texts.bank_queries(data)}, key=texts.hash_of)
    cut = [queries[start : start + 1024] for start in range(0, 1024 * rounds, 1024)]
    speeds = {
        "vaderSentiment": measure.speed(peers.stock_vader(), cut, 1),
        "whole UNDERSTAND, batched": measure.speed(_whole(), cut, BATCH),
    }
    mean = sum(map(len, queries)) / len(queries)
    rows = [(name, f"{s.median:,.0f}", f"{s.low:,.0f} … {s.high:,.0f}") for name, s in speeds.items()]
    measure.show(f"Speed, English queries of {mean:.0f} characters", ("", "texts/s of CPU", "rounds"), rows)
    return {name: s._asdict() for name, s in speeds.items()}


def _ready() -> dict[str, Any]:
    found = {name: measure.fresh_process(code) for name, code in READY.items()}
    rows = [(name, f"{seconds:.2f} s", f"{memory:.0f} MB") for name, (seconds, memory) in found.items()]
    bare = measure.fresh_process("pass")
    rows.append(("python alone", f"{bare[0]:.2f} s", f"{bare[1]:.0f} MB"))
    measure.show("From the start of a process to its first answer", ("", "wall", "peak memory"), rows)
    return {name: {"seconds": seconds, "mb": memory} for name, (seconds, memory) in found.items()}


def understood(given: Sequence[str]) -> list[Utterance]:
    """Return texts as customers' turns, through the default pipeline."""
    turns = [Utterance(text, "customer") for text in given]
    Pipeline.default()(turns)
    return turns


def _chat(data: Path) -> dict[str, Any]:
    labelled = texts.chat(data)
    given = [one.text for one in labelled]
    jieba = [peers.snow_label(score) for score in peers.jieba_sentiment()(given)]
    found = {
        "groundswell": measure.quality(labelled, [turn.sentiment for turn in understood(given)]),
        "snownlp": measure.quality(labelled, [peers.snow_label(score) for score in snow_scores(given)]),
        "jieba + scikit-learn": measure.quality(labelled, jieba),
    }
    rows = [(name, percent(q.accuracy), f"{q.f1_negative:.3f}", percent(q.neutral_called_emotional)) for name, q in found.items()]
    columns = ("", "accuracy", "F1(negative)", "neutral called emotional")
    measure.show(f"Real service chat, {len(labelled)} turns (95 % intervals)", columns, rows)
    return {name: q._asdict() for name, q in found.items()}


def _reviews(data: Path) -> dict[str, Any]:
    by_source = texts.reviews(data)
    jieba = peers.jieba_sentiment()
    found: dict[str, dict[str, tuple[float, float, float]]] = {"groundswell": {}, "snownlp": {}, "jieba + scikit-learn": {}}
    for source, labelled in by_source.items():
        given = [one.text for one in labelled]
        positive = [one.label == "positive" for one in labelled]
        says = {
            "groundswell": [turn.polarity > 0 for turn in understood(given)],
            "snownlp": [score > 0.5 for score in snow_scores(given)],
            "jieba + scikit-learn": [score > 0.5 for score in jieba(given)],
        }
        for name, answers in says.items():
            right = sum(a == b for a, b in zip(answers, positive, strict=True))
            found[name][source] = measure.share(right, len(positive))
    rows = [(name, *(percent(value) for value in values.values())) for name, values in found.items()]
    measure.show("Reviews, accuracy by the sign of the polarity (95 % intervals)", ("", *by_source), rows)
    return found


def _exact(given: Sequence[str]) -> dict[str, int]:
    different = sum(a != b for a, b in zip(snow_scores(given), peers.stock_snownlp()(given), strict=True))
    measure.show("Snow scores compared bit by bit", ("texts", "different"), [(len(given), different)])
    return {"texts": len(given), "different": different}


def percent(value: tuple[float, float, float]) -> str:
    """A share with its interval."""
    return f"{value[0]:.3f} ({value[1]:.3f} … {value[2]:.3f})"


if __name__ == "__main__":
    main()
