/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the engine's nursery opens for all engines.
 */
#ifndef PREPARE_H
#define PREPARE_H

/* Opens what cannot be opened any more once the nursery has given up its
 * rights.  One file per system. */
void prepare(void);

#endif
