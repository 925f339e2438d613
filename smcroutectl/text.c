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
static uint8_t section; /* row_kind of the last row */

static const char *
word(const char *s)
{
	static char buf[4 * ROW_TEXT];

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
	    "IIF",
	    routes && opt.detail ? "    PACKETS      BYTES      WRONG" : "",
	    routes ? "  OIFS" : "");
	heading(titles[kind], columns);
}

/* Prints the texts of all fields of this tag. */
static void
words(const struct row *row, enum row_tag tag, const char *sep)
{
	struct field f;
	size_t at = row_first(row, tag);

	while (row_next(row, &at, &f)) {
		if (f.tag != tag)
			continue;
		fputs(sep, stdout);
		fputs(word(f.text), stdout);
		sep = " ";
	}
}

/* Prints whether the kernel holds the rule by itself, and if not, why. */
static void
print_residence(const struct row *row)
{
	struct field f;

	if (row_get(row, TAG_WHY, &f))
		printf("  [%s: %s]",
		    row_get_number(row, TAG_PARTLY) == 1 ? "kernel" : "learned",
		    word(f.text));
	else if (row_get_number(row, TAG_KERNEL) == 1)
		fputs("  [kernel]", stdout);
}

static void
count(const struct row *row, enum row_tag tag)
{
	struct field f;

	if (row_get(row, tag, &f))
		printf(" %10" PRIu64, f.number);
	else
		printf(" %10s", "-");
}

/* The text of an address or prefix, "*" for any. */
static const char *
address(const struct row *row, enum row_tag tag, char buf[ADDRSTRLEN])
{
	struct field f;

	if (!row_get(row, tag, &f) || prefix_is_any(&f.prefix))
		strlcpy(buf, "*", ADDRSTRLEN);
	else
		prefix_print(&f.prefix, buf);
	return buf;
}

/* Prints "(source, group)", with "*" for any source. */
static void
flow(const struct row *row)
{
	char src[ADDRSTRLEN], grp[ADDRSTRLEN];
	struct field g;
	int n;

	row_get(row, TAG_GROUP, &g);
	n = printf("(%s, %s)", address(row, TAG_SOURCE, src),
	    prefix_print(&g.prefix, grp));
	printf("%*s", n < ROUTE_WIDTH ? ROUTE_WIDTH - n + 1 : 1, "");
}

static void
route_row(const struct row *row)
{
	flow(row);
	printf("%-*s", IIF_WIDTH, word(row_get_text(row, TAG_IIF)));
	if (opt.detail) {
		count(row, TAG_PACKETS);
		count(row, TAG_BYTES);
		count(row, TAG_WRONG);
	}
	words(row, TAG_OIF, "  ");
	print_residence(row);
	putchar('\n');
}

static void
group_row(const struct row *row)
{
	flow(row);
	puts(word(row_get_text(row, TAG_IIF)));
}

static void
slot(const struct row *row, enum row_tag tag)
{
	struct field f;

	if (row_get(row, tag, &f))
		printf("  %3" PRIu64, f.number);
	else
		fputs("  N/A", stdout);
}

static void
iface_row(const struct row *row)
{
	printf("%6" PRIu64 " %-*s", row_get_number(row, TAG_INDEX), IIF_WIDTH,
	    word(row_get_text(row, TAG_NAME)));
	slot(row, TAG_VIF);
	slot(row, TAG_MIF);
	putchar('\n');
}

/* Prints a line as in smcroute.conf. */
static void
pending_row(const struct row *row)
{
	char buf[ADDRSTRLEN];
	struct field f;

	printf("%s %s%s", row_kinds[row->kind].name,
	    row->kind == ROW_PENDING_PHYINT ? "" : "from ",
	    word(row_get_text(row, TAG_IIF)));
	if (row_get(row, TAG_SOURCE, &f) && !prefix_is_any(&f.prefix))
		printf(" source %s", prefix_print(&f.prefix, buf));
	if (row_get(row, TAG_GROUP, &f))
		printf(" group %s", prefix_print(&f.prefix, buf));
	words(row, TAG_OPTION, " ");
	words(row, TAG_OIF, " to ");
	putchar('\n');
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
	uint8_t kind = row->kind;

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
