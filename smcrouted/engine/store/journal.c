/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What smcroutectl has changed since the configuration was loaded.
 *
 * One record for each change, as commands are on the wire: the state of one
 * route or group after it, so that the last one of each is what counts.  The
 * space has two halves; when one has grown much, what counts goes to the other.
 * What an engine was writing when it was killed is not there.
 */
#include <sys/mman.h>
#include <sys/stat.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/ctl.h"
#include "common/log.h"
#include "engine/lib/hash.h"
#include "journal.h"
#include "engine/want/names.h"

#define MIN_COMPACT 65536

/* In the line of a record: the files do not have it. */
#define NOT_IN_FILES 1

struct space {
	_Atomic uint32_t which;	  /* half that counts */
	_Atomic uint32_t used[2]; /* bytes of each */
	unsigned char bytes[];
};

static struct space *space;
static uint32_t half_size, compact_at;
static int is_full; /* it is of no use till the next load */

static unsigned char *
half(uint32_t which)
{
	return space->bytes + (which ? half_size : 0);
}

/* Of the half that counts. */
static uint32_t
used(uint32_t *which)
{
	*which = atomic_load(&space->which);
	return atomic_load(&space->used[*which]);
}

void
journal_open(int fd)
{
	struct stat st;
	void *p = MAP_FAILED;

	if (space == NULL && fstat(fd, &st) == 0 &&
	    st.st_size > (off_t)sizeof(*space) && st.st_size < INT32_MAX)
		p = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED,
		    fd, 0);
	close(fd);
	if (p == MAP_FAILED) {
		log_warnx("what smcroutectl adds is lost when the engine ends");
		return;
	}
	space = p;
	half_size = (st.st_size - sizeof(*space)) / 2;
	compact_at = MIN_COMPACT;
	/* another engine may have left anything there */
	if (space->which > 1 || space->used[space->which] > half_size) {
		log_warnx("what smcroutectl had added is lost");
		journal_clear();
	}
}

/* The record at p, of at most left bytes; 0: nothing that we have written. */
static int
read_record(const unsigned char *p, size_t left, struct ctl_cmd *c)
{
	if (left < sizeof(*c))
		return 0;
	memcpy(c, p, sizeof(*c));
	return c->len > sizeof(*c) && c->len <= left && p[c->len - 1] == '\0' &&
	    c->kind >= CTL_ADD && c->kind <= CTL_LEAVE;
}

/* The route or group that it is about: IIF SOURCE GROUP, each with its NUL. */
static size_t
key_len(const unsigned char *p, const struct ctl_cmd *c)
{
	const unsigned char *q = p + sizeof(*c), *end = p + c->len;
	int words;

	for (words = 0; words < 3 && q < end; words++)
		q += strlen((const char *)q) + 1;
	return q - p - sizeof(*c);
}

static int
is_route(const struct ctl_cmd *c)
{
	return c->kind == CTL_ADD || c->kind == CTL_REMOVE;
}

/* Records by key: the last of each, and the line of the first. */
struct table {
	struct slot {
		uint32_t at; /* behind the record's beginning; 0: free */
		uint32_t line;
	} * slots;
	uint32_t mask;
};

static struct slot *
find(struct table *t, const unsigned char *from, uint32_t at,
    const struct ctl_cmd *c)
{
	size_t len = key_len(from + at, c), n = sizeof(*c);
	const unsigned char *p;
	struct ctl_cmd other;
	struct slot *s;
	uint32_t h;

	for (h = hash_bytes(from + at + n, len);; h++) {
		s = &t->slots[h & t->mask];
		if (s->at == 0)
			return s;
		p = from + s->at - 1;
		memcpy(&other, p, n);
		if (is_route(&other) == is_route(c) &&
		    key_len(p, &other) == len &&
		    memcmp(p + n, from + at + n, len) == 0)
			return s;
	}
}

/* The last record of each key, but not the end of what the files never had. */
static uint32_t
copy_last(struct table *t, const unsigned char *from, uint32_t len,
    unsigned char *to)
{
	struct ctl_cmd c;
	struct slot *s;
	uint32_t at, n = 0;

	for (at = 0; at < len && read_record(from + at, len - at, &c);
	     at += c.len) {
		s = find(t, from, at, &c);
		if (s->at != at + 1 ||
		    ((c.kind == CTL_REMOVE || c.kind == CTL_LEAVE) &&
			s->line == NOT_IN_FILES))
			continue;
		memcpy(to + n, from + at, c.len);
		c.line = s->line;
		memcpy(to + n, &c, sizeof(c));
		n += c.len;
	}
	return n;
}

static void
compact(void)
{
	uint32_t which, len = used(&which), at, n = 0;
	const unsigned char *from = half(which);
	struct table t = { NULL, 1 };
	struct ctl_cmd c;
	struct slot *s;

	for (at = 0; at < len && read_record(from + at, len - at, &c);
	     at += c.len)
		n++;
	while (t.mask < 2 * n)
		t.mask = 2 * t.mask + 1;
	if ((t.slots = calloc(t.mask + 1, sizeof(*t.slots))) == NULL)
		return;
	for (at = 0; at < len && read_record(from + at, len - at, &c);
	     at += c.len) {
		s = find(&t, from, at, &c);
		if (s->at == 0)
			s->line = c.line;
		s->at = at + 1;
	}
	n = copy_last(&t, from, len, half(!which));
	free(t.slots);
	atomic_store(&space->used[!which], n);
	atomic_store(&space->which, !which);
	compact_at = n < MIN_COMPACT / 2 ? MIN_COMPACT : 2 * n;
}

/* Words of a record to be, each with its NUL; to NULL: only its length. */
static size_t
word(unsigned char *to, size_t at, const char *s)
{
	size_t n = strlen(s) + 1;

	if (to != NULL)
		memcpy(to + at, s, n);
	return at + n;
}

static size_t
compose(unsigned char *to, const struct directive *d, const struct oifset *oifs,
    int kernel)
{
	char src[ADDRSTRLEN], grp[ADDRSTRLEN];
	size_t n = sizeof(struct ctl_cmd);
	uint32_t i;

	n = word(to, n, d->iif);
	n = word(to, n,
	    prefix_is_any(&d->src) ? addr_print(&d->src.a, src) :
				     prefix_print(&d->src, src));
	n = word(to, n, prefix_print(&d->grp, grp));
	for (i = 0; oifs != NULL && i < oifs->n; i++)
		n = word(to, n, pattern_at(oifs->patterns[i])->name);
	if (kernel)
		n = word(to, n, "kernel");
	return n;
}

static void
append(enum ctl_kind kind, const struct directive *d, const struct oifset *oifs,
    int kernel, int is_new)
{
	struct ctl_cmd c = { 0, kind, is_new ? NOT_IN_FILES : 0 };
	size_t len = compose(NULL, d, oifs, kernel);
	uint32_t which;

	if (space == NULL || is_full)
		return;
	if (used(&which) + len > compact_at || used(&which) + len > half_size)
		compact();
	if (used(&which) + len > half_size || len > UINT16_MAX) {
		log_warnx("too much to keep: what smcroutectl adds is lost "
			  "when the engine ends");
		journal_clear();
		is_full = 1;
		return;
	}
	c.len = len;
	memcpy(half(which) + used(&which), &c, sizeof(c));
	(void)compose(half(which) + used(&which), d, oifs, kernel);
	atomic_store(&space->used[which], used(&which) + len);
}

void
journal_route(const struct config *c, const struct directive *d, int is_new)
{
	uint32_t rule = config_find_route(c, d);
	const struct rule *x;

	if (rule == 0) {
		append(CTL_REMOVE, d, NULL, 0, is_new);
		return;
	}
	x = rules_at(&c->rules, rule);
	append(CTL_ADD, d, oifset_at(x->oifs), x->kernel, is_new);
}

void
journal_group(const struct config *c, const struct directive *d, int is_new)
{
	append(config_has_group(c, d) ? CTL_JOIN : CTL_LEAVE, d, NULL, 0,
	    is_new);
}

/* Takes back what the files say of it, and adds what there was. */
static int
replay(struct config *config, const struct ctl_cmd *c, const char **words,
    size_t n)
{
	struct directive d;
	uint32_t rule;
	char why[512];

	if (conf_words(is_route(c) ? WORDS_RULE : WORDS_GROUP, words, n, &d,
		why, sizeof(why)) == -1)
		return -1;
	if (is_route(c) && (rule = config_find_route(config, &d)) != 0)
		rules_remove(&config->rules, rule);
	if (c->kind == CTL_LEAVE)
		(void)config_leave(config, &d);
	return c->kind == CTL_ADD || c->kind == CTL_JOIN ?
	    config_add(config, &d, &rule) :
	    0;
}

/* One record, its words behind one another, len bytes; of a copy, as others may
 * be able to write where it is. */
static int
replay_record(struct config *config, const struct ctl_cmd *c, const void *from,
    size_t len)
{
	const char **words, *s;
	char *copy;
	size_t n = 0;
	int rc = -1;

	words = calloc(len + 1, sizeof(*words));
	copy = calloc(1, len + 1);
	if (words != NULL && copy != NULL) {
		memcpy(copy, from, len);
		for (s = copy; s < copy + len; s += strlen(s) + 1)
			words[n++] = s;
		rc = replay(config, c, words, n);
	}
	free(copy);
	free(words);
	return rc;
}

void
journal_replay(struct config *config)
{
	uint32_t which, len, at;
	const unsigned char *p;
	struct ctl_cmd c;

	if (space == NULL)
		return;
	len = used(&which);
	p = half(which);
	for (at = 0; at < len && read_record(p, len - at, &c) &&
	     replay_record(config, &c, p + sizeof(c), c.len - sizeof(c)) == 0;
	     at += c.len)
		p += c.len;
	if (at < len)
		log_warnx("some of what smcroutectl had added is lost");
}

void
journal_clear(void)
{
	if (space == NULL)
		return;
	atomic_store(&space->used[0], 0);
	atomic_store(&space->used[1], 0);
	atomic_store(&space->which, 0);
	compact_at = MIN_COMPACT;
	is_full = 0;
}
