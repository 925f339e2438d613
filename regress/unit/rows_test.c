/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Rows: a row that was written is read again, also from several messages.
 * Malformed rows of any bytes are refused.
 */
#include <stdlib.h>
#include <string.h>

#include "common/rows.h"
#include "check.h"
#include "rnd.h"

#define NAMES 1500

static struct row in;
static int taken; /* result of the last message */
static unsigned nmessages;

/* On the heap, where a sanitizer sees what is read beyond its end. */
static int
take(const void *message, size_t len)
{
	void *copy = malloc(len);
	int rc;

	if (len > 0)
		memcpy(copy, message, len);
	rc = row_take(&in, copy, len);
	free(copy);
	return rc;
}

static void
on_message(void *arg, const void *message, size_t len)
{
	(void)arg;
	CHECK(len <= ROW_MESSAGE);
	taken = take(message, len);
	nmessages++;
}

static struct row_writer w = { .send = on_message };

static const struct prefix any4 = { { { [10] = 0xff, 0xff } }, ADDR_V4 };
static const struct prefix grp = { { { 0xff, 0x05, [15] = 1 } }, ADDR_BITS };

static void
begin_rule(enum row_kind kind)
{
	row_begin(&w, kind);
	row_prefix(&w, TAG_SOURCE, &any4);
	row_prefix(&w, TAG_GROUP, &grp);
	row_text(&w, TAG_IIF, "eth0");
}

static void
test_fields(void)
{
	struct field f;

	begin_rule(ROW_KERNEL);
	row_bool(&w, TAG_LEARNED, 5);
	row_bool(&w, TAG_STOP, 0);
	row_number(&w, TAG_PACKETS, UINT64_C(1) << 63);
	row_end(&w, 0);
	CHECK(taken == 1 && in.kind == ROW_KERNEL);
	CHECK(row_get(&in, TAG_SOURCE, &f) && prefix_is_any(&f.prefix));
	CHECK(row_get(&in, TAG_GROUP, &f) &&
	    addr_cmp(&f.prefix.a, &grp.a) == 0 && f.prefix.len == ADDR_BITS);
	CHECK(strcmp(row_get_text(&in, TAG_IIF), "eth0") == 0);
	CHECK(row_get_number(&in, TAG_LEARNED) == 1);
	CHECK(row_get_number(&in, TAG_STOP) == 0);
	CHECK(row_get_number(&in, TAG_PACKETS) == UINT64_C(1) << 63);
	CHECK(row_get_number(&in, TAG_BYTES) == UINT64_MAX);
	CHECK(row_get_text(&in, TAG_WHY)[0] == '\0');
}

static void
test_long(void)
{
	char name[24], text[ROW_TEXT + 100];
	struct field f;
	size_t at = 0;
	int i, n = 0;

	nmessages = 0;
	begin_rule(ROW_ASM);
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	row_text(&w, TAG_WHY, text);
	for (i = 0; i < NAMES; i++) {
		snprintf(name, sizeof(name), "interface%d", i);
		row_text(&w, TAG_OIF, name);
	}
	row_end(&w, 0);
	CHECK(taken == 1 && nmessages > 2);
	CHECK(strlen(row_get_text(&in, TAG_WHY)) == ROW_TEXT - 1);
	while (row_next(&in, &at, &f)) {
		if (f.tag != TAG_OIF)
			continue;
		snprintf(name, sizeof(name), "interface%d", n++);
		CHECK(strcmp(f.text, name) == 0);
	}
	CHECK(n == NAMES);
}

/* One field of a rule is replaced by these bytes. */
static int
rule_with(uint16_t tag, const void *value, uint16_t len, size_t real)
{
	unsigned char buf[512];
	struct field_head h = { tag, len };

	row_clear(&in);
	begin_rule(ROW_ASM);
	memcpy(buf, w.message, w.len);
	memcpy(buf + w.len, &h, sizeof(h));
	memcpy(buf + w.len + sizeof(h), value, real);
	return take(buf, w.len + sizeof(h) + real);
}

static void
test_malformed(void)
{
	static const struct prefix short4 = { { { [10] = 0xff, 0xff } }, 95 };
	static const uint8_t two = 2;
	uint64_t n = 0;

	CHECK(rule_with(TAG_PACKETS, &n, 8, 8) == 1);
	CHECK(rule_with(TAG_PACKETS, &n, 7, 7) == -1);
	CHECK(rule_with(TAG_PACKETS, &n, 8, 7) == -1);
	CHECK(rule_with(TAG_PACKETS, &n, 65535, 8) == -1);
	CHECK(rule_with(TAG_OIF, "a", 2, 2) == 1);
	CHECK(rule_with(TAG_OIF, "", 1, 1) == 1);
	CHECK(rule_with(TAG_OIF, "a", 1, 1) == -1);
	CHECK(rule_with(TAG_OIF, "a\0b", 4, 4) == -1);
	CHECK(rule_with(TAG_OIF, "", 0, 0) == -1);
	CHECK(rule_with(TAG_KERNEL, &two, 1, 1) == -1);
	CHECK(rule_with(TAG_IIF, "again", 6, 6) == -1);
	CHECK(rule_with(TAG_SOURCE, &short4, sizeof(short4), sizeof(short4)) ==
	    -1);
	CHECK(rule_with(TAG_VIF, &n, 8, 8) == -1);
	CHECK(rule_with(0, &n, 8, 8) == -1);
	CHECK(rule_with(ROW_TAGS, &n, 8, 8) == -1);
	CHECK(rule_with(65535, &n, 8, 8) == -1);
	CHECK(take("", 0) == -1);
	CHECK(take("\1", 1) == -1);
	CHECK(take("\0", 2) == -1);
	CHECK(take("\x0a\0", 2) == -1);
	CHECK(take("\1\2", 2) == -1);
	CHECK(take("\1\0", 2) == -1); /* lacks what it needs */
}

/* The next part must be of the same kind. */
static void
test_parts(void)
{
	row_clear(&in);
	begin_rule(ROW_ASM);
	row_end(&w, 1);
	CHECK(taken == 0 && in.open);
	CHECK(take("\1\0", 2) == 1 && !in.open);
	begin_rule(ROW_ASM);
	row_end(&w, 1);
	CHECK(take("\2\0", 2) == -1);
}

/* A row of which some bytes are changed. */
static void
test_random(void)
{
	unsigned char buf[ROW_MESSAGE];
	struct field f;
	size_t len, at;
	int i, k;

	for (i = 0; i < 100000; i++) {
		begin_rule(1 + rnd(ROW_KINDS - 1));
		row_bool(&w, TAG_LEARNED, 1);
		row_bool(&w, TAG_STOP, 1);
		row_text(&w, TAG_OIF, "eth1");
		len = rnd(4) != 0 ? w.len : rnd(w.len);
		memcpy(buf, w.message, w.len);
		for (k = rnd(4); k > 0; k--)
			buf[rnd(w.len)] = rnd(40);
		if (take(buf, len) == -1) {
			row_clear(&in);
			continue;
		}
		for (at = 0; row_next(&in, &at, &f);)
			CHECK(f.tag < ROW_TAGS && in.seen >> f.tag & 1);
		CHECK(at == in.len);
	}
}

int
main(void)
{
	rnd_init();
	test_fields();
	test_long();
	test_malformed();
	test_parts();
	test_random();
	row_clear(&in);
	return rnd_end();
}
