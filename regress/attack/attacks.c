/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The attacks.  Each is a row of a table here, or is made from a table and the
 * ways in which a value can be wrong.
 */
#include <sys/socket.h>
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

#include "common/ctl.h"
#include "common/log.h"
#include "rogue.h"

#define MAX_ATTACKS 512

/* Stands in tables for values that are known only later. */
#define R1 0xfffffffeU /* the interface of slot 1 */

static struct attack attacks[MAX_ATTACKS];
static size_t nattacks;

struct attack *
attack_add(const char *role, const char *group, const char *outcome,
    void (*f)(const struct attack *))
{
	struct attack *a = &attacks[nattacks];

	if (nattacks++ == MAX_ATTACKS)
		abort();
	a->role = role;
	a->group = group;
	a->outcome = outcome;
	a->f = f;
	a->fd = -1;
	return a;
}

struct attack *
attack_last(void)
{
	return &attacks[nattacks - 1];
}

/* --- the ways to throw ------------------------------------------------ */

void
attack_send(const struct attack *a)
{
	put_message(a->type, 0, a->fd, a->arg, a->len);
}

/* --- what is well-formed ----------------------------------------------- */

static void
address(struct addr *a, const char *text)
{
	uint8_t b[16];

	if (inet_pton(AF_INET, text, b) == 1)
		addr_from_v4(a, b);
	else if (inet_pton(AF_INET6, text, b) == 1)
		addr_from_v6(a, b);
	else
		abort();
}

const void *
attack_keep(const void *data, size_t len)
{
	void *p;

	if ((p = malloc(len + 1)) == NULL)
		abort();
	memcpy(p, data, len);
	return p;
}

void
attack_good_mfc(struct wire_mfc *m, int v6)
{
	memset(m, 0, sizeof(*m));
	address(&m->key.src, v6 ? "2001:db8:1:1::1" : "10.1.1.1");
	address(&m->key.grp, v6 ? "ff0e::1:1" : "225.1.1.1");
	m->ttls[1] = 1;
}

/* A payload that passes the verb's check: slots that are bound, an entry that
 * exists, or one that does not. */
void
attack_good(uint32_t type, void *buf, size_t size)
{
	struct wire_vif v = { .ttl = 1, .ifindex = ifindex[0] };
	struct wire_mfc m;

	memset(buf, 0, size);
	attack_good_mfc(&m, 0);
	if (type == IMSG_VIF_ADD) {
		v.slot = 9;
		memcpy(buf, &v, sizeof(v));
	} else if (type == IMSG_VIF_DEL) {
		memcpy(buf, &v, sizeof(v));
	} else if (type == IMSG_MFC_ADD) {
		memcpy(buf, &m, sizeof(m));
	} else if (type == IMSG_MFC_DEL || type == IMSG_HOOK) {
		address(&m.key.grp, "225.7.7.7");
		memcpy(buf, &m.key, sizeof(m.key));
	}
}

/* --- types --------------------------------------------------------------- */

static void
make_types(void)
{
	static const uint32_t not_engines[] = { 0, IMSG_START, IMSG_STOP,
		IMSG_CONFINED, IMSG_ENDED, IMSG_SETUP, IMSG_SOCKET, IMSG_CONFIG,
		IMSG_CONFIG_END, IMSG_UPCALL, IMSG_VIFS, IMSG_RESULT,
		IMSG_CTL_REQUEST, IMSG_CTL_MORE, IMSG_CTL_GONE,
		IMSG_CTL_GONE + 1, 99, IMSG_MAX, CTL_HELLO, CTL_REQUEST,
		CTL_ROW, CTL_FAIL, CTL_NOTE, CTL_END, 1000, INT32_MAX,
		UINT32_MAX };
	struct attack *a;
	size_t i;
	uint32_t t;

	for (i = 0; i < sizeof(not_engines) / sizeof(not_engines[0]); i++) {
		a = attack_add("engine", "type", BAD, attack_send);
		a->type = not_engines[i];
		snprintf(a->name, sizeof(a->name), "type-%s",
		    wire_name(a->type));
		a = attack_add("control", "type", BAD, attack_send);
		*a = a[-1];
		a->role = "control";
	}
	for (t = IMSG_VIF_ADD; t <= IMSG_MRDISC; t++) {
		a = attack_add("control", "type", BAD, attack_send);
		a->type = t;
		snprintf(a->name, sizeof(a->name), "type-%s", wire_name(t));
	}
}

/* --- sizes --------------------------------------------------------------- */

void
attack_add_size(uint32_t type, const char *how, size_t len, size_t entry)
{
	unsigned char buf[2 * MAX_IMSGSIZE];
	const char *group = type == IMSG_HOOK ? "hook" : "size";
	struct attack *a = attack_add("engine", group, BAD, attack_send);
	size_t i;

	for (i = 0; i < len; i += entry)
		attack_good(type, buf + i, entry);
	a->type = type;
	a->arg = attack_keep(buf, len);
	a->len = len;
	snprintf(a->name, sizeof(a->name), "%s-%s", wire_name(type), how);
}

static void
make_sizes(void)
{
	static const struct {
		uint32_t type;
		size_t entry;
		int array;
	} messages[] = {
		{ IMSG_VIF_ADD, sizeof(struct wire_vif), 1 },
		{ IMSG_VIF_DEL, sizeof(struct wire_vif), 1 },
		{ IMSG_MFC_ADD, sizeof(struct wire_mfc), 1 },
		{ IMSG_MFC_DEL, sizeof(struct wire_key), 1 },
		{ IMSG_HOOK, sizeof(struct wire_key), 1 },
		{ IMSG_READY, sizeof(struct wire_ready), 0 },
		{ IMSG_STATUS, sizeof(struct wire_status), 0 },
		{ IMSG_TAKEN, sizeof(uint32_t), 0 },
	};
	size_t i, n;

	for (i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		n = messages[i].entry;
		attack_add_size(messages[i].type, "of-nothing", 0, n);
		attack_add_size(messages[i].type, "of-one-byte", 1, n);
		attack_add_size(messages[i].type, "short", n - 1, n);
		attack_add_size(messages[i].type, "long", n + 1, n);
		attack_add_size(messages[i].type, "too-many",
		    messages[i].array ? (WIRE_BATCH + 1) * n : 2 * n, n);
	}
}

/* --- slots --------------------------------------------------------------- */

static const struct {
	const char *name;
	const char *outcome;
	uint32_t type;
	uint8_t slot, ttl;
	uint32_t ifindex;
} odd_vifs[] = {
	{ "slot-32", BAD, IMSG_VIF_ADD, 32, 1, R1 },
	{ "slot-255", BAD, IMSG_VIF_ADD, 255, 1, R1 },
	{ "ttl-0", BAD, IMSG_VIF_ADD, 2, 0, R1 },
	{ "ifindex-0", BAD, IMSG_VIF_ADD, 2, 1, 0 },
	{ "ifindex-negative", BAD, IMSG_VIF_ADD, 2, 1, 0x80000000 },
	{ "ifindex-lost", BAD, IMSG_VIF_ADD, 2, 1, VIF_LOST },
	{ "slot-bound", BAD, IMSG_VIF_ADD, 0, 1, R1 },
	{ "of-nobody", LIVES, IMSG_VIF_ADD, 2, 1, 99999 },
	{ "of-nobody-16-bits", LIVES, IMSG_VIF_ADD, 2, 1, 65535 },
	{ "del-free", BAD, IMSG_VIF_DEL, 2, 1, R1 },
	{ "del-slot-32", BAD, IMSG_VIF_DEL, 32, 1, R1 },
	{ "del-slot-255", BAD, IMSG_VIF_DEL, 255, 1, R1 },
};

static void
add_vif(const char *group, const char *name, const char *outcome, uint32_t type,
    const struct wire_vif *v)
{
	struct attack *a = attack_add("engine", group, outcome, attack_send);

	a->type = type;
	a->arg = attack_keep(v, sizeof(*v));
	a->len = sizeof(*v);
	snprintf(a->name, sizeof(a->name), "vif-%s", name);
}

static void
make_vifs(void)
{
	struct wire_vif v;
	char name[40];
	size_t i;
	int v6;

	for (i = 0; i < 2 * sizeof(odd_vifs) / sizeof(odd_vifs[0]); i++) {
		memset(&v, 0, sizeof(v));
		v.v6 = i & 1;
		v.slot = odd_vifs[i / 2].slot;
		v.ttl = odd_vifs[i / 2].ttl;
		v.ifindex = odd_vifs[i / 2].ifindex == R1 ?
		    ifindex[1] :
		    odd_vifs[i / 2].ifindex;
		snprintf(name, sizeof(name), "%s-v%d", odd_vifs[i / 2].name,
		    i & 1 ? 6 : 4);
		add_vif("vif", name, odd_vifs[i / 2].outcome,
		    odd_vifs[i / 2].type, &v);
	}
	v = (struct wire_vif){ 2, 2, 1, 0, ifindex[1] };
	add_vif("vif", "family-2", BAD, IMSG_VIF_ADD, &v);
	v.v6 = 255;
	add_vif("vif", "family-255", BAD, IMSG_VIF_ADD, &v);
	v.slot = 0;
	add_vif("vif", "del-family-255", BAD, IMSG_VIF_DEL, &v);
	/* on a kernel that has not got the family */
	for (v6 = 0; v6 <= 1; v6++) {
		v = (struct wire_vif){ v6, 2, 1, 0, ifindex[1] };
		add_vif(v6 ? "lack6" : "lack4", v6 ? "lacks-v6" : "lacks-v4",
		    BAD, IMSG_VIF_ADD, &v);
		add_vif(v6 ? "lack6" : "lack4",
		    v6 ? "del-lacks-v6" : "del-lacks-v4", BAD, IMSG_VIF_DEL,
		    &v);
	}
}

/* --- entries ---------------------------------------------------------------
 */

#define NOWHERE 64 /* an entry without outbound interfaces */

static const struct {
	const char *name;
	const char *src, *grp;
	uint8_t iif, oif;
	int verbs; /* 0: the key is odd, so MFC_DEL is sent, too */
} odd_mfcs[] = {
	{ "iif-32-v4", "10.1.1.9", "225.1.1.9", 32, 1, 1 },
	{ "iif-255-v4", "10.1.1.9", "225.1.1.9", 255, 1, 1 },
	{ "iif-unbound-v4", "10.1.1.9", "225.1.1.9", 2, 1, 1 },
	{ "oif-unbound-v4", "10.1.1.9", "225.1.1.9", 0, 2, 1 },
	{ "oif-31-v4", "10.1.1.9", "225.1.1.9", 0, 31, 1 },
	{ "group-unicast-v4", "10.1.1.9", "10.1.1.8", 0, 1, 0 },
	{ "group-broadcast-v4", "10.1.1.9", "255.255.255.255", 0, 1, 0 },
	{ "group-below-v4", "10.1.1.9", "223.255.255.255", 0, 1, 0 },
	{ "group-above-v4", "10.1.1.9", "240.0.0.0", 0, 1, 0 },
	{ "group-any-v4", "10.1.1.9", "0.0.0.0", 0, 1, 0 },
	{ "source-multicast-v4", "225.1.1.8", "225.1.1.9", 0, 1, 0 },
	{ "both-any-v4", "0.0.0.0", "0.0.0.0", 0, 1, 0 },
	{ "iif-32-v6", "2001:db8::9", "ff0e::9", 32, 1, 1 },
	{ "iif-255-v6", "2001:db8::9", "ff0e::9", 255, 1, 1 },
	{ "iif-unbound-v6", "2001:db8::9", "ff0e::9", 2, 1, 1 },
	{ "oif-unbound-v6", "2001:db8::9", "ff0e::9", 0, 2, 1 },
	{ "oif-31-v6", "2001:db8::9", "ff0e::9", 0, 31, 1 },
	{ "group-unicast-v6", "2001:db8::9", "2001:db8::8", 0, 1, 0 },
	{ "group-any-v6", "2001:db8::9", "::", 0, 1, 0 },
	{ "source-multicast-v6", "ff0e::8", "ff0e::9", 0, 1, 0 },
	{ "both-any-v6", "::", "::", 0, 1, 0 },
	{ "source-v4-group-v6", "10.1.1.9", "ff0e::9", 0, 1, 0 },
	{ "source-v6-group-v4", "2001:db8::9", "225.1.1.9", 0, 1, 0 },
};

static void
add_mfc(const char *group, const char *name, uint32_t type,
    const struct wire_mfc *m, size_t n)
{
	struct attack *a = attack_add("engine", group, BAD, attack_send);
	int del = type == IMSG_MFC_DEL;

	a->type = type;
	a->len = del ? sizeof(m->key) : n * sizeof(*m);
	a->arg = del ? attack_keep(&m->key, a->len) : attack_keep(m, a->len);
	snprintf(a->name, sizeof(a->name), "mfc-%s%s", del ? "del-" : "", name);
}

static void
make_mfcs(void)
{
	struct wire_mfc m, two[2];
	size_t i;
	int v6;

	for (i = 0; i < sizeof(odd_mfcs) / sizeof(odd_mfcs[0]); i++) {
		memset(&m, 0, sizeof(m));
		address(&m.key.src, odd_mfcs[i].src);
		address(&m.key.grp, odd_mfcs[i].grp);
		m.iif = odd_mfcs[i].iif;
		if (odd_mfcs[i].oif < MAXVIF)
			m.ttls[odd_mfcs[i].oif] = 1;
		add_mfc("mfc", odd_mfcs[i].name, IMSG_MFC_ADD, &m, 1);
		if (!odd_mfcs[i].verbs)
			add_mfc("mfc", odd_mfcs[i].name, IMSG_MFC_DEL, &m, 1);
	}
	/* the first entry is well-formed, the second is not */
	attack_good_mfc(&two[0], 0);
	two[1] = m;
	add_mfc("mfc", "second", IMSG_MFC_ADD, two, 2);
	/* a slot that is bound only in the other family */
	attack_good_mfc(&m, 0);
	m.iif = 9;
	m.how = MFC_REMAKE; /* must not delete before all are checked */
	add_mfc("mfc", "again-iif-unbound", IMSG_MFC_ADD, &m, 1);
	for (v6 = 0; v6 <= 1; v6++) {
		attack_good_mfc(&m, v6);
		add_mfc(v6 ? "lack6" : "lack4", v6 ? "lacks-v6" : "lacks-v4",
		    IMSG_MFC_ADD, &m, 1);
		add_mfc(v6 ? "lack6" : "lack4", v6 ? "lacks-v6" : "lacks-v4",
		    IMSG_MFC_DEL, &m, 1);
	}
}

/* --- what would be well but for its last entry -----------------------------
 */

#define NEW 5 /* entries that do not exist yet */

static struct attack *
add_batch(const char *name, int v6, uint32_t type, const void *entries,
    size_t n, size_t size)
{
	struct attack *a = attack_add("engine", "batch", BAD, attack_send);

	a->type = type;
	a->arg = attack_keep(entries, n * size);
	a->len = n * size;
	snprintf(a->name, sizeof(a->name), "batch-%s-v%d", name, v6 ? 6 : 4);
	return a;
}

static void
new_mfc(struct wire_mfc *m, int v6, uint8_t i)
{
	attack_good_mfc(m, v6);
	m->key.src.b[14] = 66;
	m->key.src.b[15] = i + 1;
}

/* Sends the message without the last entry, and undoes it: the rest of it is
 * valid. */
static void
batch_and_back(const struct attack *a)
{
	const struct wire_mfc *m = a->arg;
	struct wire_key k[NEW];
	int i, failed;

	for (i = 0; i < NEW; i++)
		k[i] = m[i].key;
	put_message(IMSG_MFC_ADD, 0, -1, m, NEW * sizeof(*m));
	put_message(IMSG_MFC_DEL, 0, -1, k, sizeof(k));
	if ((failed = read_results(2, NULL)) != 0)
		fatalx(EX_SOFTWARE, "of good entries %d failed", failed);
}

static void
make_mfc_batches(int v6)
{
	struct wire_mfc m[WIRE_BATCH];
	struct wire_key k[2];
	struct attack *a;
	int i;

	for (i = 0; i < WIRE_BATCH; i++)
		new_mfc(&m[i], v6, i);
	m[NEW].iif = 9;
	a = add_batch("and-back", v6, IMSG_MFC_ADD, m, NEW, sizeof(*m));
	a->f = batch_and_back;
	a->outcome = LIVES;
	add_batch("mfc", v6, IMSG_MFC_ADD, m, NEW + 1, sizeof(*m));
	m[NEW].iif = 0;
	m[WIRE_BATCH - 1].ttls[9] = 1;
	add_batch("mfc-full", v6, IMSG_MFC_ADD, m, WIRE_BATCH, sizeof(*m));
	/* what is there, and its counters */
	attack_good_mfc(&m[0], v6);
	m[1].key.grp = m[1].key.src;
	m[0].how = MFC_UNMAKE;
	add_batch("mfc-unmake", v6, IMSG_MFC_ADD, m, 2, sizeof(*m));
	m[0].how = MFC_REMAKE;
	add_batch("mfc-remake", v6, IMSG_MFC_ADD, m, 2, sizeof(*m));
	k[0] = m[0].key;
	k[1] = m[1].key;
	add_batch("mfc-del", v6, IMSG_MFC_DEL, k, 2, sizeof(*k));
}

static void
make_batches(void)
{
	struct wire_vif v[2];
	int v6;

	for (v6 = 0; v6 <= 1; v6++) {
		make_mfc_batches(v6);
		v[0] = (struct wire_vif){ v6, 2, 1, 0, ifindex[2] };
		v[1] = (struct wire_vif){ v6, MAXVIF, 1, 0, ifindex[2] };
		add_batch("vif", v6, IMSG_VIF_ADD, v, 2, sizeof(*v));
		v[0].slot = 1;
		add_batch("vif-del", v6, IMSG_VIF_DEL, v, 2, sizeof(*v));
	}
}

void
attacks_make(void)
{
	make_types();
	make_sizes();
	make_vifs();
	make_mfcs();
	make_batches();
	attacks_make_link();
	attacks_make_pipe();
	attacks_make_fill();
}

const struct attack *
attack_find(const char *role, const char *name)
{
	size_t i;

	for (i = 0; i < nattacks; i++)
		if (strcmp(attacks[i].role, role) == 0 &&
		    strcmp(attacks[i].name, name) == 0)
			return &attacks[i];
	return NULL;
}

void
attacks_list(const char *role, const char *group)
{
	size_t i;

	for (i = 0; i < nattacks; i++)
		if (strcmp(attacks[i].role, role) == 0 &&
		    (group == NULL || strcmp(attacks[i].group, group) == 0))
			printf("%s %s\n", attacks[i].name, attacks[i].outcome);
}
