# Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC
# smcrouted: bmake, and bmake install, test, bench, clean

SUBDIR=	smcrouted smcroutectl man etc

.include <bsd.subdir.mk>

# A sub-directory named regress in SUBDIR would make a target of that name
# which builds there and tests nothing.
test: all .PHONY
	cd ${.CURDIR}/regress && ${MAKE} test

# BENCH: arguments of regress/bench/run; PEER: the original's directory.
bench: .PHONY
	@MAKE="${MAKE}" CC="${CC}" COPTS="${COPTS}" LDFLAGS="${LDFLAGS}" \
	    SMCROUTE_USER="${SMCROUTE_USER}" PEER="${PEER}" \
	    sh ${.CURDIR}/regress/bench/run ${BENCH}

clean cleandir: clean-regress
clean-regress: .PHONY
	cd ${.CURDIR}/regress && ${MAKE} clean
