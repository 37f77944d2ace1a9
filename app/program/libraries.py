"""Which optional libraries are installed."""

from __future__ import annotations

import importlib.util


def has_pyarrow() -> bool:
    """Whether pyarrow is installed, without which no Parquet file can be written."""
    return importlib.util.find_spec("pyarrow") is not None
