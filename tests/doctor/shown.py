"""What a finding shows of itself, in English: what the tests of the doctor compare."""

from __future__ import annotations

from app.doctor.finding import Finding, Grade


def shown(finding: Finding) -> tuple[str, Grade, str]:
    """What was checked, how it is graded, and the sentence about it."""
    return finding.check, finding.grade, str(finding.message)
