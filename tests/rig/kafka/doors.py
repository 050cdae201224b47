"""Doors into the broker besides the plain one: SASL with users, TLS with a certificate made here; and who may do what.

Whoever comes in through the plain door or through TLS may do everything; of the SASL users OPERATOR may, STRANGER may not.
"""

import shutil
import subprocess
from pathlib import Path

from tests.rig.kafka.server import HOST, Listener

SASL, TLS, ASTRAY = "SASL", "TLS", "ASTRAY"
"""Names of the listeners, for KafkaServer.bootstrap_of."""
OPERATOR, STRANGER = ("operator", "operator-word"), ("stranger", "stranger-word")
"""Users and their passwords, by mechanism PLAIN."""
_PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required"

PROPERTIES = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": f"User:ANONYMOUS;User:{OPERATOR[0]}",
}
"""For KafkaServer(properties=...)."""


def sasl() -> Listener:
    """SASL without TLS: PLAIN with the users above, and SCRAM with those that a test makes."""
    users = " ".join(f'user_{name}="{word}"' for name, word in (OPERATOR, STRANGER))
    listener = f"listener.name.{SASL.lower()}"
    properties = {
        f"{listener}.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
        f"{listener}.plain.sasl.jaas.config": f"{_PLAIN} {users};",
        f"{listener}.scram-sha-256.sasl.jaas.config": f"{_SCRAM};",
        f"{listener}.scram-sha-512.sasl.jaas.config": f"{_SCRAM};",
    }
    return Listener(SASL, "SASL_PLAINTEXT", properties)


def astray() -> Listener:
    """A plain door behind which the broker gives an address that nobody can reach."""
    return Listener(ASTRAY, "PLAINTEXT", advertised="nowhere.invalid:9092")


def tls(folder: Path) -> Listener | None:
    """TLS with a certificate of its own, which is also its authority: FOLDER/certificate.pem. None: no `openssl` here."""
    if not shutil.which("openssl"):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    key, certificate = folder / "key.pem", certificate_in(folder)
    command = [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
        "-addext", f"subjectAltName=IP:{HOST},DNS:localhost", "-keyout", str(key), "-out", str(certificate),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    both = folder / "keystore.pem"
    both.write_text(key.read_text() + certificate.read_text())
    listener = f"listener.name.{TLS.lower()}"
    return Listener(TLS, "SSL", {f"{listener}.ssl.keystore.type": "PEM", f"{listener}.ssl.keystore.location": str(both)})


def certificate_in(folder: Path) -> Path:
    """What a client of the TLS door trusts."""
    return folder / "certificate.pem"
