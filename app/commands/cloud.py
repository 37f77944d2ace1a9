"""The command that serves the local cloud."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.output import say
from app.program import logs
from app.security import redaction


@click.command()
@click.option("--listen", default="127.0.0.1:8080", show_default=True, help="HOST:PORT")
@click.option("--devices", "devices_file", type=click.Path(path_type=Path), help="Devices and datastreams.")
@click.option(
    "--faults",
    "faults_file",
    type=click.Path(path_type=Path),
    help="Faults to play, see the local cloud's page.",
)
def cloud(listen: str, devices_file: Path | None, faults_file: Path | None) -> int:
    """A local server that speaks the Blynk device API, for a class without internet."""
    from app.localcloud.command import parse_listen, run_cloud
    from app.localcloud.names import is_loopback

    logs.start(())
    try:
        if not is_loopback(parse_listen(listen)[0]):
            say(f"Warning: everybody in this network can reach {listen}, and its values are not encrypted.")
        run_cloud(listen, devices_file, click.echo, faults_file, redaction.learn)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return 0
