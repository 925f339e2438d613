/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * traffic: flows of UDP multicast from one namespace to another, and when each
 * of them came through.
 *
 *	traffic [-c COUNT] [-q MS] [-r RATE] [-S NSRC] [-f FLOWS] [-g US]
 *	    [-t SEC] [-w WINDOW] FROM IF TO IF SRC GRP
 *
 * COUNT packets (default 1) of each of FLOWS flows, packet 1 of all before
 * packet 2 of any, RATE a second (default: as fast as it goes).  The flows are
 * of NSRC sources from SRC upwards, to as many groups from GRP upwards as that
 * takes.  Ends when all have come, or none has for MS (1,000) milliseconds.
 *
 * With -w, one packet of each flow, and the next flow begins only when fewer
 * than WINDOW are still to come (and US microseconds later); after SEC (60)
 * seconds, no more.
 *
 * Says "sending" after the first packet, and at the end
 *
 *	sent, came	packets
 *	flows		how many came through
 *	all_ms		from the first packet sent to the first of the last flow
 *	p50_us, p99_us	from a flow's first packet sent to its first to come
 *	max_us		... of the slowest
 *	missed		frames that we were too slow for: no result
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <err.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ether.h"
#include "link.h"

#define FRAME	256 /* what the ring keeps of one, its header included */
#define BLOCK	(1 << 20)
#define NBLOCKS 128
#define NFRAMES (BLOCK / FRAME * NBLOCKS)
#define BATCH	32    /* packets sent until it looks what has come */
#define SPIN	80000 /* ns that are too short to sleep */
#define SECOND	1000000000ULL

struct times {
	uint64_t sent;
	uint64_t came; /* 0: not yet */
};

static struct flow first;
static struct times *times;
static unsigned long nflows = 1, nsrc = 1, count = 1;
static unsigned long nsent, ncame, nthrough;
static uint64_t began, last;
static int out, in, ifindex;
static uint8_t *ring;

/* The clock of the stamps on received frames. */
static uint64_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * SECOND + (uint64_t)ts.tv_nsec;
}

static void
rest(uint64_t ns)
{
	struct timespec ts = { (time_t)(ns / SECOND), (long)(ns % SECOND) };

	nanosleep(&ts, NULL);
}

/* Received frames come by a ring that is mapped: stamped, and none is lost. */
static void
ring_open(const char *ns, const char *ifname)
{
	struct sockaddr_ll ll;
	struct tpacket_req req;
	int version = TPACKET_V2;

	if ((in = link_open(ns, ETHER_FENCE)) == -1)
		err(71, "%s", ns);
	memset(&req, 0, sizeof(req));
	req.tp_block_size = BLOCK;
	req.tp_block_nr = NBLOCKS;
	req.tp_frame_size = FRAME;
	req.tp_frame_nr = NFRAMES;
	if (setsockopt(in, SOL_PACKET, PACKET_VERSION, &version,
		sizeof(version)) == -1 ||
	    setsockopt(in, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)) == -1)
		err(71, "PACKET_RX_RING");
	ring = mmap(NULL, (size_t)BLOCK * NBLOCKS, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_POPULATE, in, 0);
	if (ring == MAP_FAILED)
		err(71, "mmap");
	memset(&ll, 0, sizeof(ll));
	ll.sll_family = AF_PACKET;
	ll.sll_protocol = htons(ETH_P_ALL);
	if ((ll.sll_ifindex = link_index(in, ifname)) == 0 ||
	    bind(in, (struct sockaddr *)&ll, sizeof(ll)) == -1)
		err(71, "%s", ifname);
}

static uint32_t
low_part(const uint8_t *addr)
{
	uint32_t v;

	memcpy(&v, addr + (first.v6 ? 12 : 0), sizeof(v));
	return ntohl(v);
}

/* The number of the flow that a frame is of, or nflows: none of ours. */
static unsigned long
number_of(const uint8_t *frame, size_t len)
{
	struct flow f;
	unsigned long src, i;

	if (ether_read_udp(frame, len, &f) == -1 || f.v6 != first.v6)
		return nflows;
	src = low_part(f.src) - low_part(first.src);
	i = (low_part(f.grp) - low_part(first.grp)) * nsrc + src;
	return src < nsrc && i < nflows ? i : nflows;
}

/* Notes all that has come. */
static void
drain(void)
{
	static unsigned int next;
	struct tpacket2_hdr *h;
	unsigned long i;

	for (;;) {
		h = (struct tpacket2_hdr *)(void *)(ring +
		    (size_t)next * FRAME);
		if (!(*(volatile uint32_t *)&h->tp_status & TP_STATUS_USER))
			return;
		atomic_thread_fence(memory_order_acquire);
		i = number_of((uint8_t *)h + h->tp_mac, h->tp_snaplen);
		if (i < nflows) {
			last = now();
			ncame++;
			if (times[i].came == 0) {
				times[i].came = h->tp_sec * SECOND + h->tp_nsec;
				nthrough++;
			}
		}
		atomic_thread_fence(memory_order_release);
		*(volatile uint32_t *)&h->tp_status = TP_STATUS_KERNEL;
		next = (next + 1) % NFRAMES;
	}
}

/* Waits for frames, so long at most; 0: none came. */
static int
wait_frames(int ms)
{
	struct pollfd pfd = { in, POLLIN, 0 };
	int n = poll(&pfd, 1, ms);

	drain();
	return n;
}

static void
send_next(void)
{
	uint8_t frame[ETHER_MAX];
	unsigned long i = nsent % nflows;
	struct flow f =
	    flow_nth(&first, (uint32_t)(i % nsrc), (uint32_t)(i / nsrc));
	size_t len = ether_udp(frame, &f, 16);

	if (times[i].sent == 0)
		times[i].sent = now();
	if (link_send(out, ifindex, frame, len) == -1)
		err(71, "send");
	if (nsent++ == 0)
		puts("sending");
}

/* At that rate, whatever comes of it. */
static void
send_paced(unsigned long rate, int quiet)
{
	unsigned long total = nflows * count, due, end;
	uint64_t t, at;

	while (nsent < total) {
		t = now();
		due = rate == 0 ? total :
				  (unsigned long)((t - began) * rate / SECOND);
		if (due < nsent) {
			at = began + nsent * SECOND / rate;
			if (at > t + SPIN)
				rest(at - t - SPIN / 2);
		}
		end = nsent + BATCH < total ? nsent + BATCH : total;
		while (nsent <= due && nsent < end)
			send_next();
		drain();
	}
	last = now();
	while (ncame < total && now() - last < (uint64_t)quiet * 1000000)
		wait_frames(10);
}

/* A flow that has not come in a second is given up. */
static void
send_window(unsigned long window, unsigned long gap, unsigned long sec)
{
	unsigned long lost = 0, end = nflows;

	while (nthrough + lost < end) {
		if (now() - began > sec * SECOND)
			end = nsent;
		while (nsent < end && nsent < nthrough + lost + window) {
			if (gap > 0)
				rest(gap * 1000);
			send_next();
			drain();
		}
		if (wait_frames(1000) == 0)
			lost = nsent - nthrough;
	}
}

static int
cmp(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
report(void)
{
	uint64_t *took = calloc(nflows, sizeof(*took)), end = began;
	unsigned long i, n = 0;

	if (took == NULL)
		err(71, NULL);
	for (i = 0; i < nflows; i++) {
		if (times[i].came == 0)
			continue;
		took[n++] = times[i].came - times[i].sent;
		if (times[i].came > end)
			end = times[i].came;
	}
	qsort(took, n, sizeof(*took), cmp);
	printf("sent %lu\ncame %lu\nflows %lu\nall_ms %.3f\nmissed %u\n", nsent,
	    ncame, nthrough, (double)(end - began) / 1e6, link_lost(in));
	if (n > 0)
		printf("p50_us %.1f\np99_us %.1f\nmax_us %.1f\n",
		    (double)took[n / 2] / 1e3, (double)took[n * 99 / 100] / 1e3,
		    (double)took[n - 1] / 1e3);
}

static unsigned long
number(const char *s)
{
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	if (*s < '0' || *s > '9' || *end != '\0')
		errx(64, "no number: %s", s);
	return n;
}

int
main(int argc, char *argv[])
{
	unsigned long rate = 0, window = 0, gap = 0, sec = 60;
	int ch, quiet = 1000;

	while ((ch = getopt(argc, argv, "c:f:g:q:r:S:t:w:")) != -1) {
		switch (ch) {
		case 'c':
			count = number(optarg);
			break;
		case 'f':
			nflows = number(optarg);
			break;
		case 'g':
			gap = number(optarg);
			break;
		case 'q':
			quiet = (int)number(optarg);
			break;
		case 'r':
			rate = number(optarg);
			break;
		case 'S':
			nsrc = number(optarg);
			break;
		case 't':
			sec = number(optarg);
			break;
		case 'w':
			window = number(optarg);
			break;
		default:
			return 64;
		}
	}
	argv += optind;
	if (argc - optind != 6 || nflows == 0 || nsrc == 0 ||
	    flow_parse(&first, argv[4], argv[5]) == -1)
		errx(64, "usage: see the top of traffic.c");
	if ((times = calloc(nflows, sizeof(*times))) == NULL)
		err(71, NULL);
	if ((out = link_open(argv[0], ETHER_FENCE)) == -1 ||
	    (ifindex = link_index(out, argv[1])) == 0)
		err(71, "%s %s", argv[0], argv[1]);
	ring_open(argv[2], argv[3]);
	prctl(PR_SET_TIMERSLACK, 1);
	setvbuf(stdout, NULL, _IOLBF, 0);

	began = now();
	if (window > 0)
		send_window(window, gap, sec);
	else
		send_paced(rate, quiet);
	report();
	return 0;
}
