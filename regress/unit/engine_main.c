/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * engine.c as a library: its main() is engine_main(), which calls the test's
 * engine_loop() where it would wait for events.
 */
#define main	       engine_main
#define event_dispatch engine_loop

int engine_main(int, char **);
int engine_loop(void);

#include "engine/engine.c"
