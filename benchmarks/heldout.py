"""How well UNDERSTAND does on texts that were written for it by somebody who had not seen it: `benchmarks/heldout/*.tsv`.

    python -m benchmarks.heldout [--json FILE] [--misses KIND]

Every set was written from the requirements alone, before its first use here; its README says by which rules. They measure,
they are not training data: do not write rules from their misses.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import measure
from benchmarks.texts import Labelled
from benchmarks.understand import percent, understood
from processors.utterance import Utterance

FOLDER = Path(__file__).parent / "heldout"
MUST = ("phone", "id", "card", "email", "address", "plate", "order")
"""The kinds of personal data that a goal is set for."""


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", metavar="FILE", help="write what was measured")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--misses", metavar="SET", help="print what went wrong in one set: redaction, chat, speech, …")
    parser.add_argument("--even", action="store_true", help="only the rows at even places, which nobody developed with")
    options = parser.parse_args()
    if options.even:
        global _STEP  # noqa: PLW0603 - a program, run once
        _STEP = slice(1, None, 2)
    found = {name: work(options.folder, options.misses == name) for name, work in SETS.items()}
    measure.write_json(options.json, found)


_STEP = slice(None)


def _rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text("utf-8").splitlines()[1:]][_STEP]


def _redaction(folder: Path, misses: bool) -> dict[str, Any]:
    """A planted value is found if every character of it is gone; a text without any must come out as it went in."""
    found: Counter[str] = Counter()
    of: Counter[str] = Counter()
    touched = clean = 0
    for text, spans in _rows(folder / "redaction.tsv"):
        (turn,) = understood([text])
        hidden = {place for span in turn.pii for place in range(span.start, span.end)}
        planted = json.loads(spans)
        if not planted:
            clean += 1
            touched += bool(turn.pii)
            if misses and turn.pii:
                print("touched", text, [(span.kind, text[span.start : span.end]) for span in turn.pii], sep="\t")
        for kind, value in planted:
            of[kind] += 1
            start = text.index(value)
            whole = all(place in hidden for place in range(start, start + len(value)) if text[place].isalnum())
            found[kind] += whole
            if misses and not whole:
                print("missed", kind, value, text, sep="\t")
    shares = {kind: measure.share(found[kind], of[kind]) for kind in of}
    must = measure.share(sum(found[kind] for kind in MUST), sum(of[kind] for kind in MUST))
    untouched = measure.share(clean - touched, clean)
    rows = [(kind, of[kind], percent(share)) for kind, share in shares.items()]
    rows += [("all that the goal names", sum(of[kind] for kind in MUST), percent(must)), ("untouched", clean, percent(untouched))]
    measure.show("Redaction: recall by kind, and texts without personal data left as they are", ("", "of", "share"), rows)
    return {"recall": shares, "recall_of_goal": must, "untouched": untouched}


def _labels(title: str, labelled: list[Labelled], turns: list[Utterance], misses: bool) -> dict[str, Any]:
    given = [turn.sentiment for turn in turns]
    if misses:
        for one, turn in zip(labelled, turns, strict=True):
            if one.label != turn.sentiment:
                print(title, one.label, turn.sentiment, one.text, turn.evidence, sep="\t")
    q = measure.quality(labelled, given)
    columns = ("", "turns", "accuracy", "F1(negative)", "neutral called emotional")
    row = (title, q.texts, percent(q.accuracy), f"{q.f1_negative:.3f}", percent(q.neutral_called_emotional))
    measure.show("Sentiment", columns, [row])
    return q._asdict()


def _chat(folder: Path, misses: bool) -> dict[str, Any]:
    rows = _rows(folder / "chat.tsv")
    sets = {name: [Labelled(label, text) for which, label, text in rows if which == name] for name in ("random", "hard")}
    sets["both"] = [*sets["random"], *sets["hard"]]
    return {
        name: _labels(f"chat, {name}", labelled, understood([one.text for one in labelled]), misses and name != "both")
        for name, labelled in sets.items()
    }


def _english(folder: Path, misses: bool) -> dict[str, Any]:
    labelled = [Labelled(label, text) for label, text in _rows(folder / "english.tsv")]
    return _labels("English", labelled, understood([one.text for one in labelled]), misses)


def _speech(folder: Path, misses: bool) -> dict[str, Any]:
    return _field("Speech act", folder / "speech.tsv", "speech_act", misses)


def _price(folder: Path, misses: bool) -> dict[str, Any]:
    return _field("Price stance", folder / "price.tsv", "price_stance", misses)


def _field(title: str, path: Path, name: str, misses: bool) -> dict[str, Any]:
    rows = [Labelled("" if label == "none" else label, text) for label, text in _rows(path)]
    turns = understood([one.text for one in rows])
    answers = [str(getattr(turn, name)) for turn in turns]
    if misses:
        for one, answer in zip(rows, answers, strict=True):
            if answer != one.label:
                print(title, one.label, answer, one.text, sep="\t")
    right = measure.share(sum(a == one.label for a, one in zip(answers, rows, strict=True)), len(rows))
    measure.show(title, ("turns", "accuracy"), [(len(rows), percent(right))])
    return {"accuracy": right}


def _intents(file: str, misses: bool) -> dict[str, Any]:
    """The best guess must be the intent that was meant; a turn of none of them must have no intent."""
    rows = [Labelled(label, text) for label, text in _rows(Path(file))]
    turns = understood([one.text for one in rows])
    inside = [(one, turn) for one, turn in zip(rows, turns, strict=True) if one.label != "other"]
    outside = [turn for one, turn in zip(rows, turns, strict=True) if one.label == "other"]
    best = [(one, turn.intent_matches[0].name if turn.intent_matches else "other") for one, turn in inside]
    among = sum(one.label in turn.intents for one, turn in inside)
    by_rule = [(one, match) for one, turn in inside for match in turn.intent_matches[:1] if "rule" in match.source]
    if misses:
        for one, answer in best:
            if answer != one.label:
                print(file[-14:], one.label, answer, one.text, sep="\t")
        for turn in outside:
            if turn.intents:
                print(
                    file[-14:], "other", [(m.name, round(m.score, 2), m.source) for m in turn.intent_matches], turn.text, sep="\t"
                )
    found = {
        "best_guess": measure.share(sum(one.label == answer for one, answer in best), len(best)),
        "among": measure.share(among, len(inside)),
        "rule_precision": measure.share(sum(one.label == match.name for one, match in by_rule), len(by_rule)),
        "abstained_in_scope": measure.share(sum(answer == "other" for _, answer in best), len(best)),
        "rejected_out_of_scope": measure.share(sum(not turn.intents for turn in outside), len(outside)),
    }
    measure.show(f"Intents, {Path(file).stem}: {len(inside)} of 18 intents, {len(outside)} of none", ("", "share"),
                 [(name.replace("_", " "), percent(value)) for name, value in found.items()])  # fmt: skip
    return found


SETS = {
    "redaction": _redaction,
    "chat": _chat,
    "english": _english,
    "speech": _speech,
    "price": _price,
    "intents_zh": lambda folder, misses: _intents(str(folder / "intents_zh.tsv"), misses),
    "intents_en": lambda folder, misses: _intents(str(folder / "intents_en.tsv"), misses),
}


if __name__ == "__main__":
    main()
