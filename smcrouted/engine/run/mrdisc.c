/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Multicast router discovery, RFC 4286: decides when advertisements and
 * terminations are sent on each interface, for each family.  The names of the
 * constants are those of the RFC.
 */
#include <errno.h>
#include <event.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/await.h"
#include "common/clock.h"
#include "common/log.h"
#include "mrdisc.h"
#include "engine/lib/mrdisc_packet.h"
#include "engine/sys/mrdisc_sock.h"
#include "engine/have/slots.h"

/* Times are in milliseconds. */
#define MAX_INITIAL_ADVERTISEMENTS	   3
#define MAX_INITIAL_ADVERTISEMENT_INTERVAL 2000
#define MAX_RESPONSE_DELAY		   2000

/* Not in the RFC: the shortest time between an advertisement and an answer, so
 * that solicitations cannot make the engine send more often. */
#define MIN_GAP 1000

/* Not in the RFC: if an advertisement cannot be sent, the engine tries this
 * many times, waiting twice as long each time.  Then it logs that and waits for
 * the whole interval. */
#define QUICK_TRIES 4

/* Not in the RFC: after READ_MAX packets at once the socket is left alone for
 * READ_REST. */
#define READ_MAX  64
#define READ_REST 100

struct advertiser {
	uint32_t ifindex; /* 0: not in use */
	int v6;
	struct event timer;
	unsigned int initial;  /* initial advertisements still to be sent */
	unsigned int failures; /* attempts to send that failed in a row */
	uint64_t due, sent;
};

/* Only interfaces with a slot advertise, so there are at most MAXVIF. */
static struct advertiser advertisers[2][MAXVIF];
static uint32_t advertisement_interval;
static uint8_t interval_code; /* seconds */

/* The raw sockets, by family. */
static struct {
	int fd;
	unsigned int users; /* advertisers; without any the socket is not
			     * read */
	struct event readable, rested;
} socks[2] = { { .fd = -1 }, { .fd = -1 } };

static uint64_t
milliseconds(void)
{
	return clock_us() / 1000;
}

static struct timeval
timeval_of(uint64_t ms)
{
	struct timeval tv = { .tv_sec = ms / 1000,
		.tv_usec = ms % 1000 * 1000 };

	return tv;
}

/* The advertiser of an interface, or NULL; ifindex 0: one that is not in
 * use. */
static struct advertiser *
find(uint32_t ifindex, int v6)
{
	int n;

	for (n = 0; n < MAXVIF; n++)
		if (advertisers[v6][n].ifindex == ifindex)
			return &advertisers[v6][n];
	return NULL;
}

static const char *
name_of(const struct advertiser *a)
{
	const struct iface *i = iface_by_index(a->ifindex);

	return i != NULL ? i->name : "?";
}

/* A random number below n.  The distribution is not exactly even, which does
 * not matter for a delay. */
static uint32_t
random_below(uint32_t n)
{
	uint32_t r;

	if (getentropy(&r, sizeof(r)) == -1)
		fatal(EX_OSERR, "getentropy");
	return n == 0 ? 0 : r % n;
}

static void
schedule(struct advertiser *a, uint32_t delay)
{
	struct timeval tv = timeval_of(delay);

	a->due = milliseconds() + delay;
	await(&a->timer, &tv);
}

/* AdvertisementJitter keeps routers from falling into step. */
static uint32_t
perturbed_interval(void)
{
	uint32_t jitter = advertisement_interval / 40;

	return advertisement_interval - jitter + random_below(2 * jitter + 1);
}

/* Sending has failed: tries again later, since an address may be missing yet or
 * the link be slow to come up. */
static void
try_again(struct advertiser *a)
{
	uint32_t max = MAX_INITIAL_ADVERTISEMENT_INTERVAL << a->failures;

	a->initial = MAX_INITIAL_ADVERTISEMENTS;
	if (a->failures < QUICK_TRIES) {
		if (max > advertisement_interval)
			max = advertisement_interval;
		schedule(a, random_below(max));
		a->failures++;
		return;
	}
	if (a->failures == QUICK_TRIES) {
		log_notice("%s: cannot send IPv%d router advertisements yet: %s",
		    name_of(a), a->v6 ? 6 : 4, strerror(errno));
		a->failures++;
	}
	schedule(a, perturbed_interval());
}

static int
send_message(const struct advertiser *a, const void *data, size_t len)
{
	int fd = socks[a->v6].fd;

	return a->v6 ? mrdisc_send_v6(fd, a->ifindex, data, len) :
		       mrdisc_send_v4(fd, a->ifindex, data, len);
}

static void
advertise(int fd, short what, void *arg)
{
	struct advertiser *a = arg;
	uint8_t buf[MRDISC_LEN];
	size_t len = mrdisc_advertisement(buf, a->v6, interval_code);

	(void)fd;
	(void)what;
	if (send_message(a, buf, len) == -1) {
		try_again(a);
		return;
	}
	a->failures = 0;
	a->sent = milliseconds();
	if (a->initial > 0)
		a->initial--;
	schedule(a,
	    a->initial > 0 ? random_below(MAX_INITIAL_ADVERTISEMENT_INTERVAL) :
			     perturbed_interval());
}

static void
terminate(const struct advertiser *a)
{
	uint8_t buf[MRDISC_LEN];
	size_t len = mrdisc_termination(buf, a->v6);

	(void)send_message(a, buf, len);
}

static void
begin_advertising(const struct iface *i, int v6)
{
	struct advertiser *a = find(0, v6);

	if (a == NULL)
		return;
	memset(a, 0, sizeof(*a));
	a->ifindex = i->ifindex;
	a->v6 = v6;
	a->initial = MAX_INITIAL_ADVERTISEMENTS;
	evtimer_set(&a->timer, advertise, a);
	schedule(a, random_below(MAX_INITIAL_ADVERTISEMENT_INTERVAL));
	if (socks[v6].users++ == 0)
		await(&socks[v6].readable, NULL);
	log_info("%s: IPv%d router advertisements", i->name, v6 ? 6 : 4);
}

static void
end_advertising(struct advertiser *a)
{
	evtimer_del(&a->timer);
	a->ifindex = 0;
	if (--socks[a->v6].users > 0)
		return;
	event_del(&socks[a->v6].readable);
	evtimer_del(&socks[a->v6].rested);
}

/* Schedules an answer to a solicitation.  One advertisement answers all
 * solicitations that come before it. */
static void
solicited(uint32_t ifindex, int v6)
{
	struct advertiser *a = find(ifindex, v6);
	uint64_t t = milliseconds();
	uint32_t delay = random_below(MAX_RESPONSE_DELAY);

	if (ifindex == 0 || a == NULL || a->due <= t + MAX_RESPONSE_DELAY)
		return;
	if (t + delay < a->sent + MIN_GAP)
		delay = a->sent + MIN_GAP - t;
	schedule(a, delay);
	log_debug("%s: solicitation over IPv%d", name_of(a), v6 ? 6 : 4);
}

static void
receive(int fd, short what, void *arg)
{
	struct timeval rest = timeval_of(READ_REST);
	uint32_t ifindex;
	int n, rc, v6 = arg == &socks[1];

	(void)what;
	for (n = 0; n < READ_MAX; n++) {
		rc = v6 ? mrdisc_receive_v6(fd, &ifindex) :
			  mrdisc_receive_v4(fd, &ifindex);
		if (rc == -1)
			return;
		if (rc == 1)
			solicited(ifindex, v6);
	}
	/* A flood of packets: rest.  The kernel drops packets that do not fit
	 * into the socket. */
	event_del(&socks[v6].readable);
	await(&socks[v6].rested, &rest);
}

static void
receive_again(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	await(&socks[arg == &socks[1]].readable, NULL);
}

void
mrdisc_init(uint32_t interval)
{
	interval_code = interval;
	advertisement_interval = interval * 1000;
}

void
mrdisc_open(int v6, int fd)
{
	socks[v6].fd = fd;
	event_set(&socks[v6].readable, fd, EV_READ | EV_PERSIST, receive,
	    &socks[v6]);
	evtimer_set(&socks[v6].rested, receive_again, &socks[v6]);
}

void
mrdisc_opened(void)
{
	int v6;

	for (v6 = 0; v6 <= 1; v6++)
		if (slots_family(v6) && socks[v6].fd == -1)
			log_notice("mrdisc: no IPv%d router discovery on "
				   "this system",
			    v6 ? 6 : 4);
}

/* Only an interface with a slot forwards multicast, so only such a one
 * advertises. */
int
mrdisc_wants(const struct iface *i, int v6)
{
	return socks[v6].fd != -1 && i->opt.mrdisc == 1 && iface_usable(i) &&
	    i->slot != -1 && slot_iface(i->slot, v6) == i;
}

struct addr
mrdisc_routers(int v6)
{
	struct addr a;

	if (v6)
		addr_from_v6(&a, ALL_ROUTERS_V6);
	else
		addr_from_v4(&a, ALL_ROUTERS_V4);
	return a;
}

static void
end_unwanted(int v6)
{
	struct advertiser *a;
	const struct iface *i;
	int n;

	for (n = 0; n < MAXVIF; n++) {
		a = &advertisers[v6][n];
		if (a->ifindex == 0)
			continue;
		i = iface_by_index(a->ifindex);
		if (i != NULL && mrdisc_wants(i, v6))
			continue;
		log_info("%s: end of IPv%d router advertisements", name_of(a),
		    v6 ? 6 : 4);
		terminate(a);
		end_advertising(a);
	}
}

void
mrdisc_update(void)
{
	const struct iface *i;
	int v6;

	for (v6 = 0; v6 <= 1; v6++) {
		end_unwanted(v6); /* makes room for others */
		TAILQ_FOREACH(i, &ifaces, entry)
			if (iface_is_up(i) && mrdisc_wants(i, v6) &&
			    find(i->ifindex, v6) == NULL)
				begin_advertising(i, v6);
	}
}

void
mrdisc_forget(uint32_t ifindex)
{
	struct advertiser *a;
	int v6;

	for (v6 = 0; v6 <= 1; v6++)
		if ((a = find(ifindex, v6)) != NULL)
			end_advertising(a);
}

void
mrdisc_end(void)
{
	int n, v6;

	for (v6 = 0; v6 <= 1; v6++)
		for (n = 0; n < MAXVIF; n++)
			if (advertisers[v6][n].ifindex != 0)
				terminate(&advertisers[v6][n]);
}
