/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The journal's memory.  It has two halves, one of which is in use.  When that
 * one has grown enough, the records that still count are copied to the other
 * half, which is then the one in use.
 */
#include <sys/mman.h>
#include <sys/stat.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "engine/lib/hash.h"
#include "records.h"

#define MIN_COMPACT  65536
#define FOR_REMOVALS (4U << 20) /* bytes of each half kept for removals */
#define ANSWERS	     64		/* answers kept; a client waits for one */

/* When so many engines have died while they read the records, and none has read
 * them to the end meanwhile, the records are taken to be the cause.  A single
 * engine may have been killed by something else. */
#define FATAL 2

/* An engine that begins to read adds this to "which".  One that has finished
 * takes all of them off. */
#define READER 2U

struct space {
	_Atomic uint32_t which;	  /* the half in use, and READERs */
	_Atomic uint32_t used[2]; /* bytes of each */
	unsigned char bytes[];
};

static struct space *space;
static uint32_t half_size, spare;
static uint32_t compact_at;
static uint32_t end;	      /* offset after the last appended record */
static uint32_t answers_size; /* bytes of all answers up to end */
static int has_removed;	      /* a removal came since records_compact() */
static int were_fatal;

static unsigned char *
half(uint32_t which)
{
	return space->bytes + (which ? half_size : 0);
}

/* The half in use, and the number of bytes published in it. */
static uint32_t
used(uint32_t *which)
{
	*which = atomic_load(&space->which) % READER;
	return atomic_load(&space->used[*which]);
}

static void
use(uint32_t which, uint32_t n)
{
	atomic_store(&space->used[which], n);
	atomic_store(&space->which, which);
	end = n;
}

static void
set_size(uint32_t size)
{
	half_size = (size - sizeof(*space)) / 2;
	spare = half_size / 4 < FOR_REMOVALS ? half_size / 4 : FOR_REMOVALS;
	compact_at = MIN_COMPACT;
}

/* An engine that misbehaved may have left anything in the memory.  Cut it off
 * at the first record that cannot be read. */
static void
cut(void)
{
	struct record c;
	uint32_t which, at = 0;

	if (space->which < FATAL * READER && used(&which) <= half_size) {
		while (records_next(&at, &c) != NULL)
			if (record_is_answer(&c))
				answers_size += c.len;
		if (at == used(&which))
			return;
	} else
		which = 0;
	log_warnx("journal damaged: changes by smcroutectl are lost");
	use(which, at);
}

int
records_open(int fd)
{
	struct stat st;
	void *p = MAP_FAILED;

	if (space == NULL && fstat(fd, &st) == 0 &&
	    st.st_size > (off_t)sizeof(*space) && st.st_size < INT32_MAX)
		p = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED,
		    fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return -1;
	space = p;
	set_size(st.st_size);
	were_fatal = atomic_load(&space->which) / READER >= FATAL;
	if (were_fatal)
		records_reading(0);
	cut();
	return 0;
}

int
records_are_open(void)
{
	return space != NULL;
}

void
records_reading(int is_reading)
{
	if (is_reading)
		atomic_fetch_add(&space->which, READER);
	else
		atomic_fetch_and(&space->which, READER - 1);
}

int
records_were_fatal(void)
{
	return were_fatal;
}

int
record_is_answer(const struct record *c)
{
	return c->kind == RECORD_FAIL || c->kind == RECORD_END;
}

/* Reads the record at p, of at most left bytes.  0: it is not valid. */
static int
read_record(const unsigned char *p, size_t left, struct record *c)
{
	if (left < sizeof(*c))
		return 0;
	memcpy(c, p, sizeof(*c));
	return c->len > sizeof(*c) && c->len <= left && p[c->len - 1] == '\0' &&
	    ((c->kind >= RECORD_ADD && c->kind <= RECORD_LEAVE) ||
		record_is_answer(c));
}

const unsigned char *
records_next(uint32_t *at, struct record *c)
{
	uint32_t which, len = used(&which);
	const unsigned char *p = half(which) + *at;

	if (*at >= len || !read_record(p, len - *at, c))
		return NULL;
	*at += c->len;
	return p;
}

/* The length of the record's key: IIF, SOURCE and GROUP, each with its NUL. */
static size_t
key_len(const unsigned char *p, const struct record *c)
{
	const unsigned char *q = p + sizeof(*c), *last = p + c->len;
	int words;

	for (words = 0; words < 3 && q < last; words++)
		q += strlen((const char *)q) + 1;
	return q - p - sizeof(*c);
}

int
record_is_route(const struct record *c)
{
	return c->kind == RECORD_ADD || c->kind == RECORD_REMOVE;
}

/* A hash table with the last record of each key, and what its first one says of
 * the files. */
struct key_table {
	struct cell {
		uint32_t at; /* offset of the record plus one; 0: free */
		uint32_t is_new;
	} * cells;
	uint32_t mask;
};

static struct cell *
find(struct key_table *t, const unsigned char *from, uint32_t at,
    const struct record *c)
{
	size_t len = key_len(from + at, c), n = sizeof(*c);
	const unsigned char *p;
	struct record other;
	struct cell *s;
	uint32_t h;

	for (h = hash_bytes(from + at + n, len);; h++) {
		s = &t->cells[h & t->mask];
		if (s->at == 0)
			return s;
		p = from + s->at - 1;
		memcpy(&other, p, n);
		if (record_is_route(&other) == record_is_route(c) &&
		    key_len(p, &other) == len &&
		    memcmp(p + n, from + at + n, len) == 0)
			return s;
	}
}

/* Fills the table from the records from offset first on, and counts the
 * answered requests.  0, or -1: no memory. */
static int
make_table(struct key_table *t, const unsigned char *from, uint32_t len,
    uint32_t first, uint32_t *answers)
{
	struct record c;
	struct cell *s;
	uint32_t at, n = 0;

	*answers = 0;
	for (at = 0; at < len && read_record(from + at, len - at, &c);
	     at += c.len) {
		*answers += c.kind == RECORD_END;
		n += !record_is_answer(&c);
	}
	t->mask = 1;
	while (t->mask < 2 * n)
		t->mask = 2 * t->mask + 1;
	if ((t->cells = calloc(t->mask + 1, sizeof(*t->cells))) == NULL)
		return -1;
	for (at = 0; at < len && read_record(from + at, len - at, &c);
	     at += c.len) {
		if (record_is_answer(&c) || at < first)
			continue;
		s = find(t, from, at, &c);
		if (s->at == 0)
			s->is_new = c.is_new;
		s->at = at + 1;
	}
	return 0;
}

/* Copies the records of the table and the last answers.  Leaves out removals of
 * what the files do not have.  Returns the length of the copy. */
static uint32_t
copy_last(struct key_table *t, const unsigned char *from, uint32_t len,
    uint32_t answers, unsigned char *to)
{
	struct record c;
	struct cell *s;
	uint32_t at, n = 0;

	answers_size = 0;
	for (at = 0; at < len && read_record(from + at, len - at, &c);
	     at += c.len) {
		if (record_is_answer(&c)) {
			if (answers <= ANSWERS) {
				memcpy(to + n, from + at, c.len);
				n += c.len;
				answers_size += c.len;
			}
			answers -= c.kind == RECORD_END;
			continue;
		}
		s = find(t, from, at, &c);
		if (s->at != at + 1 ||
		    ((c.kind == RECORD_REMOVE || c.kind == RECORD_LEAVE) &&
			s->is_new))
			continue;
		memcpy(to + n, from + at, c.len);
		c.is_new = s->is_new;
		memcpy(to + n, &c, sizeof(c));
		n += c.len;
	}
	return n;
}

int
records_compact(uint32_t first)
{
	uint32_t which, len = used(&which), answers, n;
	struct key_table t;

	if (make_table(&t, half(which), len, first, &answers) == -1)
		return -1;
	n = copy_last(&t, half(which), len, answers, half(!which));
	free(t.cells);
	use(!which, n);
	/* the nearer the limit, the sooner the records are compacted again */
	compact_at = 2 * n > MIN_COMPACT ? 2 * n : MIN_COMPACT;
	if (compact_at > n + (half_size - n) / 2)
		compact_at = n + (half_size - n) / 2;
	has_removed = 0;
	return 0;
}

void
records_drop(uint32_t first)
{
	uint32_t which, len = used(&which) - first;

	memcpy(half(!which), half(which) + first, len);
	answers_size = 0; /* may be too little: then additions are refused a
			     little early */
	use(!which, len);
}

uint32_t
records_used(void)
{
	uint32_t which;

	return used(&which);
}

uint32_t
records_limit(void)
{
	return half_size - spare;
}

int
records_have_room(size_t len, int removes)
{
	uint32_t n = records_used();

	return n + len <= half_size - spare / 4 &&
	    (removes || n - answers_size + len <= records_limit());
}

int
records_are_many(void)
{
	return records_used() > compact_at;
}

int
records_can_shrink(void)
{
	return has_removed || records_are_many();
}

void
records_begin(void)
{
	end = records_used();
}

unsigned char *
records_append(const struct record *head, size_t len)
{
	struct record c = *head;
	unsigned char *p;
	uint32_t which;

	(void)used(&which);
	if (len > UINT16_MAX || len > half_size - end)
		return NULL;
	p = half(which) + end;
	c.len = len;
	memcpy(p, &c, sizeof(c));
	end += len;
	if (record_is_answer(&c))
		answers_size += len;
	has_removed |= c.kind == RECORD_REMOVE || c.kind == RECORD_LEAVE;
	return p;
}

void
records_publish(void)
{
	uint32_t which;

	(void)used(&which);
	atomic_store(&space->used[which], end);
}
