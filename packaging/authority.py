"""A private authority, a server with its certificate, and a system that trusts it for the length of a check.

On Linux, and so for Wine, which takes over Linux's store, the system's own tool adds the authority inside a
namespace of mounts that is gone with the program; on Windows it stands in the machine's store meanwhile.
"""

from __future__ import annotations

import os
import shutil
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from steps.running import BuildError, run

Wrap = Callable[[list[str]], list[str]]

_IN_NAMESPACE = (
    'mount --bind "$1" /etc/ssl/certs && mount --bind "$2" /usr/local/share/ca-certificates && shift 2 && '
    'update-ca-certificates >/dev/null 2>&1 && exec "$@"'
)


class Authority:
    """Keys and certificates in `folder`, made by openssl."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._openssl = shutil.which("openssl") or r"C:\Program Files\Git\usr\bin\openssl.exe"
        self.certificate = folder / "authority.crt"
        (folder / "server.ext").write_text(
            "subjectAltName = DNS:localhost, IP:127.0.0.1\nextendedKeyUsage = serverAuth\n"
        )
        self._make("req", "-x509", *_NEW_KEY, "-keyout", "authority.key", "-out", self.certificate.name, *_CA)
        self._make("req", *_NEW_KEY, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
        self._sign("server")

    def signing_certificate(self) -> tuple[Path, Path]:
        """A certificate for signing programs, and the file with its password."""
        password = self._folder / "password.txt"
        password.write_text("correct horse")
        (self._folder / "code.ext").write_text("extendedKeyUsage = codeSigning\n")
        self._make("req", *_NEW_KEY, "-keyout", "code.key", "-out", "code.csr", "-subj", "/CN=Pinbridge test")
        self._sign("code")
        names = ("-inkey", "code.key", "-in", "code.crt", "-out", "code.pfx", "-passout", f"file:{password}")
        self._make("pkcs12", "-export", *names)
        return self._folder / "code.pfx", password

    def server_context(self) -> ssl.SSLContext:
        """What a server with the authority's certificate needs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        chain = self._folder / "chain.crt"
        # With the authority at its end: Wine 8 takes a chain that ends before its root for a good one.
        chain.write_bytes((self._folder / "server.crt").read_bytes() + self.certificate.read_bytes())
        context.load_cert_chain(chain, self._folder / "server.key")
        return context

    def strange(self) -> AbstractContextManager[Wrap]:
        """A system that does not know the authority: this one."""
        return nullcontext(lambda command: command)

    @contextmanager
    def trusted(self) -> Iterator[Wrap]:
        """A system that trusts the authority, for the programs that are started through what this gives."""
        if sys.platform == "win32":
            run(["certutil", "-addstore", "Root", self.certificate])
            try:
                yield lambda command: command
            finally:
                run(["certutil", "-delstore", "Root", _NAME])
            return
        if not (shutil.which("unshare") and shutil.which("update-ca-certificates")):
            raise BuildError("unshare and update-ca-certificates are needed: install ca-certificates")
        certificates, local = self._folder / "certs", self._folder / "local"
        shutil.copytree("/etc/ssl/certs", certificates, symlinks=True)
        local.mkdir()
        shutil.copy(self.certificate, local)
        as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
        namespace = ["unshare", *as_root, "--mount", "sh", "-c", _IN_NAMESPACE, "sh"]
        yield lambda command: [*namespace, str(certificates), str(local), *command]

    def _sign(self, name: str) -> None:
        by = ("-CA", self.certificate.name, "-CAkey", "authority.key", "-CAcreateserial", "-days", "2")
        files = ("-in", f"{name}.csr", "-out", f"{name}.crt", "-extfile", f"{name}.ext")
        self._make("x509", "-req", *files, *by)

    def _make(self, *arguments: str) -> None:
        run([self._openssl, *arguments], cwd=self._folder)


_NAME = "Pinbridge smoke test"
_NEW_KEY = ("-newkey", "rsa:2048", "-nodes")
_CA = ("-days", "2", "-subj", f"/CN={_NAME}", "-addext", "keyUsage=critical,keyCertSign,cRLSign")


class Server(ThreadingHTTPServer):
    """Takes every update, and counts them."""

    updates = 0
    url = ""

    def handle_error(self, *_: object) -> None:
        """A client that does not trust it breaks off: that is what is tried."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.server.updates += "/update" in self.path
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing: the address holds a token."""


@contextmanager
def https_server(context: ssl.SSLContext) -> Iterator[Server]:
    """A server on a port of its own."""
    with Server(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.url = f"https://localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
