"""Translates Qt's own dialogs, buttons and key names into the language of the window.

Invariant: if Qt has no catalogue for that language, Qt's texts are in English.
"""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.messages import languages

_FOLDER = QLibraryInfo.LibraryPath.TranslationsPath


def follow(application: QApplication) -> None:
    """Make Qt use the language chosen with `languages.choose`, for all widgets created from now on."""
    for earlier in application.findChildren(QTranslator):
        application.removeTranslator(earlier)
        earlier.deleteLater()
    code = languages.current().code
    QLocale.setDefault(QLocale(code))
    translator = QTranslator(application)
    if translator.load(f"qtbase_{code}", QLibraryInfo.path(_FOLDER)):
        application.installTranslator(translator)
