import multiprocessing
import os
from pathlib import Path

import pytest

from processors.models import KEPT, ModelStore, ModelsUnavailable, key_of

KEY = key_of(["one"])


def write_slowly(place: Path) -> None:
    (place / "half").write_text("1")
    os.sched_yield()
    (place / "whole").write_text("2")


def ask(directory: Path, built: Path) -> None:
    def build(place: Path) -> None:
        (built / str(os.getpid())).touch()
        write_slowly(place)

    path = ModelStore(directory).path("toy", KEY, build)
    assert (path / "whole").read_text() == "2"


def test_a_model_is_built_once_and_announced(tmp_path: Path) -> None:
    said: list[str] = []
    store = ModelStore(tmp_path / "a" / "b", said.append)
    first = store.path("toy", KEY, write_slowly)
    again = store.path("toy", KEY, lambda place: pytest.fail("built twice"))
    assert first == again == tmp_path / "a" / "b" / f"toy-{KEY[:16]}"
    assert said == ["building the toy model, once …"]


def test_what_a_failed_or_killed_builder_left_is_no_model_and_goes(tmp_path: Path) -> None:
    def fail(place: Path) -> None:
        write_slowly(place)
        raise ValueError("no")

    store = ModelStore(tmp_path)
    with pytest.raises(ValueError, match="no"):
        store.path("toy", KEY, fail)
    (tmp_path / ".toy-killed").mkdir()
    assert (store.path("toy", KEY, write_slowly) / "whole").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"toy-{KEY[:16]}", "toy.lock"]


def test_a_model_that_cannot_be_read_is_built_anew(tmp_path: Path) -> None:
    def read(place: Path) -> str:
        text = (place / "whole").read_text()
        if text != "2":
            raise ValueError("torn")
        return text

    store = ModelStore(tmp_path)
    assert store.load("toy", KEY, write_slowly, read) == "2"
    for spoil in (lambda file: file.write_text("x"), Path.unlink):
        spoil(tmp_path / f"toy-{KEY[:16]}" / "whole")
        assert store.load("toy", KEY, write_slowly, read) == "2"


def test_a_file_that_the_builder_misses_is_not_blamed_on_the_place(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ModelStore(tmp_path).path("toy", KEY, lambda place: (place / "missing").read_bytes() and None)


def test_several_processes_build_it_once(tmp_path: Path) -> None:
    built = tmp_path / "built"
    built.mkdir()
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=ask, args=(tmp_path / "models", built)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(list(built.iterdir())) == 1


def test_the_models_of_a_name_are_bounded_and_the_one_in_use_stays(tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    keys = [key_of([str(number)]) for number in range(KEPT + 3)]
    for age, key in enumerate(keys):
        os.utime(store.path("toy", key, write_slowly), (age, age))
        os.utime(store.path("toy", keys[0], write_slowly), (10_000, 10_000))
    left = {path.name for path in tmp_path.glob("toy-*")}
    assert left == {f"toy-{key[:16]}" for key in (keys[0], *keys[-KEPT + 1 :])}


def test_a_place_that_cannot_be_written_is_said_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelsUnavailable, match="VOC_MODELS_DIR"):
        ModelStore(tmp_path / "file" / "models").path("toy", KEY, write_slowly)


def test_a_key_covers_every_part_and_where_one_ends(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_bytes(b"ab")
    assert key_of([file]) == key_of(["ab"]) == key_of([b"ab"])
    assert len({key_of(["ab", "c"]), key_of(["a", "bc"]), key_of(["abc"]), key_of(["ab", "d"])}) == 4
    file.write_bytes(b"ac")
    assert key_of([file]) != key_of(["ab"])
