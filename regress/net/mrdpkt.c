/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * mrdpkt: the packets of multicast router discovery (RFC 4286) on the wire.
 *
 *	mrdpkt [-n NS] [-c MAX] [-w SEC] read
 *
 * Prints "ready", then a line "IF 4|6 advertisement SRC INTERVAL" or "IF 4|6
 * termination SRC" for each that arrives in NS and is, byte by byte, what the
 * RFC says, and "IF 4|6 bad FRAME" for each that is not.  Ends at SIGTERM, and
 * at last after MAX lines (10,000) or SEC seconds (170).
 *
 *	mrdpkt [-n NS] [-c COUNT] ask IF 4|6 [FAULT]
 *
 * Sends COUNT (1) solicitations out of IF, which have the FAULT: checksum, ttl,
 * group, type, short, source or, which is none, long.
 */
#include <sys/types.h>
#include <arpa/inet.h>
#include <err.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ether.h"
#include "link.h"

#define ETHER	    14
#define IP4	    24 /* with router alert */
#define IP6	    48 /* with the hop-by-hop header */
#define MAX_TYPES   3
#define TTL	    1
#define LONG_DATA   1000
#define MAX_SECONDS 3600

enum kind { ADVERTISEMENT, SOLICITATION, TERMINATION };

/* RFC 4286, sections 3.2.1, 4.1.1 and 5.1.1; lengths of the messages. */
static const uint8_t types[2][MAX_TYPES] = {
	{ 0x30, 0x31, 0x32 },
	{ 151, 152, 153 },
};
static const size_t lengths[MAX_TYPES] = { 8, 4, 4 };

static const uint8_t all_snoopers4[4] = { 224, 0, 0, 106 };
static const uint8_t all_routers4[4] = { 224, 0, 0, 2 };
static const uint8_t all_nodes4[4] = { 224, 0, 0, 1 };
static const uint8_t all_snoopers6[16] = { 0xff, 2, [15] = 0x6a };
static const uint8_t all_routers6[16] = { 0xff, 2, [15] = 2 };
static const uint8_t all_nodes6[16] = { 0xff, 2, [15] = 1 };

static volatile sig_atomic_t stop;

static void
on_term(int sig)
{
	(void)sig;
	stop = 1;
}

static uint16_t
sum16(const uint8_t *p, size_t n, uint32_t sum)
{
	for (; n > 1; p += 2, n -= 2)
		sum += (uint32_t)p[0] << 8 | p[1];
	if (n == 1)
		sum += (uint32_t)p[0] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void
put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* The message's checksum; IPv6's is over a pseudo-header, too. */
static void
put_checksum(uint8_t *ip, int v6, size_t len)
{
	uint8_t *msg = ip + (v6 ? IP6 : IP4);

	put16(msg + 2, 0);
	put16(msg + 2,
	    v6 ? sum16(ip + 8, 32,
		     58 + (uint32_t)len + (uint16_t)~sum16(msg, len, 0)) :
		 sum16(msg, len, 0));
}

/*
 * The packet of a message of len bytes (its type and code are given, the rest
 * is 0), from src: Ethernet, IP with router alert, message.  Returns the
 * length.
 */
static size_t
build(uint8_t *f, int v6, const uint8_t *src, const uint8_t *dst, uint8_t type,
    uint8_t code, size_t len)
{
	static const uint8_t alert4[4] = { 0x94, 4, 0, 0 };
	/* next ICMPv6, 8 bytes; router alert 0, MLD; two bytes of padding */
	static const uint8_t alert6[8] = { 58, 0, 5, 2, 0, 0, 1, 0 };
	uint8_t *ip = f + ETHER, *msg = ip + (v6 ? IP6 : IP4);

	memset(f, 0, (size_t)(msg - f) + len);
	if (v6) {
		put16(f, 0x3333);
		memcpy(f + 2, dst + 12, 4);
		put16(f + 12, ETHER_IP6);
		ip[0] = 0x60;
		put16(ip + 4, sizeof(alert6) + len);
		ip[6] = 0; /* hop-by-hop */
		ip[7] = TTL;
		memcpy(ip + 8, src, 16);
		memcpy(ip + 24, dst, 16);
		memcpy(ip + 40, alert6, sizeof(alert6));
	} else {
		put16(f, 0x0100);
		put16(f + 2, 0x5e00 | (dst[1] & 0x7f));
		memcpy(f + 4, dst + 2, 2);
		put16(f + 12, ETHER_IP4);
		ip[0] = 0x46;
		put16(ip + 2, IP4 + len);
		ip[8] = TTL;
		ip[9] = 2; /* IGMP */
		memcpy(ip + 12, src, 4);
		memcpy(ip + 16, dst, 4);
		memcpy(ip + 20, alert4, sizeof(alert4));
		put16(ip + 10, sum16(ip, IP4, 0));
	}
	msg[0] = type;
	msg[1] = code;
	put_checksum(ip, v6, len);
	return (size_t)(msg - f) + len;
}

/* Where the message begins, 0: it is none of IGMP and ICMPv6. */
static size_t
message_at(const uint8_t *f, size_t len, int v6)
{
	const uint8_t *ip = f + ETHER;
	size_t at;

	if (len < ETHER + 20 || (v6 && len < ETHER + 40))
		return 0;
	if (!v6)
		at = ip[9] == 2 ? ETHER + (ip[0] & 0x0fU) * 4 : 0;
	else if (ip[6] == 0 && len > ETHER + 41)
		at = ip[40] == 58 ? ETHER + 40 + (ip[41] + 1U) * 8 : 0;
	else
		at = ip[6] == 58 ? ETHER + 40 : 0;
	return at < len ? at : 0;
}

/* 1 when it is meant for router discovery, right or wrong, from a router. */
static int
is_ours(const uint8_t *f, size_t len, int v6)
{
	size_t at = message_at(f, len, v6);

	if (at == 0)
		return 0;
	return f[at] == types[v6][ADVERTISEMENT] ||
	    f[at] == types[v6][TERMINATION] ||
	    memcmp(f + ETHER + (v6 ? 24 : 16),
		v6 ? all_snoopers6 : all_snoopers4, v6 ? 16 : 4) == 0;
}

/*
 * 1 when the frame is the one that the RFC describes, for its own source and
 * interval.  The RFCs leave open: the sender's Ethernet address; TOS, ID and
 * "do not fragment" of IPv4, traffic class and flow label of IPv6.
 */
static int
is_right(const uint8_t *f, size_t len, int v6, enum kind kind)
{
	uint8_t want[ETHER_MAX], *ip = want + ETHER;
	const uint8_t *src = f + ETHER + (v6 ? 8 : 12);
	size_t at = ETHER + (v6 ? IP6 : IP4);

	if (len != at + lengths[kind])
		return 0;
	build(want, v6, src, v6 ? all_snoopers6 : all_snoopers4,
	    types[v6][kind], kind == ADVERTISEMENT ? f[at + 1] : 0,
	    lengths[kind]);
	memcpy(want + 6, f + 6, 6);
	if (v6) {
		ip[0] |= f[ETHER] & 0x0f;
		memcpy(ip + 1, f + ETHER + 1, 3);
	} else {
		ip[1] = f[ETHER + 1];
		memcpy(ip + 4, f + ETHER + 4, 2);
		ip[6] = f[ETHER + 6] & 0x40;
		put16(ip + 10, 0);
		put16(ip + 10, sum16(ip, IP4, 0));
	}
	return memcmp(want, f, len) == 0;
}

static void
print(const char *ifname, const uint8_t *f, size_t len, int v6)
{
	char src[INET6_ADDRSTRLEN];
	size_t i, at = message_at(f, len, v6);
	enum kind kind =
	    f[at] == types[v6][TERMINATION] ? TERMINATION : ADVERTISEMENT;

	printf("%s %d ", ifname, v6 ? 6 : 4);
	if (!is_right(f, len, v6, kind)) {
		printf("bad ");
		for (i = 0; i < len; i++)
			printf("%02x", f[i]);
		putchar('\n');
		return;
	}
	inet_ntop(v6 ? AF_INET6 : AF_INET, f + ETHER + (v6 ? 8 : 12), src,
	    sizeof(src));
	if (kind == ADVERTISEMENT)
		printf("advertisement %s %u\n", src, f[at + 1]);
	else
		printf("termination %s\n", src);
}

static long
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static void
read_all(int fd, unsigned long max, long seconds)
{
	uint8_t f[ETHER_MAX];
	char name[IF_NAMESIZE];
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct timespec tick = { 1, 0 };
	sigset_t term, old;
	long end = now() + seconds;
	ssize_t n;
	int ifindex, v6;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &old);
	puts("ready");
	while (!stop && max > 0 && now() < end) {
		ppoll(&pfd, 1, &tick, &old);
		while (max > 0 &&
		    (n = link_recv(fd, &ifindex, f, sizeof(f))) > 0) {
			if (n < ETHER)
				continue;
			v6 = f[12] == 0x86 && f[13] == 0xdd;
			if (!v6 && (f[12] != 8 || f[13] != 0))
				continue;
			if (!is_ours(f, (size_t)n, v6))
				continue;
			print(link_name(fd, ifindex, name), f, (size_t)n, v6);
			max--;
		}
	}
	if (link_lost(fd) != 0)
		errx(2, "packets lost in mrdpkt");
}

static size_t
solicitation(uint8_t *f, int v6, const char *fault)
{
	static const uint8_t src4[4] = { 10, 99, 99, 99 };
	static const uint8_t linklocal[16] = { 0xfe, 0x80, [15] = 0x99 };
	static const uint8_t global[16] = { 0x20, 1, 0xd, 0xb8, [15] = 0x99 };
	const uint8_t *src = v6 ? linklocal : src4;
	const uint8_t *dst = v6 ? all_routers6 : all_routers4;
	uint8_t *ip = f + ETHER, type = types[v6][SOLICITATION];
	size_t len = lengths[SOLICITATION], total;

	if (strcmp(fault, "group") == 0)
		dst = v6 ? all_nodes6 : all_nodes4;
	else if (strcmp(fault, "source") == 0)
		src = v6 ? global : all_routers4;
	else if (strcmp(fault, "type") == 0)
		type = types[v6][TERMINATION];
	else if (strcmp(fault, "short") == 0)
		len = 3;
	else if (strcmp(fault, "long") == 0)
		len = LONG_DATA;
	total = build(f, v6, src, dst, type, 0, len);
	memset(f + 6, 2, 6);
	if (strcmp(fault, "long") == 0) {
		memset(f + total - 100, 0xa5, 99);
		put_checksum(ip, v6, len);
	} else if (strcmp(fault, "checksum") == 0) {
		f[total - 1] ^= 1;
	} else if (strcmp(fault, "ttl") == 0) {
		ip[v6 ? 7 : 8] = 2;
		if (!v6) {
			put16(ip + 10, 0);
			put16(ip + 10, sum16(ip, IP4, 0));
		}
	}
	return total;
}

static void
usage(void)
{
	errx(64,
	    "usage: mrdpkt [-n NS] [-c MAX] [-w SEC] read\n"
	    "       mrdpkt [-n NS] [-c COUNT] ask IF 4|6 [FAULT]");
}

int
main(int argc, char *argv[])
{
	uint8_t f[ETHER_MAX];
	struct sigaction sa;
	const char *ns = NULL;
	unsigned long count = 0;
	long seconds = 170;
	size_t len;
	int ch, fd, ifindex;

	while ((ch = getopt(argc, argv, "c:n:w:")) != -1) {
		if (ch == 'c')
			count = strtoul(optarg, NULL, 10);
		else if (ch == 'n')
			ns = optarg;
		else if (ch == 'w')
			seconds = strtol(optarg, NULL, 10);
		else
			usage();
	}
	argc -= optind;
	argv += optind;
	if (count > 10000 || seconds < 1 || seconds > MAX_SECONDS)
		errx(64, "too many");
	if ((fd = link_open(ns, 0)) == -1)
		err(71, "%s", ns != NULL ? ns : "packet socket");
	setvbuf(stdout, NULL, _IOLBF, 0);
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_term;
	sigaction(SIGTERM, &sa, NULL);
	if (argc == 1 && strcmp(argv[0], "read") == 0) {
		read_all(fd, count == 0 ? 10000 : count, seconds);
		return 0;
	}
	if (argc < 3 || argc > 4 || strcmp(argv[0], "ask") != 0)
		usage();
	if ((ifindex = link_index(fd, argv[1])) == 0)
		errx(71, "%s: no such interface", argv[1]);
	len = solicitation(f, strcmp(argv[2], "6") == 0,
	    argc == 4 ? argv[3] : "");
	for (count = count == 0 ? 1 : count; count > 0; count--)
		if (link_send(fd, ifindex, f, len) == -1)
			err(71, "%s: send", argv[1]);
	return 0;
}
