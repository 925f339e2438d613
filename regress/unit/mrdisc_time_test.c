/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * When router discovery speaks: mrdisc.c by a clock that the test moves, with
 * links that fail, and solicitations that come at random, singly or in floods.
 */
#include <errno.h>
#include <event.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/log.h"
#include "engine/run/mrdisc.h"
#include "engine/lib/mrdisc_packet.h"
#include "engine/sys/mrdisc_sock.h"
#include "engine/have/slots.h"
#include "check.h"
#include "rnd.h"

#define NIFACES	 3
#define NEVENTS	 256
#define HOUR	 3600000
#define IGMP_AD	 0x30
#define IGMP_END 0x32
#define FD	 40 /* and the next */

struct ifaces ifaces = TAILQ_HEAD_INITIALIZER(ifaces);

static struct iface world[NIFACES];
static uint64_t clock_ms = 1000000;
static uint64_t interval;
static uint64_t slack; /* while more comes than is read */

/* What was sent on an interface by a family. */
static struct {
	unsigned int ads, ends;
	unsigned int row; /* advertisements since it began or could not send */
	uint64_t began;	  /* 0: when it could send again */
	uint64_t last, asked;
	int failing;
	int pending; /* questions, that the kernel has for us */
} heard[NIFACES][2];

/* Events as libevent would have them, and no more than mrdisc.c needs. */
static struct {
	struct event *ev;
	int fd, added;
	uint64_t at;
	void (*f)(int, short, void *);
	void *arg;
} events[NEVENTS];

static int
event_index(const struct event *ev)
{
	int i;

	for (i = 0; i < NEVENTS && events[i].ev != NULL; i++)
		if (events[i].ev == ev)
			break;
	if (i == NEVENTS)
		exit(1);
	return i;
}

void
event_set(struct event *ev, int fd, short what, void (*f)(int, short, void *),
    void *arg)
{
	int i = event_index(ev);

	(void)what;
	CHECK(!events[i].added);
	events[i].ev = ev;
	events[i].fd = fd;
	events[i].f = f;
	events[i].arg = arg;
}

int
event_add(struct event *ev, const struct timeval *tv)
{
	int i = event_index(ev);

	CHECK(events[i].ev == ev);
	events[i].added = 1;
	if (tv != NULL)
		events[i].at =
		    clock_ms + tv->tv_sec * 1000 + tv->tv_usec / 1000;
	return 0;
}

int
event_del(struct event *ev)
{
	events[event_index(ev)].added = 0;
	return 0;
}

static int
any_event(void)
{
	int i, n = 0;

	for (i = 0; i < NEVENTS; i++)
		n += events[i].added;
	return n;
}

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	(void)id;
	ts->tv_sec = clock_ms / 1000;
	ts->tv_nsec = clock_ms % 1000 * 1000000;
	return 0;
}

int
getentropy(void *buf, size_t len)
{
	uint32_t r = rnd(UINT32_MAX);

	memcpy(buf, &r, len);
	return 0;
}

/* Interfaces: numbers from 1, slots from 0. */

struct iface *
iface_by_index(uint32_t ifindex)
{
	return ifindex >= 1 && ifindex <= NIFACES ? &world[ifindex - 1] : NULL;
}

int
iface_usable(const struct iface *i)
{
	return i->opt.enable != 0;
}

int
iface_is_up(const struct iface *i)
{
	return (i->flags & IFF_UP) != 0;
}

struct iface *
slot_iface(int slot, int v6)
{
	(void)v6;
	return slot < NIFACES ? &world[slot] : NULL;
}

int
slots_family(int v6)
{
	(void)v6;
	return 1;
}

/* The wire. */

static void
check_ad(int i, int v6)
{
	uint64_t gap = clock_ms - heard[i][v6].last;
	int answer = heard[i][v6].asked != 0;

	heard[i][v6].ads++;
	if (heard[i][v6].row++ == 0)
		CHECK(heard[i][v6].began == 0 ||
		    clock_ms - heard[i][v6].began < 2000);
	else if (heard[i][v6].row <= 3)
		CHECK(gap < 2000);
	else if (answer)
		CHECK(gap >= 1000 && gap <= interval + interval / 40);
	else
		CHECK(gap >= interval - interval / 40 &&
		    gap <= interval + interval / 40);
	if (answer)
		CHECK(clock_ms - heard[i][v6].asked <= 2000 + slack);
	heard[i][v6].last = clock_ms;
	heard[i][v6].asked = heard[i][v6].pending > 0 ? clock_ms : 0;
}

static int
hear(int v6, uint32_t ifindex, const uint8_t *p, size_t len)
{
	int i = ifindex - 1, type = v6 ? p[0] - 151 + IGMP_AD : p[0];

	CHECK(i >= 0 && i < NIFACES);
	CHECK(world[i].flags & IFF_UP);
	if (heard[i][v6].failing) {
		/* often at first */
		if (heard[i][v6].failing++ > 6)
			CHECK(clock_ms - heard[i][v6].last >=
			    interval - interval / 40);
		heard[i][v6].last = clock_ms;
		errno = EADDRNOTAVAIL;
		return -1;
	}
	CHECK(len == (type == IGMP_AD ? 8 : 4));
	CHECK(type == IGMP_AD || type == IGMP_END);
	if (type == IGMP_AD)
		check_ad(i, v6);
	else
		heard[i][v6].ends++;
	return 0;
}

int
mrdisc_send_v4(int fd, uint32_t ifindex, const void *data, size_t len)
{
	CHECK(fd == FD);
	return hear(0, ifindex, data, len);
}

int
mrdisc_send_v6(int fd, uint32_t ifindex, const void *data, size_t len)
{
	CHECK(fd == FD + 1);
	return hear(1, ifindex, data, len);
}

static int
receive_solicitation(int v6, uint32_t *ifindex)
{
	int i;

	for (i = 0; i < NIFACES; i++) {
		if (heard[i][v6].pending == 0)
			continue;
		heard[i][v6].pending--;
		*ifindex = i + 1;
		return 1;
	}
	errno = EAGAIN;
	return -1;
}

int
mrdisc_receive_v4(int fd, uint32_t *ifindex)
{
	CHECK(fd == FD);
	return receive_solicitation(0, ifindex);
}

int
mrdisc_receive_v6(int fd, uint32_t *ifindex)
{
	CHECK(fd == FD + 1);
	return receive_solicitation(1, ifindex);
}

static int
pending(int v6)
{
	int i, n = 0;

	for (i = 0; i < NIFACES; i++)
		n += heard[i][v6].pending;
	return n;
}

/* Runs what is due at this moment, as the loop would; 0: nothing. */
static int
dispatch(void)
{
	int i, done = 0;

	for (i = 0; i < NEVENTS && events[i].ev != NULL; i++) {
		if (!events[i].added)
			continue;
		if (events[i].fd == -1 && events[i].at <= clock_ms) {
			events[i].added = 0;
			events[i].f(-1, EV_TIMEOUT, events[i].arg);
			done = 1;
		} else if (events[i].fd != -1 &&
		    pending(events[i].fd - FD) > 0) {
			events[i].f(events[i].fd, EV_READ, events[i].arg);
			done = 1;
		}
	}
	return done;
}

static void
pass(uint64_t ms)
{
	uint64_t next, end = clock_ms + ms;
	int i;

	do {
		while (dispatch())
			;
		next = end;
		for (i = 0; i < NEVENTS && events[i].ev != NULL; i++)
			if (events[i].added && events[i].fd == -1 &&
			    events[i].at < next)
				next = events[i].at;
		clock_ms = next;
	} while (next < end);
}

static void
solicit(int i, int v6, int n)
{
	heard[i][v6].pending += n;
	if (heard[i][v6].asked == 0)
		heard[i][v6].asked = clock_ms;
}

static void
begins(int i)
{
	int v6;

	for (v6 = 0; v6 <= 1; v6++) {
		heard[i][v6].row = 0;
		heard[i][v6].began = clock_ms;
		heard[i][v6].asked = 0;
	}
}

static unsigned int
ads(int i)
{
	CHECK(heard[i][0].ads > 0 && heard[i][1].ads > 0);
	return heard[i][0].ads + heard[i][1].ads;
}

/* The three first and then one an interval; nothing on others. */
static void
test_alone(void)
{
	unsigned int n;

	world[0].opt.mrdisc = 1;
	begins(0);
	mrdisc_update();
	pass(HOUR);
	n = 2 * (3 + HOUR / interval);
	CHECK(ads(0) >= n - n / 20 && ads(0) <= n + n / 20);
	CHECK(heard[1][0].ads + heard[1][1].ads == 0);
	world[0].opt.mrdisc = -1;
	mrdisc_update();
	CHECK(heard[0][0].ends == 1 && heard[0][1].ends == 1);
	CHECK(any_event() == 0);
	n = ads(0);
	pass(HOUR / 10);
	CHECK(ads(0) == n);
}

/* Many solicitations at any time: check_ad() checks the rules. */
static void
test_asked(void)
{
	int i, v6, n;

	for (i = 0; i < NIFACES; i++) {
		world[i].opt.mrdisc = 1;
		begins(i);
	}
	mrdisc_update();
	for (n = 0; n < 4000; n++) {
		i = rnd(NIFACES);
		v6 = rnd(2);
		solicit(i, v6, 1 + rnd(5));
		pass(rnd(2) ? rnd(20) : rnd(3000));
	}
	pass(interval * 2);
	for (i = 0; i < NIFACES; i++)
		for (v6 = 0; v6 <= 1; v6++)
			CHECK(heard[i][v6].asked == 0);
}

/* They are read in pieces, and the others have their turn. */
static void
test_flood(void)
{
	unsigned int n, before = heard[0][0].ads;
	int i;

	slack = 100;
	for (n = 0; n < 1000; n++) {
		if (heard[0][0].pending < 500)
			solicit(0, 0, 100);
		pass(10);
	}
	CHECK(heard[0][0].ads - before <= 11);
	CHECK(heard[0][0].ads - before >= 4);
	pass(interval * 2);
	CHECK(heard[0][0].pending == 0 && heard[0][0].asked == 0);
	slack = 0;
	for (i = 0; i < NIFACES; i++)
		world[i].opt.enable = 0;
	mrdisc_update();
	CHECK(any_event() == 0);
}

/* It tries, and begins with three when it can. */
static void
test_failing(void)
{
	int v6;

	world[1].opt.enable = -1;
	begins(1);
	mrdisc_update();
	pass(HOUR);
	for (v6 = 0; v6 <= 1; v6++) {
		heard[1][v6].failing = 1;
		heard[1][v6].row = heard[1][v6].began = 0;
	}
	pass(HOUR);
	for (v6 = 0; v6 <= 1; v6++) {
		CHECK(heard[1][v6].row == 0);
		CHECK(heard[1][v6].failing > 6);
		CHECK((uint64_t)heard[1][v6].failing < HOUR / interval * 2);
		heard[1][v6].failing = 0;
	}
	pass(interval + interval / 40 + 2 * 2000);
	CHECK(heard[1][0].row >= 3 && heard[1][1].row >= 3);
}

/* Down: nothing is sent, and after it all from the start. */
static void
test_down(void)
{
	unsigned int ends = heard[1][0].ends, n;

	for (n = 0; n < 100; n++) {
		pass(rnd(4000));
		world[1].flags = 0;
		mrdisc_forget(2);
		mrdisc_update();
		CHECK(any_event() == 0);
		pass(rnd(4000));
		world[1].flags = IFF_UP;
		begins(1);
		mrdisc_update();
	}
	pass(3 * 2000);
	CHECK(heard[1][0].row >= 3 && heard[1][1].row >= 3);
	CHECK(heard[1][0].ends == ends);
	mrdisc_end();
	CHECK(heard[1][0].ends == ends + 1);
}

int
main(void)
{
	static const uint8_t intervals[] = { 4, 20, 180 };
	size_t n;
	int i;

	rnd_init();
	log_setlevel(-1);
	for (i = 0; i < NIFACES; i++) {
		world[i].ifindex = i + 1;
		world[i].slot = i;
		world[i].flags = IFF_UP;
		TAILQ_INSERT_TAIL(&ifaces, &world[i], entry);
	}
	mrdisc_open(0, FD);
	mrdisc_open(1, FD + 1);
	for (n = 0; n < sizeof(intervals); n++) {
		for (i = 0; i < NIFACES; i++) {
			world[i].opt.enable = world[i].opt.mrdisc = -1;
			world[i].flags = IFF_UP;
		}
		mrdisc_update();
		memset(heard, 0, sizeof(heard));
		interval = intervals[n] * 1000;
		mrdisc_init(intervals[n]);
		test_alone();
		test_asked();
		test_flood();
		test_failing();
		test_down();
	}
	return rnd_end();
}
