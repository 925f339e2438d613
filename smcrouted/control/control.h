/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The control process, which stands between smcroutectl and the engine.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

struct imsg;

/* control.c */

/* Runs the control process; fd is its link to the parent. */
void control_main(int fd) __attribute__((noreturn));
/* Sends a message to the engine.  0, or -1: no engine is there at present. */
int engine_send(uint32_t type, uint32_t id, const void *, size_t);

/* listen.c */

/* Begins to accept clients on the listening socket fd. */
void listen_open(int fd);

/* client.c */

/* Sets the user who, besides root, may do everything. */
void clients_owner(uid_t);
/* Makes room for one more client of this user.  0, or -1: refuse it. */
int clients_room(uid_t);
/* Takes over the connection fd of this user. */
void client_open(int fd, uid_t);
/* Passes a message of the engine to its client. */
void client_answer(struct imsg *);
/* Called when an engine has come, and when it has gone. */
void clients_engine_up(void);
void clients_engine_down(void);

/* frame.c */

/* 0 when the payload of a CTL_REQUEST is well formed, else -1. */
int frame_check(const unsigned char *, size_t);
/* 1 when a checked request only shows. */
int frame_is_show(const unsigned char *);
/* The line number of a checked request's first command. */
uint32_t frame_line(const unsigned char *);

#endif
