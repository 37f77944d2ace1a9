"""A board on the network that vanishes without a word, as at a power cut, and comes back; run as a process.

It is started in a network of its own, with the name of its end of the cable and the protocol that it speaks,
`socket` or `rfc2217`. A first line on standard input says that the cable is there. The board then prints
`ready`, and sends lines to each client. The next lines are commands: `vanish` takes the board's address away,
so that nobody answers any more; `return` gives it back, and lets it send again; `hush` lets it fall silent.
"""

from __future__ import annotations

import select
import socket
import subprocess
import sys

from serial import rfc2217

from tests.boards.port_server import FarPort, manager

ADDRESS = "10.99.0.2"
PORT = 4000
PAUSE_S = 0.2


def address(action: str) -> None:
    """Add or delete (`del`) the board's address."""
    subprocess.run(["ip", "addr", action, f"{ADDRESS}/24", "dev", sys.argv[1]], check=True)


def main() -> None:
    sys.stdin.readline()
    address("add")
    server = socket.create_server((ADDRESS, PORT))
    print("ready", flush=True)
    clients: dict[socket.socket, rfc2217.PortManager | None] = {}
    talks, number = True, 0
    while True:
        ready, _, _ = select.select([sys.stdin, server, *clients], [], [], PAUSE_S)
        if sys.stdin in ready:
            command = sys.stdin.readline().strip()
            if not command:
                return
            if command == "vanish":
                address("del")
                # After a power cut the board knows nothing of the old connections, and ends none of them.
                for client in clients:
                    client.detach()
                clients.clear()
            elif command == "return":
                address("add")
            talks = command != "hush" and (talks or command == "return")
        if server in ready:
            client, _ = server.accept()
            clients[client] = manager(client, FarPort([], 0)) if sys.argv[2] == "rfc2217" else None
        for client, far_port in clients.items():
            if client in ready and (said := client.recv(1024)) and far_port:
                list(far_port.filter(said))
        if talks and not ready:
            number += 1
            for client in clients:
                client.sendall(b"v1=%d\n" % number)


if __name__ == "__main__":
    main()
