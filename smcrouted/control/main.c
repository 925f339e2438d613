/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The control executable.  Its first process is the nursery, whose children are
 * the control processes.
 */
#include "common/confine.h"
#include "common/nursery.h"
#include "control.h"

#define MAXDESCRIPTORS 128 /* clients, clients being refused, own sockets */

int
main(int argc, char **argv)
{
	confine_files(MAXDESCRIPTORS);
	control_main(nursery("control", argc, argv));
}
