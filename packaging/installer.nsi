; The installer for Windows: for one user, without an administrator.
; steps/windows.py defines TARGET, PRODUCT, PUBLISHER, VERSION, FOLDER, ICON, OUTPUT, SIZE_KB, PORTABLE_MARK and, for signing, SIGN.
;
;   setup.exe /S [/D=C:\Folder]     silent; exit code 3 and nothing changed while the program runs
;   uninstall.exe /S [/DATA]        silent; /DATA deletes journals, settings and logs too

; This must be the first instruction: as soon as NSIS meets any other instruction, it chooses a target by itself.
Target ${TARGET}

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh

Name "${PRODUCT}"
OutFile "${OUTPUT}"
BrandingText "${PRODUCT} ${VERSION}"
InstallDir "$LOCALAPPDATA\Programs\${PRODUCT}"
InstallDirRegKey HKCU "Software\${PRODUCT}" "Folder"
RequestExecutionLevel user
SetCompressor /SOLID lzma
SetCompressorDictSize 64
ManifestDPIAware true

!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"' = 0
!endif

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${PRODUCT}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Sets up ${PRODUCT}"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "LegalCopyright" "${PUBLISHER}"

!define CLASSES "Software\Classes"
!define BENCH "${PRODUCT}.Bench"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${PRODUCT}"
!define RUNNING 3

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\pinbridge.exe"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${FOLDER}\LICENSE.txt"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!include /CHARSET=UTF8 "installer-texts.nsh"

; Waits until the program is closed: the file of a running program cannot be opened for writing.
!macro WAIT_UNTIL_CLOSED PROGRAM
  ${Do}
    ${IfNot} ${FileExists} "$INSTDIR\${PROGRAM}"
      ${ExitDo}
    ${EndIf}
    ClearErrors
    FileOpen $0 "$INSTDIR\${PROGRAM}" a
    ${IfNot} ${Errors}
      FileClose $0
      ${ExitDo}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONINFORMATION "$(IS_RUNNING)" /SD IDCANCEL IDRETRY +3
    SetErrorLevel ${RUNNING}
    Abort "$(NOTHING_CHANGED)"
  ${Loop}
!macroend

; An earlier installer may have run in the other language, so the links are deleted under the names of both.
!macro DELETE_LINKS
  Delete "$SMPROGRAMS\${PRODUCT}\${PRODUCT}.lnk"
  Delete "$SMPROGRAMS\${PRODUCT}\Uninstall ${PRODUCT}.lnk"
  Delete "$SMPROGRAMS\${PRODUCT}\${PRODUCT} deinstallieren.lnk"
!macroend

Section "${PRODUCT}"
  !insertmacro WAIT_UNTIL_CLOSED "pinbridge.exe"
  !insertmacro WAIT_UNTIL_CLOSED "pinbridge-cli.exe"
  ; Delete these folders first, so that no file of an older version stays.
  ${If} ${FileExists} "$INSTDIR\pinbridge.exe"
    RMDir /r "$INSTDIR\_internal"
    RMDir /r "$INSTDIR\licences"
  ${EndIf}
  SetOutPath "$INSTDIR"
  SetOverwrite on
  File /r /x "${PORTABLE_MARK}" "${FOLDER}\*"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  !insertmacro DELETE_LINKS
  CreateDirectory "$SMPROGRAMS\${PRODUCT}"
  CreateShortCut "$SMPROGRAMS\${PRODUCT}\${PRODUCT}.lnk" "$INSTDIR\pinbridge.exe"
  CreateShortCut "$SMPROGRAMS\${PRODUCT}\$(UNINSTALL_LINK).lnk" "$INSTDIR\uninstall.exe"

  ; A double click opens .pinbridge files; .toml files open only through "Open with".
  WriteRegStr HKCU "${CLASSES}\.pinbridge" "" "${BENCH}"
  WriteRegStr HKCU "${CLASSES}\${BENCH}" "" "$(BENCH_FILE)"
  WriteRegStr HKCU "${CLASSES}\${BENCH}\DefaultIcon" "" "$INSTDIR\pinbridge.exe,0"
  WriteRegStr HKCU "${CLASSES}\${BENCH}\shell\open\command" "" '"$INSTDIR\pinbridge.exe" gui "%1"'
  WriteRegStr HKCU "${CLASSES}\.toml\OpenWithProgids" "${BENCH}" ""
  WriteRegStr HKCU "${CLASSES}\Applications\pinbridge.exe" "FriendlyAppName" "${PRODUCT}"
  WriteRegStr HKCU "${CLASSES}\Applications\pinbridge.exe\shell\open\command" "" '"$INSTDIR\pinbridge.exe" gui "%1"'
  WriteRegStr HKCU "${CLASSES}\Applications\pinbridge.exe\SupportedTypes" ".pinbridge" ""
  WriteRegStr HKCU "${CLASSES}\Applications\pinbridge.exe\SupportedTypes" ".toml" ""
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'

  WriteRegStr HKCU "Software\${PRODUCT}" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${PRODUCT}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\pinbridge.exe"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section "un.${PRODUCT}"
  SectionIn RO
  !insertmacro WAIT_UNTIL_CLOSED "pinbridge.exe"
  !insertmacro WAIT_UNTIL_CLOSED "pinbridge-cli.exe"
  ; Files are deleted by name, and the folder only if it is empty, because any other file in it is the user's.
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\pinbridge.exe"
  Delete "$INSTDIR\pinbridge-cli.exe"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\contents.json"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  !insertmacro DELETE_LINKS
  RMDir "$SMPROGRAMS\${PRODUCT}"
  ReadRegStr $0 HKCU "${CLASSES}\.pinbridge" ""
  ${If} $0 == "${BENCH}"
    DeleteRegKey HKCU "${CLASSES}\.pinbridge"
  ${EndIf}
  DeleteRegKey HKCU "${CLASSES}\${BENCH}"
  DeleteRegValue HKCU "${CLASSES}\.toml\OpenWithProgids" "${BENCH}"
  DeleteRegKey HKCU "${CLASSES}\Applications\pinbridge.exe"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\${PRODUCT}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Section /o "un.$(DATA_TOO)" REMOVE_DATA
  RMDir /r "$LOCALAPPDATA\pinbridge"
SectionEnd

Function un.onInit
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DATA" $1
  ${IfNot} ${Errors}
    SectionGetFlags ${REMOVE_DATA} $2
    IntOp $2 $2 | 1
    SectionSetFlags ${REMOVE_DATA} $2
  ${EndIf}
FunctionEnd
