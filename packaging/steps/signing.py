"""Signs a Windows program if a certificate is given; otherwise it only reports that it did not.

On Windows, `signtool` takes the certificate with the thumbprint `PINBRIDGE_SIGN_THUMBPRINT` from the store.
On other systems, `osslsigncode` takes the file `PINBRIDGE_SIGN_PFX`, whose password is in the file
`PINBRIDGE_SIGN_PASSWORD_FILE`. `PINBRIDGE_SIGN_TIMESTAMP` is the address of a timestamp server.
Invariant: no password appears on a command line.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from steps.product import NAME
from steps.running import BuildError, run, say


def is_wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a certificate is given."""
    return bool(environment.get("PINBRIDGE_SIGN_THUMBPRINT") or environment.get("PINBRIDGE_SIGN_PFX"))


def sign(program: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Sign a program in place. Raises BuildError."""
    if not is_wanted(environment):
        say(f"{program.name} is not signed: no certificate is given")
        return
    signed = program.with_suffix(".signed")
    run(command(program, signed, environment))
    if signed.exists():
        signed.replace(program)
    say(f"{program.name} is signed")


def command(program: Path, signed: Path, environment: Mapping[str, str]) -> list[str]:
    """The command that signs a program: in place (signtool), or into the file `signed`."""
    timestamp = environment.get("PINBRIDGE_SIGN_TIMESTAMP", "")
    thumbprint = environment.get("PINBRIDGE_SIGN_THUMBPRINT", "")
    if thumbprint:
        stamp = ["/tr", timestamp, "/td", "sha256"] if timestamp else []
        return ["signtool", "sign", "/sha1", thumbprint, "/fd", "sha256", "/d", NAME, *stamp, str(program)]
    certificate, password = (
        environment["PINBRIDGE_SIGN_PFX"],
        environment.get("PINBRIDGE_SIGN_PASSWORD_FILE"),
    )
    if not password:
        raise BuildError("PINBRIDGE_SIGN_PASSWORD_FILE is not set: name the file with the password")
    stamp = ["-ts", timestamp] if timestamp else []
    given = ["-pkcs12", certificate, "-readpass", password, "-h", "sha256", "-n", NAME, *stamp]
    return ["osslsigncode", "sign", *given, "-in", str(program), "-out", str(signed)]


if __name__ == "__main__":
    # makensis runs this to sign the uninstaller.
    try:
        sign(Path(sys.argv[1]))
    except BuildError as error:
        sys.exit(f"signing: {error}")
