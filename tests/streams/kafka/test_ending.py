"""A worker that is told to end: what it still tries, what it gives up, and when the process ends without it."""

import asyncio
import threading
from collections.abc import Callable

import faust
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
    patience = Patience("tell_failed")
    asyncio.run(patience.tried(refusing(2)))
    assert (patience.failures, patience.given_up) == (0, "")


def test_who_ends_tries_for_a_while_and_never_returns_from_what_it_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "GRACE_S", 0.3)
    monkeypatch.setattr(ending, "LONGEST_PAUSE_S", 0.05)
    patience, waited = Patience("detect_failed"), list[bool]()

    async def trial() -> None:
        task = asyncio.ensure_future(patience.tried(refusing(10**6)))
        while not patience.given_up:
            await asyncio.sleep(0.01)
        waited.extend([task.done(), patience.in_hand])
        task.cancel()

    patience.stop()
    asyncio.run(trial())
    assert waited == [False, True]
    assert patience.given_up == "the warehouse is away; start it" and patience.failures


def test_a_defect_is_raised_at_once() -> None:
    def broken() -> None:
        raise KeyError("defect")

    with pytest.raises(KeyError):
        asyncio.run(Patience("detect_failed").tried(broken))


def test_nothing_ends_before_a_signal_and_nothing_that_ends_in_order_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "TWICE_S", 0.0)
    process = Process()
    waiting = Ending([Patience("detect_failed")], end=process.end)
    assert not process.ended(0.5)
    waiting.signal()
    assert not process.ended(0.5)
    waiting.signal()
    assert process.ended()  # nor does its thread watch any longer


def test_what_was_given_up_ends_the_process_when_what_is_being_sent_is_finished() -> None:
    process, agent, finished = Process(), Patience("detect_failed"), list[str]()
    agent.given_up = "the warehouse is away"
    Ending([Patience("tell_failed"), agent], lambda: finished.append("let go"), process.end).signal()
    assert process.ended() and process.status == 1 and finished == ["let go"]


def test_the_latest_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "LATEST_S", 1.0)
    monkeypatch.setattr(ending, "FINISH_S", 0.2)
    process = Process()
    Ending([], threading.Event().wait, process.end).begin()  # what is being sent never is
    assert not process.ended(0.3)
    assert process.ended() and process.status == 1


def test_who_has_nothing_in_hand_is_not_waited_for_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "COMMIT_S", 0.5)
    process, agent = Process(), Patience("detect_failed")
    agent.in_hand = True
    Ending([agent], end=process.end).begin()
    assert not process.ended(1.5)
    agent.in_hand = False
    assert process.ended() and process.status == 1


def test_a_second_signal_ends_it_at_once_also_while_something_is_being_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "TWICE_S", 0.0)
    process, agent, sending = Process(), Patience("detect_failed"), threading.Event()
    agent.given_up = "the warehouse is away"
    end = Ending([agent], lambda: (sending.set(), threading.Event().wait())[0], process.end)
    end.signal()
    assert sending.wait(5) and not process.ended(0.3)
    end.signal()
    assert process.ended(2)


def test_a_signal_that_is_passed_on_at_once_is_the_same_one() -> None:
    process = Process()
    end = Ending([Patience("detect_failed")], end=process.end)
    end.signal()
    end.signal()
    assert not process.ended(0.5)
    end._signalled -= 2
    end.signal()
    assert process.ended()


def test_faust_still_calls_what_the_worker_replaces() -> None:
    for name in ("_on_partitions_revoked", "_on_rebalance_when_stopped"):
        assert callable(getattr(faust.App, name))
