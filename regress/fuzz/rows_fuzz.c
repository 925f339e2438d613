/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The daemon's rows as smcroutectl reads them: messages, each behind its
 * length.  All fields of an accepted row have the types of their tags.
 */
#include "common/rows.h"
#include "fuzz.h"

static void
walk(const struct row *r)
{
	struct field f, first;
	size_t at = 0;

	while (row_next(r, &at, &f)) {
		MUST(f.tag > 0 && f.tag < ROW_TAGS);
		MUST(row_get(r, f.tag, &first));
		if (row_tags[f.tag].type == TYPE_TEXT)
			MUST(strlen(f.text) < r->len);
		if (row_tags[f.tag].type == TYPE_PREFIX)
			MUST(f.prefix.len <= ADDR_BITS);
		if (row_tags[f.tag].type == TYPE_BOOL)
			MUST(f.number <= 1);
	}
	MUST(at == r->len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct row row = { .kind = 0 };
	uint8_t *message;
	size_t len;
	int rc = 0;

	while (in.len > 0 && rc != -1) {
		message = in_copy(&in, in_u8(&in), &len);
		rc = row_take(&row, message, len);
		free(message);
		MUST(rc == -1 || row.open == !rc);
		if (rc == 1)
			walk(&row);
	}
	row_clear(&row);
	return 0;
}
