/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Who has the multicast routing socket, on Linux.  The kernel does not tell; it
 * is a raw IGMP or ICMPv6 socket of this network namespace, and somebody has it
 * open.
 */
#include <netinet/in.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holder.h"

#define MAXINODES 64

struct sockets {
	uint64_t inodes[MAXINODES];
	size_t n;
};

/* The raw sockets of this protocol. */
static void
find_sockets(int v6, struct sockets *s)
{
	FILE *fp = fopen(v6 ? "/proc/net/raw6" : "/proc/net/raw", "r");
	unsigned int protocol;
	char line[512];

	s->n = 0;
	if (fp == NULL)
		return;
	while (s->n < MAXINODES && fgets(line, sizeof(line), fp) != NULL)
		if (sscanf(line,
			" %*d: %*[0-9A-F]:%x %*s %*s %*s %*s %*s %*s %*s "
			"%" SCNu64,
			&protocol, &s->inodes[s->n]) == 2 &&
		    protocol == (v6 ? IPPROTO_ICMPV6 : IPPROTO_IGMP))
			s->n++;
	fclose(fp);
}

static int
is_one(const struct sockets *s, const char *link)
{
	uint64_t inode;
	size_t i;

	if (sscanf(link, "socket:[%" SCNu64 "]", &inode) == 1)
		for (i = 0; i < s->n; i++)
			if (s->inodes[i] == inode)
				return 1;
	return 0;
}

static int
has_one(long pid, const struct sockets *s)
{
	char path[64], link[64];
	struct dirent *e;
	ssize_t len;
	DIR *d;
	int found = 0;

	snprintf(path, sizeof(path), "/proc/%ld/fd", pid);
	if ((d = opendir(path)) == NULL)
		return 0;
	while (!found && (e = readdir(d)) != NULL) {
		len = readlinkat(dirfd(d), e->d_name, link, sizeof(link) - 1);
		if (len == -1)
			continue;
		link[len] = '\0';
		found = is_one(s, link);
	}
	closedir(d);
	return found;
}

/* Its name and its parent.  0, or -1: gone. */
static int
look_at(long pid, char *name, size_t size, long *ppid)
{
	char path[64], line[512], *open, *close;
	FILE *fp;
	int rc = -1;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	if ((fp = fopen(path, "r")) == NULL)
		return -1;
	if (fgets(line, sizeof(line), fp) != NULL &&
	    (open = strchr(line, '(')) != NULL &&
	    (close = strrchr(open, ')')) != NULL &&
	    sscanf(close, ") %*c %ld", ppid) == 1) {
		*close = '\0';
		strlcpy(name, open + 1, size);
		rc = 0;
	}
	fclose(fp);
	return rc;
}

/* Of a daemon and its children only the daemon. */
static int
is_a_child(long pid, const struct sockets *s)
{
	char name[64];

	while (look_at(pid, name, sizeof(name), &pid) == 0 && pid > 1)
		if (has_one(pid, s))
			return 1;
	return 0;
}

const char *
holder(int v6, char *buf, size_t size)
{
	struct sockets s;
	struct dirent *e;
	char name[64];
	size_t len;
	long pid, ppid;
	DIR *d;

	buf[0] = '\0';
	find_sockets(v6, &s);
	d = opendir("/proc");
	while (d != NULL && (e = readdir(d)) != NULL) {
		pid = strtol(e->d_name, NULL, 10);
		if (pid <= 0 || pid == getpid() || !has_one(pid, &s) ||
		    is_a_child(pid, &s) ||
		    look_at(pid, name, sizeof(name), &ppid) == -1)
			continue;
		len = strlen(buf);
		snprintf(buf + len, size - len, "%s%s (process %ld)",
		    len > 0 ? ", " : "", name, pid);
	}
	if (d != NULL)
		closedir(d);
	if (buf[0] == '\0')
		strlcpy(buf, "another daemon", size);
	return buf;
}
