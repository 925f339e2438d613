/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The parent's gate: every field of every verb in and out of range, against
 * what the rules say; upcalls of every length and kind.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "parent/gate.h"
#include "check.h"
#include "rnd.h"

#define ROUNDS 200000

static struct gate g;

static struct addr
addr(const char *s)
{
	struct addr a;
	uint8_t b[16];

	memset(&a, 0, sizeof(a));
	if (inet_pton(AF_INET, s, b) == 1)
		addr_from_v4(&a, b);
	else if (inet_pton(AF_INET6, s, b) == 1)
		addr_from_v6(&a, b);
	else {
		fprintf(stderr, "%s: no address\n", s);
		check_failed++;
	}
	return a;
}

/* Even slots of IPv4 are bound, and every third slot of IPv6. */
static int
is_bound(int v6, int slot)
{
	return slot < MAXVIF && slot % (v6 ? 3 : 2) == 0;
}

static void
bind_slots(void)
{
	int s;

	memset(&g, 0, sizeof(g));
	g.have[0] = g.have[1] = 1;
	for (s = 0; s < MAXVIF; s++) {
		g.ifindex[0][s] = is_bound(0, s) ? 100 + s : 0;
		g.ifindex[1][s] = is_bound(1, s) ? 100 + s : 0;
	}
}

/* As the kernel's tables have it; the pads may be anything. */
static int
vif_add(int v6, int slot, int ttl, uint32_t ifindex, int pad)
{
	struct wire_vif v = { .v6 = v6,
		.slot = slot,
		.ttl = ttl,
		.pad = pad,
		.ifindex = ifindex };

	return gate_verb(&g, IMSG_VIF_ADD, &v);
}

static int
vif_del(int v6, int slot, int ttl, uint32_t ifindex)
{
	struct wire_vif v = { .v6 = v6,
		.slot = slot,
		.ttl = ttl,
		.ifindex = ifindex };

	return gate_verb(&g, IMSG_VIF_DEL, &v);
}

static void
test_vif(void)
{
	static const uint32_t ifindex[] = { 1, 2, 65535, 65536, INT32_MAX };
	int v6, slot, ttl, in_range;
	size_t i;

	for (v6 = 0; v6 < 256; v6++)
		for (slot = 0; slot < 256; slot++) {
			in_range = v6 <= 1 && slot < MAXVIF;
			CHECK((vif_add(v6, slot, 1, 5, 0) == 1) ==
			    (in_range && !is_bound(v6, slot)));
			CHECK((vif_del(v6, slot, 1, 5) == 1) ==
			    (in_range && is_bound(v6, slot)));
		}
	for (v6 = 0; v6 <= 1; v6++) {
		for (ttl = 0; ttl < 256; ttl++) {
			CHECK((vif_add(v6, 1, ttl, 5, ttl) == 1) == (ttl != 0));
			CHECK(vif_del(v6, 0, ttl, ttl) == 1);
		}
		for (i = 0; i < sizeof(ifindex) / sizeof(ifindex[0]); i++)
			CHECK(vif_add(v6, 1, 255, ifindex[i], 255) == 1);
		CHECK(vif_add(v6, 1, 1, 0, 0) == 0);
		CHECK(vif_add(v6, 1, 1, (uint32_t)INT32_MAX + 1, 0) == 0);
		CHECK(vif_add(v6, 1, 1, UINT32_MAX, 0) == 0);
	}
	for (v6 = 0; v6 <= 1; v6++) {
		g.have[v6] = 0;
		CHECK(vif_add(v6, 1, 1, 5, 0) == 0);
		CHECK(vif_del(v6, 0, 1, 5) == 0);
		CHECK(vif_add(!v6, 1, 1, 5, 0) == 1);
		CHECK(vif_del(!v6, 0, 1, 5) == 1);
		g.have[v6] = 1;
	}
}

static const struct {
	const char *src;
	const char *grp;
	int ok;
} keys[] = {
	{ "10.0.0.1", "225.1.2.3", 1 },
	{ "10.0.0.1", "224.0.0.0", 1 },
	{ "10.0.0.1", "224.0.0.5", 1 }, /* the kernel takes it */
	{ "10.0.0.1", "239.255.255.255", 1 },
	{ "0.0.0.1", "225.1.2.3", 1 },
	{ "223.255.255.255", "225.1.2.3", 1 },
	{ "240.0.0.0", "225.1.2.3", 1 },
	{ "255.255.255.255", "225.1.2.3", 1 },
	{ "0.0.0.0", "225.1.2.3", 1 }, /* of any source */
	{ "224.0.0.0", "225.1.2.3", 0 },
	{ "239.255.255.255", "225.1.2.3", 0 },
	{ "10.0.0.1", "223.255.255.255", 0 },
	{ "10.0.0.1", "240.0.0.0", 0 },
	{ "10.0.0.1", "0.0.0.0", 0 },
	{ "10.0.0.1", "255.255.255.255", 0 },
	{ "fd00::1", "ff05::1", 1 },
	{ "fd00::1", "ff00::", 1 },
	{ "fd00::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1 },
	{ "::1", "ff05::1", 1 },
	{ "::225.1.2.3", "ff05::1", 1 }, /* not mapped: an address as any */
	{ "fe80::1", "ff05::1", 1 },
	{ "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ff05::1", 1 },
	{ "::", "ff05::1", 1 },
	{ "ff00::", "ff05::1", 0 },
	{ "ff05::2", "ff05::1", 0 },
	{ "fd00::1", "fd00::2", 0 },
	{ "fd00::1", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0 },
	{ "fd00::1", "::", 0 },
	/* one of each family, also in disguise */
	{ "10.0.0.1", "ff05::1", 0 },
	{ "fd00::1", "225.1.2.3", 0 },
	{ "0.0.0.0", "ff05::1", 0 },
	{ "::", "225.1.2.3", 0 },
	{ "::ffff:10.0.0.1", "ff05::1", 0 },
	{ "fd00::1", "::ffff:225.1.2.3", 0 },
	{ "::10.0.0.1", "225.1.2.3", 0 },
	{ "fd00::1", "::225.1.2.3", 0 },
};

#define NKEYS (sizeof(keys) / sizeof(keys[0]))

static struct wire_mfc
mfc(const char *src, const char *grp, uint8_t iif)
{
	struct wire_mfc m;

	memset(&m, 0, sizeof(m));
	m.key.src = addr(src);
	m.key.grp = addr(grp);
	m.iif = iif;
	return m;
}

static void
test_keys(void)
{
	struct wire_mfc m;
	size_t i;
	int v6;

	for (i = 0; i < NKEYS; i++) {
		m = mfc(keys[i].src, keys[i].grp, 0);
		if ((gate_verb(&g, IMSG_MFC_ADD, &m) == 1) == keys[i].ok &&
		    (gate_verb(&g, IMSG_MFC_DEL, &m.key) == 1) == keys[i].ok)
			continue;
		fprintf(stderr, "(%s, %s): not %s\n", keys[i].src, keys[i].grp,
		    keys[i].ok ? "let through" : "refused");
		check_failed++;
	}
	for (v6 = 0; v6 <= 1; v6++) {
		g.have[v6] = 0;
		for (i = 0; i < NKEYS; i++) {
			m = mfc(keys[i].src, keys[i].grp, 0);
			CHECK((gate_verb(&g, IMSG_MFC_ADD, &m) == 1) ==
			    (keys[i].ok &&
				(addr_af(&m.key.grp) == AF_INET6) != v6));
			CHECK((gate_verb(&g, IMSG_MFC_DEL, &m.key) == 1) ==
			    (keys[i].ok &&
				(addr_af(&m.key.grp) == AF_INET6) != v6));
		}
		g.have[v6] = 1;
	}
}

static void
test_mfc_slots(int v6)
{
	struct wire_mfc m =
	    v6 ? mfc("fd00::1", "ff05::1", 0) : mfc("10.0.0.1", "225.1.1.1", 0);
	int i, s, ttl, ok;

	for (i = 0; i < 256; i++) {
		m.iif = i;
		CHECK(
		    (gate_verb(&g, IMSG_MFC_ADD, &m) == 1) == is_bound(v6, i));
	}
	m.iif = 0;
	for (s = 0; s < MAXVIF; s++) {
		for (ttl = 0; ttl < 256; ttl++) {
			m.ttls[s] = ttl;
			CHECK((gate_verb(&g, IMSG_MFC_ADD, &m) == 1) ==
			    (ttl == 0 || is_bound(v6, s)));
		}
		m.ttls[s] = 0;
	}
	/* all that are bound, and one too many */
	for (s = 0; s < MAXVIF; s++)
		m.ttls[s] = is_bound(v6, s);
	memset(m.pad, 0xff, sizeof(m.pad));
	CHECK(gate_verb(&g, IMSG_MFC_ADD, &m) == 1);
	for (s = 0; s < MAXVIF; s++) {
		if (is_bound(v6, s))
			continue;
		m.ttls[s] = 1;
		CHECK(gate_verb(&g, IMSG_MFC_ADD, &m) == 0);
		m.ttls[s] = 0;
	}
	/* the other family's slots do not count */
	g.ifindex[v6][0] = 0;
	CHECK(gate_verb(&g, IMSG_MFC_ADD, &m) == 0);
	bind_slots();
	/* an entry alone in its message */
	for (i = 0; i < ROUNDS; i++) {
		ok = 1;
		m.iif = rnd(MAXVIF + 2);
		ok &= is_bound(v6, m.iif);
		for (s = 0; s < MAXVIF; s++) {
			m.ttls[s] = rnd(10) == 0 || (is_bound(v6, s) && rnd(2));
			ok &= m.ttls[s] == 0 || is_bound(v6, s);
		}
		if ((gate_verb(&g, IMSG_MFC_ADD, &m) == 1) != ok)
			break;
	}
	CHECK(i == ROUNDS);
}

static void
test_unknown(void)
{
	static const uint32_t verbs[] = { IMSG_VIF_ADD, IMSG_VIF_DEL,
		IMSG_MFC_ADD, IMSG_MFC_DEL };
	static const size_t sizes[] = { 12, 12, 68, 32 };
	struct wire_mfc m = mfc("10.0.0.1", "225.1.1.1", 0);
	uint32_t verb, i, k;

	for (i = 0; i < 4; i++)
		CHECK(gate_size(verbs[i]) == sizes[i]);
	for (i = 0; i < 70000; i++) {
		verb = i < 69000 ? i : rnd(UINT32_MAX);
		for (k = 0; k < 4 && verb != verbs[k]; k++)
			;
		if (k < 4)
			continue;
		CHECK(gate_size(verb) == 0);
		CHECK(gate_verb(&g, verb, &m) == 0);
	}
	for (i = 0; i < 32; i++)
		for (k = 0; k < 4; k++)
			CHECK((gate_size(verbs[k] ^ 1U << i) == 0) ||
			    (verbs[k] ^ 1U << i) <= IMSG_MFC_DEL);
}

/* Each entry is on the heap by itself, so that a sanitizer sees a read beyond
 * its end. */
static void
test_rubbish(void)
{
	static const uint32_t verbs[] = { IMSG_VIF_ADD, IMSG_VIF_DEL,
		IMSG_MFC_ADD, IMSG_MFC_DEL };
	unsigned int round, let = 0;
	uint32_t verb;
	size_t size;
	uint8_t *p;

	for (round = 0; round < ROUNDS; round++) {
		verb = verbs[rnd(4)];
		size = gate_size(verb);
		if ((p = malloc(size)) == NULL)
			return;
		rnd_bytes(p, size);
		if (rnd(2))
			p[rnd(size)] = 0;
		if (size == sizeof(struct wire_vif) && rnd(2)) {
			p[0] &= 1;
			p[1] &= 31;
		}
		let += gate_verb(&g, verb, p) == 1;
		free(p);
	}
	CHECK(let > 0 && let < ROUNDS / 2);
}

/*
 * Upcalls
 */

/* struct igmpmsg and struct mrt6msg, as the kernel writes them. */
static size_t
make_upcall(uint8_t *b, int v6, uint8_t kind, uint16_t slot, const char *src,
    const char *grp)
{
	struct addr s = addr(src), d = addr(grp);

	if (v6) {
		memset(b, 0, 8);
		b[1] = kind;
		memcpy(b + 2, &slot, 2);
		memcpy(b + 8, s.b, 16);
		memcpy(b + 24, d.b, 16);
		return 40;
	}
	memset(b, 0xa5, 8);
	b[8] = kind;
	b[9] = 0;
	b[10] = slot & 0xff;
	b[11] = slot >> 8;
	memcpy(b + 12, addr_v4(&s), 4);
	memcpy(b + 16, addr_v4(&d), 4);
	return 20;
}

/* Read from a block of its own, so that a byte too many is seen. */
static int
upcall(int v6, const uint8_t *b, size_t len, struct wire_upcall *u)
{
	uint8_t *p;
	int rc;

	if ((p = malloc(len)) == NULL && len > 0)
		exit(1);
	if (len > 0)
		memcpy(p, b, len);
	memset(u, 0xa5, sizeof(*u));
	rc = gate_upcall(v6, 0xff, p, len, u);
	free(p);
	CHECK(rc == 0 || rc == 1);
	return rc;
}

static int
is_upcall(const struct wire_upcall *u, uint8_t kind, uint8_t slot,
    const char *src, const char *grp)
{
	struct addr s = addr(src), d = addr(grp);

	return u->kind == kind && u->slot == slot && u->pad[0] == 0 &&
	    u->pad[1] == 0 && addr_cmp(&u->key.src, &s) == 0 &&
	    addr_cmp(&u->key.grp, &d) == 0;
}

static void
test_upcall(int v6)
{
	const char *src = v6 ? "fd00::1" : "10.0.0.1";
	const char *grp = v6 ? "ff05::1" : "225.1.2.3";
	struct wire_upcall u;
	uint8_t b[64];
	size_t size, len, i;
	unsigned int slot;
	int kind;

	memset(b, 0xa5, sizeof(b));
	size = make_upcall(b, v6, UPCALL_NOCACHE, 7, src, grp);
	for (len = 0; len <= sizeof(b); len++) {
		CHECK(upcall(v6, b, len, &u) == (len >= size));
		if (len >= size)
			CHECK(is_upcall(&u, UPCALL_NOCACHE, 7, src, grp));
		/* nor is it one of the other family */
		CHECK(upcall(!v6, b, len, &u) == 0);
	}
	for (kind = 0; kind < 256; kind++) {
		make_upcall(b, v6, kind, 31, src, grp);
		CHECK(upcall(v6, b, size, &u) == (kind == 1 || kind == 2));
		if (kind == 1 || kind == 2)
			CHECK(is_upcall(&u, kind, 31, src, grp));
	}
	for (slot = 0; slot <= UINT16_MAX; slot++) {
		make_upcall(b, v6, UPCALL_WRONGVIF, slot, src, grp);
		if (upcall(v6, b, size, &u) != (slot < MAXVIF) ||
		    (slot < MAXVIF &&
			!is_upcall(&u, UPCALL_WRONGVIF, slot, src, grp)))
			break;
	}
	CHECK(slot == UINT16_MAX + 1);
	/* a real packet: the protocol (IGMP is 2), or ICMPv6's type */
	for (i = 1; i < 256; i++) {
		make_upcall(b, v6, UPCALL_NOCACHE, 0, src, grp);
		b[v6 ? 0 : 9] = i;
		CHECK(upcall(v6, b, sizeof(b), &u) == 0);
	}
}

/* Where byte 11 is of a checksum: whatever it is, byte 10 is the slot. */
static void
test_upcall_narrow(void)
{
	struct wire_upcall u;
	unsigned int slot;
	uint8_t b[64];

	for (slot = 0; slot <= UINT16_MAX; slot++) {
		make_upcall(b, 0, UPCALL_NOCACHE, slot, "10.0.0.1",
		    "225.1.2.3");
		if (gate_upcall(0, 0, b, 20, &u) != ((slot & 0xff) < MAXVIF) ||
		    ((slot & 0xff) < MAXVIF && u.slot != (slot & 0xff)))
			break;
	}
	CHECK(slot == UINT16_MAX + 1);
}

/* The ring against a list of numbers. */
static void
test_upcalls(void)
{
	static struct upcalls r;
	uint32_t round, in = 0, out = 0, n;
	size_t at, i, room;

	for (round = 0; round < ROUNDS; round++) {
		n = rnd(UPCALL_CREDIT + 10);
		CHECK(gate_taken(&r, n) == (n > 0 && n <= in - out));
		if (n > 0 && n <= in - out)
			out += n;
		CHECK(r.n == in - out);
		room = gate_room(&r, &at);
		if (room > 0)
			room = rnd(room);
		CHECK(r.n + room <= UPCALL_CREDIT);
		CHECK(at + room <= UPCALL_CREDIT);
		for (i = 0; i < room; i++)
			r.u[at + i].pad[0] = in++;
		r.n += room;
		for (i = 0; i < r.n; i++)
			if (r.u[(r.first + i) % UPCALL_CREDIT].pad[0] !=
			    ((out + i) & 0xff))
				break;
		CHECK(i == r.n);
	}
	CHECK(gate_taken(&r, r.n + 1) == 0);
	CHECK(gate_taken(&r, UINT32_MAX) == 0);
	if (r.n > 0)
		CHECK(gate_taken(&r, r.n) == 1);
	CHECK(gate_taken(&r, 1) == 0);
}

static void
test_upcall_keys(void)
{
	struct wire_upcall u;
	struct addr src, grp;
	uint8_t b[64];
	size_t i, len;
	int v6, ok;

	for (i = 0; i < NKEYS; i++) {
		src = addr(keys[i].src);
		grp = addr(keys[i].grp);
		ok = keys[i].ok && addr_is_source(&src);
		/* in an IPv6 upcall IPv4 addresses are mapped ones: no */
		len = make_upcall(b, 1, UPCALL_NOCACHE, 0, keys[i].src,
		    keys[i].grp);
		CHECK(
		    upcall(1, b, len, &u) == (ok && addr_af(&grp) == AF_INET6));
		v6 = addr_af(&src) == AF_INET6 || addr_af(&grp) == AF_INET6;
		if (v6)
			continue;
		len = make_upcall(b, 0, UPCALL_NOCACHE, 0, keys[i].src,
		    keys[i].grp);
		CHECK(upcall(0, b, len, &u) == ok);
	}
}

static void
test_igmp(void)
{
	/* a membership report with router alert, and a query */
	static const uint8_t report[] = { 0x46, 0xc0, 0, 0x20, 0, 0, 0x40, 0, 1,
		2, 0x41, 0xf6, 10, 0, 0, 2, 225, 1, 2, 3, 0x94, 4, 0, 0, 0x16,
		0, 0x07, 0xfa, 225, 1, 2, 3 };
	static const uint8_t query[] = { 0x46, 0xc0, 0, 0x20, 0, 0, 0x40, 0, 2,
		2, 0x42, 0xf6, 10, 0, 0, 1, 224, 0, 0, 1, 0x94, 4, 0, 0, 0x11,
		100, 0xee, 0x9b, 0, 0, 0, 0 };
	/* a report of MLD, which is type 131 */
	static const uint8_t mld[] = { 131, 0, 0x12, 0x34, 0, 0, 0, 0, 0xff, 5,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 5, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 1 };
	struct wire_upcall u;

	CHECK(upcall(0, report, sizeof(report), &u) == 0);
	CHECK(upcall(0, query, sizeof(query), &u) == 0);
	CHECK(upcall(1, mld, sizeof(mld), &u) == 0);
}

/* Of random bytes only valid upcalls pass. */
static void
test_upcall_rubbish(void)
{
	struct wire_upcall u;
	unsigned int round, let = 0;
	uint8_t b[64];
	size_t len;
	int v6;

	for (round = 0; round < ROUNDS; round++) {
		v6 = rnd(2);
		len = rnd(sizeof(b) + 1);
		rnd_bytes(b, sizeof(b));
		if (rnd(8)) {
			(void)make_upcall(b, v6, 1 + rnd(2), rnd(MAXVIF),
			    v6 ? "fd00::1" : "10.0.0.1",
			    v6 ? "ff05::1" : "225.1.2.3");
			b[rnd(40)] = rnd(256);
		}
		if (upcall(v6, b, len, &u) == 0)
			continue;
		let++;
		CHECK(u.slot < MAXVIF && (u.kind == 1 || u.kind == 2));
		CHECK(addr_is_multicast(&u.key.grp));
		CHECK(addr_is_source(&u.key.src));
		CHECK((addr_af(&u.key.src) == AF_INET6) == v6);
		CHECK((addr_af(&u.key.grp) == AF_INET6) == v6);
	}
	CHECK(let > ROUNDS / 20 && let < ROUNDS);
}

int
main(void)
{
	rnd_init();
	bind_slots();
	test_vif();
	test_keys();
	test_mfc_slots(0);
	test_mfc_slots(1);
	test_unknown();
	test_rubbish();
	test_upcall(0);
	test_upcall(1);
	test_upcall_narrow();
	test_upcalls();
	test_upcall_keys();
	test_igmp();
	test_upcall_rubbish();
	return rnd_end();
}
