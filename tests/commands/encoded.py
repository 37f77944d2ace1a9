"""Runs commands whose standard streams have a given encoding: `python -m tests.commands.encoded ENCODING`.

Standard input has a JSON list of command lines, each a list of words. Standard output gets a JSON list with
the exit status of each command, and the bytes that it printed to standard output and to standard error, as
hexadecimal digits. All commands run in this process, because starting one for each would take longer.
"""

from __future__ import annotations

import io
import json
import sys

from app import cli


def run(encoding: str, words: list[str]) -> tuple[object, str, str]:
    out, err = io.BytesIO(), io.BytesIO()
    plain = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    sys.stdout = io.TextIOWrapper(out, encoding=encoding)
    sys.stderr = io.TextIOWrapper(err, encoding=encoding)
    sys.argv = ["pinbridge", *words]
    status: object = None
    try:
        cli.main()
    except SystemExit as end:
        status = end.code
    except BaseException as error:  # noqa: BLE001 - whatever it is, the test reports it
        status = repr(error)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    # The bytes are read first: a text stream that is not used any more closes the bytes below it.
    result = status, out.getvalue().hex(), err.getvalue().hex()
    sys.stdin, sys.stdout, sys.stderr = plain
    return result


if __name__ == "__main__":
    encoding = sys.argv[1]
    results = [run(encoding, words) for words in json.load(sys.stdin)]
    print(json.dumps(results))
