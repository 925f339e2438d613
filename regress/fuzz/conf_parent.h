/*
 * The parent's reading of smcroute.conf, which looks for nothing but include.
 */
#ifndef CONF_PARENT_H
#define CONF_PARENT_H

#include <stdio.h>
#include "../../common/wire.h"

/* Reads what the stream has, and tells of each include. */
void conf_parent(FILE *, void (*include)(const struct wire_config *));

#endif
