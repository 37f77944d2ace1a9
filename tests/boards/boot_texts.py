"""What ESP boards print when they start, crash or wait for an upload.

An ESP8266 prints `ROM_8266` at 74,880 baud, whatever the rate of the sketch is.
"""

from __future__ import annotations

ROM_8266 = (
    b"\r\n ets Jan  8 2013,rst cause:2, boot mode:(3,6)\r\n\r\nload 0x4010f000, len 3460, room 16 \r\n"
    b"tail 4\r\nchksum 0xcc\r\nload 0x3fff20b8, len 40, room 4 \r\ntail 4\r\nchksum 0xc9\r\ncsum 0xc9\r\n"
    b"v000444a0\r\n~ld\r\n"
)
ROM_32 = (
    b"ets Jun  8 2016 00:22:57\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n"
    b"configsip: 0, SPIWP:0xee\r\n"
    b"clk_drv:0x00,q_drv:0x00,d_drv:0x00,cs0_drv:0x00,hd_drv:0x00,wp_drv:0x00\r\n"
    b"mode:DIO, clock div:1\r\nload:0x3fff0030,len:1184\r\nload:0x40078000,len:13232\r\n"
    b"load:0x40080400,len:3028\r\nentry 0x400805e4\r\n"
)
ROM_C3 = (
    b"ESP-ROM:esp32c3-api1-20210207\r\nBuild:Feb  7 2021\r\n"
    b"rst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)\r\nSPIWP:0xee\r\nmode:DIO, clock div:1\r\n"
    b"load:0x3fcd6100,len:0x172c\r\nentry 0x403ce000\r\nI (24) boot: ESP-IDF v4.4 2nd stage bootloader\r\n"
)
BROWN_OUT = b"\r\nBrownout detector was triggered\r\n\r\n"
BANNER = b"ets Jun  8 2016 00:22:57\r\n\r\nrst:0x%x (%s),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n"
SOFTWARE = BANNER % (12, b"SW_CPU_RESET")
WATCHDOG = BANNER % (8, b"TG1WDT_SYS_RESET")
SLEEP = BANNER % (5, b"DEEPSLEEP_RESET")
NO_SKETCH = BANNER % (16, b"RTCWDT_RTC_RESET") + b"flash read err, 1000\r\nets_main.c 371\r\n"
PANIC = (
    b"Guru Meditation Error: Core  1 panic'ed (LoadProhibited). Exception was unhandled.\r\n"
    b"Core  1 register dump:\r\nPC      : 0x400d1b2f  PS      : 0x00060430\r\n"
    b"Backtrace: 0x400d1b2c:0x3ffb1f70\r\nRebooting...\r\n" + SOFTWARE
)
EXCEPTION = (
    b"\r\nException (28):\r\nepc1=0x40202d4c epc2=0x00000000\r\n\r\n>>>stack>>>\r\n\r\nctx: cont\r\n"
    b"3ffffdb0:  40201c5c 00000000 00000001 3ffee5b0\r\n<<<stack<<<\r\n"
)
WDT_8266 = b"\r\nSoft WDT reset\r\n\r\n>>>stack>>>\r\n<<<stack<<<\r\n"
UPLOAD = b"rst:0x1 (POWERON),boot:0x4 (DOWNLOAD(USB/UART0/1))\r\nwaiting for download\r\n"
