/*
 * engine.c as a library: its main() is engine_main(), which calls the test's
 * engine_loop() where it would wait for events.
 */
#define main	       engine_main
#define event_dispatch engine_loop

int engine_main(int, char **);
int engine_loop(void);

#include "../../smcrouted/engine/engine.c"
