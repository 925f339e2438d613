/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Anything that rtnetlink may send: links, addresses, settings, routes and the
 * multicast forwarding cache.  The result is bounded and well formed, and the
 * same however the messages are divided into datagrams.
 */
#include "engine/sys/kernel_state_linux.c"

#include "common/addr.h"
#include "engine/sys/group_list.h"
#include "engine/sys/ifaddr.h"
#include "engine/sys/ifevent.h"
#include "engine/sys/netconf.h"
#include "fuzz.h"

#define IFINDEX	 5 /* that is asked about */
#define MAXBUILT 16384

ssize_t __wrap_send(int, const void *, size_t, int);
ssize_t __wrap_recvfrom(int, void *, size_t, int, struct sockaddr *,
    socklen_t *);

static struct input answers; /* datagrams, each behind its length */
static uint32_t asked;	     /* sequence number of the last question */
static size_t nbytes;	     /* answered */
static unsigned int ntold;   /* by callbacks */

ssize_t
__wrap_send(int fd, const void *buf, size_t len, int flags)
{
	struct nlmsghdr h;

	(void)fd;
	(void)flags;
	MUST(len >= sizeof(h));
	memcpy(&h, buf, sizeof(h));
	MUST(h.nlmsg_len == len);
	asked = h.nlmsg_seq;
	return len;
}

/* A message with the number 0 in the input belongs to the request. */
static void
number(uint8_t *p, size_t len)
{
	struct nlmsghdr h;
	size_t step;

	for (; len >= sizeof(h); p += step, len -= step) {
		memcpy(&h, p, sizeof(h));
		h.nlmsg_seq += asked;
		memcpy(p, &h, sizeof(h));
		if (h.nlmsg_len < sizeof(h) || h.nlmsg_len > len)
			return;
		step = NLMSG_ALIGN((size_t)h.nlmsg_len);
		step = step < len ? step : len;
	}
}

ssize_t
__wrap_recvfrom(int fd, void *buf, size_t size, int flags, struct sockaddr *sa,
    socklen_t *salen)
{
	struct sockaddr_nl from = { .nl_family = AF_NETLINK };
	size_t len = in_u16(&answers);
	const uint8_t *p;

	(void)fd;
	(void)flags;
	MUST(*salen == sizeof(from));
	if (answers.len == 0) {
		errno = EAGAIN; /* it took too long */
		return -1;
	}
	from.nl_pid = len & 0x8000; /* somebody else's */
	p = in_bytes(&answers, len & 0x7fff, &len);
	len = len < size ? len : size;
	memcpy(buf, p, len);
	number(buf, len);
	memcpy(sa, &from, sizeof(from));
	nbytes += len;
	return len;
}

/*
 * The forwarding cache
 */
static void
on_entry(const struct kernel_entry *e, void *arg)
{
	int v6 = *(int *)arg;
	uint32_t i;

	ntold++;
	MUST((addr_af(&e->key.grp) == AF_INET6) == v6 ||
	    (v6 && addr_af(&e->key.grp) == AF_INET));
	MUST(e->noifs <= MAXVIF);
	for (i = 0; i < e->noifs; i++)
		MUST(e->oifs[i].ifindex > 0 && e->oifs[i].ifindex <= INT32_MAX);
}

static void
try_dump(int v6)
{
	int rc = kernel_state_dump(v6, on_entry, &v6);

	MUST(rc == 0 || errno != 0);
}

static void
try_get(int v6)
{
	static const uint8_t src4[4] = { 10, 0, 0, 1 },
			     grp4[4] = { 225, 1, 1, 1 };
	static const uint8_t src6[16] = { 0xfd, [15] = 1 };
	static const uint8_t grp6[16] = { 0xff, 5, [15] = 1 };
	struct kernel_count count;
	struct wire_key k;

	if (v6) {
		addr_from_v6(&k.src, src6);
		addr_from_v6(&k.grp, grp6);
	} else {
		addr_from_v4(&k.src, src4);
		addr_from_v4(&k.grp, grp4);
	}
	no_get[v6] = 0;
	if (get_count(&k, &count) == 0)
		MUST(nbytes >= sizeof(struct nlmsghdr) + sizeof(struct rtmsg));
}

/*
 * Addresses, settings, ways
 */
static void
try_ifaddr(int v6)
{
	struct addr a;

	memset(&a, 0xa5, sizeof(a));
	if (ifaddr_source(IFINDEX, v6, &a) == -1)
		return;
	MUST(v6 || addr_af(&a) == AF_INET);
	MUST(!v6 || (a.b[0] == 0xfe && (a.b[1] & 0xc0) == 0x80));
}

static void
on_address(uint32_t ifindex, void *arg)
{
	(void)ifindex;
	(void)arg;
	ntold++;
}

static void
on_group(uint32_t ifindex, const struct addr *grp, void *arg)
{
	MUST(ifindex != 0);
	MUST(*(int *)arg || addr_af(grp) == AF_INET);
	ntold++;
}

static void
on_setting(uint32_t ifindex, const struct netconf *c, void *arg)
{
	(void)ifindex;
	(void)arg;
	ntold++;
	MUST((c->bits & ~0x7U) == 0);
}

/*
 * Links
 */
static uint64_t digest;

static void
note(const void *p, size_t len)
{
	const uint8_t *b = p;

	ntold++;
	while (len-- > 0)
		digest = (digest ^ *b++) * 0x100000001b3ULL;
}

static void
on_changed(const struct link *l)
{
	size_t len = strnlen(l->name, sizeof(l->name));

	MUST(l->ifindex > 0 && l->ifindex <= INT32_MAX);
	MUST(len > 0 && len < sizeof(l->name));
	note(l, sizeof(*l));
}

static void
on_gone(uint32_t ifindex)
{
	MUST(ifindex > 0 && ifindex <= INT32_MAX);
	note(&ifindex, sizeof(ifindex));
}

static void
on_begin(void)
{
	MUST(0); /* only who asks knows */
}

static void
on_end(void)
{
	note("end", 3);
}

static void
on_done(void)
{
	MUST(0);
}

static void
on_addresses(void)
{
	note("addresses", 9);
}

static const struct ifevent_handler handler = { on_changed, on_gone, on_gone,
	on_addresses, on_begin, on_end, on_done };

static void
check_dump(const struct link_dump *d)
{
	MUST(d->error >= 0 && d->tries >= 0 && d->tries <= 5);
	MUST(d->running == 0 || d->error == 0);
}

/* Every message in a datagram of its own. */
static void
tell_singly(const uint8_t *p, size_t len, struct link_dump *d)
{
	struct nlmsghdr h;
	uint8_t *copy;
	size_t step;

	for (; len >= sizeof(h); p += step, len -= step) {
		memcpy(&h, p, sizeof(h));
		if (h.nlmsg_len < sizeof(h) || h.nlmsg_len > len)
			return;
		step = NLMSG_ALIGN((size_t)h.nlmsg_len);
		step = step < len ? step : len;
		copy = malloc(step);
		MUST(copy != NULL);
		memcpy(copy, p, step);
		ifevent_parse(copy, step, &handler, d);
		free(copy);
	}
}

static void
try_links(struct input in, uint8_t how)
{
	struct link_dump whole, single;
	uint64_t told;
	uint8_t *p;
	size_t len;

	memset(&whole, 0, sizeof(whole));
	whole.running = how & 1;
	whole.wanted = (how & 2) != 0;
	whole.tries = how >> 2 & 3;
	single = whole;
	p = in_copy(&in, in.len, &len);
	digest = 0;
	ifevent_parse(p, len, &handler, &whole);
	check_dump(&whole);
	told = digest;
	digest = 0;
	tell_singly(p, len, &single);
	MUST(digest == told && memcmp(&single, &whole, sizeof(whole)) == 0);
	nbytes = 2 * len;
	free(p);
}

/*
 * Datagrams made by a script: what nobody guesses is the lengths
 */
static uint8_t built[MAXBUILT];
static size_t nbuilt;

static void
put(const void *p, size_t len)
{
	len = len < MAXBUILT - nbuilt ? len : MAXBUILT - nbuilt;
	memcpy(built + nbuilt, p, len);
	nbuilt += len;
}

/* What began there. */
static void
pad(size_t from)
{
	while ((nbuilt - from) % NLMSG_ALIGNTO != 0 && nbuilt < MAXBUILT)
		built[nbuilt++] = 0;
}

/* An attribute, in which there may be others, up to the end of it. */
static void
build_attrs(struct input *in, unsigned int depth)
{
	struct nlattr a;
	size_t at, n, times;
	const uint8_t *p;
	uint8_t op;

	while (in->len > 0 && (op = in_u8(in)) != 0) {
		if (op & 0x80 && depth < 4) {
			at = nbuilt;
			a.nla_type = op & 0x7f;
			put(&a, sizeof(a));
			build_attrs(in, depth + 1);
			a.nla_len = nbuilt - at;
			if (at + sizeof(a) <= nbuilt)
				memcpy(built + at, &a, sizeof(a));
			pad(at);
			continue;
		}
		times = op & 0x40 ? in_u8(in) : 1;
		p = in_bytes(in, op & 0x3f, &n);
		while (times-- > 0)
			put(p, n);
	}
}

/* As answers has them: one message in each, or several. */
static void
build(struct input *in)
{
	struct nlmsghdr h;
	size_t start, at;
	uint16_t len;

	nbuilt = 0;
	while (in->len > 0 && nbuilt + sizeof(len) + sizeof(h) < MAXBUILT) {
		start = nbuilt;
		nbuilt += sizeof(len);
		memset(&h, 0, sizeof(h));
		do {
			at = nbuilt;
			h.nlmsg_type = in_u8(in);
			h.nlmsg_flags = in_u8(in);
			put(&h, sizeof(h));
			build_attrs(in, 0);
			h.nlmsg_len = nbuilt - at;
			if (at + sizeof(h) <= nbuilt)
				memcpy(built + at, &h, sizeof(h));
			pad(at);
		} while (h.nlmsg_flags & 1 && in->len > 0);
		len = nbuilt - start - sizeof(len);
		memcpy(built + start, &len, sizeof(len));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint8_t what = in_u8(&in), how = in_u8(&in);
	int v6 = what & 1;
	uint32_t table = what & 0x80 ? 77 : 0;

	nbytes = ntold = 0;
	if (what & 0x40) {
		build(&in);
		in = (struct input){ built, nbuilt };
	}
	answers = in;
	kernel_state_table(table);
	switch (what >> 1 & 7) {
	case 0:
		try_dump(v6);
		break;
	case 1:
		try_get(v6);
		break;
	case 2:
		try_ifaddr(v6);
		break;
	case 3:
		(void)netconf_read(on_setting, NULL);
		break;
	case 4:
		(void)ifaddr_each_v4(on_address, NULL);
		break;
	case 5:
		(void)group_list(v6, on_group, &v6);
		break;
	case 6:
		(void)netconf_way_to(&(struct addr){ { 0xfd, [15] = 1 } });
		(void)netconf_admits(IFINDEX,
		    &(struct addr){ { [10] = 0xff, 0xff, 10, 0, 0, 1 } });
		break;
	default:
		/* one datagram, and so without its length */
		if (what & 0x40)
			(void)in_u16(&in);
		try_links(in, how);
	}
	/* nothing comes of nothing */
	MUST(ntold <= nbytes / sizeof(struct nlmsghdr));
	return 0;
}
