/*
 * Group memberships: the sockets that hold them, and which there should be.
 */
#ifndef GROUPS_H
#define GROUPS_H

#include <stdint.h>
#include "../../common/addr.h"

#define GROUPS_MAX 65536 /* memberships in all */

struct membership {
	uint32_t ifindex;
	struct addr src; /* any address of the family: every source */
	struct addr grp;
};

/*
 * Make the memberships what they should be:
 *   groups_begin(); groups_want() for each that should be; groups_end().
 * groups_end() leaves what was not wanted, newest first, and then joins what is
 * new.  What is there already is not touched.
 */
void groups_begin(void);
/* 0, or -1 when there are more than GROUPS_MAX. */
int groups_want(const struct membership *);
void groups_end(void);

/* One more without looking at all others.  0, or an errno: it is kept as wanted
 * but not joined.  Joined already: 0. */
int groups_add(const struct membership *);

/* The interface is gone: its memberships are, too.  No leave is sent. */
void groups_drop_interface(uint32_t ifindex);

/* How many are joined, and how many wanted but refused by the kernel. */
uint32_t groups_joined(void);
uint32_t groups_refused(void);

/* The n-th membership from *cursor (0 at first) on, in no special order; NULL
 * at the end.  joined: whether the kernel has it. */
const struct membership *groups_next(uint32_t *cursor, int *joined);

/* Closes all sockets, newest first. */
void groups_close(void);

#endif
