"""The command that runs the local cloud: `cloud`."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.errors import CommandError
from app.commands.output import say, show
from app.commands.translated import FILE, Command, option
from app.errors import PinbridgeError
from app.messages.languages import text
from app.program import logs
from app.security import redaction


@click.command(cls=Command, help="help_cloud")
@option("--listen", default="127.0.0.1:8080", show_default=True, help="help_cloud_listen")
@option("--devices", "devices_file", type=FILE, help="help_cloud_devices")
@option("--faults", "faults_file", type=FILE, help="help_cloud_faults")
def cloud(listen: str, devices_file: Path | None, faults_file: Path | None) -> int:
    """Run the local cloud until a signal stops it."""
    from app.localcloud.command import parse_listen, run_cloud
    from app.localcloud.names import is_loopback

    logs.start(())
    try:
        if not is_loopback(parse_listen(listen)[0]):
            say(text("cloud_open_to_network", listen=listen))
        run_cloud(listen, devices_file, show, faults_file, redaction.learn)
    except PinbridgeError:
        raise
    except ValueError as error:
        # For example, the host name cannot be encoded.
        raise CommandError("verbatim", text=str(error)) from None
    return 0
