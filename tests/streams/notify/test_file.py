"""notify.toml on disk: read again when it or a secret changes; a mistake leaves the version before in force."""

import os
from pathlib import Path

import pytest

from streams.failures import UserError
from streams.notify.channel import Later, Misconfigured
from streams.notify.file import NotifyFile, notify_file
from tests.streams.notify.doubles import TOML, World, card

TOKEN = "8f0e1c2d3b4a59687786950413223140"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_new_route_is_in_force_without_a_restart(world: World) -> None:
    world.tell(card("1" * 16))
    world.steps()
    world.path.write_text(TOML.replace('channels = ["a"]', 'channels = ["a", "b"]') + '[channel.b]\ntype = "double"\n', "utf-8")
    world.deliverer.look()
    world.tell(card("2" * 16, minutes=1))
    world.run(6)
    assert [len(world.channels[name].sent) for name in "ab"] == [2, 1]
    assert len(world.channels.built) == 2, "what did not change is not built again"


def test_a_broken_version_keeps_the_old_one_in_force_and_is_said_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.path.write_text(TOML.replace("[[route]]", "[[rout]]"), "utf-8")
    with caplog.at_level("WARNING", "voc"):
        world.deliverer.look()
        world.deliverer.look()
    assert "did you mean “route”" in world.deliverer.state.problem
    assert caplog.text.count("notify_toml_is_wrong") == 1
    world.tell(card())
    world.steps()
    assert len(world.a.sent) == 1
    world.path.write_text(TOML, "utf-8")
    world.deliverer.look()
    assert world.deliverer.state.problem == ""


def test_a_file_that_vanishes_keeps_the_old_one_in_force(world: World) -> None:
    world.path.unlink()
    world.deliverer.look()
    assert "no such file" in world.deliverer.state.problem
    world.tell(card())
    world.steps()
    assert len(world.a.sent) == 1


def test_a_replaced_secret_is_used_at_once_also_by_a_channel_that_waits_for_a_person(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("old\n", "utf-8")
    world = World(tmp_path, TOML.replace('type = "double"', 'type = "double"\nsecret = "file:secret"'))
    world.a.always = Misconfigured("renew the secret")
    world.tell(card())
    assert world.steps() == 300
    fresh = tmp_path / "fresh"
    fresh.write_text("new\n", "utf-8")
    os.replace(fresh, tmp_path / "secret")  # noqa: PTH105 - as orchestrators swap a mounted secret
    world.deliverer.look()
    assert world.a.secret == "new"
    world.steps()
    assert len(world.a.sent) == 1


def test_what_is_owed_goes_on_to_a_channel_that_was_built_anew(world: World) -> None:
    world.a.always = Later("away", 1000.0)
    world.tell(card())
    world.steps()
    world.path.write_text(TOML.replace('type = "double"', 'type = "double"\nurl = "another"'), "utf-8")
    world.deliverer.look()
    world.steps()
    assert world.a.told == [("0" * 16, "opened")]


def test_an_unset_secret_stops_its_channel_only_and_names_the_variable(tmp_path: Path) -> None:
    text = TOML.replace('type = "double"', 'type = "double"\nsecret = "env:OPS_SECRET"').replace('["a"]', '["a", "b"]')
    world = World(tmp_path, text + '[channel.b]\ntype = "double"\ndigest_wait_s = 0\n')
    world.tell(card())
    world.steps()
    assert len(world.channels["b"].sent) == 1
    assert "OPS_SECRET" in world.deliverer.state.channels["a"].error
    assert world.table.states("a") == {("0" * 16, "opened"): "owed"}
    world.environment["OPS_SECRET"] = TOKEN
    world.start()
    world.steps()
    assert world.a.secret == TOKEN
    assert len(world.a.sent) == 1


def test_no_secret_is_in_any_log_state_or_row(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "secret").write_text(TOKEN, "utf-8")
    world = World(tmp_path, TOML.replace('type = "double"', 'type = "double"\nsecret = "file:secret"\nurl = "env:ADDRESS"'))
    world.environment["ADDRESS"] = f"https://example.test/{TOKEN}"
    with caplog.at_level("DEBUG", "voc"):
        world.start()
        assert world.a.secret == TOKEN
        for answer in (Later("busy"), Misconfigured("renew it")):
            world.a.answers.append(answer)
        world.tell(card())
        world.run(1000)
        (tmp_path / "secret").unlink()
        world.deliverer.look()
        world.path.write_text(f'[channel.a]\ntype = "double"\nsecret = "{TOKEN}"\n', "utf-8")
        world.deliverer.look()
    said = caplog.text + repr(world.deliverer.state) + repr(list(world.table.rows.values()))
    assert "secret" in said
    assert TOKEN not in said


def test_a_file_that_nobody_named_need_not_be_there_and_may_come_later(tmp_path: Path) -> None:
    file = NotifyFile(tmp_path / "notify.toml", {}).start()
    assert file.config.channels == {} and not file.changed()
    file.path.write_text(TOML, "utf-8")
    assert file.changed() and list(file.config.channels) == ["a"]


def test_a_wrong_or_missing_file_ends_the_start_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="voc init"):
        notify_file(str(tmp_path / "notify.toml"), {})
    (tmp_path / "notify.toml").write_text("[[rout]]\n[chanel.a]\n", "utf-8")
    with pytest.raises(UserError, match=r"did you mean “route”.*did you mean “channel”"):
        notify_file(str(tmp_path / "notify.toml"), {})
    (tmp_path / "notify.toml").write_bytes(b"\xff")
    with pytest.raises(UserError, match="UTF-8"):
        notify_file(str(tmp_path / "notify.toml"), {})
