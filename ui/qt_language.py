"""Qt's own dialogs, buttons and names of keys, in the language that is chosen.

Invariant: Qt speaks the language of the window, or English if Qt has no catalogue for it.
"""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.messages import languages

_FOLDER = QLibraryInfo.LibraryPath.TranslationsPath


def follow(application: QApplication) -> None:
    """Use the language of `languages.choose` for the widgets that are made from now on."""
    for earlier in application.findChildren(QTranslator):
        application.removeTranslator(earlier)
        earlier.deleteLater()
    code = languages.current().code
    QLocale.setDefault(QLocale(code))
    translator = QTranslator(application)
    if translator.load(f"qtbase_{code}", QLibraryInfo.path(_FOLDER)):
        application.installTranslator(translator)
