#include "kernel_address.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static uint64_t lw_load64(const uint8_t *bytes) {
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) value = value << 8 | bytes[i];
    return value;
}

static void lw_store64(uint8_t *bytes, uint64_t value) {
    for (int i = 7; i >= 0; i--, value >>= 8) bytes[i] = (uint8_t)value;
}

socklen_t lw_address_to_kernel(struct lw_address address, struct sockaddr_storage *storage) {
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

struct lw_address lw_address_from_kernel(const struct sockaddr *address) {
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
