/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The kernel's list of groups, read once and then searched many times.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/sys/group_list.h"
#include "group_rows.h"

struct group_row {
	uint32_t ifindex;
	struct addr grp;
};

static struct group_row *rows;
static size_t nrows, maxrows;
static int failed; /* memory is short */

static void
row_set(struct group_row *r, uint32_t ifindex, const struct addr *grp)
{
	memset(r, 0, sizeof(*r)); /* rows are compared as bytes */
	r->ifindex = ifindex;
	r->grp = *grp;
}

static void
row_add(uint32_t ifindex, const struct addr *grp, void *arg)
{
	size_t max = maxrows != 0 ? 2 * maxrows : 256;
	struct group_row *more;

	(void)arg;
	if (nrows == maxrows) {
		if ((more = reallocarray(rows, max, sizeof(*rows))) == NULL) {
			failed = 1;
			return;
		}
		rows = more;
		maxrows = max;
	}
	row_set(&rows[nrows++], ifindex, grp);
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct group_row));
}

int
group_rows_read(int v6)
{
	nrows = 0;
	failed = 0;
	if (group_list(v6, row_add, NULL) == -1 || failed)
		return -1;
	if (nrows > 0)
		qsort(rows, nrows, sizeof(*rows), compare);
	return 0;
}

int
group_rows_have(uint32_t ifindex, const struct addr *grp)
{
	struct group_row key;

	row_set(&key, ifindex, grp);
	return nrows > 0 &&
	    bsearch(&key, rows, nrows, sizeof(key), compare) != NULL;
}

void
group_rows_free(void)
{
	free(rows);
	rows = NULL;
	nrows = maxrows = 0;
}
