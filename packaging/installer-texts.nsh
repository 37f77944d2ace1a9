; The installer's texts in English and German; the language of Windows decides. NSIS has the other texts itself.

!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

LangString IS_RUNNING ${LANG_ENGLISH} "${PRODUCT} is running. Close it, then press Retry. Nothing has been changed yet."
LangString IS_RUNNING ${LANG_GERMAN} "${PRODUCT} läuft noch. Schließen Sie es und klicken Sie dann auf „Wiederholen“. Bisher wurde nichts geändert."
LangString NOTHING_CHANGED ${LANG_ENGLISH} "${PRODUCT} is running: close it and start again. Nothing was changed."
LangString NOTHING_CHANGED ${LANG_GERMAN} "${PRODUCT} läuft noch: Schließen Sie es und beginnen Sie neu. Es wurde nichts geändert."
LangString UNINSTALL_LINK ${LANG_ENGLISH} "Uninstall ${PRODUCT}"
LangString UNINSTALL_LINK ${LANG_GERMAN} "${PRODUCT} deinstallieren"
LangString BENCH_FILE ${LANG_ENGLISH} "${PRODUCT} bench file"
LangString BENCH_FILE ${LANG_GERMAN} "${PRODUCT}-Messplatzdatei"
LangString DATA_TOO ${LANG_ENGLISH} "Journals, settings and logs too"
LangString DATA_TOO ${LANG_GERMAN} "Auch Journale, Einstellungen und Protokolle"
