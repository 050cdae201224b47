"""Forget: what one customer said is gone from every table and file, for good; what others said stays."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from processors.card import Card
from processors.intents.taxonomy import Taxonomy
from processors.markdown import markdown
from processors.pipeline import Pipeline
from processors.redact import redact_identifier
from processors.verbatims import different
from schemas.dead_letters import DeadLetter
from schemas.feedback import version
from schemas.invalid import InvalidReason
from schemas.progress import Progress
from schemas.spikes import Transition
from streams.failures import SinkUnavailable
from streams.forget import Forgotten, forget, without
from streams.recount import Recount
from streams.rerun import Rerun
from streams.warehouse.endpoint import Endpoint
from streams.warehouse.erasure import FINAL_WORD, Erasure, Quoted
from streams.warehouse.history import History
from streams.warehouse.letters import DeadLetters
from streams.warehouse.minutes import between
from streams.warehouse.spikes import SpikeStore
from tests.crash.killer import Killed
from tests.rig.events import DAY, DAY_ONE, HOUR, MINUTE, chat, rfc3339
from tests.rig.parts import PIPELINE, Hook, Parts, Watched
from tests.rig.tables import differences, dump, local_tables
from tests.rig.truth import counted

ANN = "c9f3a1d2e4"
SECRET = "我是安娜的秘密手表"
"""Words that only this customer says."""


def said(offset: float, topic: str = "", customer: str = ANN, **more: str) -> bytes:
    at = DAY_ONE + offset
    text = {} if topic else {"text": f"{SECRET} {at}"}
    return chat(at, topic or "setting_time", customer=customer, id=f"{customer}-{at}-{topic}", **text, **more)  # type: ignore[arg-type]


def survey(offset: float, conversation: str, comment: str = SECRET) -> bytes:
    data = {"response_id": f"r-{conversation}", "metric": "csat", "score": 2, "scale_min": 1, "scale_max": 5, "comment": comment}
    event = {"id": f"s-{conversation}", "source": "test", "type": "voc.survey.response.v1", "time": rfc3339(DAY_ONE + offset),
             "subject": conversation, "tenant": "acme", "data": data}  # fmt: skip
    return msgspec.json.encode(event)


def count_all(parts: Parts) -> None:
    parts.minutes.count(between(0, DAY_ONE + 9 * DAY))


def forgotten(
    parts: Parts,
    out: Path,
    customer: str = ANN,
    *,
    hook: Hook = lambda _side, _step: None,
    told: list[Progress] | None = None,
) -> Forgotten | None:
    """In a process that the hook may kill."""
    tell = (told if told is not None else []).extend
    return forget(
        customer,
        erasure=Watched(Erasure(parts.client), ("withdraw", "replace_card", "empty_surveys", "delete"), hook),  # type: ignore[arg-type]
        letters=Watched(DeadLetters(parts.client), ("forget",), hook),  # type: ignore[arg-type]
        recount=Recount(Watched(parts.minutes, ("count",), hook), tell),  # type: ignore[arg-type]
        out=out,
    )


def anywhere(endpoint: Endpoint, *words: str) -> dict[str, int]:
    """In how many rows of each table, replaced ones too, one of these words stands in any column."""
    client = endpoint.client()
    found = {}
    for table in local_tables(client):
        ((rows,),) = client.execute(
            f"SELECT countIf(multiSearchAny(toString(tuple(*)), %(words)s)) FROM {table}", {"words": list(words)}
        )
        if rows:
            found[table] = rows
    client.disconnect()
    return found


@pytest.fixture
def parts(endpoint: Endpoint, tmp_path: Path) -> Parts:
    return Parts(endpoint, tmp_path)


def test_what_a_customer_said_is_nowhere_any_more_and_what_others_said_stays(
    parts: Parts, endpoint: Endpoint, tmp_path: Path
) -> None:
    parts.read(said(0), said(HOUR), said(25 * HOUR, "charging"), said(0, "price", "bob-7788"), said(MINUTE, "price", ""))
    parts.read(said(0))  # twice
    count_all(parts)
    assert anywhere(endpoint, ANN, SECRET)
    told: list[Progress] = []
    done = forgotten(parts, tmp_path, told=told)
    assert done == Forgotten(feedback=3, minutes=3, surveys=0, cards=0, files=0, dead_letters=0)
    assert anywhere(endpoint, ANN, SECRET) == {}
    assert parts.client.query("SELECT customer_hash, intents FROM feedback ORDER BY ALL") == [
        ("", ["price"]),
        ("bob-7788", ["price"]),
    ]
    totals = {minute: count for (_, topic, minute), count in counted(parts.client).items() if not topic}
    assert totals == {DAY_ONE: 1, DAY_ONE + MINUTE: 1}
    assert [minute for progress in told for minute in progress.touched] == [DAY_ONE, DAY_ONE + HOUR, DAY_ONE + 25 * HOUR]
    parts.close()


def test_nothing_brings_it_back_neither_a_replay_nor_an_edit_nor_a_rerun(
    parts: Parts, endpoint: Endpoint, tmp_path: Path
) -> None:
    parts.read(said(0), said(HOUR))
    forgotten(parts, tmp_path)
    parts.read(said(0), said(HOUR))
    edited = msgspec.json.decode(said(0))
    edited["data"] |= {"revision": 255, "created_at": rfc3339(DAY_ONE), "text": "edited"}
    parts.read(msgspec.json.encode(edited))
    new = Pipeline.load(PIPELINE, Taxonomy.default().without("price"))
    understanding = parts.memory.understanding(new.fingerprint)
    recount = Recount(parts.minutes)
    Rerun(history=History(parts.client, understanding), pipeline=new, understanding=understanding, recount=recount)(
        DAY_ONE - DAY, DAY_ONE + DAY
    )
    count_all(parts)
    assert parts.client.query("SELECT count() FROM feedback") == [(0,)]
    assert counted(parts.client) == {}
    assert forgotten(parts, tmp_path) is not None  # what came once more is on the disk until a merge, or until this
    assert anywhere(endpoint, ANN, SECRET) == {}
    assert forgotten(parts, tmp_path) is None
    parts.close()


def test_a_withdrawal_for_good_outranks_whatever_a_source_or_a_pipeline_says() -> None:
    for revision in (0, 254, 255, 300):
        for understanding in (1, 65534):
            assert version(withdrawn=True, revision=revision, understanding=understanding, content=b"any") < FINAL_WORD
    assert version(withdrawn=False, revision=255, understanding=65535, content=b"any") < FINAL_WORD


def test_a_hash_that_is_stored_as_the_hash_of_itself_is_found_by_either(parts: Parts, endpoint: Endpoint, tmp_path: Path) -> None:
    phone = "13812345678"
    parts.read(said(0, customer=phone), said(HOUR, customer="13912345678"))
    stored = redact_identifier(phone)
    assert stored != phone
    assert parts.client.query("SELECT customer_hash FROM feedback ORDER BY minute")[0] == (stored,)
    assert forgotten(parts, tmp_path, phone) is not None
    assert forgotten(parts, tmp_path, redact_identifier("13912345678")) is not None
    assert anywhere(endpoint, SECRET) == {}
    parts.close()


def test_survey_comments_of_conversations_that_are_theirs_alone_go_too_scores_stay(
    parts: Parts, endpoint: Endpoint, tmp_path: Path
) -> None:
    parts.read(said(0, conversation="mine"), survey(HOUR, "mine"), said(0, customer="bob-7788", conversation="shared"))
    parts.read(said(MINUTE, conversation="shared"), survey(HOUR, "shared", "wir alle"), survey(HOUR, "other", "somebody else"))
    count_all(parts)
    done = forgotten(parts, tmp_path)
    assert (done.feedback, done.surveys) == (3, 1)  # type: ignore[union-attr]
    left = parts.client.query("SELECT kind, text FROM feedback WHERE kind = 'survey' ORDER BY text")
    assert left == [("survey", "somebody else"), ("survey", "wir alle")]
    assert parts.client.query("SELECT score, comment FROM surveys ORDER BY comment") == [
        (2, ""),
        (2, "somebody else"),
        (2, "wir alle"),
    ]
    assert set(anywhere(endpoint, ANN, "mine")) == set()
    assert anywhere(endpoint, SECRET) == {"feedback_local": 1}  # bob's
    parts.read(survey(HOUR, "mine"))
    assert parts.client.query("SELECT count() FROM surveys WHERE notEmpty(comment)") == [(2,)]
    parts.close()


def test_dead_letters_that_name_the_hash_are_deleted_bytes_and_all(parts: Parts, endpoint: Endpoint, tmp_path: Path) -> None:
    def letter(offset: int, raw: bytes) -> DeadLetter:
        return DeadLetter("voc.chat", 0, offset, InvalidReason.INVALID_JSON, raw.decode()[:60], raw)

    long = b'{"text": "' + b"x" * 400 + f'", "customer_hash": "{ANN}"'.encode()
    parts.sink.write_dead_letters([letter(1, f"{{{ANN}".encode()), letter(2, long), letter(3, b'{"customer_hash": "bob"')])
    assert forgotten(parts, tmp_path) == Forgotten(0, 0, 0, 0, 0, dead_letters=2)
    assert parts.client.query("SELECT input_offset FROM dead_letters") == [(3,)]
    assert anywhere(endpoint, ANN) == {}
    parts.sink.write_dead_letters([letter(4, b'{"n": 70}'), letter(5, b'{"customer_hash": "7"}')])
    assert forgotten(parts, tmp_path, "7") == Forgotten(0, 0, 0, 0, 0, dead_letters=1)
    assert parts.client.query("SELECT input_offset FROM dead_letters ORDER BY 1") == [(3,), (4,)]
    parts.close()


def test_of_nobody_nothing_is_done(parts: Parts, endpoint: Endpoint, tmp_path: Path) -> None:
    parts.read(said(0, customer="bob-7788"))
    before = dump(endpoint)
    assert forgotten(parts, tmp_path) is None
    assert forgotten(parts, tmp_path, "' OR 1 = 1 --") is None
    assert differences(dump(endpoint), before) == {}
    parts.close()


def told(parts: Parts, out: Path, verbatims: Sequence[str], transition: str = "opened", spike: str = "00ff00ff00ff00ff") -> str:
    """A card as TELL leaves it, in the table and as a file; its body."""
    at = datetime.fromtimestamp(DAY_ONE + HOUR, UTC)
    about = Transition(
        tenant="acme", spike_id=spike, at=at, transition=transition, kind="topic", topic="charging", started=at, opened=at,
        updated=at, closed=None, observed=30, expected=2.0, low=0.0, high=5.0, surprise=9.0,
    )  # type: ignore[arg-type]  # fmt: skip
    card = Card(
        transition=about, label="l", severity="high", owner="o", where=[], spread=[], verbatims=list(verbatims), sql="SELECT 1"
    )
    body = markdown(card)
    SpikeStore(parts.client).write_card(card, body)
    (out / "spikes").mkdir(exist_ok=True)
    (out / "spikes" / f"{spike}.md").write_text(body, "utf-8")
    return body


def test_cards_and_their_files_lose_the_quotes_and_nothing_else(parts: Parts, endpoint: Endpoint, tmp_path: Path) -> None:
    words = [f"{SECRET} > # [a](b)  \n> 二", f"- {SECRET} 1. `x` www.example.com @all", f"> {SECRET}"]
    parts.read(*(chat(DAY_ONE + n, text=text, customer=ANN, id=f"m{n}") for n, text in enumerate(words)))
    quotes = different(words)
    assert len(quotes) == 3
    parts.read(chat(DAY_ONE, "charging", customer="bob-7788", id="other"))
    told(parts, tmp_path, ["表充不进电", quotes[0], quotes[1]])
    bodies = {
        ("00ff00ff00ff00ff", "updated"): told(parts, tmp_path, [quotes[2], "another's words", quotes[0]], "updated"),
        ("11ff00ff00ff00ff", "opened"): told(parts, tmp_path, ["> nobody's"], spike="11ff00ff00ff00ff"),
    }
    when = "SELECT spike_id, transition, told_at FROM card_local ORDER BY ALL"
    before = parts.client.query(when)
    assert forgotten(parts, tmp_path) == Forgotten(feedback=3, minutes=1, surveys=0, cards=2, files=1, dead_letters=0)
    assert anywhere(endpoint, SECRET, ANN) == {}
    assert parts.client.query(when) == before
    cards = {(spike, step): (kept, body) for spike, step, kept, body in parts.client.query(
        "SELECT spike_id, transition, verbatims, body FROM card_local"
    )}  # fmt: skip
    assert cards["00ff00ff00ff00ff", "opened"][0] == ["表充不进电"]
    kept, body = cards["00ff00ff00ff00ff", "updated"]
    assert kept == ["another's words"]
    assert [line for line in body.split("\n") if line.startswith(">")] == ["> another's words"]
    lost = bodies["00ff00ff00ff00ff", "updated"].split("\n")
    assert [line for line in lost if not line.startswith(">")] == [line for line in body.split("\n") if not line.startswith(">")]
    assert cards["11ff00ff00ff00ff", "opened"] == (["> nobody's"], bodies["11ff00ff00ff00ff", "opened"])
    for spike, step in bodies:
        assert (tmp_path / "spikes" / f"{spike}.md").read_text("utf-8") == cards[spike, step][1]
    parts.close()


STEPS = ("withdraw", "count", "replace_card", "forget", "empty_surveys", "delete")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("merged", [False, True])
def test_killed_after_any_step_the_same_command_ends_it(
    parts: Parts, endpoint: Endpoint, tmp_path: Path, step: str, merged: bool
) -> None:
    def killing(at: str, now: str) -> None:
        if (at, now) == ("after", step):
            raise Killed

    parts.read(said(0, conversation="mine"), survey(HOUR, "mine"), said(HOUR))
    parts.sink.write_dead_letters([DeadLetter("i", 0, 1, InvalidReason.INVALID_JSON, "d", f"{{{ANN}".encode())])
    count_all(parts)
    told(parts, tmp_path, [f"{SECRET} {DAY_ONE}", "mine"])
    with pytest.raises(Killed):
        forgotten(parts, tmp_path, hook=killing)
    if merged:
        parts.client.execute("OPTIMIZE TABLE feedback_local FINAL")
    again = forgotten(parts, tmp_path)
    assert merged or (again is None) == (step == "delete")
    assert anywhere(endpoint, ANN, SECRET) == {}
    assert SECRET not in (tmp_path / "spikes" / "00ff00ff00ff00ff.md").read_text("utf-8")
    assert counted(parts.client) == {}
    assert parts.client.query("SELECT verbatims FROM card_local") == [(["mine"],)]
    parts.close()


def test_it_waits_until_the_server_has_rewritten_its_days_and_says_when_it_cannot() -> None:
    class Server:
        def __init__(self, *answers: tuple[int, int]) -> None:
            self.answers = list(answers)

        def query(self, _statement: str) -> list[tuple[int, int]]:
            return [self.answers.pop(0)]

    patient = Server((2, 0), (1, 0), (0, 0), (9, 9))
    Erasure(patient).delete([])  # type: ignore[arg-type]
    assert patient.answers == [(9, 9)]
    with pytest.raises(SinkUnavailable, match="run the same command again"):
        Erasure(Server((2, 0), (2, 1))).delete([])  # type: ignore[arg-type]


def test_a_body_whose_lines_are_not_its_verbatims_loses_all_quotes() -> None:
    at = datetime.fromtimestamp(DAY_ONE, UTC)
    odd = Quoted("t", "s", at, "opened", "l", "high", "o", [], ["a", "b"], "", "# h\n> a\n> b\n> c\nend", "", at)
    assert without(odd, [1]) == (odd._replace(verbatims=["a"], body="# h\nend"), ["> a", "> b", "> c"])


def test_what_is_struck_from_a_card_leaves_its_data_too_also_the_one_that_does_not_fit() -> None:
    at = datetime.fromtimestamp(DAY_ONE, UTC)
    step = Transition("00ff00ff00ff00ff", "opened", at, "t", "topic", "price", at, at, at, None, 9, 1.0, 0.0, 2.0, 9.0)
    card = Card(step, "l", "high", "o", [], [], ["a", "b"], "", odd="c")
    told = Quoted(
        "t", "s", at, "opened", "l", "high", "o", [], card.quoted, "", "> a\n> b\n> c", msgspec.json.encode(card).decode(), at
    )
    fresh, gone = without(told, [0, 2])
    assert (fresh.verbatims, fresh.body, gone) == (["b"], "> b", ["> a", "> c"])
    assert msgspec.json.decode(fresh.card, type=Card) == msgspec.structs.replace(card, verbatims=["b"], odd="")
    assert without(told._replace(card='{"of": "a version to come"}'), [0])[0].card == ""
