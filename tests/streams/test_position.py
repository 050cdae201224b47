import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.watermark import PartitionClock
from streams.position import Position, load, save

ANY_TIME = settings(deadline=None)
"""A slow machine is no failure."""

TIMES = st.floats(0, 4e9)
CLOCKS = st.builds(PartitionClock, lateness=TIMES, skew=TIMES, idle_after=TIMES, greatest=TIMES, lag=TIMES)
POSITIONS = st.builds(
    Position,
    offset=st.integers(0, 2**40),
    digest=st.text("0123456789abcdef", max_size=64),
    clock=CLOCKS,
    pending=st.lists(st.integers(0, 2**32)),
    closed=st.integers(0, 2**32),
    first=TIMES,
    last=TIMES,
    understanding=st.integers(0, 4095),
)


class Drawer:
    """Positions kept in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_position(self, source: str) -> bytes | None:
        return self.kept.get(source)

    def save_position(self, source: str, body: bytes) -> None:
        self.kept[source] = body


@ANY_TIME
@given(POSITIONS)
def test_what_is_loaded_is_what_was_saved(position: Position) -> None:
    drawer = Drawer()
    save(drawer, "chats", position)
    assert load(drawer, "chats") == position
    assert load(drawer, "chats").clock.watermark == position.clock.watermark


@ANY_TIME
@given(st.lists(st.tuples(TIMES, TIMES)), st.integers(0, 10))
def test_a_clock_goes_on_after_a_restart_as_if_nothing_had_happened(records: list[tuple[float, float]], cut: int) -> None:
    straight, drawer = PartitionClock(), Drawer()
    for record in records:
        straight.observe(*record)
    position = Position()
    for n, record in enumerate(records):
        if n == cut:
            save(drawer, "chats", position)
            position = load(drawer, "chats")
        position.clock.observe(*record)
    assert position.clock == straight


def test_an_input_that_was_never_read_begins_at_the_beginning_and_inputs_do_not_mix() -> None:
    drawer = Drawer()
    save(drawer, "chats", Position(offset=3))
    assert load(drawer, "calls") == Position()
    assert load(drawer, "chats").offset == 3


def test_two_fresh_positions_share_nothing() -> None:
    one, other = Position(), Position()
    one.pending.append(60)
    one.clock.observe(100.0, 100.0)
    assert other == Position(pending=[], clock=PartitionClock())


def test_a_field_of_a_later_version_is_ignored_and_a_missing_one_has_its_default() -> None:
    drawer = Drawer()
    drawer.save_position("chats", msgspec.json.encode({"offset": 3, "of_tomorrow": [1]}))
    assert load(drawer, "chats") == Position(offset=3)


@ANY_TIME
@given(st.lists(st.tuples(st.floats(1, 4e9), st.floats(1, 4e9)).map(sorted), max_size=5))
def test_the_span_covers_all_batches_that_saw_an_event(spans: list[list[float]]) -> None:
    position = Position()
    position.saw(0.0, 0.0)
    for first, last in spans:
        position.saw(first, last)
        position.saw(0.0, 0.0)
    assert (position.first, position.last) == (
        (min(first for first, _ in spans), max(last for _, last in spans)) if spans else (0.0, 0.0)
    )
