/*
 * What the parent may tell a service manager of us.
 */
#ifndef STATUS_H
#define STATUS_H

/* Sends STATUS if anything in it has changed, at most once a second. */
void status_send(void);

#endif
