# smcrouted: bmake, bmake install, bmake test, bmake clean

SUBDIR=	smcrouted smcroutectl man etc

.include <bsd.subdir.mk>

# A sub-directory named regress in SUBDIR would make a target of that name
# which builds there and tests nothing.
test: all .PHONY
	cd ${.CURDIR}/regress && ${MAKE} test

clean cleandir: clean-regress
clean-regress: .PHONY
	cd ${.CURDIR}/regress && ${MAKE} clean
