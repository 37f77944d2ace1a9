"""Fixtures: a local cloud for all tests, and for each test a bench (`Trial`) or the `Parts` of benches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.parts import Parts
from tests.bench.trial import Trial
from tests.bench.trial_cloud import TrialCloud


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Parts:
    """The journal, the writer and the sessions of the newest bench that the test has made."""
    return Parts(monkeypatch)


@pytest.fixture(scope="package")
def trial_cloud() -> Iterator[TrialCloud]:
    with TrialCloud() as cloud:
        yield cloud


@pytest.fixture
def trial(tmp_path: Path, trial_cloud: TrialCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    trial = Trial(tmp_path, trial_cloud, monkeypatch)
    yield trial
    trial.close()
