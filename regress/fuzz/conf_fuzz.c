/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * smcroute.conf: an error is at the place that its message names.  A directive
 * that is accepted has allowed values, and is the same when it is printed and
 * read again.  The reader has found all files that the engine sees included.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <ctype.h>
#include <errno.h>

#include "engine/lang/conf.h"
#include "regress/unit/read_all.h"
#include "conf_reader.h"
#include "fuzz.h"

#define MAXINCLUDES 4096
#define NAME	    "f"

ssize_t __wrap_pread(int, void *, size_t, off_t);
int __wrap_close(int);

/* A file of any bytes, in reads of any size. */
struct source {
	const uint8_t *p;
	size_t len;
	size_t piece; /* 0: as much as is asked for */
	int fails;    /* at the end */
};

static struct source source;
static FILE *printer[2];
static char *printed[2];
static size_t nprinted[2];
static int pass; /* 0: the file, 1: as it was printed */

static const uint8_t *text; /* of this pass */
static size_t textlen;
static unsigned int nlines, nerrors, ndirectives, lastline;

/* Includes that the engine has seen, and that the reader must have found. */
static struct {
	char pattern[1024];
	unsigned int line;
} includes[MAXINCLUDES];
static unsigned int nincludes, nfollowed;

ssize_t
__wrap_pread(int fd, void *buf, size_t n, off_t at)
{
	struct source s = source;

	MUST(fd == -1 || fd == CONF_READER_FD);
	MUST(at >= 0 && (size_t)at <= s.len);
	s.p += at;
	s.len -= at;
	if (s.len == 0 && s.fails) {
		errno = EIO;
		return -1;
	}
	if (s.piece != 0 && n > s.piece)
		n = s.piece;
	if (n > s.len)
		n = s.len;
	memcpy(buf, s.p, n);
	return n;
}

int
__wrap_close(int fd)
{
	MUST(fd == -1);
	return 0;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	int i;

	(void)argc;
	(void)argv;
	for (i = 0; i <= 1; i++) {
		printer[i] = open_memstream(&printed[i], &nprinted[i]);
		MUST(printer[i] != NULL);
	}
	return 0;
}

/* The n-th line, counted from 1; without its newline. */
static UNSEEN const uint8_t *
line_at(unsigned int n, size_t *len)
{
	const uint8_t *p = text, *end = text + textlen, *nl;

	for (;; p = nl + 1) {
		MUST(p < end);
		if ((nl = memchr(p, '\n', end - p)) == NULL)
			nl = end;
		if (--n == 0)
			break;
	}
	*len = nl - p;
	return p;
}

/* If the message begins with a word, that word must stand there. */
static UNSEEN void
must_be_there(const char *why, unsigned int line, size_t column)
{
	size_t len, i;
	const uint8_t *p = line_at(line, &len);

	if (strncmp(why, "unexpected '", 12) == 0)
		why += 11;
	if (*why++ != '\'' || strstr(why, " is missing in ") != NULL)
		return;
	if (line == 1 && len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		column += 3;
	for (i = column - 1; *why != '\''; i++, why++)
		MUST(i < len && (p[i] == *why || *why == '?'));
}

/* "f:LINE:COLUMN: text" must name a place that exists. */
static UNSEEN void
must_be_place(const char *s)
{
	unsigned long line, column;
	size_t len;
	char *end;

	for (end = (char *)(uintptr_t)s; *end != '\0'; end++)
		MUST(*end >= ' ' && *end <= '~');
	MUST(strncmp(s, NAME ":", sizeof(NAME)) == 0);
	line = strtoul(s + sizeof(NAME), &end, 10);
	MUST(*end == ':' && line >= 1 && line <= nlines);
	column = strtoul(end + 1, &end, 10);
	MUST(*end == ':' && end[1] == ' ' && end[2] != '\0');
	(void)line_at(line, &len);
	MUST(column >= 1 && column <= len + 1);
	must_be_there(end + 2, line, column);
}

static void
on_error(void *arg, const char *s)
{
	(void)arg;
	nerrors++;
	MUST(pass == 0);
	if (source.fails && strcmp(s, NAME ": Input/output error") == 0)
		return;
	must_be_place(s);
}

static void
on_warning(void *arg, const char *s)
{
	(void)arg;
	must_be_place(s);
}

static UNSEEN void
must_be_ifname(const char *s)
{
	size_t i, len = strlen(s);

	MUST(len > 0 && len < IFPAT_SIZE);
	MUST(len < IF_NAMESIZE || s[len - 1] == '+');
	for (i = 0; i < len; i++)
		MUST(!isspace((unsigned char)s[i]) && s[i] != '/' &&
		    s[i] != ':' && s[i] != '#' &&
		    (s[i] != '+' || i + 1 == len));
}

static UNSEEN void
must_be_prefix(const struct prefix *p)
{
	struct addr a = p->a;

	MUST(p->len <= ADDR_BITS);
	MUST(addr_af(&p->a) == AF_INET6 || p->len >= ADDR_V4);
	addr_mask(&a, p->len);
	MUST(addr_cmp(&a, &p->a) == 0);
}

static UNSEEN void
must_be_clauses(const struct directive *d)
{
	uint64_t groups, sources = 1;
	size_t i;

	must_be_prefix(&d->src);
	must_be_prefix(&d->grp);
	MUST(addr_af(&d->src.a) == addr_af(&d->grp.a));
	MUST(!addr_is_multicast(&d->src.a));
	for (i = 0; i < d->noifs; i++)
		must_be_ifname(d->oifs[i]);
	MUST((d->noifs > 0) == (d->kind == DIR_MROUTE));
	if (d->kind != DIR_MGROUP)
		return;
	groups = prefix_count(&d->grp);
	if (!prefix_is_any(&d->src))
		sources = prefix_count(&d->src);
	MUST(groups <= CONF_MAXGROUPS && sources <= CONF_MAXGROUPS &&
	    groups * sources <= CONF_MAXGROUPS);
}

static void
must_be_limits(const struct limits *l)
{
	MUST(l->flows <= CONF_MAXLIMIT && l->groups <= CONF_MAXLIMIT &&
	    l->flows_per_interface <= CONF_MAXLIMIT);
	MUST((l->flows | l->groups | l->flows_per_interface) != 0);
}

static void
on_include(const struct directive *d)
{
	if (pass != 0 || nincludes == MAXINCLUDES)
		return;
	strlcpy(includes[nincludes].pattern, d->iif,
	    sizeof(includes[nincludes].pattern));
	includes[nincludes++].line = d->line;
}

static UNSEEN void
on_directive(void *arg, const struct directive *d)
{
	(void)arg;
	ndirectives++;
	MUST(strcmp(d->file, NAME) == 0);
	MUST(d->line > lastline && d->line <= nlines);
	lastline = d->line;
	if (d->kind != DIR_INCLUDE && d->iif != NULL)
		must_be_ifname(d->iif);
	switch (d->kind) {
	case DIR_PHYINT:
		MUST(d->enable >= -1 && d->enable <= 1);
		MUST(d->mrdisc >= -1 && d->mrdisc <= 1);
		MUST(d->ttl == -1 || (d->ttl >= 1 && d->ttl <= 255));
		break;
	case DIR_MGROUP:
	case DIR_MROUTE:
		must_be_clauses(d);
		break;
	case DIR_INCLUDE:
		on_include(d);
		break;
	case DIR_LIMIT:
		must_be_limits(&d->limits);
		break;
	case DIR_WILDCARDS:
		MUST(d->kernel == 0 || d->kernel == 1);
		break;
	}
	conf_print(printer[pass], d);
}

/* The reader may find more includes than the engine, but no fewer. */
static void
on_followed(const struct wire_config *c)
{
	if (nfollowed == nincludes || includes[nfollowed].line != c->line)
		return;
	MUST(strcmp(includes[nfollowed].pattern, c->path) == 0);
	nfollowed++;
}

static UNSEEN void
parse(const uint8_t *p, size_t len, size_t piece, int fails)
{
	static const struct conf_handler h = { on_directive, on_error,
		on_warning, NULL };
	size_t i;

	text = p;
	textlen = len;
	nlines = len > 0 && p[len - 1] != '\n';
	for (i = 0; i < len; i++)
		nlines += p[i] == '\n';
	nerrors = ndirectives = lastline = 0;
	source = (struct source){ p, len, piece, fails };
	rewind(printer[pass]);
	MUST(read_all(-1, NAME, &h) == nerrors);
	fflush(printer[pass]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int n;

	if (size == 0)
		return 0;
	/* the last byte, so that seeds are files as they are */
	size--;
	nincludes = nfollowed = 0;
	pass = 0;
	parse(data, size, data[size] & 0x0f, data[size] & 0x10);
	n = ndirectives;
	pass = 1;
	parse((uint8_t *)printed[0], nprinted[0], 0, 0);
	MUST(nerrors == 0 && ndirectives == n && nlines == n);
	MUST(nprinted[0] == nprinted[1] &&
	    memcmp(printed[0], printed[1], nprinted[0]) == 0);

	if (memmem(data, size, "include", 7) == NULL)
		return 0;
	source = (struct source){ data, size, data[size] & 0x0f, 0 };
	conf_reader(size, on_followed);
	MUST(nfollowed == nincludes);
	return 0;
}
