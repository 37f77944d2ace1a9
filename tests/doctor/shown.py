"""A finding as the tests of the doctor compare it."""

from __future__ import annotations

from app.doctor.finding import Finding, Grade


def shown(finding: Finding) -> tuple[str, Grade, str]:
    """The check, the grade and the English sentence of a finding."""
    return finding.check, finding.grade, str(finding.message)
