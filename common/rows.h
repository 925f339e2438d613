/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The rows of smcroutectl show: which kinds there are, which fields each has,
 * and how they are written and read.
 *
 * A row is a CTL_ROW message: struct row_head, then fields.  A field is struct
 * field_head, then its value; the tag tells the type of the value.  Fields come
 * in any order.  A row that is too long for one message goes on in the next
 * CTL_ROW messages: all but the last of them have "more" set.
 */
#ifndef ROWS_H
#define ROWS_H

#include <stddef.h>
#include <stdint.h>
#include "addr.h"

#define ROW_MESSAGE 8192       /* bytes of one message, at most */
#define ROW_TEXT    2048       /* bytes of a text; longer ones are cut */
#define ROW_MAXSIZE (64 << 20) /* bytes of a row, all its messages together */

enum row_kind {
	ROW_ASM = 1,	  /* route rules with a prefix or any source */
	ROW_SSM,	  /* route rules of one source and one group */
	ROW_KERNEL,	  /* MFC entries */
	ROW_GROUP,	  /* group rules as configured */
	ROW_GROUP_KERNEL, /* memberships */
	ROW_IFACE,
	ROW_PENDING_MROUTE,
	ROW_PENDING_MGROUP,
	ROW_PENDING_PHYINT,
	ROW_KINDS
};

enum row_tag {
	TAG_INDEX = 1,
	TAG_NAME, /* of an interface */
	TAG_VIF,  /* slots */
	TAG_MIF,
	TAG_SOURCE,
	TAG_GROUP,
	TAG_IIF,
	TAG_OIF,
	TAG_OPTION,  /* a word of a phyint line */
	TAG_PACKETS, /* forwarded, or stopped */
	TAG_BYTES,   /* of all packets, also those from a wrong interface */
	TAG_WRONG,   /* packets from a wrong interface */
	TAG_KERNEL,  /* whether the kernel holds the rule by itself */
	TAG_WHY,     /* why it does not, or not for all groups */
	TAG_PARTLY,  /* whether it holds some groups of the rule */
	TAG_LEARNED, /* the MFC entry was made for an upcall */
	TAG_STOP,    /* the MFC entry drops all packets, since no rule forwards
		      * them; 0 while a rule's interfaces do not exist */
	ROW_TAGS
};

enum row_type {
	TYPE_NUMBER, /* uint64_t */
	TYPE_BOOL,   /* uint8_t, 0 or 1 */
	TYPE_PREFIX, /* struct prefix */
	TYPE_TEXT    /* bytes with a NUL at their end and nowhere else */
};

struct row_head {
	uint8_t kind;
	uint8_t more; /* 1: the row goes on in the next message */
};

struct field_head {
	uint16_t tag;
	uint16_t len; /* of the value that follows */
};

/* The tables.  name is the key of JSON. */
struct row_tag_info {
	const char *name;
	enum row_type type;
	int many; /* a row may have several */
};
struct row_kind_info {
	const char *name;
	uint16_t show;	/* enum ctl_kind */
	uint32_t needs; /* tags of which each row has one: 1 << tag */
	uint32_t may;	/* other tags that it may have */
};

extern const struct row_tag_info row_tags[ROW_TAGS];
extern const struct row_kind_info row_kinds[ROW_KINDS];

/*
 * Writing: row_begin(), the fields, row_end().  send is called for each
 * message when it is full or the row ends.
 */
struct row_writer {
	void (*send)(void *arg, const void *message, size_t);
	void *arg;
	size_t len;
	unsigned char message[ROW_MESSAGE];
};

void row_begin(struct row_writer *, enum row_kind);
void row_number(struct row_writer *, enum row_tag, uint64_t);
void row_bool(struct row_writer *, enum row_tag, int);
void row_prefix(struct row_writer *, enum row_tag, const struct prefix *);
void row_text(struct row_writer *, enum row_tag, const char *);
/* Ends the row.  more: another row_begin() of this kind goes on with it. */
void row_end(struct row_writer *, int more);

/* A row that is being read.  All zero before the first row_take(). */
struct row {
	uint8_t kind;
	int open;		  /* the row goes on in the next message */
	uint32_t seen;		  /* tags so far: 1 << tag */
	uint32_t first[ROW_TAGS]; /* where the first field of a seen tag is */
	unsigned char *fields;
	size_t len;
	size_t size;
};

struct field {
	enum row_tag tag;
	uint64_t number; /* also of TYPE_BOOL */
	struct prefix prefix;
	const char *text; /* valid as long as the row */
};

/*
 * Takes a message.  1: the row is whole; 0: the next message goes on with it;
 * -1: malformed, or no memory.  The next message after a whole row begins
 * another one.
 */
int row_take(struct row *, const void *, size_t);
/* Frees the row's memory. */
void row_clear(struct row *);
/* Gets the field at *at (0 at first), and moves *at on.  0: there is none. */
int row_next(const struct row *, size_t *at, struct field *);
/* Where the first field of this tag is, for row_next(). */
size_t row_first(const struct row *, enum row_tag);
/* Gets the first field of this tag.  0: there is none. */
int row_get(const struct row *, enum row_tag, struct field *);
/* The same for a text; "" when there is none. */
const char *row_get_text(const struct row *, enum row_tag);
/* ... and for a number; UINT64_MAX when there is none. */
uint64_t row_get_number(const struct row *, enum row_tag);

#endif
