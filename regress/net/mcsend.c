/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * mcsend: sends UDP multicast out of an interface, from any source.
 *
 *	mcsend [-n NS] [-b IF2] [-c COUNT] [-r RATE] [-t TTL] [-S NSRC]
 *	    [-G NGRP] IF SRC GRP
 *
 * COUNT packets (default 1; 0: until SIGTERM) of each flow, at most RATE a
 * second in all (default 20,000).  The flows are NSRC sources from SRC
 * upwards, each to NGRP groups from GRP upwards; packet 1 of every flow goes
 * before packet 2 of any.  With -b each packet goes out of IF2, too.  Prints
 * "sending" after the first packet and "sent N" at the end.
 */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ether.h"
#include "link.h"

#define LATE 2000000L /* ns */

static volatile sig_atomic_t stop;

static void
on_term(int sig)
{
	(void)sig;
	stop = 1;
}

static unsigned long
number(const char *s, const char *what)
{
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	if (*s < '0' || *s > '9' || *end != '\0')
		errx(64, "%s is no number: %s", what, s);
	return n;
}

/*
 * Waits until it is time for the next packet.  If a busy machine has delayed
 * packets, they are not sent in one burst: the queues on the way hold 1,000.
 */
static void
pace(unsigned long rate)
{
	static struct timespec next;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec - next.tv_sec > 1 ||
	    (now.tv_sec - next.tv_sec) * 1000000000L + now.tv_nsec -
		    next.tv_nsec >
		LATE)
		next = now;
	next.tv_nsec += (long)(1000000000UL / rate);
	if (next.tv_nsec >= 1000000000L) {
		next.tv_sec++;
		next.tv_nsec -= 1000000000L;
	}
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
}

int
main(int argc, char *argv[])
{
	uint8_t frame[ETHER_MAX];
	struct flow flow, one;
	struct sigaction sa;
	const char *ns = NULL, *both = NULL;
	unsigned long count = 1, rate = 20000, nsrc = 1, ngrp = 1, sent = 0, i;
	size_t len;
	int ch, fd, ifindex, ifindex2 = 0, ttl = 16;

	while ((ch = getopt(argc, argv, "b:c:G:n:r:S:t:")) != -1) {
		switch (ch) {
		case 'b':
			both = optarg;
			break;
		case 'c':
			count = number(optarg, "COUNT");
			break;
		case 'G':
			ngrp = number(optarg, "NGRP");
			break;
		case 'n':
			ns = optarg;
			break;
		case 'r':
			rate = number(optarg, "RATE");
			break;
		case 'S':
			nsrc = number(optarg, "NSRC");
			break;
		case 't':
			ttl = (int)number(optarg, "TTL");
			break;
		default:
			return 64;
		}
	}
	argv += optind;
	if (argc - optind != 3 || rate == 0 || nsrc == 0 || ngrp == 0)
		errx(64,
		    "usage: mcsend [-n NS] [-b IF2] [-c COUNT] [-r RATE] "
		    "[-t TTL] [-S NSRC] [-G NGRP] IF SRC GRP");
	if (flow_parse(&flow, argv[1], argv[2]) == -1)
		errx(64, "%s, %s: no addresses of one family", argv[1],
		    argv[2]);
	if ((fd = link_open(ns, ETHER_FENCE)) == -1)
		err(71, "%s", ns != NULL ? ns : "packet socket");
	if ((ifindex = link_index(fd, argv[0])) == 0)
		errx(71, "%s: no such interface", argv[0]);
	if (both != NULL && (ifindex2 = link_index(fd, both)) == 0)
		errx(71, "%s: no such interface", both);
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_term;
	sigaction(SIGTERM, &sa, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);

	while (!stop && (count == 0 || sent < count * nsrc * ngrp)) {
		pace(rate);
		i = sent % (nsrc * ngrp);
		one =
		    flow_nth(&flow, (uint32_t)(i % nsrc), (uint32_t)(i / nsrc));
		one.number = (uint32_t)(sent / (nsrc * ngrp)) + 1;
		len = ether_udp(frame, &one, ttl);
		if (link_send(fd, ifindex, frame, len) == -1 ||
		    (both != NULL && link_send(fd, ifindex2, frame, len) == -1))
			err(71, "%s: send", argv[0]);
		if (sent++ == 0)
			puts("sending");
	}
	printf("sent %lu\n", sent);
	return 0;
}
