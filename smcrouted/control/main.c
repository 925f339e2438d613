/*
 * The control executable: confined by its nursery, then the control process.
 */
#include "../../common/nursery.h"
#include "control.h"

int
main(int argc, char **argv)
{
	control_main(nursery("control", argc, argv));
}
