/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The reader: opens the files of the configuration.  First it is the nursery,
 * which runs as the parent's user; each child does one load.
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/confine.h"
#include "common/imsg.h"
#include "common/log.h"
#include "common/nursery.h"
#include "common/sandbox.h"
#include "service/paths.h"
#include "files.h"

static struct imsgbuf to_parent;

/* Waits while the parent takes no more. */
static void
say(uint32_t type, int fd, const void *data, size_t len)
{
	if (imsg_compose(&to_parent, type, 0, 0, fd, data, len) == -1 ||
	    imsgbuf_flush(&to_parent) == -1)
		_exit(EX_OSERR);
}

static void
say_file(const struct wire_config *c, int fd)
{
	say(IMSG_CONFIG, fd, c, sizeof(*c));
}

static void
skip_file(const struct wire_config *c, int fd)
{
	(void)c;
	if (fd != -1)
		close(fd);
}

static unsigned int
id(const char *s)
{
	return strtoul(s, NULL, 10);
}

/* Gives up all files but those that are named now, and those beside them. */
static void
confine(const char *conf)
{
	/* without memory some directories would be missing from the rules, and
	 * no reload could read what is in them */
	if (files_walk(conf, skip_file, paths_read) == -1)
		fatalx(EX_OSERR, "configuration: out of memory");
	paths_enter(paths_rules());
}

int
main(int argc, char **argv)
{
	int check = argc > 4;

	if (argc < 4)
		fatalx(EX_USAGE, "to be started by smcrouted");
	nursery_begin("reader");
	if (!check || confine_lacks(CONFINE_CHILD) == NULL)
		confine_rights(id(argv[2]), id(argv[3]), 0);
	confine_unprivileged();
	if (!check)
		confine(argv[1]);
	if (imsgbuf_init(&to_parent, nursery_run(SANDBOX_READERS)) == -1)
		_exit(EX_OSERR);
	imsgbuf_allow_send(&to_parent);
	sandbox_enter(SANDBOX_READER);
	files_walk(argv[1], say_file, NULL);
	say(IMSG_CONFIG_END, -1, NULL, 0);
	/* the parent reads all that was said before it ends this process */
	while (imsgbuf_read(&to_parent) == 1)
		;
	return 0;
}
