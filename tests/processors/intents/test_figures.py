from pathlib import Path

from processors.intents import train
from processors.intents.coverage import cover
from processors.intents.crossval import cross_validate
from processors.intents.taxonomy import Taxonomy
from tests.processors.intents.conftest import intent, tagger_in

PETS = Taxonomy.of(
    (
        intent(
            "cat", any_="kitten", examples="my cat sleeps|the cat sleeps a lot|cats sleep all day|why do cats sleep|a dog barks"
        ),
        intent(
            "dog", any_="puppy", examples="my dog barks|the dog barks a lot|dogs bark all day|why do dogs bark|my puppy barks"
        ),
    )
)


def test_every_example_is_judged_by_a_model_that_has_not_seen_it() -> None:
    figures = cross_validate(PETS, train.fit(PETS.intents))
    assert figures.examples == 10
    assert figures.by_rule == 0.1
    assert figures.rule_precision == 1
    assert [(one.intent, one.taken_for, one.count, one.example) for one in figures.confusions] == [
        ("cat", "dog", 1, "a dog barks")
    ]
    assert [(one.name, one.examples, one.right) for one in figures.intents] == [("cat", 5, 4), ("dog", 5, 5)]
    assert figures.best_guess == 0.9


def test_leaving_one_out_is_training_without_it(tmp_path: Path) -> None:
    """The closed form against a model that was really trained without the sentence."""
    fitted = train.fit(PETS.intents)
    left_out = "the dog barks a lot"
    row = fitted.sentences.texts.index(left_out)
    fewer = intent("dog", any_="puppy", examples="|".join(text for text in PETS.intents[1].examples if text != left_out))
    other = tagger_in(tmp_path, Taxonomy.of((PETS.intents[0], fewer)))
    assert other.model is not None
    scores = other.model.weigh([left_out]).scores[0]
    assert abs(scores - fitted.alone[row]).max() < 0.02  # the idf has seen one sentence less


def test_leaving_an_intent_out_is_training_without_it(tmp_path: Path) -> None:
    fitted = train.fit(PETS.intents)
    row = fitted.sentences.texts.index("my dog barks")
    other = tagger_in(tmp_path, Taxonomy.of((PETS.intents[0], intent("dog", any_="puppy"))))
    assert other.model is not None
    scores = other.model.weigh(["my dog barks"]).scores[0]
    assert abs(scores[0] - fitted.without_intent[row][0]) < 0.05
    assert abs(fitted.without_intent[row][1]) < 1e-9


def test_coverage_counts_each_text_once(tmp_path: Path) -> None:
    coverage = cover(tagger_in(tmp_path, PETS), iter(["a kitten and a puppy", "my cat sleeps", "hello", ""] * 700))
    assert (coverage.texts, coverage.rule, coverage.model, coverage.other) == (2800, 700, 700, 1400)
    assert coverage.other_share == 0.5
    assert [(one.name, one.texts, one.share, one.by_model) for one in coverage.intents] == [
        ("cat", 1400, 0.5, 700),
        ("dog", 700, 0.25, 0),
    ]


def test_nothing_to_cover(tmp_path: Path) -> None:
    assert cover(tagger_in(tmp_path, PETS), []).other_share == 0
