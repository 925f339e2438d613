/*
 * hook.c as it is in the parent, whose process was never started.
 */
#include "../../smcrouted/service/hook.c"

#include "hook_in.h"

void
hook_pretend(int given)
{
	command = given ? "command" : NULL;
	beyond = 0;
	process.name = "hook";
	process.ibuf.maxsize = given ? MAX_IMSGSIZE : 0; /* open, or not */
}
