/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What a service manager is told: the datagrams of sd_notify(3).
 */
#ifndef NOTIFY_H
#define NOTIFY_H

struct role;

/* Connects to NOTIFY_SOCKET, while the process still may, and starts the
 * watchdog if it is asked for: it says that the engine answers.  Without that
 * variable all this does nothing. */
void notify_begin(struct role *engine);
/* Lines of VARIABLE=VALUE; with a descriptor, which stays open here. */
void notify(const char *, ...) __attribute__((format(printf, 1, 2)));
void notify_fd(int fd, const char *, ...) __attribute__((format(printf, 2, 3)));

#endif
