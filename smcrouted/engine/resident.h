/*
 * Which rules of any source the kernel can hold itself, so that it asks for no
 * source and keeps none.
 */
#ifndef RESIDENT_H
#define RESIDENT_H

#include "config.h"

/* Of a rule's range: each group is an entry. */
#define RESIDENT_GROUPS 4096

/* The kernel will not be asked, and why. */
void resident_refuse(const char *why);

/* 1 when the configuration wants the kernel to hold the rule. */
int resident_wanted(const struct config *, const struct rule *);

/*
 * Calls f for each group and slot where packets of any source are the kernel's
 * to forward, and to which slots.  Returns how many rules want it.
 */
uint32_t resident_each(struct config *,
    void (*f)(const struct addr *grp, int slot, uint32_t oifs));

/* As of the last resident_each(): NULL when the kernel holds the wanted rule,
 * else why not, in buf. */
const char *resident_why(struct config *, const struct rule *, char *buf,
    size_t);

#endif
