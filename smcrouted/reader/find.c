/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Opens and finds files by path and pattern, also in directories that other
 * users may write to.
 */
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/paths.h"
#include "find.h"

#define MAXLINKS 40 /* links followed in one path */
#define MAGIC	 "*?[\\"
#define WAY	 (O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)

/* 1 when only root and this daemon's user can put a link into the directory. */
static int
is_trusted(int dir)
{
	struct statvfs fs;
	struct stat st;

	if (fstat(dir, &st) == 0 && !(st.st_mode & (S_IWGRP | S_IWOTH)) &&
	    (st.st_uid == 0 || st.st_uid == geteuid()))
		return 1;
	/* on a read-only file system modes do not matter; containers get their
	 * files on one */
	return fstatvfs(dir, &fs) == 0 && fs.f_flag & ST_RDONLY;
}

/* A path that is being walked along. */
struct walk {
	char path[PATH_MAX]; /* absolute */
	const char *rest;    /* the part of path that is left */
	char at[PATH_MAX];   /* the directory that was reached, without links;
				"": the root directory */
	unsigned int links;
};

/* Returns the directory where the walk along the path begins. */
static int
begin(struct walk *w)
{
	int fd;

	w->rest = w->path;
	fd = paths_begin(&w->rest);
	snprintf(w->at, sizeof(w->at), "%.*s", (int)(w->rest - w->path),
	    w->path);
	return fd;
}

/* Begins again, at the path that is reached from here by this one. */
static int
begin_at(struct walk *w, const char *next)
{
	char path[PATH_MAX];
	int n;

	if (next[0] == '/')
		n = snprintf(path, sizeof(path), "%s/%s", next, w->rest);
	else
		n = snprintf(path, sizeof(path), "%s/%s/%s", w->at, next,
		    w->rest);
	if (n >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strlcpy(w->path, path, sizeof(w->path));
	return begin(w);
}

/* Follows a link.  Returns the directory where the path goes on, or -1: errno
 * says why the link is not followed. */
static int
follow(struct walk *w, int dir, const char *target)
{
	if (!is_trusted(dir))
		errno = EMLINK;
	else if (++w->links > MAXLINKS)
		errno = ELOOP;
	else
		return begin_at(w, target);
	return -1;
}

/* Goes to the directory above.  A process that is confined to directories
 * cannot open "..". */
static int
go_up(struct walk *w)
{
	char *slash = strrchr(w->at, '/');

	if (slash != NULL)
		*slash = '\0';
	return begin_at(w, ".");
}

/*
 * 1 when the file may be somebody else's hard link to a file elsewhere: others
 * may write to the directory, and the file has another name.  They may have
 * removed their link since the file was opened, and the file has one name then.
 * So word must still name the file, too.  If the other name is gone, the owner
 * tells whose file it is, unless everybody may read it anyway.
 */
static int
is_hard_link(int dir, const char *word, int fd)
{
	struct stat file, name, folder;

	if (fstat(fd, &file) == -1 || !S_ISREG(file.st_mode) || is_trusted(dir))
		return 0;
	return file.st_nlink != 1 || fstat(dir, &folder) == -1 ||
	    (file.st_uid != folder.st_uid && !(file.st_mode & S_IROTH)) ||
	    fstatat(dir, word, &name, AT_SYMLINK_NOFOLLOW) == -1 ||
	    name.st_nlink != 1 || name.st_ino != file.st_ino ||
	    name.st_dev != file.st_dev;
}

/* It fits: at and the name were in a path. */
static void
add_name(struct walk *w, const char *word)
{
	strlcat(w->at, "/", sizeof(w->at));
	strlcat(w->at, word, sizeof(w->at));
}

/* Opens the next word of the path, or follows it if it is a link. */
static int
step(struct walk *w, int dir, const char *word, int flags)
{
	char target[PATH_MAX];
	int fd, error;
	ssize_t n;

	if (strcmp(word, "..") == 0)
		return go_up(w);
	fd = openat(dir, word, w->rest[0] == '\0' ? flags | O_NOFOLLOW : WAY);
	error = errno;
	if (fd == -1 &&
	    (n = readlinkat(dir, word, target, sizeof(target) - 1)) > 0) {
		target[n] = '\0';
		return follow(w, dir, target);
	}
	if (fd != -1 && is_hard_link(dir, word, fd)) {
		close(fd);
		fd = -1;
		error = EMLINK;
	}
	if (fd != -1 && strcmp(word, ".") != 0)
		add_name(w, word);
	errno = error;
	return fd;
}

int
find_open(const char *path, int flags)
{
	struct walk w = { .links = 0 };
	char word[NAME_MAX + 1];
	size_t len;
	int dir, fd, error;

	errno = ENAMETOOLONG;
	if (strlcpy(w.path, path, sizeof(w.path)) >= sizeof(w.path))
		return -1;
	fd = begin(&w);
	while ((dir = fd) != -1) {
		w.rest += strspn(w.rest, "/");
		len = strcspn(w.rest, "/");
		if (len < sizeof(word))
			strlcpy(word, w.rest, len + 1);
		w.rest += len;
		w.rest += strspn(w.rest, "/");
		errno = ENAMETOOLONG;
		fd = len >= sizeof(word) ?
		    -1 :
		    step(&w, dir, len > 0 ? word : ".", flags);
		error = errno;
		close(dir);
		errno = error;
		if (w.rest[0] == '\0')
			break;
	}
	return fd;
}

void
found_free(struct found *l)
{
	while (l->n > 0)
		free(l->at[--l->n]);
	free(l->at);
	l->at = NULL;
}

/* Adds dir/name, or name when dir is NULL. */
static int
list_add(struct found *l, const char *dir, const char *name)
{
	char **at, *path;

	/* the list is full at the lengths 0, 1, 2, 4, ... */
	if ((l->n & (l->n - 1)) == 0) {
		at = reallocarray(l->at, l->n ? 2 * l->n : 1, sizeof(*at));
		if (at == NULL)
			return -1;
		l->at = at;
	}
	if (asprintf(&path, "%s%s%s", dir ? dir : "", dir ? "/" : "", name) ==
	    -1)
		return -1;
	l->at[l->n++] = path;
	return 0;
}

/* Adds the entries of a directory that match the word.  -1: errno. */
static int
match(struct found *l, const char *dir, const char *word, unsigned int *left)
{
	struct dirent *e;
	const char *p;
	DIR *d = NULL;
	int fd, error, rc = 0;

	/* directories on the way count, too */
	for (p = dir; *p != '\0' && *left > 0; p++)
		*left -= *p == '/';
	/* a directory that cannot be read has no entries, as for glob(3) */
	if ((fd = find_open(dir[0] ? dir : "/",
		 O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1 ||
	    (d = fdopendir(fd)) == NULL) {
		if (fd != -1)
			close(fd);
		return errno == EMLINK || errno == ENOMEM ? -1 : 0;
	}
	while (rc == 0 && (e = readdir(d)) != NULL) {
		if (*left == 0) {
			errno = E2BIG;
			rc = -1;
			break;
		}
		--*left;
		if (fnmatch(word, e->d_name, FNM_PERIOD) == 0)
			rc = list_add(l, dir, e->d_name);
	}
	error = errno;
	closedir(d);
	errno = error;
	return rc;
}

/* Expands the next word of a pattern, for each path found so far. */
static int
expand(struct found *l, const char *word, unsigned int *left)
{
	struct found old = *l;
	size_t i;
	int rc = 0, magic = strpbrk(word, MAGIC) != NULL;

	*l = (struct found){ NULL, 0 };
	for (i = 0; i < old.n && rc == 0; i++)
		rc = magic ? match(l, old.at[i], word, left) :
			     list_add(l, old.at[i], word);
	found_free(&old);
	return rc;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* 1 when there is a file or a link of this absolute path.  One that is behind a
 * link which is not followed counts, so that opening it tells why. */
static int
exists(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	char dir[PATH_MAX];
	struct stat st;
	int fd, rc;

	snprintf(dir, sizeof(dir), "%.*s", (int)(name - path), path);
	if ((fd = find_open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC)) == -1)
		return errno == EMLINK;
	rc = fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	close(fd);
	return rc;
}

int
find(struct found *l, const char *pattern, unsigned int *left)
{
	char copy[PATH_MAX], *rest = copy, *word;
	size_t i, n = 0;

	if (strpbrk(pattern, MAGIC) == NULL)
		return list_add(l, NULL, pattern);
	strlcpy(copy, pattern, sizeof(copy));
	if (list_add(l, NULL, "") == -1)
		return -1;
	while ((word = strsep(&rest, "/")) != NULL)
		if (*word != '\0' && expand(l, word, left) == -1)
			return -1;
	for (i = 0; i < l->n; i++)
		if (exists(l->at[i]))
			l->at[n++] = l->at[i];
		else
			free(l->at[i]);
	l->n = n;
	if (n > 0)
		qsort(l->at, n, sizeof(*l->at), by_name);
	/* a pattern may match nothing */
	return n == 0 && !strpbrk(pattern, "*?[") ? list_add(l, NULL, pattern) :
						    0;
}
