/*
 * Memory in which an engine keeps for the next one what smcroutectl has
 * changed.  The parent only holds it.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

/* Its descriptor, or -1: this system has no such thing. */
int journal_create(void);

#endif
