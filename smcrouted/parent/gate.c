/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Checks messages of the engine: bytes in, yes or no out.  Nothing here calls
 * the system, so that every input can be tried and proven.
 */
#include <string.h>

#include "gate.h"

size_t
gate_size(uint32_t verb)
{
	if (verb == IMSG_VIF_ADD || verb == IMSG_VIF_DEL)
		return sizeof(struct wire_vif);
	if (verb == IMSG_MFC_ADD)
		return sizeof(struct wire_mfc);
	return verb == IMSG_MFC_DEL ? sizeof(struct wire_key) : 0;
}

static int
vif_ok(const struct gate *g, const struct wire_vif *v, int add)
{
	if (v->v6 > 1 || !g->have[v->v6] || v->slot >= MAXVIF)
		return 0;
	if (!add)
		return g->ifindex[v->v6][v->slot] != 0;
	return g->ifindex[v->v6][v->slot] == 0 && v->ttl != 0 &&
	    v->ifindex != 0 && v->ifindex <= INT32_MAX;
}

static int
key_ok(const struct gate *g, const struct wire_key *k)
{
	int af = addr_af(&k->grp);

	return g->have[af == AF_INET6] && addr_af(&k->src) == af &&
	    addr_is_multicast(&k->grp) && !addr_is_multicast(&k->src);
}

static int
mfc_ok(const struct gate *g, const struct wire_mfc *m)
{
	const uint32_t *bound;
	int i;

	if (!key_ok(g, &m->key) || m->how > MFC_UNMAKE)
		return 0;
	bound = g->ifindex[addr_af(&m->key.grp) == AF_INET6];
	if (m->iif >= MAXVIF || bound[m->iif] == 0)
		return 0;
	for (i = 0; i < MAXVIF; i++)
		if (m->ttls[i] != 0 && bound[i] == 0)
			return 0;
	return 1;
}

int
gate_verb(const struct gate *g, uint32_t verb, const void *entry)
{
	switch (verb) {
	case IMSG_VIF_ADD:
	case IMSG_VIF_DEL:
		return vif_ok(g, entry, verb == IMSG_VIF_ADD);
	case IMSG_MFC_ADD:
		return mfc_ok(g, entry);
	case IMSG_MFC_DEL:
		return key_ok(g, entry);
	}
	return 0;
}

int
gate_taken(struct upcalls *r, uint32_t n)
{
	if (n == 0 || n > r->n)
		return 0;
	r->first = (r->first + n) % UPCALL_CREDIT;
	r->n -= n;
	return 1;
}

size_t
gate_room(const struct upcalls *r, size_t *at)
{
	size_t room = UPCALL_CREDIT - r->n;

	*at = (r->first + r->n) % UPCALL_CREDIT;
	return room < UPCALL_CREDIT - *at ? room : UPCALL_CREDIT - *at;
}

/*
 * The layouts of the kernel's reports, nearly the same on all systems.
 *
 * IPv4: 8 unused bytes, type, zero (where a real packet has its protocol),
 * slot, high part of the slot or something else, addresses.
 *
 * IPv6: zero (where a real packet has its ICMPv6 type), type, slot in 16 bits
 * of host order, 4 unused bytes, addresses.
 */
int
gate_upcall(int v6, uint8_t high4, const uint8_t *b, size_t len,
    struct wire_upcall *u)
{
	uint16_t slot;

	memset(u, 0, sizeof(*u));
	if (v6) {
		if (len < 40 || b[0] != 0)
			return 0;
		u->kind = b[1];
		memcpy(&slot, b + 2, sizeof(slot));
		addr_from_v6(&u->key.src, b + 8);
		addr_from_v6(&u->key.grp, b + 24);
	} else {
		if (len < 20 || b[9] != 0)
			return 0;
		u->kind = b[8];
		slot = b[10] | (b[11] & high4) << 8;
		addr_from_v4(&u->key.src, b + 12);
		addr_from_v4(&u->key.grp, b + 16);
	}
	if (slot >= MAXVIF)
		return 0;
	u->slot = slot;
	return (u->kind == UPCALL_NOCACHE || u->kind == UPCALL_WRONGVIF) &&
	    (addr_af(&u->key.grp) == AF_INET6) == v6 &&
	    addr_af(&u->key.src) == addr_af(&u->key.grp) &&
	    addr_is_multicast(&u->key.grp) && addr_is_source(&u->key.src);
}
