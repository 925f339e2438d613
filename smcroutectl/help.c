/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Help and version.  The help is made from the table of commands.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "common/version.h"
#include "smcroutectl.h"

static const struct {
	const char *flag;
	const char *help;
} options[] = {
	{ "-b", "batch: commands from standard input, one a line, # comments" },
	{ "-d", "details: counters, memberships in the kernel" },
	{ "-i NAME", "identity of the daemon, default smcroute; also -I NAME" },
	{ "-j", "JSON" },
	{ "-p", "plain headings, no control characters" },
	{ "-t", "no headings" },
	{ "-u FILE", "control socket, default " RUNDIR "/NAME.sock" },
	{ "-h", "this help" },
	{ "-v", "version" },
	{ "--", "no options after this" },
};

void
usage(void)
{
	fputs("usage: smcroutectl [-bdhjptv] [-i NAME] [-u FILE] "
	      "[COMMAND [ARGUMENT ...]]\n"
	      "       smcroutectl help [COMMAND]\n",
	    stderr);
}

static void
help_list(const struct command *c, const char *prefix)
{
	for (; c->name != NULL; c++)
		printf("  %s%-*s  %s\n", prefix, 16 - (int)strlen(prefix),
		    c->name, c->help);
}

static void
help_all(void)
{
	const struct command *c;
	size_t i;

	puts("usage: smcroutectl [OPTION ...] [COMMAND [ARGUMENT ...]]\n");
	puts("Options, before or after the command:");
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		printf("  %-16s  %s\n", options[i].flag, options[i].help);
	puts("\nCommands, which may be shortened; the default is show:");
	help_list(commands, "");
	for (c = commands; c->name != NULL; c++)
		if (c->sub != NULL)
			help_list(c->sub, "show ");
	puts("\nArguments:");
	for (c = commands; c->name != NULL; c++)
		if (c->args[0] != '\0')
			printf("  %-16s  %s\n", c->name, c->args);
	puts("\nIIF and OIF are interfaces, inbound and outbound; eth+ stands "
	     "for all whose\nname begins with eth.");
}

int
help_run(char **words, int n)
{
	const struct command *c, *sub;

	if (n == 0) {
		help_all();
		return 0;
	}
	if ((c = command_find(commands, "command", words[0], 0)) == NULL)
		return EX_USAGE;
	sub = c;
	if (n > 1) {
		if (c->sub == NULL) {
			complain(0, "%s has no \"%s\"", c->name, words[1]);
			return EX_USAGE;
		}
		sub = command_find(c->sub, c->name, words[1], 0);
		if (sub == NULL)
			return EX_USAGE;
	}
	printf("smcroutectl %s", c->name);
	if (sub != c)
		printf(" %s", sub->name);
	else if (c->args[0] != '\0')
		printf(" %s", c->args);
	printf("\n  %s\n", sub->help);
	if (c->aliases[0] != '\0')
		printf("  also: %s\n", c->aliases);
	if (sub->sub != NULL)
		help_list(sub->sub, "");
	printf("  example: smcroutectl %s\n", sub->example);
	return 0;
}

int
version_run(char **words, int n)
{
	(void)words;
	(void)n;
	printf("smcroutectl %s\n", SMCROUTED_VERSION);
	printf("  control protocol  %d\n", CTL_VERSION);
	printf("  default socket    %s\n", RUNDIR "/smcroute.sock");
	printf("  compiler          %s\n", __VERSION__);
	return 0;
}
