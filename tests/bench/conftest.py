"""One local cloud for all trials, and a trial for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.trial import Trial
from tests.bench.trial_cloud import TrialCloud


@pytest.fixture(scope="package")
def trial_cloud() -> Iterator[TrialCloud]:
    with TrialCloud() as cloud:
        yield cloud


@pytest.fixture
def trial(tmp_path: Path, trial_cloud: TrialCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trial]:
    trial = Trial(tmp_path, trial_cloud, monkeypatch)
    yield trial
    trial.close()
