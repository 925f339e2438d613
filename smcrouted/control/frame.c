/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Checks the frame of a client's request: the lengths of its commands must add
 * up, and a show must be alone.  Only the engine reads the words.
 */
#include <string.h>

#include "common/ctl.h"
#include "control.h"

int
frame_check(const unsigned char *p, size_t len)
{
	struct ctl_cmd cmd;
	size_t off;

	for (off = 0; off < len; off += cmd.len) {
		if (len - off < sizeof(cmd))
			return -1;
		memcpy(&cmd, p + off, sizeof(cmd));
		if (cmd.len < sizeof(cmd) || cmd.len > len - off)
			return -1;
		if (cmd.kind == 0 || cmd.kind >= CTL_KIND_MAX)
			return -1;
		if (cmd.len > sizeof(cmd) && p[off + cmd.len - 1] != '\0')
			return -1;
		if (cmd_is_show(cmd.kind) && cmd.len != len)
			return -1;
	}
	return len == 0 ? -1 : 0;
}

int
frame_is_show(const unsigned char *p)
{
	struct ctl_cmd cmd;

	memcpy(&cmd, p, sizeof(cmd));
	return cmd_is_show(cmd.kind);
}

uint32_t
frame_line(const unsigned char *p)
{
	struct ctl_cmd cmd;

	memcpy(&cmd, p, sizeof(cmd));
	return cmd.line;
}
