// Socket addresses as plain integers, and their translation to and from `struct sockaddr_storage`.

#ifndef LONGWIRE_LW_ADDRESS_H
#define LONGWIRE_LW_ADDRESS_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

/// An IPv4 or IPv6 address with its port; all numbers in host order.
/// `family` is 4, 6, or 0 for "none". IPv4 keeps its 32 bits in the low half of `low`.
struct lw_address {
    uint64_t high;
    uint64_t low;
    uint32_t scope;
    uint16_t port;
    uint16_t family;
};

static inline uint64_t lw_load64(const uint8_t *bytes) {
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) value = value << 8 | bytes[i];
    return value;
}

static inline void lw_store64(uint8_t *bytes, uint64_t value) {
    for (int i = 7; i >= 0; i--, value >>= 8) bytes[i] = (uint8_t)value;
}

/// Fills `storage`; returns its length, or 0 when the family is neither 4 nor 6.
static inline socklen_t lw_address_to_kernel(struct lw_address address, struct sockaddr_storage *storage) {
    memset(storage, 0, sizeof *storage);
    if (address.family == 4) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)storage;
        v4->sin_family = AF_INET;
        v4->sin_port = htons(address.port);
        v4->sin_addr.s_addr = htonl((uint32_t)address.low);
        return sizeof *v4;
    }
    if (address.family == 6) {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)storage;
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(address.port);
        v6->sin6_scope_id = address.scope;
        lw_store64(v6->sin6_addr.s6_addr, address.high);
        lw_store64(v6->sin6_addr.s6_addr + 8, address.low);
        return sizeof *v6;
    }
    return 0;
}

/// The reverse; a foreign family becomes family 0.
static inline struct lw_address lw_address_from_kernel(const struct sockaddr *address) {
    struct lw_address result = {0, 0, 0, 0, 0};
    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        result.family = 4;
        result.port = ntohs(v4.sin_port);
        result.low = ntohl(v4.sin_addr.s_addr);
    } else if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, address, sizeof v6);
        result.family = 6;
        result.port = ntohs(v6.sin6_port);
        result.scope = v6.sin6_scope_id;
        result.high = lw_load64(v6.sin6_addr.s6_addr);
        result.low = lw_load64(v6.sin6_addr.s6_addr + 8);
    }
    return result;
}

#endif
