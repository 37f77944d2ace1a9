"""What a pupil writes to plot four values of a board: pyserial, pyqtgraph, 45 lines. `pupil.py PORT`."""

import sys
import time
from collections import deque

import pyqtgraph as pg
import serial
from PySide6.QtCore import QTimer

NAMES = ["v0", "v1", "v2", "v3"]
KEEP_S = 10

port = serial.Serial(sys.argv[1], 115200, timeout=0)
app = pg.mkQApp("plot")
window = pg.GraphicsLayoutWidget(title="plot")
window.resize(1280, 800)
times: dict[str, deque[float]] = {name: deque(maxlen=100_000) for name in NAMES}
values: dict[str, deque[float]] = {name: deque(maxlen=100_000) for name in NAMES}
curves = {}
for row, name in enumerate(NAMES):
    plot = window.addPlot(row=row, col=0, title=name)
    curves[name] = plot.plot(pen=pg.intColor(row))
window.show()
rest = b""


def update() -> None:
    global rest
    data = port.read(65536)
    if not data:
        return
    *lines, rest = (rest + data).split(b"\r\n")
    now = time.time()
    for line in lines:
        name, _, value = line.decode(errors="replace").partition("=")
        if name in values:
            times[name].append(now)
            values[name].append(float(value))
    for name, curve in curves.items():
        while times[name] and times[name][0] < now - KEEP_S:
            times[name].popleft()
            values[name].popleft()
        curve.setData([t - now for t in times[name]], list(values[name]))


timer = QTimer()
timer.timeout.connect(update)
timer.start(20)
app.exec()
