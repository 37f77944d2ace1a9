"""Fixtures: one local cloud for all trials, a trial for each test, and the parts of a bench."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.parts import Parts
from tests.bench.trial import Trial
from tests.bench.trial_cloud import TrialCloud


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Parts:
    """The parts of the test's benches."""
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
