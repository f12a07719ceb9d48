// Translation between `struct lw_address` and the kernel's socket addresses. Not part of the Swift-visible interface.

#ifndef LONGWIRE_KERNEL_ADDRESS_H
#define LONGWIRE_KERNEL_ADDRESS_H

#include "lw_address.h"
#include <sys/socket.h>

/// Fills `storage`; returns its length, or 0 when the family is neither 4 nor 6.
socklen_t lw_address_to_kernel(struct lw_address address, struct sockaddr_storage *storage);

/// The reverse; a foreign family becomes family 0.
struct lw_address lw_address_from_kernel(const struct sockaddr *address);

#endif
