// Name resolution by the C library. Blocks: never called on a loop.

#ifndef LONGWIRE_LW_RESOLVE_H
#define LONGWIRE_LW_RESOLVE_H

#include "lw_address.h"

/// Why a name has no answer.
enum {
    lw_resolve_not_found = -1,
    lw_resolve_temporary = -2,
    lw_resolve_failed = -3,
};

/// Resolves `host` to at most `capacity` stream addresses with port 0; returns their number or a value from above.
int lw_resolve(const char *host, struct lw_address *addresses, int capacity);

#endif
