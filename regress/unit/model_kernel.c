/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The parent and the kernel as the engine's pipe sees them.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model_kernel.h"

struct model model;

RB_GENERATE(model_entries, model_entry, entry, model_compare)

int
model_compare(const struct model_entry *a, const struct model_entry *b)
{
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

static void __attribute__((format(printf, 1, 2))) broken(const char *fmt, ...)
{
	va_list ap;

	if (model.nbroken++ > 20)
		return;
	fprintf(stderr, "model: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
}

void
model_open(int fd)
{
	RB_INIT(&model.entries);
	if (imsgbuf_init(&model.ibuf, fd) == -1)
		err(1, "imsgbuf_init");
	imsgbuf_allow_fdpass(&model.ibuf);
}

struct model_entry *
model_find(const struct wire_key *k)
{
	struct model_entry like;

	like.key = *k;
	return RB_FIND(model_entries, &model.entries, &like);
}

uint32_t
model_oifs(const struct model_entry *e)
{
	uint32_t mask = 0;
	int s;

	for (s = 0; s < MAXVIF; s++)
		if (e->ttls[s] != 0)
			mask |= 1U << s;
	return mask;
}

static int
is_v6(const struct wire_key *k)
{
	return addr_af(&k->grp) == AF_INET6;
}

static void
count_named(const struct model_entry *e, int by)
{
	int s;

	for (s = 0; s < MAXVIF; s++)
		if (e->ttls[s] != 0 || e->iif == s)
			model.named[is_v6(&e->key)][s] += by;
}

/* The kernel silently drops an oif without a VIF. */
static void
mfc_add(const struct wire_mfc *m)
{
	struct model_entry *e;
	int s, v6 = is_v6(&m->key);

	if ((e = model_find(&m->key)) != NULL)
		count_named(e, -1);
	else {
		if ((e = calloc(1, sizeof(*e))) == NULL)
			err(1, "entry");
		e->key = m->key;
		RB_INSERT(model_entries, &model.entries, e);
	}
	e->iif = m->iif;
	for (s = 0; s < MAXVIF; s++)
		e->ttls[s] = model.vif[v6][s] != 0 ? m->ttls[s] : 0;
	count_named(e, 1);
}

static void
mfc_del(const struct wire_key *k)
{
	struct model_entry *e;

	if ((e = model_find(k)) == NULL)
		return;
	count_named(e, -1);
	RB_REMOVE(model_entries, &model.entries, e);
	free(e);
}

/* The kernel would go on to forward by entries that name the slot. */
static int
vif(uint32_t verb, const struct wire_vif *v)
{
	if (model.named[v->v6][v->slot] != 0)
		broken("%s %u%s, which %u entries name", wire_name(verb),
		    v->slot, v->v6 ? " (IPv6)" : "",
		    model.named[v->v6][v->slot]);
	if (verb == IMSG_VIF_ADD && model.has_link != NULL &&
	    !model.has_link(v->ifindex))
		return EADDRNOTAVAIL;
	model.vif[v->v6][v->slot] = verb == IMSG_VIF_ADD ? v->ifindex : 0;
	model.gate.ifindex[v->v6][v->slot] = model.vif[v->v6][v->slot];
	return 0;
}

static int
do_verb(uint32_t verb, const void *e)
{
	int error;

	model.nverbs++;
	if (model.fail != NULL && (error = model.fail(verb, e)) != 0)
		return error;
	if (verb == IMSG_VIF_ADD || verb == IMSG_VIF_DEL)
		return vif(verb, e);
	if (verb == IMSG_MFC_ADD &&
	    ((const struct wire_mfc *)e)->how != MFC_UNMAKE)
		mfc_add(e);
	else
		mfc_del(e);
	return 0;
}

/* As the parent's. */
static void
obey(struct imsg *imsg)
{
	union {
		struct wire_vif vif;
		struct wire_mfc mfc;
		struct wire_key key;
	} e;
	struct {
		struct wire_result r;
		struct wire_failed f[WIRE_BATCH];
	} result;
	uint32_t i, failed = 0, verb = imsg_get_type(imsg);
	size_t len = imsg_get_len(imsg), size = gate_size(verb);
	int error;

	if (size == 0 || len == 0 || len % size != 0 ||
	    len / size > WIRE_BATCH) {
		broken("%s of %zu bytes", wire_name(verb), len);
		return;
	}
	model.nmessages++;
	for (i = 0; i < len / size; i++) {
		imsg_get_buf(imsg, &e, size);
		error = 0;
		if (gate_verb(&model.gate, verb, &e) != 1)
			broken("the gate refuses %s", wire_name(verb));
		else
			error = do_verb(verb, &e);
		if (error != 0) {
			result.f[failed].index = i;
			result.f[failed++].error = error;
		}
	}
	result.r.count = i;
	if (imsg_compose(&model.ibuf, IMSG_RESULT, imsg_get_id(imsg), 0, -1,
		&result, sizeof(result.r) + failed * sizeof(*result.f)) == -1 ||
	    imsgbuf_flush(&model.ibuf) == -1)
		err(1, "RESULT");
}

int
model_step(void)
{
	struct imsg imsg;
	int rc;

	if ((rc = imsgbuf_get(&model.ibuf, &imsg)) == 0) {
		if (imsgbuf_read(&model.ibuf) != 1)
			errx(1, "the engine hung up");
		rc = imsgbuf_get(&model.ibuf, &imsg);
	}
	if (rc != 1)
		return 0;
	if (gate_size(imsg_get_type(&imsg)) == 0 && model.other != NULL)
		model.other(&imsg);
	else
		obey(&imsg);
	imsg_free(&imsg);
	return 1;
}

void
model_send(uint32_t type, const void *data, size_t len)
{
	if (imsg_compose(&model.ibuf, type, 0, 0, -1, data, len) == -1 ||
	    imsgbuf_flush(&model.ibuf) == -1)
		err(1, "%s", wire_name(type));
}

void
model_put(const struct wire_key *k, uint8_t iif, uint32_t oifs)
{
	struct wire_mfc m;
	int s;

	memset(&m, 0, sizeof(m));
	m.key = *k;
	m.iif = iif;
	for (s = 0; s < MAXVIF; s++)
		m.ttls[s] = oifs >> s & 1;
	mfc_add(&m);
}

void
model_bind(int v6, int slot, uint32_t ifindex)
{
	model.gate.ifindex[v6][slot] = model.vif[v6][slot] = ifindex;
}

void
model_link_gone(uint32_t ifindex)
{
	int s, v6;

	for (v6 = 0; v6 <= 1; v6++)
		for (s = 0; s < MAXVIF; s++)
			if (model.vif[v6][s] == ifindex)
				model.vif[v6][s] = 0;
}
