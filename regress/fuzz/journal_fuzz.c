/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What an engine finds in the memory that another one has left: whatever it is,
 * it is a configuration, or nothing, and can be written on.
 */
#include "engine/store/journal.c"

#include "fuzz.h"

#define HALF 4096

static union {
	struct space space;
	unsigned char bytes[sizeof(struct space) + 2 * HALF];
} memory;

static void
quiet(int priority, const char *line)
{
	(void)priority;
	(void)line;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	log_init(LOG_TO_SINK, "journal", NULL);
	log_setsink(quiet);
	return 0;
}

static void
check(void)
{
	uint32_t which;

	MUST(used(&which) <= half_size);
	MUST(which <= 1);
}

/* As smcroutectl would have it: some routes and groups come and go. */
static void
write_on(struct config *c, unsigned int n)
{
	static const char *oifs[] = { "eth1", "eth2" };
	struct directive d;
	const char *errstr;
	uint32_t rule;

	memset(&d, 0, sizeof(d));
	d.kind = n % 2 ? DIR_MROUTE : DIR_MGROUP;
	d.iif = "eth0";
	d.oifs = oifs;
	d.noifs = n % 2 ? 1 + n / 2 % 2 : 0;
	MUST(prefix_parse(&d.grp, n % 3 ? "225.1.1.1" : "ff0e::1", &errstr) ==
	    0);
	prefix_any(&d.src, n % 3 ? AF_INET : AF_INET6);
	if (n % 5 == 0 && d.kind == DIR_MGROUP)
		(void)config_leave(c, &d);
	else if (n % 5 == 0 && (rule = config_find_route(c, &d)) != 0)
		rules_remove(&c->rules, rule);
	else
		MUST(config_add(c, &d, &rule) == 0);
	if (d.kind == DIR_MROUTE)
		journal_route(c, &d, n % 7 == 0);
	else
		journal_group(c, &d, n % 7 == 0);
	check();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct config *c, *again;
	uint32_t n, rules, groups;
	size_t len;
	const uint8_t *p;

	memset(&memory, 0, sizeof(memory));
	space = &memory.space;
	half_size = HALF;
	is_full = 0;
	compact_at = 1 + in_u16(&in) % HALF;
	n = in_u8(&in);
	space->which = n & 1;
	p = in_bytes(&in, in_u16(&in) % (HALF + 1), &len);
	memcpy(half(n & 1), p, len);
	space->used[n & 1] = len;
	check();

	MUST((c = config_new()) != NULL);
	journal_replay(c);
	check();
	for (n %= 48; n > 0; n--)
		write_on(c, n);
	/* what the next one finds is the same each time */
	MUST((again = config_new()) != NULL);
	journal_replay(again);
	rules = again->rules.pool.count;
	groups = again->mgroups.pool.count;
	compact();
	check();
	config_free(again);
	MUST((again = config_new()) != NULL);
	journal_replay(again);
	MUST(len > 0 ||
	    (again->rules.pool.count == rules &&
		again->mgroups.pool.count == groups));
	config_free(again);
	config_free(c);
	journal_clear();
	check();
	return 0;
}
