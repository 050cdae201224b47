"""The product's explanation as the yardstick explain_lab.py wants it:
`explain_lab.py --candidate benchmarks.adapters_explain:explain`, from the repository's root."""

from processors import explain as product
from processors.explain import Columns

Answer = tuple[tuple[str, int], ...]


def explain(base: Columns, now: Columns, base_all: Columns, now_all: Columns) -> list[Answer]:
    """Explanations, best first."""
    return [found.values for found in product.explain(base, now, base_all, now_all).explanations]
