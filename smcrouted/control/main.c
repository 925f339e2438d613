/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The control executable: confined by its nursery, then the control process.
 */
#include "common/confine.h"
#include "common/nursery.h"
#include "control.h"

#define MAXFILES 128 /* clients, some that are being refused, and our own */

int
main(int argc, char **argv)
{
	confine_files(MAXFILES);
	control_main(nursery("control", argc, argv));
}
