/*
 * Memory that an engine keeps for the next one: pages come into being as they
 * are written to, and its size is fixed for good.
 */
#include <sys/mman.h>
#include <fcntl.h>
#include <unistd.h>

#include "../../common/log.h"
#include "journal.h"

#define JOURNAL_SIZE (64 << 20)

int
journal_create(void)
{
	int fd = memfd_create("journal", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd != -1 && ftruncate(fd, JOURNAL_SIZE) == 0 &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) ==
		0)
		return fd;
	log_warn("no memory that outlives the engine");
	if (fd != -1)
		close(fd);
	return -1;
}
