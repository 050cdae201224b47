"""`voc worker`: one Faust app that runs any of the three roles over Kafka.

    understand   a service around the batch lane, consumer group PREFIX-understand
    detect       an agent on PREFIX.progress      } one consumer group, called after those of these
    tell         an agent on PREFIX.spikes        } two roles that the worker has: PREFIX-detect-tell

The agents follow the one pattern in which Faust loses nothing: a crashing supervisor, one at a time, acknowledgements by hand
after the work (`noack().noack_take`). Whatever is in no failure vocabulary ends the process; the next one starts from what was
saved.
"""

import asyncio
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import faust
from faust.app.base import BootStrategy
from faust.web import View
from mode import CrashingSupervisor

from processors.detector import DetectorConfig
from processors.intents.taxonomy import Taxonomy
from processors.pipeline import Pipeline
from processors.watermark import Place
from schemas.kafka_topics import PROGRESS, SOURCES, SPIKES, kafka_name
from schemas.progress import Progress
from schemas.spikes import Transition
from streams.detect import Detect, Publish
from streams.kafka.connection import Connection
from streams.kafka.detecting import Detecting
from streams.kafka.ending import Ending
from streams.kafka.health import Behind, Health
from streams.kafka.lane import Lane
from streams.kafka.publisher import Publisher
from streams.kafka.reading import DeadLetterLimit, Reading
from streams.kafka.telling import Telling
from streams.metrics import Metrics
from streams.notify.deliver import Deliverer
from streams.notify.file import NotifyFile
from streams.notify.links import PATH, VerdictLinks
from streams.notify.outbox import deliverer_of
from streams.notify.verdict_page import HEADERS, Answer, VerdictPage
from streams.position import PositionStore
from streams.settings import Settings
from streams.telemetry import log
from streams.tell import Odds, Outbox, Tell
from streams.understand import Understand
from streams.warehouse.client import WarehouseClient
from streams.warehouse.memory import Memory
from streams.warehouse.minutes import Minutes
from streams.warehouse.questions import Questions
from streams.warehouse.sink import MAX_REFUSED, WarehouseSink
from streams.warehouse.spikes import SpikeStore

ROLES = ("understand", "detect", "tell")
READER_ANSWERS_S, TELL_ANSWERS_S, DETECT_ANSWERS_S = 15, 30, 60
"""How long the warehouse may take for an answer: each with the grace of a stop (lane.GRACE_S) within what orchestrators wait."""
DETECT_AT_ONCE = 5_000
"""Rows (tenants times minutes) that a replay closes at a time: seconds, so that a stop need not wait long."""
LOOK_S = 15.0
"""How often the worker looks whether it is well, also where nobody asks."""
AT_ONCE = 1000
"""Records that an agent takes at a time, at most ..."""
WITHIN_S = 0.5
"""... and how long the first of them waits for others."""


class Parts(NamedTuple):
    """What the roles are made of."""

    settings: Settings
    connection: Connection
    client: Callable[[int], WarehouseClient]
    """A connection to the warehouse of its own, by the seconds an answer may take: clients are not shared between threads."""
    taxonomy: Taxonomy
    pipeline: Pipeline
    sources: Sequence[Place]
    """Every partition of every source topic."""
    config: DetectorConfig
    out: Path
    """Where cards are written."""
    notify: NotifyFile
    """Whom TELL tells."""


class Worker:
    """One process: its app, its metrics and its health."""

    def __init__(self, parts: Parts, roles: Collection[str]) -> None:
        self.parts, self.roles = parts, tuple(role for role in ROLES if role in roles)
        self.metrics = Metrics()
        self.publisher = Publisher(parts.connection)
        self.health = Health(self.metrics)
        self._telling: Telling | None = None
        self._keep: list[object] = []
        """Receivers of Faust's signals, which holds them weakly."""
        self.app = self._app()
        self.app.service(self.publisher)
        if "understand" in self.roles:
            self._understand()
        if "detect" in self.roles:
            self._detect()
        if "tell" in self.roles:
            self._tell()
        self._ending = Ending([agent.patience for agent, _ in self.health.agents.values()], self._let_go)
        self._web()

    def run(self) -> None:
        """Work until SIGINT or SIGTERM; what is in hand is finished and committed first, or given up (streams/kafka/ending.py).
        Raises what made it crash."""
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        process = _Process(self.app, loop=loop, signalled=self._ending.signal)
        try:
            loop.run_until_complete(process.start())
        except asyncio.CancelledError:
            pass
        finally:
            self._ending.begin()  # also where a defect ends it
            process.stop_and_shutdown()
        for agent, _ in self.health.agents.values():
            agent.rest()
        log.info("worker_stopped")

    def _let_go(self) -> None:
        """Before a hard end: a message that is on its way is finished. Where the warehouse is away that it was sent cannot be
        written, and it is sent once more."""
        if self._telling:
            self._telling.end()

    def _app(self) -> Any:
        settings, agents = self.parts.settings, [role for role in self.roles if role != "understand"]
        app = _App(
            group_of(settings.kafka_prefix, self.roles),
            **self.parts.connection.for_faust,
            topic_allow_declare=False,
            topic_disable_leader=True,
            store="memory://",
            datadir=str(settings.data_dir) + "/faust",  # nothing of ours lies there
            reply_create_topic=False,
            autodiscover=False,
            web_enabled=bool(settings.worker_port),
            web_host=settings.worker_host,
            web_bind=settings.worker_host,
            web_port=settings.worker_port or 6066,
            agent_supervisor=CrashingSupervisor,
            consumer_auto_offset_reset="earliest",
            consumer_group_instance_id=settings.worker_instance or None,
            broker_session_timeout=settings.session_timeout_s,
            broker_heartbeat_interval=1.0,
            broker_request_timeout=max(60.0, 2 * settings.session_timeout_s),
            broker_max_poll_interval=1800.0,
            broker_commit_interval=1.0,
            worker_redirect_stdouts=False,
        )
        # without agents Faust's own consumer has nothing to subscribe to, and would end the process
        app.boot_strategy = BootStrategy(app, enable_kafka=bool(agents))
        return app

    def _understand(self) -> None:
        parts, settings, pipeline = self.parts, self.parts.settings, self.parts.pipeline
        understanding = Memory(parts.client(READER_ANSWERS_S)).understanding(pipeline.fingerprint)
        limit = DeadLetterLimit(settings.dead_letter_limit)
        most = MAX_REFUSED if settings.dead_letter_limit < 1 else sys.maxsize

        def make(publish: Callable[[Iterable[Progress]], None]) -> Understand:
            sink = WarehouseSink(parts.client(READER_ANSWERS_S), most)
            return Understand(
                pipeline=pipeline, understanding=understanding, sink=sink, publish=publish, most_failed=most
            )  # fmt: skip

        def reading() -> Reading:
            return Reading(
                make=make, publisher=self.publisher, progress_topic=self._name(PROGRESS), lateness_s=settings.lateness_s,
                limit=limit, metrics=self.metrics,
            )  # fmt: skip

        lane = Lane(
            connection=parts.connection, kafka_topics=[self._name(source) for source in SOURCES],
            group=f"{settings.kafka_prefix}-understand", make_work=reading, batch_records=settings.batch_records,
            batch_seconds=settings.batch_seconds, session_timeout_s=settings.session_timeout_s,
            instance=settings.worker_instance,
        )  # fmt: skip
        self.app.service(lane)
        self.health.lane = lane

    def _detect(self) -> None:
        parts = self.parts

        def make(publish: Publish, sources: Sequence[Place], judged: Callable[[int], None]) -> tuple[Detect, PositionStore]:
            client = parts.client(DETECT_ANSWERS_S)
            memory = Memory(client)
            detect = Detect(
                minutes=Minutes(client), memory=memory, spikes=SpikeStore(client), publish=publish, config=parts.config,
                partitions=sources, progress=judged, at_once=DETECT_AT_ONCE,
            )  # fmt: skip
            return detect, memory

        async def say(transitions: Sequence[Transition]) -> None:
            await self.publisher.say(self._name(SPIKES), ((one.tenant, one) for one in transitions))

        detecting = Detecting(make=make, say=say, sources=parts.sources, name=self._name(PROGRESS), metrics=self.metrics)
        self._agent("detect", PROGRESS, detecting)

        async def forget(_app: Any, revoked: Iterable[Any], **_signal: Any) -> None:
            if any(partition.topic == self._name(PROGRESS) for partition in revoked):
                detecting.forget()

        self._keep.append(forget)
        self.app.on_partitions_revoked.connect(forget)

    def _tell(self) -> None:
        parts = self.parts

        def make(outbox: Outbox) -> Tell:
            client = parts.client(TELL_ANSWERS_S)
            return Tell(
                questions=Questions(client), spikes=SpikeStore(client), taxonomy=parts.taxonomy, out=parts.out, outbox=outbox,
                odds=Odds(parts.settings.false_alerts, parts.settings.alerts_per_week), language=parts.settings.language,
                zone=ZoneInfo(parts.settings.zone),
            )  # fmt: skip

        def deliverer() -> Deliverer:
            return deliverer_of(parts.settings, parts.notify, lambda: parts.client(TELL_ANSWERS_S))

        self._telling = telling = Telling(make=make, deliverer=deliverer, metrics=self.metrics)
        self._agent("tell", SPIKES, telling)
        spikes = self._name(SPIKES)

        async def begin(_app: Any, assigned: Iterable[Any], **_signal: Any) -> None:
            if any(partition.topic == spikes for partition in assigned):
                await asyncio.to_thread(telling.begin)

        async def end(_app: Any, revoked: Iterable[Any], **_signal: Any) -> None:
            if any(partition.topic == spikes for partition in revoked):
                await asyncio.to_thread(telling.end)

        self._keep += [begin, end]
        self.app.on_partitions_assigned.connect(begin)
        self.app.on_partitions_revoked.connect(end)

    def _agent(self, role: str, topic: str, taker: Detecting | Telling) -> None:
        """An agent that acknowledges what `take` has returned from, and nothing else."""
        kafka_topic = self.app.topic(self._name(topic), value_type=bytes, value_serializer="raw", key_serializer="raw")

        async def work(stream: Any) -> None:
            async for events in stream.noack().noack_take(AT_ONCE, within=WITHIN_S):
                await taker.take([event.value for event in events])
                for event in events:
                    await stream.ack(event)

        self.app.agent(kafka_topic, name=role, concurrency=1, supervisor_strategy=CrashingSupervisor)(work)
        self.health.agents[role] = taker, lambda: self._behind(self._name(topic), taker)

    def _behind(self, kafka_topic: str, taker: Detecting | Telling) -> Behind:
        """How Faust's consumer stands in a topic of which it has partitions."""
        consumer = self.app.consumer
        mine = [at for at in consumer.assignment() if at.topic == kafka_topic]
        committed = {at: consumer._committed_offset.get(at) for at in mine}  # Faust shows it nowhere else
        lag = sum(max((consumer.highwater(at) or 0) - (offset or 0), 0) for at, offset in committed.items() if offset is not None)
        return Behind(lag, (*committed.values(), taker.moved))

    def _web(self) -> None:
        @self.app.timer(interval=LOOK_S)  # type: ignore[untyped-decorator]
        async def look() -> None:
            for agent, _ in self.health.agents.values():
                agent.watch()
            self.health.look()

        @self.app.page("/healthz")  # type: ignore[untyped-decorator]
        async def healthz(web: Any, request: Any) -> Any:
            healthy, said = self.health.look()
            return web.json(said, status=200 if healthy else 503)

        if self.parts.settings.public_url:
            self._verdicts()

        @self.app.page("/metrics")  # type: ignore[untyped-decorator]
        async def metrics(web: Any, request: Any) -> Any:
            self.health.look()
            return web.bytes(self.metrics.page(), content_type="text/plain")

    def _verdicts(self) -> None:
        """The page behind the verdict links of cards."""
        settings = self.parts.settings
        links = VerdictLinks(settings.link_secret, settings.public_url)
        page = VerdictPage(links, lambda: self.parts.client(TELL_ANSWERS_S))
        thread = ThreadPoolExecutor(1, "verdicts")  # people who follow links hold up nobody else

        async def answered(ask: Callable[[str], Answer], token: object, view: View) -> Any:
            given = token if isinstance(token, str) else ""
            answer = await asyncio.get_running_loop().run_in_executor(thread, ask, given)
            return view.html(answer.html, status=answer.status, headers=dict(HEADERS))

        @self.app.page(PATH)
        class Verdict(View):
            async def get(self, request: Any) -> Any:
                return await answered(page.show, request.query.get("t"), self)

            async def post(self, request: Any) -> Any:
                return await answered(page.record, (await request.post()).get("t"), self)

    def _name(self, topic: str) -> str:
        return kafka_name(self.parts.settings.kafka_prefix, topic)


def group_of(prefix: str, roles: Iterable[str]) -> str:
    """The consumer group of a worker's agents. Workers with the same of these two roles share one: where TELL runs in two groups,
    both would tell."""
    agents = [role for role in ROLES[1:] if role in roles]
    return "-".join([prefix, *(agents or ["understand"])])


class _App(faust.App):
    """Faust's app, which can be told to stop while the group rebalances.

    Faust then closes its consumer from another event loop than the one it lives in: what is in hand can never be committed, and
    the stop waits for that commit for ever. Here the consumer stays in its group until the stop closes it. What it has in hand is
    committed only if the partition comes back to it; else the next owner does it again, to the same effect."""

    async def _on_partitions_revoked(self, revoked: set[Any]) -> None:
        if not self.should_stop:
            await super()._on_partitions_revoked(revoked)
            return
        log.info("rebalances_while_stopping")
        try:
            await self.on_partitions_revoked.send(revoked)  # what is being sent is finished before the next one sends
        except Exception as error:  # noqa: BLE001  # aiokafka would log it and go on
            await self.crash(error)

    def _on_rebalance_when_stopped(self) -> None:
        """Partitions come to one who stops: it reads none of them."""


class _Process(faust.Worker):
    """Faust's worker, which leaves logging to us (its own quotes what it was given) and tells of a signal when it comes."""

    def __init__(self, app: faust.App, *, signalled: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(app, loop=loop, redirect_stdouts=False, quiet=True)
        self.spinner = None  # it writes to the terminal
        self._signalled = signalled

    def _setup_logging(self) -> None:
        """Done by streams.telemetry."""

    def _schedule_shutdown(self, signal: Any) -> None:
        self._signalled()
        super()._schedule_shutdown(signal)
