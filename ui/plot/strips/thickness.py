"""How thick curves are, in pixels. Pure."""

from __future__ import annotations

from ui.theme.colors import HIGH_CONTRAST, Scheme

_FINE_PX, _THICK_PX, _BOLD_PX = 1, 2, 3


def thickness_px(scheme: Scheme, *, thick: bool, bold: bool) -> int:
    """The thickness of curves: very thick if `bold`, for an audience; `thick` if the user wants it.

    They are thick in high contrast too.
    """
    if bold:
        return _BOLD_PX
    return _THICK_PX if thick or scheme is HIGH_CONTRAST else _FINE_PX
