/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Reads smcroute.conf line by line, passes directives and messages to a
 * handler, and prints directives as lines.
 */
#include <sys/types.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lines.h"
#include "conf_line.h"

#define PIECE (1 << 20) /* bytes that one conf_read() takes, at most */

struct conf_file {
	const struct conf_handler *h;
	const char *file;
	const char **words;
	size_t size; /* of words */
	unsigned int errors;
	struct lines in;
};

/* Messages quote the file, and a terminal must not obey what they quote. */
void
conf_printable(char *s)
{
	for (; *s != '\0'; s++)
		if (*s < ' ' || *s > '~')
			*s = '?';
}

static void
report(const struct conf_file *r, void (*f)(void *, const char *),
    const char *word, const char *why)
{
	char *text;

	if (asprintf(&text, "%s:%u:%zu: %s", r->file, r->in.line,
		(size_t)(word - r->in.text) + 1, why) == -1) {
		f(r->h->arg, "out of memory");
		return;
	}
	conf_printable(text);
	f(r->h->arg, text);
	free(text);
}

static void
line_error(struct conf_file *r, const char *word, const char *why)
{
	r->errors++;
	report(r, r->h->error, word, why);
}

static void
file_error(const struct conf_handler *h, const char *file)
{
	char *text;

	if (asprintf(&text, "%s: %s", file, strerror(errno)) == -1) {
		h->error(h->arg, "out of memory");
		return;
	}
	conf_printable(text);
	h->error(h->arg, text);
	free(text);
}

/* A host may receive packets of groups in these scopes, but no kernel routes
 * them. */
const char *
conf_unrouted(const struct prefix *p)
{
	static const char *const scopes[] = { "of the reserved scope 0",
		"of one host's scope", "link-local" };
	int v6 = addr_af(&p->a) == AF_INET6;

	if (p->len < (v6 ? 16 : ADDR_V4 + 24) ||
	    !addr_is_linklocal_group(&p->a))
		return NULL;
	return scopes[v6 ? p->a.b[1] & 0x0f : 2];
}

/* An outbound wildcard never means the inbound interface.  An outbound name
 * may. */
int
conf_is_loop(const char *iif, const char *oif)
{
	size_t n = strlen(iif) - 1, len = strlen(oif);

	if (oif[len - 1] == '+')
		return 0;
	if (iif[n] == '+')
		return strncmp(iif, oif, n) == 0;
	return strcmp(iif, oif) == 0;
}

static void
warn_mroute(const struct conf_file *r, const struct line *l,
    const struct directive *d)
{
	const char *what = conf_unrouted(&d->grp);
	char why[256];
	size_t i;

	if (what != NULL) {
		snprintf(why, sizeof(why), "'%.64s' is %s: no kernel routes it",
		    l->group, what);
		report(r, r->h->warning, l->group, why);
	}
	for (i = 0; i < d->noifs; i++) {
		if (!conf_is_loop(d->iif, d->oifs[i]))
			continue;
		snprintf(why, sizeof(why),
		    "'%s' is inbound and outbound: packets may loop",
		    d->oifs[i]);
		report(r, r->h->warning, d->oifs[i], why);
	}
}

static int
add_word(struct conf_file *r, const char *word, size_t n)
{
	const char **words;
	size_t size;

	if (n == r->size) {
		size = n == 0 ? 64 : n * 2;
		if ((words = reallocarray(r->words, size, sizeof(*words))) ==
		    NULL)
			return -1;
		r->words = words;
		r->size = size;
	}
	r->words[n] = word;
	return 0;
}

static int
ends_word(char c)
{
	/* the first test is a shortcut: few bytes of words are below '#' */
	return (unsigned char)c <= '#' &&
	    (c == '\0' || c == ' ' || c == '\t' || c == '#');
}

/* Puts a NUL after each word of text, and the words into r->words.  Returns
 * their number, or -1 when memory is short. */
static ssize_t
split(struct conf_file *r, char *text)
{
	size_t n = 0;
	char end;

	do {
		while (*text == ' ' || *text == '\t')
			text++;
		if (*text == '\0' || *text == '#')
			return n;
		if (add_word(r, text, n++) == -1)
			return -1;
		while (!ends_word(*text))
			text++;
		end = *text;
		*text++ = '\0';
	} while (end == ' ' || end == '\t');
	return n;
}

static void
read_line(struct conf_file *r, char *text, size_t len)
{
	struct directive d;
	struct line l;
	const char *bad;
	ssize_t n;

	if (len > CONFIG_MAXLINE) {
		line_error(r, text, "line too long");
		return;
	}
	if ((bad = memchr(text, '\0', len)) != NULL) {
		line_error(r, bad, "NUL byte in this line");
		return;
	}
	if ((bad = memchr(text, '\r', len)) != NULL) {
		line_error(r, bad, "carriage return within this line");
		return;
	}
	if ((n = split(r, text)) == -1) {
		line_error(r, text, strerror(errno));
		return;
	}
	if (n == 0)
		return;
	memset(&l, 0, sizeof(l));
	l.words = r->words;
	l.nwords = n;
	if (line_parse(&l, &d) == -1) {
		line_error(r, l.bad, l.why);
		return;
	}
	d.file = r->file;
	d.line = r->in.line;
	if (d.kind == DIR_MROUTE)
		warn_mroute(r, &l, &d);
	r->h->directive(r->h->arg, &d);
}

struct conf_file *
conf_open(int fd, uint64_t size, const char *file, const struct conf_handler *h)
{
	struct conf_file *r;

	if ((r = malloc(sizeof(*r))) == NULL) {
		file_error(h, file);
		close(fd);
		return NULL;
	}
	memset(r, 0, offsetof(struct conf_file, in));
	lines_init(&r->in, fd, size);
	r->h = h;
	r->file = file;
	return r;
}

int
conf_read(struct conf_file *r, unsigned int lines)
{
	uint64_t stop = r->in.pos + PIECE;
	int n;

	for (; lines > 0 && r->in.pos < stop; lines--) {
		if ((n = lines_next(&r->in)) == LINES_LATER)
			continue;
		if (n == -1) {
			r->errors++;
			file_error(r->h, r->file);
		}
		if (n <= 0)
			return 0;
		read_line(r, r->in.text, r->in.len);
	}
	return 1;
}

unsigned int
conf_close(struct conf_file *r)
{
	unsigned int errors = r->errors;

	close(r->in.fd);
	free(r->words);
	free(r);
	return errors;
}

static void
print_phyint(FILE *fp, const struct directive *d)
{
	fprintf(fp, "phyint %s", d->iif);
	if (d->enable != -1)
		fprintf(fp, " %s", d->enable ? "enable" : "disable");
	if (d->mrdisc == 1)
		fprintf(fp, " mrdisc");
	if (d->ttl != -1)
		fprintf(fp, " ttl-threshold %d", d->ttl);
}

static void
print_clauses(FILE *fp, const struct directive *d)
{
	char buf[ADDRSTRLEN];
	size_t i;

	fprintf(fp, "%s from %s", d->kind == DIR_MGROUP ? "mgroup" : "mroute",
	    d->iif);
	if (!prefix_is_any(&d->src))
		fprintf(fp, " source %s", prefix_print(&d->src, buf));
	fprintf(fp, " group %s", prefix_print(&d->grp, buf));
	if (d->noifs > 0)
		fprintf(fp, " to");
	for (i = 0; i < d->noifs; i++)
		fprintf(fp, " %s", d->oifs[i]);
	if (d->kernel)
		fprintf(fp, " kernel");
}

static void
print_limits(FILE *fp, const struct limits *l)
{
	fprintf(fp, "limit");
	if (l->flows != 0)
		fprintf(fp, " flows %u", l->flows);
	if (l->flows_per_interface != 0)
		fprintf(fp, " flows-per-interface %u", l->flows_per_interface);
	if (l->groups != 0)
		fprintf(fp, " groups %u", l->groups);
}

void
conf_print(FILE *fp, const struct directive *d)
{
	switch (d->kind) {
	case DIR_PHYINT:
		print_phyint(fp, d);
		break;
	case DIR_MGROUP:
	case DIR_MROUTE:
		print_clauses(fp, d);
		break;
	case DIR_INCLUDE:
		fprintf(fp, "include %s", d->iif);
		break;
	case DIR_LIMIT:
		print_limits(fp, &d->limits);
		break;
	case DIR_WILDCARDS:
		fprintf(fp, "wildcards %s", d->kernel ? "kernel" : "learn");
		break;
	}
	fputc('\n', fp);
}
