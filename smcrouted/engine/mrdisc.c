/*
 * Multicast router discovery, RFC 4286.
 */
#include <unistd.h>

#include "mrdisc.h"

void
mrdisc_init(uint32_t interval)
{
	(void)interval;
}

void
mrdisc_open(int v6, int fd)
{
	(void)v6;
	close(fd);
}

void
mrdisc_update(void)
{
}

void
mrdisc_forget(uint32_t ifindex)
{
	(void)ifindex;
}

void
mrdisc_end(void)
{
}
