"""A certificate for loopback that nobody signed, and a server that speaks HTTP/2 with it."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificate:
    path: Path
    context: ssl.SSLContext


def self_signed(folder: Path) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, private = folder / "certificate.pem", folder / "key.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, private)
    return Certificate(path, context)


@contextmanager
def serve_http2(body: bytes, context: ssl.SSLContext) -> Iterator[tuple[str, list[str]]]:
    """A server of HTTP/2 without a robots.txt; gives its URL and what was asked."""
    context.set_alpn_protocols(["h2"])
    listener = socket.create_server(("127.0.0.1", 0))
    spoken: list[str] = []

    def answer() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with suppress(OSError), context.wrap_socket(connection, server_side=True) as stream:
                    _talk(stream, body, spoken)

    threading.Thread(target=answer, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}", spoken
    finally:
        listener.close()


def _talk(stream: ssl.SSLSocket, body: bytes, spoken: list[str]) -> None:
    from h2.config import H2Configuration
    from h2.connection import H2Connection
    from h2.events import ConnectionTerminated, RequestReceived

    h2 = H2Connection(config=H2Configuration(client_side=False, header_encoding="utf-8"))
    h2.initiate_connection()
    stream.sendall(h2.data_to_send())
    while data := stream.recv(65536):
        for event in h2.receive_data(data):
            if isinstance(event, ConnectionTerminated):
                return
            if isinstance(event, RequestReceived):
                path = dict(event.headers)[":path"]
                spoken.append(path)
                found = path != "/robots.txt"
                headers = [(":status", "200" if found else "404"), ("content-type", "text/html")]
                h2.send_headers(event.stream_id, headers)
                h2.send_data(event.stream_id, body if found else b"", end_stream=True)
        stream.sendall(h2.data_to_send())
