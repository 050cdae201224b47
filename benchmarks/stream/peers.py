"""Peers that need an interpreter of their own: PYTHON -m benchmarks.stream.peers NAME BROKER TOPIC GROUP EVERY.

quixstreams: bytes, decoded in `update`, offsets committed as by default. bytewax: KafkaSource, `map`, one worker; it commits
nothing to Kafka.
"""

import sys
from typing import Any

from benchmarks.stream.flat import decode
from benchmarks.stream.gauge import Gauge


def quixstreams(broker: str, topic: str, group: str, gauge: Gauge) -> None:
    """A streaming data frame."""
    from quixstreams import Application

    app = Application(broker_address=broker, consumer_group=group, auto_offset_reset="earliest", loglevel="ERROR")

    def take(value: bytes) -> None:
        decode(value)
        gauge.saw(1)

    app.dataframe(app.topic(topic, value_deserializer="bytes")).update(take)
    app.run()


def bytewax(broker: str, topic: str, group: str, gauge: Gauge) -> None:
    """A data flow that ends in a sink which counts."""
    import bytewax.operators as op
    from bytewax.connectors.kafka import KafkaSource
    from bytewax.dataflow import Dataflow
    from bytewax.outputs import DynamicSink, StatelessSinkPartition
    from bytewax.testing import cluster_main

    class Counting(StatelessSinkPartition[Any]):
        def write_batch(self, items: list[Any]) -> None:
            gauge.saw(len(items))

    class Sink(DynamicSink[Any]):
        def build(self, step_id: str, worker_index: int, worker_count: int) -> Counting:
            return Counting()

    flow = Dataflow("bench")
    read = op.input("read", flow, KafkaSource([broker], [topic]))
    op.output("count", op.map("decode", read, lambda message: decode(message.value)), Sink())
    cluster_main(flow, [], 0)


PEERS = {"quixstreams": quixstreams, "bytewax": bytewax}

if __name__ == "__main__":
    name, broker, topic, group, every = sys.argv[1:]
    PEERS[name](broker, topic, group, Gauge(int(every)))
