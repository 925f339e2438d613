/*
 * Reads N routes as the engine does, finds the rule of a flow of each, and
 * forgets them all: for cost.sh, which counts the instructions.
 *
 *	cost N FILE
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>

#include "../../smcrouted/engine/config.h"
#include "../../smcrouted/engine/hash.h"
#include "read_all.h"

static void
on_directive(void *arg, const struct directive *d)
{
	uint32_t rule;

	if (config_add(arg, d, &rule) == -1)
		errx(1, "no memory");
}

static void
on_text(void *arg, const char *text)
{
	(void)arg;
	errx(1, "%s", text);
}

static void
look_up(struct config *c, uint32_t i)
{
	const struct rule *r = rules_at(&c->rules, i);
	uint32_t oifs, first;

	if (!rules_lookup(&c->rules, &r->iif, 1, &r->src, &r->grp, 0, &oifs,
		&first) ||
	    first != i)
		errx(1, "rule %u is not found", i);
}

int
main(int argc, char *argv[])
{
	struct conf_handler h = { on_directive, on_text, on_text, NULL };
	struct config *c = config_new();
	uint32_t i, n;
	int fd;

	if (argc != 3 || c == NULL || (fd = open(argv[2], O_RDONLY)) == -1)
		errx(64, "usage: cost N FILE");
	n = strtoul(argv[1], NULL, 10);
	hash_seed();
	h.arg = c;
	(void)read_all(fd, argv[2], &h);
	if (c->rules.pool.count != n)
		errx(1, "%u rules instead of %u", c->rules.pool.count, n);
	/* backwards: the rule after the one found last takes no search */
	for (i = n; i > 0; i--)
		look_up(c, i);
	config_free(c);
	return 0;
}
