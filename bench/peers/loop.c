/* The least a program can do: read() a pcap file into one buffer, walk its records, IP and TCP headers, and keep a
 * table of connections. Enters: a file name, or - for standard input. Leaves: one line of counts. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 1 << 20, FILE_HEADER = 24, RECORD_HEADER = 16, ETHERNET = 14, TCP = 6 };

struct connection {
    uint8_t key[36]; /* the smaller end, the larger end: address and port */
    uint32_t used;
    uint64_t packets, bytes;
};

static struct connection *table;
static size_t slots = 1 << 16, connections;
static uint64_t packets, tcp_packets, bytes;

static struct connection *find(const uint8_t key[36]) {
    uint64_t hash = 0, word;
    for (int i = 0; i < 32; i += 8) {
        memcpy(&word, key + i, 8);
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 29;
    }
    memcpy(&word, key + 28, 8);
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    for (size_t at = (hash >> 32) & (slots - 1);; at = (at + 1) & (slots - 1))
        if (!table[at].used || !memcmp(table[at].key, key, 36)) return table + at;
}

static void grow(void) {
    struct connection *old = table;
    size_t count = slots;
    table = calloc(slots *= 2, sizeof *table);
    if (!table) exit(1);
    for (size_t i = 0; i < count; i++)
        if (old[i].used) *find(old[i].key) = old[i];
    free(old);
}

static void count(const uint8_t *source, const uint8_t *target, int length, const uint8_t *tcp, size_t payload) {
    uint8_t ends[2][18] = {{0}}, key[36];
    memcpy(ends[0], source, length), memcpy(ends[0] + 16, tcp, 2);
    memcpy(ends[1], target, length), memcpy(ends[1] + 16, tcp + 2, 2);
    int swap = memcmp(ends[0], ends[1], 18) > 0;
    memcpy(key, ends[swap], 18), memcpy(key + 18, ends[!swap], 18);
    struct connection *found = find(key);
    if (!found->used) {
        memcpy(found->key, key, 36), found->used = 1;
        if (++connections * 2 > slots) grow(), found = find(key);
    }
    found->packets++, found->bytes += payload;
    tcp_packets++;
}

static void packet(const uint8_t *frame, size_t length) {
    packets++, bytes += length;
    if (length < ETHERNET + 20) return;
    const uint8_t *ip = frame + ETHERNET, *tcp, *end = frame + length;
    size_t carried;
    if (frame[12] == 0x08 && frame[13] == 0x00 && ip[9] == TCP) {
        tcp = ip + (ip[0] & 15) * 4;
        carried = (size_t)(ip[2] << 8 | ip[3]) - (ip[0] & 15) * 4;
    } else if (frame[12] == 0x86 && frame[13] == 0xdd && ip[6] == TCP) {
        tcp = ip + 40;
        carried = ip[4] << 8 | ip[5];
    } else
        return;
    if (tcp + 20 > end) return;
    int is_v6 = frame[12] == 0x86;
    count(ip + (is_v6 ? 8 : 12), ip + (is_v6 ? 24 : 16), is_v6 ? 16 : 4, tcp, carried - (tcp[12] >> 4) * 4);
}

int main(int argc, char **argv) {
    int file = argc < 2 || !strcmp(argv[1], "-") ? 0 : open(argv[1], O_RDONLY);
    uint8_t *buffer = malloc(BUFFER);
    size_t held = 0;
    ssize_t got;
    int started = 0;
    table = calloc(slots, sizeof *table);
    if (file < 0 || !buffer || !table) return perror("loop"), 1;
    while ((got = read(file, buffer + held, BUFFER - held)) > 0) {
        size_t at = 0, have = held + got;
        if (!started && have >= FILE_HEADER) at = FILE_HEADER, started = 1;
        while (started && have - at >= RECORD_HEADER) {
            uint32_t length;
            memcpy(&length, buffer + at + 8, 4);
            if (length > BUFFER / 2) return fprintf(stderr, "loop: not a record\n"), 1;
            if (have - at - RECORD_HEADER < length) break;
            packet(buffer + at + RECORD_HEADER, length);
            at += RECORD_HEADER + length;
        }
        memmove(buffer, buffer + at, held = have - at);
    }
    printf("%llu packets, %llu of TCP, %llu bytes, %zu connections\n", (unsigned long long)packets,
           (unsigned long long)tcp_packets, (unsigned long long)bytes, connections);
    return 0;
}
