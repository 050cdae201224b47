"""A worker that is told to end: what it still tries, what it gives up, and when the process ends without it."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from streams.failures import SinkUnavailable
from streams.kafka import ending
from streams.kafka.ending import Ending, Patience


class Process:
    """What stands in for the end of this one."""

    def __init__(self) -> None:
        self.status, self._ended = -1, threading.Event()

    def end(self, status: int) -> None:
        self.status = status
        self._ended.set()

    def ended(self, seconds: float = 5.0) -> bool:
        return self._ended.wait(seconds)


def refusing(times: int) -> Callable[[], None]:
    left = [times]

    def work() -> None:
        if left[0]:
            left[0] -= 1
            raise SinkUnavailable("the warehouse is away; start it")

    return work


def test_work_is_tried_until_it_is_done() -> None:
    patience = Patience("tell")
    asyncio.run(patience.tried(refusing(2)))
    assert (patience.failures, patience.given_up) == (0, "")


def test_who_ends_tries_for_a_while_and_never_returns_from_what_it_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "GRACE_S", 0.3)
    patience, rounds = Patience("detect"), refusing(10**6)

    async def trial() -> None:
        await asyncio.wait_for(patience.tried(rounds), 3)

    patience.stop()
    with pytest.raises(TimeoutError):
        asyncio.run(trial())
    assert patience.given_up == "the warehouse is away; start it" and patience.failures >= 2


def test_a_defect_is_raised_at_once() -> None:
    def broken() -> None:
        raise KeyError("defect")

    with pytest.raises(KeyError):
        asyncio.run(Patience("detect").tried(broken))


def test_nothing_ends_before_a_signal_and_nothing_that_ends_in_order_is_ended() -> None:
    process = Process()
    waiting = Ending([Patience("detect")], end=process.end)
    assert not process.ended(0.5)
    waiting.begin()
    assert not process.ended(0.5)


def test_what_was_given_up_ends_the_process_when_what_is_being_sent_is_finished() -> None:
    process, agent, finished = Process(), Patience("detect"), list[str]()
    agent.given_up = "the warehouse is away"
    Ending([Patience("tell"), agent], lambda: finished.append("let go"), process.end).begin()
    assert process.ended() and process.status == 1 and finished == ["let go"]


def test_the_latest_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "LATEST_S", 0.4)
    monkeypatch.setattr(ending, "FINISH_S", 0.2)
    process = Process()
    Ending([], threading.Event().wait, process.end).begin()  # what is being sent never is
    assert not process.ended(0.3)
    assert process.ended() and process.status == 1


def test_a_second_signal_ends_it_at_once() -> None:
    process, finished = Process(), list[str]()
    end = Ending([Patience("detect")], lambda: finished.append("let go"), process.end)
    end.begin()
    assert not process.ended(0.3)
    end.begin()
    assert process.ended() and finished == []
