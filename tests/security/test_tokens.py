"""Tokens are found where the bench file says, are sent only to their own server, and are never shown."""

from __future__ import annotations

from collections.abc import Callable

import keyring
import keyring.backend
import keyring.errors
import pytest
from keyring.backends.chainer import ChainerBackend

from app.config.bench_file import DeviceConfig
from app.messages.message import Message
from app.security import redaction, tokens
from app.security.redaction import REDACTED
from app.security.tokens import NoKeyringError, TokenError
from tests.security.keyrings import PlaintextKeyring

BLYNK = "https://fra1.blynk.cloud"
OTHER = "https://cloud.example:8443"
NO_KEYRING = (
    "this computer has no keyring that works: type the token at each start, or use env:PINBRIDGE_NAME"
)
Call = Callable[[], object]


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory, every call of which raises `error` if that is set."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.error: Exception | None = None

    @property
    def broken(self) -> bool:
        """Whether calls fail; if set to true, they report that the computer has no keyring."""
        return self.error is not None

    @broken.setter
    def broken(self, broken: bool) -> None:
        self.error = keyring.errors.NoKeyringError("none") if broken else None

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.entries[(service, username)] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        if self.entries.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("none")

    def _fail(self) -> None:
        if self.error:
            raise self.error


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    """A keyring that replaces the computer's, so that the real one is never used."""
    ring = Ring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    return ring


def device(reference: str, server: str = BLYNK) -> DeviceConfig:
    return DeviceConfig(name="hall", port="simulated:", server=server, auth_token=reference)


def refusal(call: Call) -> str:
    """The text of the TokenError that `call` must raise."""
    with pytest.raises(TokenError) as told:
        call()
    assert told.value.__cause__ is None
    return str(told.value)


def test_a_device_without_a_server_needs_no_token() -> None:
    assert tokens.resolve(DeviceConfig(port="simulated:")) == ""


def test_a_token_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINBRIDGE_X", " secret-1 ")
    assert tokens.resolve(device("env:PINBRIDGE_X")) == "secret-1"
    assert redaction.redact("it is secret-1.") == f"it is {REDACTED}."
    monkeypatch.delenv("PINBRIDGE_X")
    assert refusal(lambda: tokens.resolve(device("env:PINBRIDGE_X"))) == (
        'device "hall": the environment variable PINBRIDGE_X is not set: set it'
    )


def test_an_invalid_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINBRIDGE_X", "my se cret")
    assert refusal(lambda: tokens.resolve(device("env:PINBRIDGE_X"))) == (
        'device "hall": env:PINBRIDGE_X holds no auth token: copy it again from Blynk'
    )
    assert redaction.redact("my se cret") == REDACTED


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("!", True),
        ("~" * 200, True),
        ("", False),
        ("~" * 201, False),
        ("a b", False),
        ("\x7f", False),
        ("é", False),
    ],
)
def test_the_form_of_a_token(text: str, may_be: bool) -> None:
    assert tokens.is_token(text) is may_be


@pytest.mark.parametrize(
    ("server", "bound"),
    [
        (BLYNK, "*.blynk.cloud"),
        ("https://blynk.cloud", "*.blynk.cloud"),
        ("https://Blynk.Cloud/", "*.blynk.cloud"),
        ("https://FRA1.Blynk.cloud:443/", "*.blynk.cloud"),
        ("http://fra1.blynk.cloud", "http://fra1.blynk.cloud"),
        (OTHER, "https://cloud.example:8443"),
        ("https://Cloud.Example:443/", "https://cloud.example"),
        ("https://blynk.cloud.example", "https://blynk.cloud.example"),
        ("https://xblynk.cloud", "https://xblynk.cloud"),
        ("https://192.168.1.5", "https://192.168.1.5"),
        ("http://192.168.1.5:80", "http://192.168.1.5"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("no-server", "no-server"),
    ],
)
def test_what_a_token_is_bound_to(server: str, bound: str) -> None:
    assert tokens.scope(server) == bound


@pytest.mark.parametrize(
    ("bound", "server", "may_be_sent"),
    [
        ("*.blynk.cloud", "https://blynk.cloud", True),
        ("*.blynk.cloud", "https://sgp1.blynk.cloud", True),
        ("*.blynk.cloud", "https://evilblynk.cloud", False),
        ("*.blynk.cloud", "https://blynk.cloud.evil.example", False),
        ("*.blynk.cloud", "http://blynk.cloud", False),
        # Earlier versions stored the bare domain as a server of its own.
        ("blynk.cloud", "https://fra1.blynk.cloud", True),
        ("blynk.cloud", "https://blynk.cloud", True),
        ("https://cloud.example", "https://cloud.example:443/", True),
        ("https://cloud.example", "https://cloud.example:8443", False),
        ("https://192.168.1.5", "http://192.168.1.5", False),
        ("http://192.168.1.5", "http://192.168.1.5", True),
        ("http://192.168.1.5", "https://192.168.1.5", True),
        ("https://127.0.0.1:8443", "http://127.0.0.1:8443", False),
        ("https://localhost", "http://localhost:443", False),
        ("https://[::1]:8443", "http://[::1]:8443", False),
        ("http://127.0.0.1:8080", "https://127.0.0.1:8080", True),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8081", False),
        # Earlier versions stored the scheme only for an http server on another computer.
        ("192.168.1.5", "https://192.168.1.5", True),
        ("192.168.1.5", "http://192.168.1.5", False),
        ("127.0.0.1:8080", "http://127.0.0.1:8080", True),
        ("127.0.0.1:8080", "https://127.0.0.1:8080", True),
    ],
)
def test_a_stored_token_may_be_sent_only_to_its_server(bound: str, server: str, may_be_sent: bool) -> None:
    assert tokens.is_within(bound, server) is may_be_sent


@pytest.mark.parametrize(
    ("bound", "server"),
    [
        ("*.blynk.cloud", "https://blynk.cloud"),
        ("https://cloud.example:8443", "https://cloud.example:8443"),
        ("http://192.168.1.5", "http://192.168.1.5"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("cloud.example", "https://cloud.example"),
    ],
)
def test_a_token_is_checked_at_a_server_that_it_was_stored_for(bound: str, server: str) -> None:
    assert tokens.servers_of(bound)[0] == server


def test_the_keyring_binds_a_token_to_its_server(ring: Ring) -> None:
    assert tokens.stored_scope("hall") is None
    assert tokens.stored("hall", BLYNK) is None
    tokens.store("hall", BLYNK, "secret-1")
    assert ring.entries == {("pinbridge", "hall"): "*.blynk.cloud secret-1"}
    assert redaction.redact("secret-1") == REDACTED
    assert tokens.resolve(device("keyring:hall", "https://ny3.blynk.cloud")) == "secret-1"
    assert tokens.stored_scope("hall") == "*.blynk.cloud"
    assert tokens.stored("hall", BLYNK) == "secret-1"
    elsewhere = (
        f'the token hall was stored for *.blynk.cloud, not for {OTHER}: if it belongs there, run "pinbridge '
        f'token set hall --server {OTHER}"'
    )
    assert refusal(lambda: tokens.stored("hall", OTHER)) == elsewhere
    assert refusal(lambda: tokens.resolve(device("keyring:hall", OTHER))) == f'device "hall": {elsewhere}'
    assert "was stored for *.blynk.cloud" in refusal(lambda: tokens.stored("hall", "http://127.0.0.1:8080"))
    tokens.clear("hall")
    assert refusal(lambda: tokens.clear("hall")) == "the keyring holds no token named hall"
    assert refusal(lambda: tokens.resolve(device("keyring:hall"))) == (
        'device "hall": the keyring holds no token hall: run "pinbridge token set hall"'
    )


@pytest.mark.usefixtures("ring")
@pytest.mark.parametrize("host", ["192.168.1.5", "127.0.0.1:8443", "localhost", "[::1]:8443"])
def test_a_token_of_an_encrypted_server_is_not_sent_in_clear_text(host: str) -> None:
    tokens.store("hall", f"https://{host}", "secret-1")
    assert tokens.resolve(device("keyring:hall", f"https://{host}")) == "secret-1"
    assert refusal(lambda: tokens.resolve(device("keyring:hall", f"http://{host}"))) == (
        f'device "hall": the token hall was stored for https://{host}, not for http://{host}, where it would '
        "be sent unencrypted: write https:// in the server's address, or, if it belongs there, run "
        f'"pinbridge token set hall --server http://{host}"'
    )


def test_what_the_keyring_holds_is_redacted_from_the_start(ring: Ring) -> None:
    ring.entries[("pinbridge", "hall")] = "*.blynk.cloud old-secret"
    assert tokens.stored_scope("hall") == "*.blynk.cloud"
    assert redaction.redact("an old-secret") == f"an {REDACTED}"


def test_an_invalid_token_is_not_stored(ring: Ring) -> None:
    assert refusal(lambda: tokens.store("x", BLYNK, "two words")) == (
        "this is not an auth token: copy it again from Blynk's device page"
    )
    assert ring.entries == {}
    assert redaction.redact("two words") == REDACTED


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (keyring.errors.NoKeyringError("secret"), NO_KEYRING),
        (
            keyring.errors.KeyringLocked("secret"),
            "the keyring of this computer did not answer (KeyringLocked): unlock it and try again",
        ),
        (
            OSError("secret"),
            "the keyring of this computer did not answer (OSError): unlock it and try again",
        ),
    ],
)
@pytest.mark.parametrize(
    "call",
    [
        lambda: tokens.store("x", BLYNK, "secret"),
        lambda: tokens.clear("x"),
        lambda: tokens.stored_scope("x"),
        lambda: tokens.resolve(device("keyring:x")),
    ],
    ids=["store", "clear", "stored_scope", "resolve"],
)
def test_a_keyring_that_does_not_answer_is_reported(
    ring: Ring, call: Call, error: Exception, sentence: str
) -> None:
    ring.error = error
    assert refusal(call).removeprefix('device "hall": ') == sentence


@pytest.mark.parametrize(
    "entry",
    ["0123456789abcdef", "*.blynk.cloud", "https:// secret", "*.blynk.cloud two words", " secret", "\xe9 \n"],
)
@pytest.mark.parametrize(
    "call",
    [
        lambda: tokens.stored("x", BLYNK),
        lambda: tokens.stored_scope("x"),
        lambda: tokens.resolve(device("keyring:x")),
    ],
    ids=["stored", "stored_scope", "resolve"],
)
def test_an_entry_of_another_program_is_no_token(ring: Ring, call: Call, entry: str) -> None:
    ring.set_password("pinbridge", "x", entry)
    assert refusal(call).removeprefix('device "hall": ') == (
        "the entry x in the keyring was not stored by Pinbridge: store the token again with "
        '"pinbridge token set x"'
    )


def test_a_token_without_a_server_in_the_keyring_is_not_shown(ring: Ring) -> None:
    ring.set_password("pinbridge", "x", "0123456789abcdef")
    refusal(lambda: tokens.stored_scope("x"))
    assert redaction.redact("0123456789abcdef") == REDACTED


@pytest.mark.parametrize("error", [ModuleNotFoundError, AttributeError, ValueError, RuntimeError])
def test_a_configured_keyring_that_cannot_be_loaded_counts_as_none(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def load() -> None:
        raise error("keyrings.alt")

    monkeypatch.setattr(keyring, "get_keyring", load)
    assert refusal(lambda: tokens.store("x", BLYNK, "secret-1")) == NO_KEYRING
    assert tokens.resolve_or_ask(device("keyring:x"), lambda _: "secret-1") == "secret-1"


def test_the_user_is_asked_if_there_is_no_keyring(ring: Ring) -> None:
    asked: list[Message] = []

    def answers(text: str) -> Callable[[Message], str]:
        return lambda question: asked.append(question) or text  # type: ignore[func-returns-value]

    hall = device("keyring:hall")
    ring.broken = True
    assert tokens.resolve_or_ask(hall, answers(" secret-2 ")) == "secret-2"
    assert asked == [Message("token_question", device="hall", server=BLYNK)]
    assert redaction.redact("secret-2") == REDACTED
    assert refusal(lambda: tokens.resolve_or_ask(hall, answers("two words"))) == (
        'device "hall": this is not an auth token: copy it again from Blynk'
    )
    with pytest.raises(NoKeyringError, match="no keyring"):
        tokens.resolve_or_ask(hall, None)


@pytest.mark.usefixtures("ring")
def test_the_user_is_not_asked_if_there_is_a_keyring() -> None:
    hall = device("keyring:hall")
    assert "holds no token" in refusal(lambda: tokens.resolve_or_ask(hall, lambda _: "secret-2"))
    tokens.store("hall", BLYNK, "secret-1")
    assert tokens.resolve_or_ask(hall, lambda _: "secret-2") == "secret-1"


def chained(monkeypatch: pytest.MonkeyPatch, *rings: keyring.backend.KeyringBackend) -> None:
    """Let `rings` be the keyrings of this computer, in order of preference."""

    class Chain(ChainerBackend):
        def __init__(self) -> None:
            """Do nothing; the inherited method would look for settings in the environment."""

    monkeypatch.setattr(Chain, "backends", rings)
    chain = Chain()
    monkeypatch.setattr(keyring, "get_keyring", lambda: chain)


def test_of_several_keyrings_the_first_that_keeps_secrets_is_used(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = Ring()
    chained(monkeypatch, PlaintextKeyring(), ring, last)
    tokens.store("x", BLYNK, "secret-1")
    assert ring.entries == {("pinbridge", "x"): "*.blynk.cloud secret-1"}
    assert last.entries == {}
    assert tokens.resolve(device("keyring:x")) == "secret-1"


@pytest.mark.usefixtures("ring")
def test_a_file_in_plain_text_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    class Derived(PlaintextKeyring):
        """`PlaintextKeyring` under another class name."""

    chained(monkeypatch, PlaintextKeyring(), Derived())
    assert refusal(lambda: tokens.store("x", BLYNK, "secret-1")) == NO_KEYRING
