/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Interface patterns and sets of them: each kept once, counted, and never with
 * more slots than it names.
 */
#include <string.h>

#include "engine/want/names.h"
#include "engine/lib/pool.h"
#include "check.h"
#include "rnd.h"

#define ROUNDS 20000

/* Interfaces, slot n each; in IPv6 none has slot 3 or 5. */
static const char *const ifnames[] = { "eth0", "eth1", "eth10", "eth1.5", "lo",
	"wlan0", "e", "eth", "eth+", "br-lan" };
static const char *const patterns[] = { "eth0", "eth1", "eth10", "eth+",
	"eth1+", "e+", "+", "lo", "wlan+", "wlan0+", "none", "eth1.5", "eth",
	"eth++" };

#define NIF	 (sizeof(ifnames) / sizeof(ifnames[0]))
#define NPATTERN (sizeof(patterns) / sizeof(patterns[0]))

/* As the manual says it, with no table and no length. */
static int
names_if(const char *pattern, const char *ifname)
{
	size_t n = strlen(pattern);

	if (n > 0 && pattern[n - 1] == '+')
		return strlen(ifname) >= n - 1 &&
		    memcmp(pattern, ifname, n - 1) == 0;
	return strcmp(pattern, ifname) == 0;
}

static uint32_t
slots_of(const char *pattern, int v6)
{
	uint32_t mask = 0;
	size_t i;

	for (i = 0; i < NIF; i++)
		if (names_if(pattern, ifnames[i]) &&
		    !(v6 && (i == 3 || i == 5)))
			mask |= 1U << i;
	return mask;
}

/* What slots.c does. */
static void
resolve(void)
{
	struct pattern *p;
	uint32_t i;
	int v6;

	for (i = 1; i < pattern_top(); i++) {
		p = pattern_at(i);
		for (v6 = 0; v6 <= 1 && p->refs > 0; v6++)
			p->slots[v6] = slots_of(p->name, v6);
	}
	oifset_resolve_all();
}

/* Patterns and sets with a reference.  When a set is freed the pool first
 * overwrites its reference count. */
static uint32_t
in_use(void)
{
	uint32_t i, n = 0;

	for (i = 1; i < pattern_top(); i++)
		n += pattern_at(i)->refs > 0;
	for (i = 1; i < oifset_top(); i++)
		n += oifset_at(i)->patterns != NULL;
	return n;
}

static void
test_patterns(void)
{
	uint32_t p[NPATTERN], q, i, k, freed = pattern_freed();

	for (i = 0; i < NPATTERN; i++) {
		CHECK(pattern_find(patterns[i]) == 0);
		CHECK((p[i] = pattern_get(patterns[i])) != 0);
		CHECK(pattern_find(patterns[i]) == p[i]);
		CHECK(p[i] < pattern_top());
		CHECK(strcmp(pattern_at(p[i])->name, patterns[i]) == 0);
		CHECK(pattern_at(p[i])->refs == 1);
		for (k = 0; k < i; k++)
			CHECK(p[k] != p[i]);
		for (k = 0; k < NIF; k++)
			CHECK(pattern_match(pattern_at(p[i]), ifnames[k]) ==
			    names_if(patterns[i], ifnames[k]));
	}
	CHECK(in_use() == NPATTERN);
	for (i = 0; i < NPATTERN; i++) {
		CHECK(pattern_get(patterns[i]) == p[i]);
		pattern_ref(p[i]);
		CHECK(pattern_at(p[i])->refs == 3);
		pattern_unref(p[i]);
		pattern_unref(p[i]);
		CHECK(pattern_find(patterns[i]) == p[i]);
	}
	CHECK(pattern_freed() == freed);
	for (i = 0; i < NPATTERN; i++) {
		pattern_unref(p[i]);
		CHECK(pattern_freed() == freed + i + 1);
		CHECK(pattern_find(patterns[i]) == 0);
	}
	CHECK(in_use() == 0);
	/* a place that is used again has nothing of the old set */
	CHECK((q = pattern_get("eth0")) != 0);
	CHECK(pattern_at(q)->stamp == 0 && pattern_at(q)->slots[0] == 0 &&
	    pattern_at(q)->slots[1] == 0);
	pattern_unref(q);
}

static void
test_lengths(void)
{
	const char *names[2] = { "eth0", "12345678901234567" };
	uint32_t p;

	CHECK(IFPAT_SIZE == 17);
	CHECK((p = pattern_get("123456789012345+")) != 0);
	CHECK(pattern_match(pattern_at(p), "123456789012345"));
	CHECK(!pattern_match(pattern_at(p), "12345678901234"));
	pattern_unref(p);
	CHECK(pattern_get("") == 0);
	CHECK(pattern_get(names[1]) == 0);
	CHECK(oifset_get(names, 2) == 0);
	CHECK(in_use() == 0);
}

/* A set of patterns as a mask of their places in patterns[]. */
static uint32_t
make_set(uint32_t mask)
{
	const char *names[3 * NPATTERN];
	size_t n = 0, i, k;
	const char *swap;

	for (i = 0; i < NPATTERN; i++)
		if (mask & 1U << i)
			for (k = 1 + (rnd(4) == 0) + (rnd(8) == 0); k > 0; k--)
				names[n++] = patterns[i];
	for (i = 1; i < n; i++) {
		k = rnd(i + 1);
		swap = names[i];
		names[i] = names[k];
		names[k] = swap;
	}
	return oifset_get(names, n);
}

static uint32_t
mask_of(uint32_t set)
{
	const struct oifset *s = oifset_at(set);
	uint32_t i, k, mask = 0;

	for (i = 0; i < s->n; i++) {
		CHECK(i == 0 || s->patterns[i - 1] < s->patterns[i]);
		for (k = 0; k < NPATTERN; k++)
			if (strcmp(pattern_at(s->patterns[i])->name,
				patterns[k]) == 0)
				mask |= 1U << k;
	}
	return mask;
}

/* The iif is in it only by its own name. */
static void
check_slots(uint32_t set, uint32_t mask)
{
	uint32_t want;
	size_t i;
	int v6, iif;

	for (v6 = 0; v6 <= 1; v6++)
		for (iif = 0; iif < 32; iif++) {
			want = 0;
			for (i = 0; i < NPATTERN; i++)
				if (mask & 1U << i)
					want |= slots_of(patterns[i], v6) &
					    (strchr(patterns[i], '+') ?
						    ~(1U << iif) :
						    ~0U);
			CHECK(oifset_slots(set, v6, iif) == want);
		}
}

/* Some masks again and again, so that sets meet. */
static uint32_t
random_mask(void)
{
	static const uint32_t some[] = { 0, 1, 3, 0xff, (1U << NPATTERN) - 1 };

	if (rnd(3) == 0)
		return some[rnd(5)];
	return rnd(1U << NPATTERN) & rnd(1U << NPATTERN);
}

static void
test_sets(void)
{
	uint32_t a, b, u, m, again, ma, mb, round;

	for (round = 0; round < ROUNDS; round++) {
		ma = random_mask();
		mb = random_mask();
		a = make_set(ma);
		b = make_set(mb);
		CHECK(a != 0 && b != 0 && (a == b) == (ma == mb));
		u = oifset_union(a, b);
		m = oifset_minus(a, b);
		CHECK(mask_of(a) == ma && mask_of(b) == mb);
		CHECK(mask_of(u) == (ma | mb));
		CHECK(mask_of(m) == (ma & ~mb));
		again = make_set(ma | mb);
		CHECK(again == u);
		oifset_unref(again);
		if (round % 50 == 0) {
			resolve();
			check_slots(u, ma | mb);
			check_slots(m, ma & ~mb);
			/* a set that is made later has the slots, too */
			again = make_set(ma & mb);
			resolve();
			check_slots(again, ma & mb);
			oifset_unref(again);
		}
		oifset_ref(u);
		oifset_unref(a);
		oifset_unref(u);
		CHECK(mask_of(u) == (ma | mb));
		oifset_unref(u);
		CHECK(mask_of(m) == (ma & ~mb));
		oifset_unref(m);
		oifset_unref(b);
		if (check_failed || round % 100 == 0)
			CHECK(in_use() == 0);
	}
}

/* Thousands at a time: chains and chunks. */
static void
test_many(void)
{
	static uint32_t p[5000], s[5000];
	char name[16];
	const char *names[2] = { name, "eth0" };
	uint32_t i;

	for (i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "if%u%s", i, i % 3 ? "" : "+");
		CHECK((p[i] = pattern_get(name)) != 0);
		CHECK((s[i] = oifset_get(names, 2)) != 0);
	}
	for (i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "if%u%s", i, i % 3 ? "" : "+");
		CHECK(pattern_find(name) == p[i] && oifset_at(s[i])->n == 2);
		if (i % 2)
			continue;
		pattern_unref(p[i]);
		CHECK(pattern_find(name) == p[i]); /* by the set */
		oifset_unref(s[i]);
		CHECK(pattern_find(name) == 0);
	}
	for (i = 1; i < 5000; i += 2) {
		snprintf(name, sizeof(name), "if%u%s", i, i % 3 ? "" : "+");
		CHECK(pattern_find(name) == p[i] && oifset_at(s[i])->n == 2);
		oifset_unref(s[i]);
		pattern_unref(p[i]);
	}
	CHECK(in_use() == 0 && pattern_find("eth0") == 0);
}

static void
test_pool(void)
{
	static uint32_t at[3 * POOL_CHUNK], n, i, k;
	struct object {
		uint32_t a[5];
	} * o, zero;
	struct pool p;
	uint32_t round;

	memset(&zero, 0, sizeof(zero));
	pool_init(&p, sizeof(*o));
	for (round = 0; round < 30000; round++) {
		if (n == 3 * POOL_CHUNK || (n > 0 && rnd(5) < 2)) {
			k = rnd(n);
			o = pool_at(&p, at[k]);
			CHECK(o->a[0] == at[k] && o->a[4] == ~at[k]);
			pool_put(&p, at[k]);
			at[k] = at[--n];
		} else {
			CHECK((i = pool_get(&p)) != 0 && i < p.top);
			o = pool_at(&p, i);
			CHECK(memcmp(o, &zero, sizeof(zero)) == 0);
			o->a[0] = i;
			o->a[4] = ~i;
			at[n++] = i;
		}
		CHECK(p.count == n && p.top <= 3 * POOL_CHUNK + 1);
	}
	pool_clear(&p);
	CHECK(p.count == 0 && pool_get(&p) == 1);
	pool_clear(&p);
}

int
main(void)
{
	rnd_init();
	test_patterns();
	test_lengths();
	test_sets();
	test_many();
	test_pool();
	return rnd_end();
}
