/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The control process: between smcroutectl and the engine.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

struct imsg;

/* control.c */

/* Runs the process on fd, its link to the parent. */
void control_main(int fd) __attribute__((noreturn));
/* Sends to the engine.  0, or -1: there is none at present. */
int engine_send(uint32_t type, uint32_t id, const void *, size_t);

/* listen.c */

/* Accepts clients on fd. */
void listen_open(int fd);

/* client.c */

/* Who may do everything, besides root. */
void clients_owner(uid_t);
/* Makes room for one more of this user.  0, or -1: refuse it. */
int clients_room(uid_t);
/* Takes over a connection of this user. */
void client_open(int fd, uid_t);
/* A message of the engine to a client. */
void client_answer(struct imsg *);
/* The engine is there, or has gone. */
void clients_engine_up(void);
void clients_engine_down(void);

/* frame.c */

/* 0 when the payload of a CTL_REQUEST is well formed, else -1. */
int frame_check(const unsigned char *, size_t);
/* 1 when it, checked, shows and changes nothing. */
int frame_is_show(const unsigned char *);
/* Line of its first command. */
uint32_t frame_line(const unsigned char *);

#endif
