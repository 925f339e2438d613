/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Reads a file in large pieces and splits it into lines.
 */
#include <sys/stat.h>
#include <string.h>
#include <unistd.h>

#include "lines.h"

#define PIECE 16 /* reads before LINES_LATER */

void
lines_init(struct lines *l, int fd, uint64_t size)
{
	memset(l, 0, offsetof(struct lines, buf));
	l->fd = fd;
	l->size = size;
}

/* Moves an unfinished line to the front of the buffer and reads on after it. */
static ssize_t
read_more(struct lines *l)
{
	uint64_t left = l->size - l->pos;
	ssize_t n;

	memmove(l->buf, l->buf + l->at, l->end - l->at);
	l->end -= l->at;
	l->at = 0;
	n = pread(l->fd, l->buf + l->end, left < LINES_READ ? left : LINES_READ,
	    l->pos);
	if (n > 0) {
		l->end += n;
		l->pos += n;
	}
	return n;
}

static void
trim(struct lines *l)
{
	if (l->line == 1 && strncmp(l->text, "\xef\xbb\xbf", 3) == 0) {
		l->text += 3; /* skip the byte order mark */
		l->len -= 3;
	}
	while (l->len > 0 && l->text[l->len - 1] == '\r')
		l->len--;
	l->text[l->len] = '\0';
}

int
lines_next(struct lines *l)
{
	char *nl;
	unsigned int reads = 0;
	ssize_t n = 1;

	while ((nl = memchr(l->buf + l->at, '\n', l->end - l->at)) == NULL) {
		if (l->end - l->at > CONFIG_MAXLINE) {
			l->skipped += l->end - l->at;
			l->at = l->end;
		}
		if (reads++ == PIECE)
			return LINES_LATER;
		if ((n = read_more(l)) <= 0)
			break;
	}
	if (n == -1 || (n == 0 && l->at == l->end && l->skipped == 0))
		return n;
	l->line++;
	l->text = l->buf + l->at;
	l->len = (nl != NULL ? nl : l->buf + l->end) - l->text;
	l->at = nl != NULL ? l->at + l->len + 1 : l->end;
	l->text[l->len] = '\0';
	l->len += l->skipped;
	l->skipped = 0;
	if (l->len <= CONFIG_MAXLINE)
		trim(l);
	return 1;
}

uint64_t
lines_mtime(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return 0;
	return st.st_mtim.tv_sec * UINT64_C(1000000000) + st.st_mtim.tv_nsec;
}
