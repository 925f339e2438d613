/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The list of keywords in a message ends where its buffer ends.
 */
#include "engine/lang/conf_line.c"

#include "check.h"

int
main(void)
{
	char full[128], buf[256];
	size_t size, i;

	list(&directives, 0, full, sizeof(full));
	CHECK(strcmp(full,
		  "'phyint', 'mgroup', 'mroute', 'include', 'limit' or "
		  "'wildcards'") == 0);
	list(&options, 15, buf, sizeof(buf));
	CHECK(strcmp(buf, "the end of the line") == 0);
	for (size = 1; size < sizeof(full); size++) {
		memset(buf, '#', sizeof(buf));
		list(&directives, 0, buf, size);
		CHECK(
		    strlen(buf) < size && strncmp(buf, full, strlen(buf)) == 0);
		for (i = size; i < sizeof(buf); i++)
			CHECK(buf[i] == '#');
	}
	return check_end();
}
