"""The lines that ESP boards print at a start, a crash or an upload are told from what sketches print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.boot import BootLine, BootSign, boot_line

STARTS = {
    "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)": BootSign.POWER_ON,
    "rst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)": BootSign.POWER_ON,
    "rst:0x15 (USB_UART_CHIP_RESET),boot:0x8 (SPI_FAST_FLASH_BOOT)": BootSign.POWER_ON,
    "rst:0x3 (SW_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)": BootSign.SOFTWARE,
    "rst:0xc (SW_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)": BootSign.SOFTWARE,
    "rst:0x3 (RTC_SW_SYS_RST),boot:0x8 (SPI_FAST_FLASH_BOOT)": BootSign.SOFTWARE,
    "rst:0x5 (DEEPSLEEP_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)": BootSign.WAKE,
    "rst:0x5 (DSLEEP),boot:0xc (SPI_FAST_FLASH_BOOT)": BootSign.WAKE,
    "rst:0x7 (TG0WDT_SYS_RST),boot:0xc (SPI_FAST_FLASH_BOOT)": BootSign.WATCHDOG,
    "rst:0x8 (TG1WDT_SYS_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)": BootSign.WATCHDOG,
    "rst:0xd (RTCWDT_CPU_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)": BootSign.WATCHDOG,
    "rst:0x10 (RTCWDT_RTC_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)": BootSign.WATCHDOG,
    "rst:0xf (RTCWDT_BROWN_OUT_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)": BootSign.BROWN_OUT,
    "rst:0xf (BROWNOUT_RST),boot:0x8 (SPI_FAST_FLASH_BOOT)": BootSign.BROWN_OUT,
    "rst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))": BootSign.UPLOAD_MODE,
    "rst:0x10 (RTCWDT_RTC_RESET),boot:0x1 (DOWNLOAD_BOOT(UART0/UART1/SDIO_FEI_REO_V2))": BootSign.UPLOAD_MODE,
    "rst:0x15 (USB_UART_CHIP_RESET),boot:0x0 (DOWNLOAD(USB/UART0))": BootSign.UPLOAD_MODE,
    "rst:0x15 (USB_UART_HPSYS),boot:0x4 (DOWNLOAD(USB/UART0/SDIO_FEI_FEO))": BootSign.UPLOAD_MODE,
    " ets Jan  8 2013,rst cause:1, boot mode:(3,6)": BootSign.POWER_ON,
    " ets Jan  8 2013,rst cause:2, boot mode:(3,6)": BootSign.RESET_PIN,
    " ets Jan  8 2013,rst cause:4, boot mode:(3,6)": BootSign.WATCHDOG,
    " ets Jan  8 2013,rst cause:2, boot mode:(1,7)": BootSign.UPLOAD_MODE,
    "\ufffd\x10\ufffdrst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)": BootSign.POWER_ON,
    "rst:0x1 (POWERON_RESET)": BootSign.POWER_ON,
}
OTHERS = {
    BootSign.UPLOAD_MODE: ["waiting for download", "waiting for host"],
    BootSign.BROWN_OUT: [
        "Brownout detector was triggered",
        "E (512) BOD: Brownout detector was triggered",
        "\x1b[0;31mE (512) BOD: Brownout detector was triggered",
    ],
    BootSign.WATCHDOG: [" wdt reset", "wdt reset", "Soft WDT reset"],
    BootSign.CRASH: [
        "Guru Meditation Error: Core  1 panic'ed (LoadProhibited). Exception was unhandled.",
        "Guru Meditation Error: Core  0 panic'ed (Interrupt wdt timeout on CPU0).",
        "abort() was called at PC 0x400d1b2f on core 1",
        "assert failed: xQueueSemaphoreTake queue.c:1545 (( pxQueue ))",
        "***ERROR*** A stack overflow in task loopTask has been detected.",
        "Stack smashing protect failure!",
        "CORRUPT HEAP: Bad head at 0x3ffb8a5c. Expected 0xabba1234 got 0x00000000",
        "Debug exception reason: Stack canary watchpoint triggered (loopTask)",
        "Exception (28):",
        "Fatal exception 28(LoadProhibitedCause):",
        "User exception (panic/abort/assert)",
        "Unhandled C++ exception: OOM",
        "Panic core_esp8266_main.cpp:133 __yield",
        "Abort called",
        "++ MbedOS Error Info ++",
    ],
    BootSign.STACK: [
        "Backtrace: 0x400d1b2c:0x3ffb1f70 0x400d1b89:0x3ffb1f90",
        "Backtrace:0x400d1b2c:0x3ffb1f70",
        ">>>stack>>>",
    ],
    BootSign.NO_SKETCH: [
        "flash read err, 1000",
        "ets_main.c 371 ",
        "main.c 342",
        "ets_loader.c 78",
        "invalid header: 0xffffffff",
        "csum err",
        "E (62) boot: No bootable app partitions in the partition table",
        "E (45) esp_image: image at 0x10000 has invalid magic byte",
    ],
    BootSign.TEXT: [
        "ets Jun  8 2016 00:22:57",
        "ESP-ROM:esp32s3-20210327",
        "Build:Mar 27 2021",
        "Saved PC:0x40049a42",
        "configsip: 0, SPIWP:0xee",
        "SPIWP:0xee",
        "clk_drv:0x00,q_drv:0x00,d_drv:0x00,cs0_drv:0x00,hd_drv:0x00,wp_drv:0x00",
        "mode:DIO, clock div:1",
        "load:0x3fff0030,len:1184",
        "load 0x4010f000, len 3460, room 16 ",
        "ho 0 tail 12 room 4",
        "tail 4",
        "chksum 0xcc",
        "csum 0xcc",
        "v000444a0",
        "~ld",
        "entry 0x400805e4",
        "I (29) boot: ESP-IDF v4.4 2nd stage bootloader",
        "\x1b[0;32mI (29) boot: chip revision: 3\x1b[0m",
        "Rebooting...",
        "Core  1 register dump:",
        "PC      : 0x400d1b2f  PS      : 0x00060430  A0      : 0x800d1b8c  A1      : 0x3ffb1f70",
        "EXCVADDR: 0x00000000  LBEG    : 0x4000c2e0",
        "ELF file SHA256: 0123456789abcdef",
        "epc1=0x40202d4c epc2=0x00000000 epc3=0x00000000 excvaddr=0x00000000 depc=0x00000000",
        "ctx: cont",
        "sp: 3ffffdc0 end: 3fffffc0 offset: 0190",
        "3ffffdb0:  40201c5c 00000000 00000001 3ffee5b0",
        "<<<stack<<<",
        "last failed alloc call: 40209734(536)",
        "--------------- CUT HERE FOR EXCEPTION DECODER ---------------",
    ],
}
SKETCHES = [
    "", " ", "x", "v1=5", "V1 = 5", "ds7=1", "v1=Brownout detector was triggered",
    "v1=rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)", "Temperature: 23.64", "A1: 512", "ready",
    "reset", "Booting", "Hello world", "rst cause", "mode: auto", "load: 5 kg", "entry 5", "Error",
    "23.5,55.1", "waiting for data", "tail 4 cm", "E (1) wifi: off", "watchdog ok",
]  # fmt: skip


@pytest.mark.parametrize(("text", "sign"), STARTS.items())
def test_the_cause_of_a_start_is_recognised(text: str, sign: BootSign) -> None:
    assert boot_line(text) == BootLine(sign, is_start=True)
    assert boot_line(f"{text}\r") == BootLine(sign, is_start=True)


@pytest.mark.parametrize(("sign", "text"), [(sign, text) for sign, texts in OTHERS.items() for text in texts])
def test_other_boot_lines_are_recognised(sign: BootSign, text: str) -> None:
    assert boot_line(text) == BootLine(sign)
    assert boot_line(f"\x00\ufffd{text}") == BootLine(sign)


@pytest.mark.parametrize("text", SKETCHES)
def test_what_sketches_print_is_no_boot_line(text: str) -> None:
    assert boot_line(text) is None


@given(st.integers(0, 255), st.sampled_from([*STARTS, *OTHERS[BootSign.CRASH]]))
def test_an_assignment_is_no_boot_line(pin: int, text: str) -> None:
    assert boot_line(f"v{pin}={text}".replace("\ufffd", "")) is None


def test_only_the_beginning_of_a_line_is_read() -> None:
    text = "rst:0x1 (POWERON)"
    assert boot_line("x" * (200 - len(text)) + text)
    assert boot_line("x" * (201 - len(text)) + text) is None
