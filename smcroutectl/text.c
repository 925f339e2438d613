/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Prints answers as tables.  Each row is printed when it comes, so columns have
 * a fixed smallest width.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "smcroutectl.h"

#define ROUTE_WIDTH 42
#define IIF_WIDTH   15 /* the longest interface name on Linux */
#define LINE_WIDTH  79

static const char *const titles[] = {
	[ROW_ASM] = "(*,G) Template Rules",
	[ROW_SSM] = "(S,G) Rules",
	[ROW_KERNEL] = "Kernel MFC Table",
	[ROW_GROUP] = "Group Memberships Table",
	[ROW_GROUP_KERNEL] = "Kernel Group Membership Table",
};

static uint16_t showing;
static uint8_t section; /* kind of the last row */

static const char *
word(const char *s)
{
	static char buf[256];

	return printable(s, buf, sizeof(buf));
}

static void
rule(char c, int width)
{
	while (width-- > 0)
		putchar(c);
	putchar('\n');
}

static void
heading(const char *title, const char *columns)
{
	int width = strlen(columns);

	if (opt.bare)
		return;
	if (width < LINE_WIDTH)
		width = LINE_WIDTH;
	if (!opt.plain) {
		if (title != NULL)
			printf("\033[4m%*s\033[0m\n%s\n", width, "", title);
		printf("\033[7m%-*s\033[0m\n", width, columns);
		return;
	}
	if (title != NULL) {
		rule('_', width);
		puts(title);
	}
	rule('=', width);
	puts(columns);
	rule('=', width);
}

static void
route_heading(uint8_t kind)
{
	char columns[128];
	int routes = showing == CTL_SHOW_ROUTES;

	snprintf(columns, sizeof(columns), "%-*s %-*s%s%s", ROUTE_WIDTH,
	    routes ? "ROUTE (S,G)" : "GROUP (S,G)", routes ? IIF_WIDTH : 0,
	    "IIF", routes && opt.detail ? "    PACKETS      BYTES" : "",
	    routes ? "  OIFS" : "");
	heading(titles[kind], columns);
}

static void
words(const struct row *row, const char *sep)
{
	const char *w;

	for (w = row->oifs; w < row->end; w += strlen(w) + 1) {
		fputs(sep, stdout);
		fputs(word(w), stdout);
		sep = " ";
	}
	if (row->why != NULL)
		printf("  [%s: %s]",
		    row->r.flags & ROW_KEPT ? "kernel" : "learned",
		    word(row->why));
	else if (row->r.flags & ROW_KEPT)
		fputs("  [kernel]", stdout);
	putchar('\n');
}

static const char *
count(uint64_t n, char *buf, size_t size)
{
	if (n == UINT64_MAX)
		return "-";
	snprintf(buf, size, "%" PRIu64, n);
	return buf;
}

/* Prints "(source, group)", with "*" for any source. */
static void
flow(const struct ctl_row *r)
{
	char src[ADDRSTRLEN], grp[ADDRSTRLEN];
	struct prefix s = { r->src, r->slen }, g = { r->grp, r->glen };
	int n;

	if (prefix_is_any(&s))
		strlcpy(src, "*", sizeof(src));
	else
		prefix_print(&s, src);
	n = printf("(%s, %s)", src, prefix_print(&g, grp));
	printf("%*s", n < ROUTE_WIDTH ? ROUTE_WIDTH - n + 1 : 1, "");
}

static void
route_row(const struct row *row)
{
	char packets[24], bytes[24];

	flow(&row->r);
	printf("%-*s", IIF_WIDTH, word(row->iif));
	if (opt.detail)
		printf(" %10s %10s",
		    count(row->r.packets, packets, sizeof(packets)),
		    count(row->r.bytes, bytes, sizeof(bytes)));
	words(row, "  ");
}

static void
group_row(const struct row *row)
{
	flow(&row->r);
	puts(word(row->iif));
}

static void
number(int32_t n)
{
	if (n == -1)
		fputs("  N/A", stdout);
	else
		printf("  %3d", n);
}

static void
iface_row(const struct row *row)
{
	printf("%6u %-*s", row->r.ifindex, IIF_WIDTH, word(row->iif));
	number(row->r.vif);
	number(row->r.mif);
	putchar('\n');
}

static void
pending_row(const struct row *row)
{
	char buf[ADDRSTRLEN];
	struct prefix s = { row->r.src, row->r.slen };
	struct prefix g = { row->r.grp, row->r.glen };

	if (row->r.kind == ROW_PENDING_PHYINT) {
		printf("phyint %s", word(row->iif));
		words(row, " ");
		return;
	}
	printf("%s from %s",
	    row->r.kind == ROW_PENDING_MROUTE ? "mroute" : "mgroup",
	    word(row->iif));
	if (!prefix_is_any(&s))
		printf(" source %s", prefix_print(&s, buf));
	printf(" group %s", prefix_print(&g, buf));
	words(row, " to ");
}

static void
text_begin(uint16_t kind)
{
	char columns[64];

	showing = kind;
	section = 0;
	if (kind != CTL_SHOW_INTERFACES)
		return;
	snprintf(columns, sizeof(columns), "%6s %-*s  VIF  MIF", "INDEX",
	    IIF_WIDTH, "PHYINT");
	heading(NULL, columns);
}

static void
text_row(const struct row *row)
{
	uint8_t kind = row->r.kind;

	if (kind == ROW_GROUP_KERNEL && !opt.detail)
		return;
	if (kind != section && kind <= ROW_GROUP_KERNEL)
		route_heading(kind);
	section = kind;
	switch (showing) {
	case CTL_SHOW_ROUTES:
		route_row(row);
		break;
	case CTL_SHOW_GROUPS:
		group_row(row);
		break;
	case CTL_SHOW_INTERFACES:
		iface_row(row);
		break;
	case CTL_SHOW_PENDING:
		pending_row(row);
		break;
	}
}

static void
text_end(void)
{
	if (showing == CTL_SHOW_PENDING && section == 0)
		puts("No pending routes or groups.");
}

const struct output text_output = { text_begin, text_row, text_end };
