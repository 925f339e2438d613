/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Prints answers as JSON; each answer is one document on one line.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "smcroutectl.h"

/* The name of a show in JSON, and the names of its arrays by kind of row. */
struct shape {
	uint16_t kind;
	uint8_t first;
	const char *name;
	const char *arrays[4];
};

static const struct shape shapes[] = {
	{ CTL_SHOW_ROUTES, ROW_ASM, "routes", { "asm", "ssm", "kernel" } },
	{ CTL_SHOW_GROUPS, ROW_GROUP, "groups", { "conf", "kernel" } },
	{ CTL_SHOW_INTERFACES, 0, "interfaces", { NULL } },
	{ CTL_SHOW_PENDING, 0, "pending", { NULL } },
};

static const struct shape *shape;
static int array; /* index of the open array */
static int rows;  /* rows of that array so far */

/* The length of the UTF-8 character at str; 0: there is no valid one. */
static size_t
utf8_len(const char *str)
{
	const unsigned char *s = (const unsigned char *)str;
	size_t i, n;

	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* overlong, a surrogate, or above the last character */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

static void
string(const char *s)
{
	size_t n;

	putchar('"');
	for (; *s != '\0'; s += n) {
		n = 1;
		if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else if (*s >= ' ' && *s <= '~')
			putchar(*s);
		else if ((n = utf8_len(s)) > 0)
			fwrite(s, 1, n, stdout);
		else {
			/* not UTF-8: the character of that number */
			n = 1;
			printf("\\u%04x", (unsigned char)*s);
		}
	}
	putchar('"');
}

static void
key_string(const char *key, const char *value)
{
	printf("\"%s\":", key);
	string(value);
}

/* Prints a number, or null where there is none. */
static void
key_number(const char *key, int known, uint64_t n)
{
	if (known)
		printf(",\"%s\":%" PRIu64, key, n);
	else
		printf(",\"%s\":null", key);
}

static void
oifs(const struct row *row, const char *key)
{
	const char *w;

	printf(",\"%s\":[", key);
	for (w = row->oifs; w < row->end; w += strlen(w) + 1) {
		if (w != row->oifs)
			putchar(',');
		string(w);
	}
	putchar(']');
}

static void
flow(const struct ctl_row *r)
{
	char buf[ADDRSTRLEN];
	struct prefix s = { r->src, r->slen }, g = { r->grp, r->glen };

	if (prefix_is_any(&s))
		fputs("\"source\":null", stdout);
	else
		printf("\"source\":\"%s\"", prefix_print(&s, buf));
	printf(",\"group\":\"%s\"", prefix_print(&g, buf));
}

static void
route_row(const struct row *row)
{
	const struct ctl_row *r = &row->r;

	flow(r);
	putchar(',');
	key_string("iif", row->iif);
	oifs(row, "oifs");
	key_number("packets", r->packets != UINT64_MAX, r->packets);
	key_number("bytes", r->bytes != UINT64_MAX, r->bytes);
	if (r->flags & (ROW_KEPT | ROW_WHY))
		printf(",\"kernel\":%s", row->why == NULL ? "true" : "false");
	if (row->why != NULL) {
		putchar(',');
		key_string("why", row->why);
	}
	if (r->kind != ROW_KERNEL)
		return;
	key_number("wrong", r->wrong != UINT64_MAX, r->wrong);
	printf(",\"learned\":%s,\"stop\":%s",
	    r->flags & ROW_LEARNED ? "true" : "false",
	    r->flags & ROW_STOP ? "true" : "false");
}

static void
group_row(const struct row *row)
{
	flow(&row->r);
	putchar(',');
	key_string("iif", row->iif);
}

static void
iface_row(const struct row *row)
{
	const struct ctl_row *r = &row->r;

	printf("\"index\":%" PRIu32 ",", r->ifindex);
	key_string("name", row->iif);
	key_number("vif", r->vif >= 0, r->vif);
	key_number("mif", r->mif >= 0, r->mif);
}

static void
pending_row(const struct row *row)
{
	static const char *const kinds[] = { "mroute", "mgroup", "phyint" };
	uint8_t kind = row->r.kind;

	key_string("kind", kinds[kind - ROW_PENDING_MROUTE]);
	putchar(',');
	key_string("iif", row->iif);
	if (kind == ROW_PENDING_PHYINT) {
		oifs(row, "options");
		return;
	}
	putchar(',');
	flow(&row->r);
	if (kind == ROW_PENDING_MROUTE)
		oifs(row, "oifs");
}

static void
open_array(int n)
{
	array = n;
	rows = 0;
	printf("%s\"%s\":[", n > 0 ? "," : "", shape->arrays[n]);
}

static void
json_begin(uint16_t kind)
{
	for (shape = shapes; shape->kind != kind; shape++)
		;
	rows = 0;
	printf("{\"%s\":%s", shape->name, shape->first ? "{" : "[");
	if (shape->first)
		open_array(0);
}

static void
json_row(const struct row *row)
{
	while (shape->first && array < row->r.kind - shape->first) {
		putchar(']');
		open_array(array + 1);
	}
	fputs(rows++ > 0 ? ",{" : "{", stdout);
	switch (shape->kind) {
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
	putchar('}');
}

static void
json_end(void)
{
	while (shape->first && shape->arrays[array + 1] != NULL) {
		putchar(']');
		open_array(array + 1);
	}
	puts(shape->first ? "]}}" : "]}");
}

const struct output json_output = { json_begin, json_row, json_end };
