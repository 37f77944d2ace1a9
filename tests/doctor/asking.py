"""An HTTP session for tests of the doctor, which records requests and may answer them itself."""

from __future__ import annotations

import io
from typing import Any

import pytest
import requests

from app.doctor import devices


class Asking(requests.Session):
    """Replaces the session with which the doctor asks servers, and records each request in `asked`.

    If `answer` is a string, every response has it as its header `Date`; if it is an exception, every request
    raises it; if it is None, requests are really sent.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: str | Exception | None = None) -> None:
        super().__init__()
        self.asked: list[tuple[str | bytes, dict[str, Any]]] = []
        self.answer = answer
        monkeypatch.setattr(devices, "anonymous_session", lambda _: self)

    def get(self, url: str | bytes, **options: Any) -> requests.Response:
        self.asked.append((url, options))
        if self.answer is None:
            return super().get(url, **options)
        if isinstance(self.answer, Exception):
            raise self.answer
        response = requests.Response()
        response.raw = io.BytesIO()
        response.headers["Date"] = self.answer
        return response
