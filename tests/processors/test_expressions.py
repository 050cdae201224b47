import re
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import processors
from processors.expressions import lazy

MODULES = [module.name for module in walk_packages(processors.__path__, "processors.")]


def test_it_does_what_the_compiled_one_does() -> None:
    expression, compiled = lazy(r"(?P<word>[a-z]+)\d", re.IGNORECASE), re.compile(r"(?P<word>[a-z]+)\d", re.IGNORECASE)
    for text in ("", "Ab1 c2", "1"):
        assert [match.groupdict() for match in expression.finditer(text)] == [
            match.groupdict() for match in compiled.finditer(text)
        ]
        assert expression.sub("·", text) == compiled.sub("·", text)
    assert expression.pattern == compiled.pattern
    assert "search" in vars(expression)


def test_a_wrong_form_is_found_when_it_is_used() -> None:
    wrong = lazy("(")
    with pytest.raises(re.error):
        wrong.search("")


@pytest.mark.parametrize("name", MODULES)
def test_every_expression_of_the_product_compiles(name: str) -> None:
    module = import_module(name)
    for value in vars(module).values():
        if type(value).__name__ == "_Waiting":
            assert value.search("") is None or value.search("").group() == ""


def test_the_modules_were_found() -> None:
    assert len(MODULES) > 40
    assert Path(processors.__path__[0]).is_dir()
