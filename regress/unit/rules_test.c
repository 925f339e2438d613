/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The index of rules against a list that is walked from end to end: both have
 * the same random rules, and every lookup must give the same result.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/decide/decide.h"
#include "engine/have/slots.h"
#include "engine/lib/hash.h"
#include "engine/want/names.h"
#include "engine/want/rules.h"
#include "check.h"
#include "rnd.h"

#define MAXRULES 3000
#define NADDR	 24

/* Interfaces; the slot of each is its place.  eth1 has none in IPv6. */
struct iface *
slot_iface(int slot, int v6)
{
	(void)slot;
	(void)v6;
	return NULL;
}

static const char *const ifnames[] = { "eth0", "eth1", "eth10", "wlan0", "lo",
	"br-lan", "eth2.7" };
static const char *const patterns[] = { "eth0", "eth1", "eth+", "eth1+", "+",
	"wlan0", "wlan+", "br-lan", "eth10", "none0", "none+", "lo", "e+" };

#define NIF	 (sizeof(ifnames) / sizeof(ifnames[0]))
#define NPATTERN (sizeof(patterns) / sizeof(patterns[0]))

/* A rule as the model has it: lengths of its own family, oifs as a mask of
 * patterns[], one bit for each bit of an address. */
struct model {
	int iif; /* of patterns[] */
	int v6;
	struct addr src, grp;
	int slen, glen;
	uint32_t oifs;
	uint32_t index; /* in the real one */
};

static struct model model[MAXRULES];
static uint32_t nmodel;
static struct rules rules;
static unsigned int nhit, nmiss, nstopped;
static struct addr pool_src[2][NADDR], pool_grp[2][NADDR];

/*
 * The model
 */
static int
names_if(int pattern, int ifn)
{
	const char *p = patterns[pattern];
	size_t n = strlen(p);

	if (p[n - 1] == '+')
		return strncmp(p, ifnames[ifn], n - 1) == 0;
	return strcmp(p, ifnames[ifn]) == 0;
}

static int
bit(const struct addr *a, int v6, int i)
{
	i += v6 ? 0 : 96;
	return a->b[i / 8] >> (7 - i % 8) & 1;
}

static int
same_bits(const struct addr *a, const struct addr *b, int v6, int len)
{
	int i;

	for (i = 0; i < len; i++)
		if (bit(a, v6, i) != bit(b, v6, i))
			return 0;
	return 1;
}

static int
covers(const struct model *m, int v6, const struct addr *src,
    const struct addr *grp)
{
	return m->v6 == v6 && same_bits(&m->grp, grp, v6, m->glen) &&
	    same_bits(&m->src, src, v6, m->slen);
}

static uint32_t
oifs_of(const struct model *m, int ifn)
{
	uint32_t mask = 0;
	size_t p, i;

	for (p = 0; p < NPATTERN; p++)
		for (i = 0; i < NIF && m->oifs & 1U << p; i++) {
			if (!names_if(p, i) || (m->v6 && i == 1))
				continue;
			if ((int)i != ifn || strchr(patterns[p], '+') == NULL)
				mask |= 1U << i;
		}
	return mask;
}

static enum verdict_action
naive_lookup(int ifn, int v6, const struct addr *src, const struct addr *grp,
    uint32_t *oifs)
{
	static const struct model *hits[MAXRULES];
	const struct model *x, *stop;
	enum verdict_action action = VERDICT_STOP;
	uint32_t i, k, n = 0;

	for (i = 0; i < nmodel; i++)
		if (names_if(model[i].iif, ifn) &&
		    covers(&model[i], v6, src, grp))
			hits[n++] = &model[i];
	*oifs = 0;
	for (i = 0; i < n; i++) {
		x = hits[i];
		for (k = 0; k < n; k++) {
			stop = hits[k];
			if (stop->oifs == 0 && x->glen <= stop->glen &&
			    x->slen <= stop->slen)
				break;
		}
		if (k < n)
			continue;
		action = VERDICT_FORWARD;
		*oifs |= oifs_of(x, ifn);
	}
	return n > 0 ? action : VERDICT_UNCOVERED;
}

/* The oifs of a verdict are what its rules give, without those that yield. */
static void
check_reasons(const struct verdict *v, int ifn)
{
	const struct rule *x, *stop;
	struct reason why;
	uint32_t k, oifs = 0, nfree = 0;

	for (k = 0; k < v->nrules; k++) {
		decide_reason(&rules, v, k, ifn, &why);
		x = rules_at(&rules, v->rules[k]);
		if (why.stop == 0) {
			oifs |= why.gives;
			nfree++;
			continue;
		}
		stop = rules_at(&rules, why.stop);
		CHECK(stop->action == RULE_STOP && stop->glen >= x->glen &&
		    stop->slen >= x->slen);
	}
	CHECK(oifs == v->oifs);
	CHECK((nfree > 0) == (v->action == VERDICT_FORWARD));
}

static int
in_use_as_iif(int pattern)
{
	uint32_t i;

	for (i = 0; i < nmodel; i++)
		if (model[i].iif == pattern)
			return 1;
	return 0;
}

static struct model *
naive_find(const struct model *like)
{
	uint32_t i;

	for (i = 0; i < nmodel; i++)
		if (model[i].iif == like->iif && model[i].v6 == like->v6 &&
		    model[i].slen == like->slen &&
		    model[i].glen == like->glen &&
		    same_bits(&model[i].src, &like->src, like->v6,
			like->slen) &&
		    same_bits(&model[i].grp, &like->grp, like->v6, like->glen))
			return &model[i];
	return NULL;
}

/*
 * Random rules and flows
 */

/* Addresses that share beginnings of all lengths. */
static void
make_addrs(struct addr list[NADDR], int v6, int multicast)
{
	int n, i, at;

	for (n = 0; n < NADDR; n++) {
		if (n > 0 && rnd(4) > 0) {
			list[n] = list[rnd(n)];
			at = v6 ? rnd(128) : 96 + rnd(32);
			list[n].b[at / 8] ^= 1 << (7 - at % 8);
			for (i = at / 8 + 1; i < 16; i++)
				list[n].b[i] = rnd(256);
		} else {
			rnd_bytes(&list[n], sizeof(list[n]));
		}
		if (v6) {
			list[n].b[0] = multicast ? 0xff : 0xfd;
			if (n == 0)
				memset(list[n].b + 1, 0, 15);
			continue;
		}
		memset(list[n].b, 0, 10);
		memset(list[n].b + 10, 0xff, 2);
		if (multicast)
			list[n].b[12] = 0xe0 | (list[n].b[12] & 0x0f);
	}
}

static int
random_len(int v6)
{
	static const uint8_t v4len[] = { 0, 4, 8, 16, 24, 30, 31, 32, 32, 32 };
	static const uint8_t v6len[] = { 0, 8, 16, 48, 64, 95, 96, 97, 112, 120,
		127, 128, 128, 128 };

	if (rnd(5) == 0)
		return rnd(v6 ? 129 : 33);
	return v6 ? v6len[rnd(sizeof(v6len))] : v4len[rnd(sizeof(v4len))];
}

static void
random_rule(struct model *m)
{
	memset(m, 0, sizeof(*m));
	m->iif = rnd(NPATTERN);
	m->v6 = rnd(2);
	m->src = pool_src[m->v6][rnd(NADDR)];
	m->grp = pool_grp[m->v6][rnd(NADDR)];
	m->slen = random_len(m->v6);
	m->glen = random_len(m->v6);
	if (rnd(4) > 0)
		m->oifs = rnd(1U << NPATTERN) & rnd(1U << NPATTERN) &
		    rnd(1U << NPATTERN);
}

static struct prefix
prefix(const struct addr *a, int len, int v6)
{
	struct prefix p = { *a, v6 ? len : 96 + len };

	addr_mask(&p.a, p.len);
	return p;
}

static uint32_t
make_oifs(uint32_t mask)
{
	const char *names[NPATTERN];
	size_t i, n = 0;

	for (i = 0; i < NPATTERN; i++)
		if (mask & 1U << i)
			names[n++] = patterns[i];
	return oifset_get(names, n);
}

/*
 * The same to both
 */
static void
do_add(const struct model *m)
{
	struct prefix src = prefix(&m->src, m->slen, m->v6);
	struct prefix grp = prefix(&m->grp, m->glen, m->v6);
	struct model *old = naive_find(m);
	uint32_t iif = pattern_get(patterns[m->iif]);
	int was = in_use_as_iif(m->iif);
	uint32_t r;

	CHECK(rules_find(&rules, iif, &src, &grp) == (old ? old->index : 0));
	rules.changed = 0;
	r = rules_add(&rules, iif, &src, &grp, make_oifs(m->oifs));
	pattern_unref(iif);
	CHECK(r != 0 && r < rules_top(&rules));
	CHECK(rules.changed == !was);
	if (old != NULL) {
		CHECK(r == old->index);
		old->oifs |= m->oifs;
		return;
	}
	model[nmodel] = *m;
	model[nmodel++].index = r;
}

static void
do_remove(uint32_t i)
{
	int iif = model[i].iif;

	rules.changed = 0;
	rules_remove(&rules, model[i].index);
	model[i] = model[--nmodel];
	CHECK(rules.changed == !in_use_as_iif(iif));
}

/* As request.c does, here also down to the empty set. */
static void
do_remove_oifs(uint32_t i, uint32_t mask)
{
	struct rule *r = rules_at(&rules, model[i].index);
	uint32_t set = make_oifs(mask), left;

	left = oifset_minus(r->oifs, set);
	oifset_unref(set);
	rule_set_oifs(r, left);
	model[i].oifs &= ~mask;
}

/* What slots.c does. */
static void
resolve(void)
{
	struct pattern *p;
	uint32_t n;
	size_t i;

	for (n = 1; n < pattern_top(); n++) {
		p = pattern_at(n);
		if (p->refs == 0)
			continue;
		p->slots[0] = p->slots[1] = 0;
		for (i = 0; i < NIF; i++) {
			if (!pattern_match(p, ifnames[i]))
				continue;
			p->slots[0] |= 1U << i;
			p->slots[1] |= i == 1 ? 0 : 1U << i;
		}
	}
	oifset_resolve_all();
}

/* A flow of the pools, or next to one; in IPv6 now and then one of addresses
 * that begin as IPv4 ones do. */
static void
check_flow(void)
{
	uint32_t list[NPATTERN + 1], n = 0, i, oifs, want, first = 0;
	int ifn = rnd(NIF), v6 = rnd(2), hit;
	struct addr src = pool_src[v6][rnd(NADDR)];
	struct addr grp = pool_grp[v6][rnd(NADDR)];
	const struct rule *r;
	struct wire_key key;
	struct verdict v;

	if (rnd(3) == 0)
		addr_add(&src, rnd(3));
	if (rnd(3) == 0)
		addr_add(&grp, rnd(3));
	if (v6 && rnd(20) == 0)
		memset(src.b, 0, 10 + rnd(2));
	for (i = 0; i < NPATTERN; i++)
		if (names_if(i, ifn) && pattern_find(patterns[i]) != 0)
			list[n++] = pattern_find(patterns[i]);
	if (rnd(10) == 0)
		list[n++] = 1000000; /* an address of no rule */
	key.src = src;
	key.grp = grp;
	decide_by_rules(&rules, list, n, &key, ifn, &v);
	hit = v.nrules > 0;
	oifs = v.oifs;
	CHECK(v.action == naive_lookup(ifn, v6, &src, &grp, &want));
	CHECK((v.action == VERDICT_UNCOVERED) == !hit);
	check_reasons(&v, ifn);
	CHECK(oifs == want);
	nhit += hit;
	nmiss += !hit;
	nstopped += hit && oifs == 0;
	if (!hit)
		return;
	first = v.rules[0];
	CHECK(first != 0 && first < rules_top(&rules));
	r = rules_at(&rules, first);
	CHECK(r->used && rule_covers(r, &src, &grp) &&
	    pattern_match(pattern_at(r->iif), ifnames[ifn]));
}

/* Each rule is what it should be, and there is no other. */
static void
check_rules(void)
{
	const struct model *m;
	const struct rule *r;
	struct prefix src, grp;
	uint32_t i, used = 0;
	int n;

	for (i = 1; i < rules_top(&rules); i++)
		used += rules_at(&rules, i)->used != 0;
	CHECK(used == nmodel);
	for (m = model; m < model + nmodel; m++) {
		r = rules_at(&rules, m->index);
		src = prefix(&m->src, m->slen, m->v6);
		grp = prefix(&m->grp, m->glen, m->v6);
		CHECK(r->used && r->v6 == m->v6);
		CHECK(r->slen == src.len && addr_cmp(&r->src, &src.a) == 0);
		CHECK(r->glen == grp.len && addr_cmp(&r->grp, &grp.a) == 0);
		CHECK(strcmp(pattern_at(r->iif)->name, patterns[m->iif]) == 0);
		CHECK(rules_find(&rules, r->iif, &src, &grp) == m->index);
		CHECK(rule_is_host(r) ==
		    (m->slen == (m->v6 ? 128 : 32) && m->glen == m->slen));
		i = make_oifs(m->oifs);
		CHECK(r->oifs == i);
		oifset_unref(i);
		for (n = 0; n < 4; n++) {
			const struct addr *s = &pool_src[n % 2][rnd(NADDR)];
			const struct addr *g = &pool_grp[n % 2][rnd(NADDR)];

			CHECK(rule_covers(r, s, g) == covers(m, n % 2, s, g));
		}
	}
}

static void
check_empty(void)
{
	uint32_t i;

	for (i = 1; i < pattern_top(); i++)
		CHECK(pattern_at(i)->refs == 0);
	for (i = 1; i < oifset_top(); i++)
		CHECK(oifset_at(i)->patterns == NULL);
	for (i = 0; i < NPATTERN; i++)
		CHECK(pattern_find(patterns[i]) == 0);
	CHECK(rules_top(&rules) == 1);
}

/* steps changes with about target rules, and lookups after each hundred. */
static void
test_random(uint32_t target, uint32_t steps, uint32_t lookups)
{
	struct model m;
	uint32_t step, i;
	int v6;

	for (v6 = 0; v6 <= 1; v6++) {
		make_addrs(pool_src[v6], v6, 0);
		make_addrs(pool_grp[v6], v6, 1);
	}
	rules_init(&rules);
	for (step = 0; step < steps && check_failed < 20; step++) {
		if (nmodel == 0 ||
		    (nmodel < MAXRULES && rnd(2 * target) > nmodel)) {
			random_rule(&m);
			if (nmodel > 0 && rnd(4) == 0) {
				/* one that exists, with other oifs */
				i = m.oifs;
				m = model[rnd(nmodel)];
				m.oifs = i;
			}
			do_add(&m);
		} else if (rnd(3) == 0)
			do_remove_oifs(rnd(nmodel),
			    rnd(2) ? ~0U : rnd(1U << NPATTERN));
		else
			do_remove(rnd(nmodel));
		if (step % 100 != 99)
			continue;
		resolve();
		for (i = 0; i < lookups; i++)
			check_flow();
		if (step % 1000 == 999)
			check_rules();
	}
	if (rnd(2))
		while (nmodel > 0)
			do_remove(rnd(nmodel));
	rules_clear(&rules);
	nmodel = 0;
	check_empty();
}

/*
 * The examples of the manual
 */
static struct model
rule(const char *iif, const char *src, const char *grp, uint32_t oifs)
{
	struct model m;
	struct prefix s, g;
	const char *errstr;
	size_t i;

	memset(&m, 0, sizeof(m));
	for (i = 0; i < NPATTERN; i++)
		if (strcmp(patterns[i], iif) == 0)
			m.iif = i;
	if (prefix_parse(&s, src, &errstr) == -1 ||
	    prefix_parse(&g, grp, &errstr) == -1) {
		check_failed++;
		fprintf(stderr, "%s, %s: %s\n", src, grp, errstr);
		return m;
	}
	m.v6 = addr_af(&g.a) == AF_INET6;
	m.src = s.a;
	m.grp = g.a;
	m.slen = s.len - (m.v6 ? 0 : 96);
	m.glen = g.len - (m.v6 ? 0 : 96);
	m.oifs = oifs;
	return m;
}

/* -1: no rule; else the oifs of a flow that comes in on eth0. */
static int
lookup(const char *src, const char *grp)
{
	struct model m = rule("eth0", src, grp, 0);
	struct wire_key key = { m.src, m.grp };
	uint32_t list[4], n = 0;
	struct verdict v;

	resolve();
	if ((list[n] = pattern_find("eth0")) != 0)
		n++;
	if ((list[n] = pattern_find("eth+")) != 0)
		n++;
	decide_by_rules(&rules, list, n, &key, 0, &v);
	return v.action != VERDICT_UNCOVERED ? (int)v.oifs : -1;
}

static void
add(const char *iif, const char *src, const char *grp, uint32_t oifs)
{
	struct model m = rule(iif, src, grp, oifs);

	do_add(&m);
}

#define ETH1	0x02 /* bits of patterns[] and, here, of slots */
#define WLAN0	0x20
#define S_WLAN0 0x08

static void
test_stop(void)
{
	struct model m;

	rules_init(&rules);
	CHECK(lookup("10.0.0.1", "225.1.1.1") == -1);
	add("eth0", "0.0.0.0/0", "225.0.0.0/8", ETH1);
	CHECK(lookup("10.0.0.1", "225.1.1.1") == 0x02);
	CHECK(lookup("10.0.0.1", "226.1.1.1") == -1);
	/* stops a group, and with it what is wider */
	add("eth0", "0.0.0.0/0", "225.1.1.0/24", 0);
	CHECK(lookup("10.0.0.1", "225.1.1.1") == 0);
	CHECK(lookup("10.0.0.1", "225.1.2.1") == 0x02);
	/* not what is narrower */
	add("eth0", "0.0.0.0/0", "225.1.1.1", WLAN0);
	CHECK(lookup("10.0.0.1", "225.1.1.1") == S_WLAN0);
	CHECK(lookup("10.0.0.1", "225.1.1.2") == 0);
	/* nor what is narrower in one of the two */
	add("eth0", "10.0.0.0/8", "225.0.0.0/8", WLAN0);
	CHECK(lookup("10.0.0.1", "225.1.1.2") == S_WLAN0);
	CHECK(lookup("11.0.0.1", "225.1.1.2") == 0);
	/* of another pattern, of the same lengths: it stops, too */
	add("eth+", "10.0.0.0/8", "225.1.1.0/24", 0);
	CHECK(lookup("10.0.0.1", "225.1.1.2") == 0);
	CHECK(lookup("10.0.0.1", "225.1.1.1") == S_WLAN0);
	/* more oifs make it an ordinary rule */
	add("eth+", "10.0.0.0/8", "225.1.1.0/24", ETH1);
	CHECK(lookup("10.0.0.1", "225.1.1.2") == (0x02 | S_WLAN0));
	/* and without them it stops again */
	m = rule("eth+", "10.0.0.0/8", "225.1.1.0/24", 0);
	do_remove_oifs(naive_find(&m) - model, ETH1);
	CHECK(lookup("10.0.0.1", "225.1.1.2") == 0);
	/* another family is another world */
	add("eth0", "::/0", "::/0", ETH1);
	CHECK(lookup("10.0.0.1", "225.1.1.2") == 0);
	CHECK(lookup("fd00::1", "ff05::1") == 0); /* eth1 has no MIF */
	add("eth0", "::/0", "ff00::/8", WLAN0);
	CHECK(lookup("fd00::1", "ff05::1") == S_WLAN0);
	add("eth0", "::/0", "ff05::/16", 0);
	CHECK(lookup("fd00::1", "ff05::1") == 0);
	CHECK(lookup("fd00::1", "ff06::1") == S_WLAN0);
	rules_clear(&rules);
	nmodel = 0;
	check_empty();
}

int
main(void)
{
	rnd_init();
	hash_seed();
	alarm(60); /* stop here instead of walking a broken chain for ever */
	test_stop();
	test_random(5, 3000, 30);
	test_random(40, 10000, 100);
	test_random(200, 20000, 100);
	test_random(1400, 20000, 60);
	/* all of it was exercised */
	CHECK(nhit > 10000 && nmiss > 1000 && nstopped > 500);
	return rnd_end();
}
