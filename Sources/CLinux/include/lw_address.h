// Socket addresses as plain integers.

#ifndef LONGWIRE_LW_ADDRESS_H
#define LONGWIRE_LW_ADDRESS_H

#include <stdint.h>

/// An IPv4 or IPv6 address with its port; all numbers in host order.
/// `family` is 4, 6, or 0 for "none". IPv4 keeps its 32 bits in the low half of `low`.
struct lw_address {
    uint64_t high;
    uint64_t low;
    uint32_t scope;
    uint16_t port;
    uint16_t family;
};

#endif
