"""Makes a certificate authority for checks, starts an HTTPS server, and lets programs trust the authority.

Invariant: the authority is trusted only during a check. On Linux, `update-ca-certificates` adds it inside a
mount namespace, which ends together with the checked program; Wine uses Linux's store too. On Windows the
authority is added to the machine's store and removed afterwards.
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
"""A function that takes a command and returns the command to run instead; the two may be equal."""

_IN_NAMESPACE = (
    'mount --bind "$1" /etc/ssl/certs && mount --bind "$2" /usr/local/share/ca-certificates && shift 2 && '
    'update-ca-certificates >/dev/null 2>&1 && exec "$@"'
)


class Authority:
    """A certificate authority that openssl makes; `folder` holds all keys and certificates."""

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
        """Make a certificate that can sign programs; return the certificate file and the password file."""
        password = self._folder / "password.txt"
        password.write_text("correct horse")
        (self._folder / "code.ext").write_text("extendedKeyUsage = codeSigning\n")
        self._make("req", *_NEW_KEY, "-keyout", "code.key", "-out", "code.csr", "-subj", "/CN=Pinbridge test")
        self._sign("code")
        names = ("-inkey", "code.key", "-in", "code.crt", "-out", "code.pfx", "-passout", f"file:{password}")
        self._make("pkcs12", "-export", *names)
        return self._folder / "code.pfx", password

    def server_context(self) -> ssl.SSLContext:
        """The TLS context for a server on this computer, with a certificate that this authority signed."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        chain = self._folder / "chain.crt"
        # Wine 8 accepts even an untrusted chain if the root is not in it, so this chain includes the root.
        chain.write_bytes((self._folder / "server.crt").read_bytes() + self.certificate.read_bytes())
        context.load_cert_chain(chain, self._folder / "server.key")
        return context

    def untrusted(self) -> AbstractContextManager[Wrap]:
        """Leave the authority untrusted, so that a check can show that programs refuse its certificates.

        As with `trusted`, pass each command to the yielded function; here, the function returns the
        command unchanged.
        """
        return nullcontext(lambda command: command)

    @contextmanager
    def trusted(self) -> Iterator[Wrap]:
        """Make programs trust the authority until the `with` block ends.

        To start a program, pass its command to the yielded function, and run the command that the function
        returns.
        """
        if sys.platform == "win32":
            run(["certutil", "-addstore", "Root", self.certificate])
            try:
                yield lambda command: command
            finally:
                run(["certutil", "-delstore", "Root", _NAME])
            return
        if not (shutil.which("unshare") and shutil.which("update-ca-certificates")):
            raise BuildError(
                "unshare or update-ca-certificates is missing: install util-linux and ca-certificates"
            )
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
    """A server that accepts every request; `updates` is the number of requests that update a pin."""

    updates = 0
    url = ""

    def handle_error(self, *_: object) -> None:
        """Ignore the error: a client that does not trust the server is expected to close the connection."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.server.updates += "/update" in self.path
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing, because the requested address contains a token."""


@contextmanager
def https_server(context: ssl.SSLContext) -> Iterator[Server]:
    """Run an HTTPS server on a free port of this computer until the `with` block ends."""
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
