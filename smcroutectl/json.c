/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Prints answers as JSON; each answer is one document on one line.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "smcroutectl.h"

static const struct {
	uint16_t kind;
	const char *name;
	int nested; /* the rows are in arrays by their kind */
} shows[] = {
	{ CTL_SHOW_ROUTES, "routes", 1 },
	{ CTL_SHOW_GROUPS, "groups", 1 },
	{ CTL_SHOW_INTERFACES, "interfaces", 0 },
	{ CTL_SHOW_PENDING, "pending", 0 },
};

static uint16_t showing;
static int nested;
static uint8_t array; /* kind of row of the array that is open */
static int rows;      /* printed in that array */
static int nkeys;     /* printed of the current row */

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

/* The number of bytes from s on that a string has as they are. */
static size_t
plain_len(const char *s)
{
	size_t n = 0;

	while (s[n] >= ' ' && s[n] <= '~' && s[n] != '"' && s[n] != '\\')
		n++;
	return n;
}

static void
string(const char *s)
{
	size_t n;

	putchar('"');
	for (; *s != '\0'; s += n) {
		if ((n = plain_len(s)) > 0 || (n = utf8_len(s)) > 0) {
			fwrite(s, 1, n, stdout);
			continue;
		}
		n = 1;
		if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else /* not UTF-8: the byte as a character of that number */
			printf("\\u%04x", (unsigned char)*s);
	}
	putchar('"');
}

static void
value(const struct field *f)
{
	char buf[ADDRSTRLEN];

	switch (row_tags[f->tag].type) {
	case TYPE_NUMBER:
		printf("%" PRIu64, f->number);
		break;
	case TYPE_BOOL:
		fputs(f->number ? "true" : "false", stdout);
		break;
	case TYPE_PREFIX: /* null: any address */
		if (prefix_is_any(&f->prefix))
			fputs("null", stdout);
		else
			string(prefix_print(&f->prefix, buf));
		break;
	case TYPE_TEXT:
		string(f->text);
		break;
	}
}

static void
key(enum row_tag tag)
{
	fputs(nkeys++ > 0 ? ",\"" : "\"", stdout);
	fputs(row_tags[tag].name, stdout);
	fputs("\":", stdout);
}

static void
values(const struct row *row, enum row_tag tag)
{
	struct field f;
	size_t at = row_first(row, tag);
	int n = 0;

	putchar('[');
	while (row_next(row, &at, &f)) {
		if (f.tag != tag)
			continue;
		if (n++ > 0)
			putchar(',');
		value(&f);
	}
	putchar(']');
}

/* Prints a field.  If the row lacks it, a list is empty, a number is null
 * because it is not known, and any other field is left out. */
static void
field(const struct row *row, enum row_tag tag)
{
	struct field f;

	if (row_tags[tag].many) {
		key(tag);
		values(row, tag);
	} else if (row_get(row, tag, &f)) {
		key(tag);
		value(&f);
	} else if (row_tags[tag].type == TYPE_NUMBER) {
		key(tag);
		fputs("null", stdout);
	}
}

static void
open_array(uint8_t kind)
{
	printf("%s\"%s\":[", array != 0 ? "," : "", row_kinds[kind].name);
	array = kind;
	rows = 0;
}

/* Opens the arrays of this show up to that of the kind. */
static void
open_arrays(uint8_t kind)
{
	uint8_t k;

	for (k = array + 1; k <= kind; k++) {
		if (row_kinds[k].show != showing)
			continue;
		if (array != 0)
			putchar(']');
		open_array(k);
	}
}

static void
json_begin(uint16_t kind)
{
	size_t i;

	for (i = 0; shows[i].kind != kind; i++)
		;
	showing = kind;
	nested = shows[i].nested;
	array = rows = 0;
	printf("{\"%s\":%s", shows[i].name, nested ? "{" : "[");
}

static void
json_row(const struct row *row)
{
	uint32_t has = row_kinds[row->kind].needs | row_kinds[row->kind].may;
	enum row_tag tag;

	if (nested)
		open_arrays(row->kind);
	fputs(rows++ > 0 ? ",{" : "{", stdout);
	nkeys = 0;
	if (showing == CTL_SHOW_PENDING) {
		fputs("\"kind\":", stdout);
		string(row_kinds[row->kind].name);
		nkeys = 1;
	}
	for (tag = 1; tag < ROW_TAGS; tag++)
		if (has >> tag & 1)
			field(row, tag);
	putchar('}');
}

static void
json_end(void)
{
	if (nested)
		open_arrays(ROW_KINDS - 1);
	puts(nested ? "]}}" : "]}");
}

const struct output json_output = { json_begin, json_row, json_end };
