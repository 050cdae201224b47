import sys
from pathlib import Path

import pytest

from processors.intents.taxonomy import Taxonomy
from processors.pipeline import DEFAULT_PATH, Pipeline, PipelineError
from processors.utterance import Utterance

EXAMPLE = Path(__file__).parents[2] / "examples" / "pipeline.toml"
TAXONOMY = Taxonomy.default()


@pytest.fixture
def toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "path", list(sys.path))

    def write(text: str) -> Path:
        path = tmp_path / "pipeline.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_packaged_pipeline_understands_a_turn() -> None:
    customer = Utterance("請問這個手錶怎麼調時間，我電話13812345678", "customer")
    agent = Utterance("您好，请问您想怎么调时间", "agent")
    Pipeline.default()([customer, agent])
    assert customer.text == "請問這個手錶怎麼調時間，我電話[PHONE]"
    assert (customer.language, customer.intents) == ("zh-Hant", ["setting_time"])
    assert customer.snow_score != 0.5
    assert (agent.language, agent.intents, agent.snow_score) == ("zh-Hans", [], 0.5)
    assert "13812345678" not in customer.matching


def test_a_processor_of_ones_own_is_named_in_pipeline_toml() -> None:
    pipeline = Pipeline.load(EXAMPLE, TAXONOMY)
    batch = [Utterance("没人管吗！！！", "customer"), Utterance("好的", "customer"), Utterance("WHERE IS MY ORDER", "customer")]
    pipeline(batch)
    assert [utterance.attributes for utterance in batch] == [{"shouting": "yes"}, {}, {"shouting": "yes"}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('procesors = ["redact"]', "unknown key “procesors”; did you mean “processors”"),
        ("attributes = []", "“processors” is missing"),
        ('processors = ["redact", "normalize"]', "did you mean “normalise”"),
        ('processors = "redact"', "must be a list of names"),
        ("processors = [1]", "must be a list of names"),
        ('processors = ["redact", "redact"]', "stands twice"),
        ('processors = ["normalise", "redact"]', "“redact” must be the first"),
        ("processors = []", "“redact” must be the first"),
        ('processors = ["redact", "intents"]', "“intents” needs “normalise” before it"),
        ("processors = [", "is not TOML"),
        ('processors = ["redact", "nowhere:f"]', "cannot be imported: ModuleNotFoundError"),
        ('processors = ["redact", "json:lods"]', "has no function “lods”; did you mean “load"),
        (f'processors = ["redact"]\nattributes = {[str(n) for n in range(21)]}', "21 attributes, at most 20"),
        ('processors = ["redact"]\nattributes = ["shop_id", "emotion"]', "“emotion” is one that Groundswell writes itself"),
    ],
)
def test_mistakes_are_named(toml, text: str, message: str) -> None:
    with pytest.raises(PipelineError, match=message) as error:
        Pipeline.load(toml(text), TAXONOMY)
    assert "pipeline.toml" in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="cannot be read"):
        Pipeline.load(tmp_path / "none.toml", TAXONOMY)


def test_a_module_that_fails_or_hides_another_is_named(toml, tmp_path: Path) -> None:
    (tmp_path / "failing_step.py").write_text("1/0\n")
    with pytest.raises(PipelineError, match="ZeroDivisionError"):
        Pipeline.load(toml('processors = ["redact", "failing_step:f"]'), TAXONOMY)
    (tmp_path / "json.py").write_text("def f(batch): ...\n")
    with pytest.raises(PipelineError, match=r"no function “f”|already imported"):
        Pipeline.load(toml('processors = ["redact", "json:f"]'), TAXONOMY)


def test_the_fingerprint_covers_what_decides_the_outcome(toml, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = Pipeline.load(toml(DEFAULT_PATH.read_text(encoding="utf-8")), TAXONOMY).fingerprint
    assert base == Pipeline.default(TAXONOMY).fingerprint
    assert len(base) == 64
    commented = Pipeline.load(toml("# hello\n" + DEFAULT_PATH.read_text(encoding="utf-8")), TAXONOMY).fingerprint
    assert commented == base
    others = {
        Pipeline.load(toml('processors = ["redact"]'), TAXONOMY).fingerprint,
        Pipeline.load(toml('processors = ["redact"]\nattributes = ["a"]'), TAXONOMY).fingerprint,
        Pipeline.default(Taxonomy.of(TAXONOMY.intents[1:])).fingerprint,
    }
    module = tmp_path / "fingerprinted_step.py"
    for body in ("...", "pass"):
        module.write_text(f"def f(batch): {body}\n")
        others.add(Pipeline.load(toml('processors = ["redact", "fingerprinted_step:f"]'), TAXONOMY).fingerprint)
    monkeypatch.setattr("processors.pipeline.CODE_VERSION", 0)
    others.add(Pipeline.default(TAXONOMY).fingerprint)
    assert len(others | {base}) == 7
