"""Where a warehouse answers and as whom one asks."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from clickhouse_driver import Client, errors

_EXPECTED = (
    "expected clickhouse://user:password@host:port/database (or clickhouses:// for TLS); "
    "signs like / # @ in the password are written %2F %23 %40"
)


@dataclass(frozen=True)
class Endpoint:
    """Host, port and user of a ClickHouse server, native protocol. The password never shows in a repr."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str = "voc"
    secure: bool = False
    answer_s: int = 120
    """How long a statement may go without a word from the server, s."""

    @classmethod
    def from_url(cls, url: str) -> "Endpoint":
        """`clickhouse[s]://user:password@host:port/database`. Raises ValueError, which never quotes the URL."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:  # its message quotes what it could not read: perhaps a part of the password
            raise ValueError(_EXPECTED) from None
        if parts.scheme not in ("clickhouse", "clickhouses") or not parts.hostname:
            raise ValueError(_EXPECTED)
        secure = parts.scheme == "clickhouses"
        return cls(
            parts.hostname,
            port or (9440 if secure else 9000),
            unquote(parts.username or "default"),
            unquote(parts.password or ""),
            parts.path.lstrip("/") or "voc",
            secure,
        )

    def client(self, **settings: object) -> Client:
        """A connection that is opened by its first statement."""
        return Client(
            self.host, port=self.port, user=self.user, password=self.password, database=self.database, secure=self.secure,
            connect_timeout=3, send_receive_timeout=self.answer_s, compression="lz4", client_name="voc",
            settings={"network_compression_method": "lz4", **settings},  # the server's default is zstd, which the driver lacks
        )  # fmt: skip

    def answers(self) -> bool:
        """Does this very server, with this password, answer now?"""
        credentials = {"host": self.host, "port": self.port, "user": self.user, "password": self.password, "secure": self.secure}
        client = Client(**credentials, connect_timeout=3, sync_request_timeout=3, send_receive_timeout=5)
        try:
            client.execute("SELECT 1", settings={"network_compression_method": "lz4"})
        except (errors.Error, OSError, EOFError):
            return False
        finally:
            client.disconnect()
        return True
