"""What an installation understands with: the taxonomy and the pipeline that its settings name, their models built."""

from collections.abc import Callable, Collection
from pathlib import Path

from processors import models
from processors.intents.taxonomy import Taxonomy
from processors.pipeline import Pipeline
from streams.settings import Settings


def use_models(settings: Settings, announce: Callable[[str], None]) -> None:
    """Let the models of this process lie where the settings say; `announce` hears of those being built."""
    directory = Path(settings.models_dir) if settings.models_dir else models.store().directory
    models.use(models.ModelStore(directory, announce))


def load_understanding(
    settings: Settings,
    taxonomy: str | None = None,
    announce: Callable[[str], None] = lambda _message: None,
    without: Collection[str] = (),
) -> tuple[Taxonomy, Pipeline]:
    """Return both, ready to use. A file named by `taxonomy` goes before the setting; `without` intents of the packaged one are
    left out; `announce` hears of models being built.

    Blocks: at the first use of a taxonomy or of a version of a package some ten seconds, later a fraction of one. Raises
    TaxonomyError (every mistake with its line), PipelineError, ModelsUnavailable.
    """
    use_models(settings, announce)
    chosen = taxonomy or settings.taxonomy
    subjects = Taxonomy.load(chosen) if chosen else Taxonomy.default().without(*without)
    pipeline = Pipeline.load(settings.pipeline, subjects) if settings.pipeline else Pipeline.default(subjects)
    return subjects, pipeline
