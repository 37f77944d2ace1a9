"""Turns a finding of the doctor into a tuple that tests can compare."""

from __future__ import annotations

from app.doctor.finding import Finding, Grade


def shown(finding: Finding) -> tuple[str, Grade, str]:
    """The check, the grade and the English sentence of a finding."""
    return finding.check, finding.grade, str(finding.message)
