/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The table of commands; a command is found by its name or a beginning of it.
 */
#include <stdio.h>
#include <string.h>

#include "smcroutectl.h"

#define ROUTE_ARGS "IIF [SOURCE[/LEN]] GROUP[/LEN]"

/* "show" alone means the first of these. */
static const struct command shows[] = {
	{ "routes", "", CTL_SHOW_ROUTES, 0, 0, NULL, NULL, "",
	    "route rules and the kernel's entries", "show" },
	{ "groups", "", CTL_SHOW_GROUPS, 0, 0, NULL, NULL, "",
	    "group memberships, with -d also the kernel's", "show groups" },
	{ "interfaces", "", CTL_SHOW_INTERFACES, 0, 0, NULL, NULL, "",
	    "interfaces and their numbers in the kernel's tables",
	    "show interfaces" },
	{ "pending", "", CTL_SHOW_PENDING, 0, 0, NULL, NULL, "",
	    "lines that wait for an interface", "show pending" },
	{ 0 }
};

const struct command commands[] = {
	{ "add", "", CTL_ADD, 3, -1, NULL, NULL,
	    ROUTE_ARGS " OIF [OIF ...] [kernel]",
	    "add a route, or outbound interfaces to one",
	    "add eth0 10.0.0.1 225.1.2.3 eth1 eth2" },
	{ "remove", "rem del", CTL_REMOVE, 2, -1, NULL, NULL,
	    ROUTE_ARGS " [OIF ...]",
	    "remove a route, or some of its outbound interfaces",
	    "remove eth0 225.1.2.0/24" },
	{ "join", "", CTL_JOIN, 2, 3, NULL, NULL, ROUTE_ARGS, "join a group",
	    "join eth0 225.1.2.3" },
	{ "leave", "", CTL_LEAVE, 2, 3, NULL, NULL, ROUTE_ARGS,
	    "leave a group that was joined", "leave eth0 225.1.2.3" },
	{ "flush", "", CTL_FLUSH, 0, 0, NULL, NULL, "",
	    "remove the flows that were learned", "flush" },
	{ "show", "", 0, 0, 0, NULL, shows,
	    "[routes | groups | interfaces | pending]",
	    "show routes, groups, interfaces or waiting lines", "show groups" },
	{ "reload", "restart", CTL_RELOAD, 0, 0, NULL, NULL, "",
	    "read the configuration again", "reload" },
	{ "kill", "", CTL_KILL, 0, 0, NULL, NULL, "", "end the daemon",
	    "kill" },
	{ "version", "", 0, 0, 0, version_run, NULL, "",
	    "show the version and how it was built", "version" },
	{ "help", "", 0, 0, 2, help_run, NULL, "[COMMAND]",
	    "show this, or what a command is for", "help add" },
	{ 0 }
};

static int
is_alias(const char *aliases, const char *word, size_t len, int whole)
{
	size_t n;

	for (; *aliases != '\0'; aliases += n) {
		aliases += strspn(aliases, " ");
		n = strcspn(aliases, " ");
		if (n >= len && strncmp(aliases, word, len) == 0 &&
		    (!whole || n == len))
			return 1;
	}
	return 0;
}

static int
matches(const struct command *c, const char *word, int whole)
{
	size_t len = strlen(word);

	if (strncmp(c->name, word, len) == 0 &&
	    (!whole || c->name[len] == '\0'))
		return 1;
	return is_alias(c->aliases, word, len, whole);
}

/* Lists commands that word may be short for, as "add, remove"; NULL: all. */
static void
candidates(const struct command *table, const char *word, char *buf,
    size_t size)
{
	const struct command *c;

	buf[0] = '\0';
	for (c = table; c->name != NULL; c++) {
		if (word != NULL && !matches(c, word, 0))
			continue;
		if (buf[0] != '\0')
			strlcat(buf, ", ", size);
		strlcat(buf, c->name, size);
	}
}

const struct command *
command_find(const struct command *table, const char *what, const char *word,
    uint32_t line)
{
	const struct command *c, *found = NULL;
	char list[256];
	int n = 0;

	for (c = table; c->name != NULL; c++) {
		if (matches(c, word, 1))
			return c;
		if (word[0] != '\0' && matches(c, word, 0)) {
			found = c;
			n++;
		}
	}
	if (n == 1)
		return found;
	candidates(table, n > 1 ? word : NULL, list, sizeof(list));
	if (n > 1)
		complain(line, "%s \"%s\" is ambiguous: %s", what, word, list);
	else
		complain(line, "unknown %s \"%s\", expected one of: %s", what,
		    word, list);
	return NULL;
}

const struct command *
command_parse(char **words, int n, int *used, uint32_t line)
{
	const struct command *c, *top;

	*used = 1;
	if ((c = command_find(commands, "command", words[0], line)) == NULL)
		return NULL;
	top = c;
	if (c->sub != NULL && n > 1) {
		*used = 2;
		c = command_find(c->sub, top->name, words[1], line);
		if (c == NULL)
			return NULL;
	} else if (c->sub != NULL)
		c = c->sub;
	if (n - *used < c->min || (c->max != -1 && n - *used > c->max)) {
		complain(line, "%s for %s, usage: %s%s%s",
		    n - *used < c->min ? "too few words" : "too many words",
		    top->name, top->name, top->args[0] != '\0' ? " " : "",
		    top->args);
		return NULL;
	}
	return c;
}
