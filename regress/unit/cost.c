/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Reads N routes as the engine does, finds the rule of a flow of each, has the
 * kernel take them, finds that it has them, and forgets them all: for cost.sh,
 * which counts the instructions.  Or reads N groups, and leaves one after the
 * other, the first one first.
 *
 *	cost N FILE [groups]
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "engine/want/config.h"
#include "engine/want/names.h"
#include "engine/lib/hash.h"
#include "engine/decide/decide.h"
#include "engine/have/work.h"
#include "engine/have/slots.h"
#include "engine/out/verbs.h"
#include "read_all.h"

#define MAXWAIT 8 /* more than the messages that wait for a RESULT */

struct slot slots[MAXVIF];
static uint32_t counts[MAXWAIT], nverbs;

void
slot_ttls(uint32_t mask, uint8_t ttls[MAXVIF])
{
	memset(ttls, mask != 0, MAXVIF);
}

int
slots_family(int v6)
{
	(void)v6;
	return 1;
}

struct iface *
slot_iface(int slot, int v6)
{
	(void)slot;
	(void)v6;
	return NULL;
}

/* A parent that does every verb. */
void
peer_send(struct peer *p, uint32_t type, uint32_t id, int fd, const void *data,
    size_t len)
{
	(void)p;
	(void)fd;
	(void)data;
	counts[id % MAXWAIT] = len /
	    (type == IMSG_MFC_ADD ? sizeof(struct wire_mfc) :
				    sizeof(struct wire_key));
	nverbs += counts[id % MAXWAIT];
}

static void
on_mfc(uint32_t i, int error)
{
	if (error != 0)
		errx(1, "failed: %d", error);
	work_answered(i, 0);
}

static void
on_vif(const struct wire_vif *v, int error)
{
	(void)v;
	errx(1, "a VIF: %d", error);
}

static void
on_answer(void)
{
	(void)work_run();
}

/* Wants all entries, or none.  Returns the number of verbs. */
static uint32_t
want(struct config *c, uint32_t n, int wanted)
{
	const struct rule *r;
	struct wire_result result;
	struct imsg imsg;
	uint32_t i, m;

	nverbs = 0;
	for (i = 1; i <= n; i++) {
		r = rules_at(&c->rules, i);
		if ((m = entry_get(&r->src, &r->grp)) == 0)
			errx(1, "no memory");
		entry_at(m)->kind = wanted ? ENTRY_STATIC : ENTRY_NONE;
		work_want(m, wanted ? 0 : NOSLOT, 2, WORK_OTHER);
	}
	(void)work_run();
	while (verbs_answered() != verbs_sent()) {
		memset(&imsg, 0, sizeof(imsg));
		imsg.hdr.peerid = verbs_answered() + 1;
		result.count = counts[imsg.hdr.peerid % MAXWAIT];
		imsg.data = (unsigned char *)&result;
		imsg.len = sizeof(result);
		if (verbs_result(&imsg) == -1)
			errx(1, "a result that is none");
	}
	return nverbs;
}

static void
on_directive(void *arg, const struct directive *d)
{
	uint32_t rule;

	if (config_add(arg, d, &rule) == -1)
		errx(1, "no memory");
}

static void
on_text(void *arg, const char *text)
{
	(void)arg;
	errx(1, "%s", text);
}

static void
look_up(struct config *c, uint32_t i)
{
	const struct rule *r = rules_at(&c->rules, i);
	struct wire_key k = { r->src, r->grp };
	struct verdict v;

	decide_by_rules(&c->rules, &r->iif, 1, &k, 0, &v);
	if (v.nrules != 1 || v.rules[0] != i)
		errx(1, "rule %u is not found", i);
}

static void
leave_all(struct config *c, uint32_t n)
{
	const struct mgroup *m;
	struct directive d;
	uint32_t i;

	if (c->mgroups.pool.count != n)
		errx(1, "%u groups instead of %u", c->mgroups.pool.count, n);
	memset(&d, 0, sizeof(d));
	for (i = 1; i <= n; i++) {
		if ((m = mgroups_at(&c->mgroups, i)) == NULL)
			errx(1, "group %u is missing", i);
		d.iif = pattern_at(m->iif)->name;
		d.src = m->src;
		d.grp = m->grp;
		if (config_leave(c, &d) == -1 || config_leave(c, &d) != -1)
			errx(1, "group %u cannot be left", i);
	}
}

int
main(int argc, char *argv[])
{
	static const struct verbs_handler vh = { on_mfc, on_vif, on_answer };
	struct conf_handler h = { on_directive, on_text, on_text, NULL };
	struct config *c = config_new();
	uint32_t i, n;
	int fd;

	if (argc < 3 || c == NULL || (fd = open(argv[2], O_RDONLY)) == -1)
		errx(64, "usage: cost N FILE [groups]");
	n = strtoul(argv[1], NULL, 10);
	hash_seed();
	h.arg = c;
	(void)read_all(fd, argv[2], &h);
	if (argc > 3) {
		leave_all(c, n);
		config_free(c);
		return 0;
	}
	if (c->rules.pool.count != n)
		errx(1, "%u rules instead of %u", c->rules.pool.count, n);
	/* backwards: the rule after the one found last takes no search */
	for (i = n; i > 0; i--)
		look_up(c, i);
	entries_init();
	verbs_init(NULL, &vh);
	if (want(c, n, 1) != n || want(c, n, 1) != 0 || want(c, n, 0) != n ||
	    entries_count() != 0)
		errx(1, "not one verb for each entry");
	config_free(c);
	return 0;
}
