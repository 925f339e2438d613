/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

struct sockaddr_dl {
	uint8_t sdl_len, sdl_family;
	uint16_t sdl_index;
	uint8_t sdl_type, sdl_nlen, sdl_alen, sdl_slen;
	char sdl_data[SDL_DATA];
};
