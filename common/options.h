/*
 * Options of a command line, by letter.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

/* Reads them as getopt(3); anything else prints usage and exits with 64. */
void options_parse(int argc, char **argv, const char *letters,
    const char *usage);
/* The argument of an option, "" when it has none; NULL: it was not given. */
const char *option(int letter);
/* The seconds given with an option, at least min; dflt: it was not given. */
unsigned int option_seconds(int letter, unsigned int min, unsigned int dflt);

#endif
