/* One capture again and again as one stream, every time with later times and other addresses.
 * Enters: a pcap file of make_captures, how often (1 to 128). Leaves: a pcap stream on standard output.
 * Clients (10.0.x.x, fd00:0::x) move up and servers (10.255.x.x, fd00:ffff::x) down by one net each time: the sum of
 * both stays the same, and so does every checksum. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 1 << 20, FILE_HEADER = 24, RECORD_HEADER = 16 };

static uint8_t buffer[BUFFER];
static size_t held;

static void flush(void) {
    for (size_t at = 0; at < held;) {
        ssize_t wrote = write(1, buffer + at, held - at);
        if (wrote <= 0) exit(1);
        at += wrote;
    }
    held = 0;
}

static uint8_t *put(const uint8_t *data, size_t length) {
    if (held + length > BUFFER) flush();
    memcpy(buffer + held, data, length);
    held += length;
    return buffer + held - length;
}

static void move(uint8_t *net, int width, int by) {
    int step = *net < 128 ? by : -by;
    for (int i = 0; i < width; i++) net[i] += step;
}

static void shift(uint8_t *record, uint32_t seconds, int by) {
    uint32_t when;
    uint8_t *frame = record + RECORD_HEADER;
    memcpy(&when, record, 4);
    when += seconds;
    memcpy(record, &when, 4);
    if (frame[12] == 0x08 && frame[13] == 0x00) move(frame + 27, 1, by), move(frame + 31, 1, by);
    if (frame[12] == 0x86 && frame[13] == 0xdd) move(frame + 24, 2, by), move(frame + 40, 2, by);
}

int main(int argc, char **argv) {
    struct stat about;
    int file = argc == 3 ? open(argv[1], O_RDONLY) : -1, times = argc == 3 ? atoi(argv[2]) : 0;
    if (file < 0 || fstat(file, &about) || times < 1 || times > 128)
        return fprintf(stderr, "usage: repeat FILE TIMES (1 to 128)\n"), 2;
    const uint8_t *data = mmap(0, about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (data == MAP_FAILED) return perror("repeat"), 1;
    uint32_t length, first, last = 0;
    memcpy(&first, data + FILE_HEADER, 4);
    put(data, FILE_HEADER);
    for (int by = 0, span = 0; by < times; by++, span = last - first + 1) {
        for (size_t at = FILE_HEADER; at + RECORD_HEADER <= (size_t)about.st_size; at += RECORD_HEADER + length) {
            memcpy(&length, data + at + 8, 4);
            memcpy(&last, data + at, 4);
            shift(put(data + at, RECORD_HEADER + length), (uint32_t)span * by, by);
        }
    }
    flush();
    return 0;
}
