/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The tables of rows and fields, their writer and their reader.
 */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "rows.h"

/* JSON prints the keys of a row in this order. */
const struct row_tag_info row_tags[ROW_TAGS] = {
	[TAG_INDEX] = { "index", TYPE_NUMBER, 0 },
	[TAG_NAME] = { "name", TYPE_TEXT, 0 },
	[TAG_VIF] = { "vif", TYPE_NUMBER, 0 },
	[TAG_MIF] = { "mif", TYPE_NUMBER, 0 },
	[TAG_SOURCE] = { "source", TYPE_PREFIX, 0 },
	[TAG_GROUP] = { "group", TYPE_PREFIX, 0 },
	[TAG_IIF] = { "iif", TYPE_TEXT, 0 },
	[TAG_OIF] = { "oifs", TYPE_TEXT, 1 },
	[TAG_OPTION] = { "options", TYPE_TEXT, 1 },
	[TAG_PACKETS] = { "packets", TYPE_NUMBER, 0 },
	[TAG_BYTES] = { "bytes", TYPE_NUMBER, 0 },
	[TAG_WRONG] = { "wrong", TYPE_NUMBER, 0 },
	[TAG_KERNEL] = { "kernel", TYPE_BOOL, 0 },
	[TAG_WHY] = { "why", TYPE_TEXT, 0 },
	[TAG_PARTLY] = { "partly", TYPE_BOOL, 0 },
	[TAG_LEARNED] = { "learned", TYPE_BOOL, 0 },
	[TAG_STOP] = { "stop", TYPE_BOOL, 0 },
};

#define BIT(tag) (UINT32_C(1) << (tag))
#define FLOW	 (BIT(TAG_SOURCE) | BIT(TAG_GROUP) | BIT(TAG_IIF))
#define COUNTERS (BIT(TAG_PACKETS) | BIT(TAG_BYTES) | BIT(TAG_WRONG))
#define RESIDENT (BIT(TAG_KERNEL) | BIT(TAG_PARTLY) | BIT(TAG_WHY))

const struct row_kind_info row_kinds[ROW_KINDS] = {
	[ROW_ASM] = { "asm", CTL_SHOW_ROUTES, FLOW,
	    BIT(TAG_OIF) | COUNTERS | RESIDENT },
	[ROW_SSM] = { "ssm", CTL_SHOW_ROUTES, FLOW, BIT(TAG_OIF) | COUNTERS },
	[ROW_KERNEL] = { "kernel", CTL_SHOW_ROUTES,
	    FLOW | BIT(TAG_LEARNED) | BIT(TAG_STOP), BIT(TAG_OIF) | COUNTERS },
	[ROW_GROUP] = { "conf", CTL_SHOW_GROUPS, FLOW, 0 },
	[ROW_GROUP_KERNEL] = { "kernel", CTL_SHOW_GROUPS, FLOW, 0 },
	[ROW_IFACE] = { "interfaces", CTL_SHOW_INTERFACES,
	    BIT(TAG_INDEX) | BIT(TAG_NAME), BIT(TAG_VIF) | BIT(TAG_MIF) },
	[ROW_PENDING_MROUTE] = { "mroute", CTL_SHOW_PENDING, FLOW,
	    BIT(TAG_OIF) },
	[ROW_PENDING_MGROUP] = { "mgroup", CTL_SHOW_PENDING, FLOW, 0 },
	[ROW_PENDING_PHYINT] = { "phyint", CTL_SHOW_PENDING, BIT(TAG_IIF),
	    BIT(TAG_OPTION) },
};

void
row_begin(struct row_writer *w, enum row_kind kind)
{
	struct row_head h = { kind, 0 };

	memcpy(w->message, &h, sizeof(h));
	w->len = sizeof(h);
}

void
row_end(struct row_writer *w, int more)
{
	w->message[offsetof(struct row_head, more)] = more;
	w->send(w->arg, w->message, w->len);
	w->len = sizeof(struct row_head);
}

/* The place of the value of a new field. */
static unsigned char *
add(struct row_writer *w, enum row_tag tag, size_t len)
{
	struct field_head h = { tag, len };
	unsigned char *p;

	if (sizeof(h) + len > sizeof(w->message) - w->len)
		row_end(w, 1);
	p = w->message + w->len;
	memcpy(p, &h, sizeof(h));
	w->len += sizeof(h) + len;
	return p + sizeof(h);
}

void
row_number(struct row_writer *w, enum row_tag tag, uint64_t n)
{
	memcpy(add(w, tag, sizeof(n)), &n, sizeof(n));
}

void
row_bool(struct row_writer *w, enum row_tag tag, int is)
{
	*add(w, tag, 1) = is != 0;
}

void
row_prefix(struct row_writer *w, enum row_tag tag, const struct prefix *p)
{
	memcpy(add(w, tag, sizeof(*p)), p, sizeof(*p));
}

void
row_text(struct row_writer *w, enum row_tag tag, const char *s)
{
	size_t len = strnlen(s, ROW_TEXT - 1) + 1;

	strlcpy((char *)add(w, tag, len), s, len);
}

/* 1 for a prefix whose length suits the family of its address. */
static int
is_prefix(const unsigned char *value, size_t len)
{
	struct prefix p;

	if (len != sizeof(p))
		return 0;
	memcpy(&p, value, sizeof(p));
	return p.len <= ADDR_BITS &&
	    (addr_af(&p.a) == AF_INET6 || p.len >= ADDR_V4);
}

static int
is_value(enum row_type type, const unsigned char *value, size_t len)
{
	switch (type) {
	case TYPE_NUMBER:
		return len == sizeof(uint64_t);
	case TYPE_BOOL:
		return len == 1 && value[0] <= 1;
	case TYPE_PREFIX:
		return is_prefix(value, len);
	case TYPE_TEXT:
		return len > 0 && memchr(value, '\0', len) == value + len - 1;
	}
	return 0;
}

/* Checks the fields of one message. */
static int
check_fields(struct row *r, const unsigned char *p, size_t len)
{
	uint32_t allowed = row_kinds[r->kind].needs | row_kinds[r->kind].may;
	uint32_t at, end = r->len + len;
	struct field_head h;

	for (; len > 0; p += h.len, len -= h.len) {
		at = end - len;
		if (len < sizeof(h))
			return -1;
		memcpy(&h, p, sizeof(h));
		p += sizeof(h);
		len -= sizeof(h);
		if (h.tag == 0 || h.tag >= ROW_TAGS || h.len > len ||
		    !(allowed & BIT(h.tag)) ||
		    (r->seen & BIT(h.tag) && !row_tags[h.tag].many) ||
		    !is_value(row_tags[h.tag].type, p, h.len))
			return -1;
		if (!(r->seen & BIT(h.tag)))
			r->first[h.tag] = at;
		r->seen |= BIT(h.tag);
	}
	return 0;
}

static int
append(struct row *r, const unsigned char *p, size_t len)
{
	unsigned char *larger;
	size_t size = r->size == 0 ? ROW_MESSAGE : r->size;

	if (len > ROW_MAXSIZE - r->len)
		return -1;
	while (size < r->len + len)
		size *= 2;
	if (size != r->size) {
		if ((larger = realloc(r->fields, size)) == NULL)
			return -1;
		r->fields = larger;
		r->size = size;
	}
	if (len > 0)
		memcpy(r->fields + r->len, p, len);
	r->len += len;
	return 0;
}

int
row_take(struct row *r, const void *message, size_t len)
{
	const unsigned char *p = message;
	struct row_head h;

	if (len < sizeof(h))
		return -1;
	memcpy(&h, p, sizeof(h));
	if (h.kind == 0 || h.kind >= ROW_KINDS || h.more > 1 ||
	    (r->open && h.kind != r->kind))
		return -1;
	if (!r->open) {
		r->kind = h.kind;
		r->seen = 0;
		r->len = 0;
	}
	r->open = h.more;
	p += sizeof(h);
	len -= sizeof(h);
	if (check_fields(r, p, len) == -1 || append(r, p, len) == -1)
		return -1;
	if (!h.more && row_kinds[r->kind].needs & ~r->seen)
		return -1;
	return !h.more;
}

void
row_clear(struct row *r)
{
	free(r->fields);
	memset(r, 0, sizeof(*r));
}

int
row_next(const struct row *r, size_t *at, struct field *f)
{
	const unsigned char *p = r->fields + *at;
	struct field_head h;

	if (*at == r->len)
		return 0;
	memcpy(&h, p, sizeof(h));
	p += sizeof(h);
	*at += sizeof(h) + h.len;
	f->tag = h.tag;
	f->number = 0;
	f->text = NULL;
	switch (row_tags[h.tag].type) {
	case TYPE_NUMBER:
		memcpy(&f->number, p, sizeof(f->number));
		break;
	case TYPE_BOOL:
		f->number = *p;
		break;
	case TYPE_PREFIX:
		memcpy(&f->prefix, p, sizeof(f->prefix));
		break;
	case TYPE_TEXT:
		f->text = (const char *)p;
		break;
	}
	return 1;
}

size_t
row_first(const struct row *r, enum row_tag tag)
{
	return r->seen & BIT(tag) ? r->first[tag] : r->len;
}

int
row_get(const struct row *r, enum row_tag tag, struct field *f)
{
	size_t at = row_first(r, tag);

	return row_next(r, &at, f);
}

const char *
row_get_text(const struct row *r, enum row_tag tag)
{
	struct field f;

	return row_get(r, tag, &f) ? f.text : "";
}

uint64_t
row_get_number(const struct row *r, enum row_tag tag)
{
	struct field f;

	return row_get(r, tag, &f) ? f.number : UINT64_MAX;
}
