"""Signs a Windows program if a certificate is given; otherwise only reports that the program is not signed.

Environment variables name the certificate. For `signtool` on Windows, `PINBRIDGE_SIGN_THUMBPRINT` is the
thumbprint of a certificate in the system's store. For `osslsigncode` on other systems, `PINBRIDGE_SIGN_PFX`
is the file of the certificate, and `PINBRIDGE_SIGN_PASSWORD_FILE` the file with its password. For both,
`PINBRIDGE_SIGN_TIMESTAMP` is the address of a timestamp server (optional). Invariant: no password appears on
a command line.
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
    """Whether the variables in `environment` name a certificate."""
    return bool(environment.get("PINBRIDGE_SIGN_THUMBPRINT") or environment.get("PINBRIDGE_SIGN_PFX"))


def sign(program: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Sign the file `program` in place, if variables in `environment` name a certificate.

    Raises BuildError if signing fails.
    """
    if not is_wanted(environment):
        say(f"{program.name} is not signed: no certificate is given")
        return
    signed = program.with_suffix(".signed")
    run(command(program, signed, environment))
    if signed.exists():
        signed.replace(program)
    say(f"{program.name} is signed")


def command(program: Path, signed: Path, environment: Mapping[str, str]) -> list[str]:
    """The command that signs `program`: signtool signs in place, osslsigncode writes to the file `signed`."""
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
