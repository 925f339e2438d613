/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The memory that another engine has left, with any bytes: it gives a
 * configuration or nothing, and more can be written.
 */
#include "engine/store/records.c"
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
alive(void)
{
}

static void
check(void)
{
	uint32_t which;

	MUST(used(&which) <= half_size);
	MUST(which <= 1 && space->which == which);
}

/* Answers of ids that are not in the input: the last one's is known. */
static unsigned int nfails;
static int is_foreign; /* there is something that we have not written */

static void
count_fail(void *arg, uint32_t line, const char *text)
{
	MUST(is_foreign ||
	    (line == *(unsigned int *)arg && strcmp(text, "no") == 0));
	nfails++;
}

static void
end_request(unsigned int n)
{
	char id[16];
	uint32_t status, before = records_used();

	snprintf(id, sizeof(id), "request%u", n);
	if (n % 2)
		journal_fail(id, n, "no");
	MUST(records_used() == before);
	MUST(is_foreign || !journal_answer(id, count_fail, &n, &status));
	before = end;
	journal_end(id, n % 2);
	check();
	if (end == before)
		return; /* no room for the answer */
	nfails = 0;
	MUST(journal_answer(id, count_fail, &n, &status));
	MUST(status == n % 2);
	MUST(is_foreign || nfails <= n % 2);
}

/* Adds and removes some routes and groups, as smcroutectl would. */
static void
write_on(struct config *c, unsigned int n)
{
	size_t room = 0;
	uint32_t before;
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
	if (journal_room(c, &d, n % 5 == 0, &room) != NULL)
		return;
	MUST(room > 0 && room == reserved);
	before = records_used();
	if (n % 5 == 0 && d.kind == DIR_MGROUP)
		(void)config_leave(c, &d);
	else if (n % 5 == 0 && (rule = config_find_route(c, &d)) != 0)
		rules_remove(&c->rules, rule);
	else
		MUST(config_add(c, &d, &rule) == 0);
	MUST(records_used() == before);
	journal_begin();
	if (d.kind == DIR_MROUTE)
		journal_route(c, &d, n % 7 == 0);
	else
		journal_group(c, &d, n % 7 == 0);
	MUST(end - records_used() <= room);
	end_request(n);
	journal_release(room);
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
	set_size(sizeof(memory));
	is_reloading = has_removed = 0;
	answers_size = 0;
	reserved = 0;
	compact_at = 1 + in_u16(&in) % HALF;
	n = in_u8(&in);
	space->which = n & 1;
	p = in_bytes(&in, in_u16(&in) % (HALF + 1), &len);
	memcpy(half(n & 1), p, len);
	space->used[n & 1] = len;
	is_foreign = len > 0;
	cut();
	check();

	MUST((c = config_new()) != NULL);
	journal_replay(c, alive);
	check();
	for (n %= 8; n > 0; n--)
		write_on(c, n);
	/* each next engine finds the same */
	MUST((again = config_new()) != NULL);
	journal_replay(again, alive);
	rules = again->rules.pool.count;
	groups = again->mgroups.pool.count;
	MUST(records_compact(0) == 0);
	check();
	config_free(again);
	MUST((again = config_new()) != NULL);
	journal_replay(again, alive);
	MUST(len > 0 ||
	    (again->rules.pool.count == rules &&
		again->mgroups.pool.count == groups));
	config_free(again);
	/* what is recorded after a reload adds to the files alone */
	config_free(c);
	MUST((c = config_new()) != NULL);
	journal_reloading();
	write_on(c, 9);
	journal_reloaded();
	check();
	MUST((again = config_new()) != NULL);
	journal_replay(again, alive);
	MUST(again->rules.pool.count == c->rules.pool.count &&
	    again->mgroups.pool.count == c->mgroups.pool.count);
	config_free(again);
	config_free(c);
	return 0;
}
