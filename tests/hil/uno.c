/*
 * An emulated Arduino Uno: runs a compiled sketch on simavr, with its UART behind a pseudo terminal.
 *
 *   uno [--speed X] [--seconds S] SKETCH.elf
 *
 * Standard output: the port's path, then one answer for each command, and "stopped at CYCLES after BYTES" when
 * the board stops. BYTES are those since the last reset.
 * Standard input: "adc CHANNEL MILLIVOLTS" and "pin PORT BIT LEVEL" (pin D 2 1), each answered by "ok" or
 * "error: ...". The end of standard input unplugs the board, and so does a kill.
 *
 * - The board is held in reset until a program opens the port. Each open resets it, as DTR does on an Uno.
 *   The sketch starts when the program has discarded old input (TCIFLUSH), or after BOOT_NS if it never does.
 *   So no output of the sketch is discarded, however slow the program is. A program that discards nothing may
 *   first read what is left from the program before it.
 * - Board time runs X times as fast as real time (default 1); 0 means as fast as possible. After a delay, the
 *   board catches up on at most CATCH_UP_NS.
 * - While the port's buffer is full, board time stands still. A real board would go on and lose bytes; this
 *   one loses none, so that a test knows what was sent. For the same reason it waits while the port is closed.
 * - After S seconds of board time, counted over all resets, the board stops for good at the next line end, at
 *   most a second later. The port stays.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "avr_adc.h"
#include "avr_ioport.h"
#include "avr_uart.h"
#include "sim_avr.h"
#include "sim_elf.h"

#define CLOCK_HZ 16000000
#define SLICE_CYCLES (CLOCK_HZ / 1000)
#define SLICE_RX_BYTES 10 /* as many as 115,200 baud can carry in a slice */
#define NS_PER_S 1000000000LL
#define BOOT_NS (60 * NS_PER_S)
#define CATCH_UP_NS (NS_PER_S / 20)

enum phase { CLOSED, BOOTING, RUNNING, STOPPED };

static avr_t *avr;
static int port = -1, opens = -1;
static const char *port_path;
static enum phase phase = CLOSED;
static avr_cycle_count_t elapsed, limit; /* board time over all resets; a limit of 0 means none */
static int64_t due_ns, slice_ns; /* when the next slice or the end of the boot is due; the length of a slice */
static uint8_t sent[256], received[1 + SLICE_RX_BYTES];
static size_t sent_n, received_n, received_at;
static unsigned long sent_since_reset;
static uint8_t last_sent = '\n';
static bool uart_full;
static int levels[3][8]; /* of the pins of ports B, C, D: level + 1, or 0 if never set */

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static void log_errors(struct avr_t *board, const int level, const char *format, va_list arguments) {
    (void)board;
    if (level <= LOG_ERROR) /* to standard error: standard output is for the answers */
        vfprintf(stderr, format, arguments);
}

static void never_sleep(avr_t *board, avr_cycle_count_t cycles) {
    (void)board, (void)cycles; /* the loop in main() keeps time */
}

static void on_sent(struct avr_irq_t *irq, uint32_t value, void *unused) {
    (void)irq, (void)unused;
    if (sent_n == sizeof sent) { /* a slice sends about 12 bytes, written before the next one */
        fprintf(stderr, "uno: over %zu bytes in a slice\n", sizeof sent);
        exit(1);
    }
    sent[sent_n++] = last_sent = (uint8_t)value;
    sent_since_reset++;
}

static void on_uart_full(struct avr_irq_t *irq, uint32_t value, void *full) {
    (void)irq, (void)value;
    uart_full = full != NULL;
}

static void set_pin(char name, int bit, int level) {
    avr_irq_t *pin = avr_io_getirq(avr, AVR_IOCTL_IOPORT_GETIRQ(name), bit);
    pin->flags |= IRQ_FLAG_INIT; /* even if the level is the same: a reset has cleared the register */
    avr_raise_irq(pin, level);
}

static void reset_board(void) {
    uint32_t flags = 0; /* no echo on standard output, and no sleep while the sketch polls */
    avr_reset(avr);
    avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
    for (int i = 0; i < 24; i++)
        if (levels[i / 8][i % 8])
            set_pin('B' + i / 8, i % 8, levels[i / 8][i % 8] - 1);
    sent_n = received_n = received_at = sent_since_reset = 0;
    uart_full = false;
    last_sent = '\n';
}

static const char *obey(const char *line) {
    unsigned channel, millivolts, bit, level;
    char name, rest;
    if (sscanf(line, "adc %u %u %c", &channel, &millivolts, &rest) == 2) {
        if (channel > 7 || millivolts > 5000)
            return "error: channels are 0 to 7, millivolts 0 to 5000";
        avr_raise_irq(avr_io_getirq(avr, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_ADC0 + channel), millivolts);
        return "ok";
    }
    if (sscanf(line, "pin %c %u %u %c", &name, &bit, &level, &rest) == 3) {
        if (name < 'B' || name > 'D' || bit > 7 || level > 1)
            return "error: ports are B to D, bits 0 to 7, levels 0 and 1";
        levels[name - 'B'][bit] = 1 + level;
        set_pin(name, bit, level);
        return "ok";
    }
    return "error: commands are adc CHANNEL MILLIVOLTS, pin PORT BIT LEVEL";
}

static void read_commands(void) {
    static char text[256];
    static size_t n;
    ssize_t got = read(0, text + n, sizeof text - 1 - n);
    if (got <= 0)
        exit(0);
    text[n += got] = '\0';
    char *line = text, *end;
    for (; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        puts(obey(line));
    }
    n = strlen(line) < sizeof text - 1 ? strlen(line) : 0;
    memmove(text, line, n);
}

static void open_port(void) {
    struct termios raw; /* from the start, or the terminal would echo the sketch's output back to it */
    int packets = 1;    /* each read begins with a status byte, which shows that a program discarded its input */
    port = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (port < 0 || grantpt(port) || unlockpt(port) || !(port_path = ptsname(port)) || tcgetattr(port, &raw))
        fail("pseudo terminal");
    cfmakeraw(&raw);
    opens = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (tcsetattr(port, TCSANOW, &raw) || ioctl(port, TIOCPKT, &packets) || opens < 0 ||
        inotify_add_watch(opens, port_path, IN_OPEN) < 0)
        fail(port_path);
}

static void port_closed(void) {
    int off = 0, on = 1; /* off and on again, which clears a status byte that was not read */
    tcflush(port, TCIOFLUSH);
    ioctl(port, TIOCPKT, &off);
    ioctl(port, TIOCPKT, &on);
    phase = CLOSED;
}

/* Reads a packet from the port into received[]; true if it reports that the program discarded its input. */
static bool read_packet(void) {
    ssize_t got = read(port, received, sizeof received);
    received_at = 1;
    received_n = got > 0 && received[0] == TIOCPKT_DATA ? got : 0;
    return got > 0 && (received[0] & TIOCPKT_FLUSHREAD);
}

static void write_sent(void) {
    ssize_t put = sent_n ? write(port, sent, sent_n) : 0;
    if (put > 0)
        memmove(sent, sent + put, sent_n -= put);
}

static bool at_limit(void) {
    return limit && elapsed >= limit && (last_sent == '\n' || elapsed >= limit + CLOCK_HZ);
}

static void run_slice(void) {
    avr_irq_t *in = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_INPUT);
    if (received_at >= received_n)
        read_packet();
    while (received_at < received_n && !uart_full)
        avr_raise_irq(in, received[received_at++]);
    for (avr_cycle_count_t end = elapsed + SLICE_CYCLES; elapsed < end && !at_limit();) {
        avr_cycle_count_t before = avr->cycle;
        int state = avr_run(avr);
        elapsed += avr->cycle - before;
        if (state == cpu_Done || state == cpu_Crashed) {
            fprintf(stderr, "uno: the sketch crashed\n");
            exit(1);
        }
    }
}

static void load(const char *elf) {
    static elf_firmware_t firmware;
    avr_irq_t *uart;
    avr_global_logger_set(log_errors);
    if (elf_read_firmware(elf, &firmware) || !(avr = avr_make_mcu_by_name("atmega328p"))) {
        fprintf(stderr, "uno: cannot load %s\n", elf);
        exit(1);
    }
    avr_init(avr);
    firmware.frequency = CLOCK_HZ;
    firmware.vcc = firmware.avcc = firmware.aref = 5000;
    avr_load_firmware(avr, &firmware);
    avr->sleep = never_sleep;
    uart = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), 0);
    avr_irq_register_notify(uart + UART_IRQ_OUTPUT, on_sent, NULL);
    avr_irq_register_notify(uart + UART_IRQ_OUT_XON, on_uart_full, NULL);
    avr_irq_register_notify(uart + UART_IRQ_OUT_XOFF, on_uart_full, &uart_full);
}

static void port_opened(void) {
    char events[4096];
    while (read(opens, events, sizeof events) > 0)
        ;
    if (phase == STOPPED)
        return;
    reset_board();
    phase = BOOTING;
    due_ns = now_ns() + BOOT_NS;
}

static void run_board(void) {
    write_sent();
    if (sent_n)
        return;
    if (at_limit()) {
        printf("stopped at %llu after %lu\n", (unsigned long long)elapsed, sent_since_reset);
        phase = STOPPED;
    } else if (now_ns() >= due_ns) {
        run_slice();
        write_sent();
        due_ns += slice_ns;
        if (due_ns < now_ns() - CATCH_UP_NS)
            due_ns = now_ns();
    }
}

/* Waits for a command, an open, a close or the next slice, and handles it. */
static void step(void) {
    const bool live = phase == BOOTING || phase == RUNNING, full = phase == RUNNING && sent_n;
    const int64_t now = now_ns(), left_ns = due_ns > now ? due_ns - now : 0;
    const struct timespec wait = {left_ns / NS_PER_S, left_ns % NS_PER_S};
    struct pollfd ready[] = {{0, POLLIN, 0}, {opens, POLLIN, 0}, {live ? port : -1, full ? POLLOUT : POLLPRI, 0}};
    if (ppoll(ready, 3, live && !full ? &wait : NULL, NULL) < 0)
        fail("poll");
    if (ready[0].revents)
        read_commands();
    if (ready[1].revents)
        port_opened(); /* first, because a close may be older than this open */
    else if (ready[2].revents & POLLHUP)
        port_closed();
    else if (phase == RUNNING)
        run_board();
    else if (phase == BOOTING && ((ready[2].revents & POLLPRI && read_packet()) || now_ns() >= due_ns)) {
        phase = RUNNING;
        due_ns = now_ns();
    }
}

int main(int count, char *words[]) {
    static const struct option options[] = {
        {"speed", required_argument, NULL, 'x'}, {"seconds", required_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
    double speed = 1;
    bool wrong = false;
    for (int o; (o = getopt_long(count, words, "", options, NULL)) != -1;)
        if (o == 'x')
            speed = atof(optarg);
        else if (o == 's')
            limit = (avr_cycle_count_t)(atof(optarg) * CLOCK_HZ);
        else
            wrong = true;
    if (wrong || optind != count - 1) {
        fprintf(stderr, "usage: uno [--speed X] [--seconds S] SKETCH.elf\n");
        return 2;
    }
    slice_ns = speed > 0 ? (int64_t)(NS_PER_S / 1000 / speed) : 0;
    load(words[optind]);
    open_port();
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts(port_path);
    for (;;)
        step();
}
