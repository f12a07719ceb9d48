// The calls that only Glibc's GNU mode declares. The headers must stay out of it: a header that Swift imports with
// another feature set than its Glibc module defines some structs differently, and then neither compiles.

#define _GNU_SOURCE
#include "CLinux.h"
#include <netdb.h>

struct lw_named_descriptor lw_accept(int descriptor) {
    struct lw_named_descriptor accepted = {0, {0, 0, 0, 0, 0}};
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    memset(&storage, 0, sizeof storage);
    accepted.result = accept4(descriptor, (struct sockaddr *)&storage, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted.result < 0) accepted.result = -errno;
    else accepted.address = lw_address_from_kernel((struct sockaddr *)&storage);
    return accepted;
}

int lw_resolve(const char *host, struct lw_address *addresses, int capacity) {
    struct addrinfo hints, *list = NULL;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    int error = getaddrinfo(host, NULL, &hints, &list);
    switch (error) {
    case 0: break;
    case EAI_NONAME: return lw_resolve_not_found;
#ifdef EAI_NODATA
    case EAI_NODATA: return lw_resolve_not_found;
#endif
    case EAI_AGAIN: return lw_resolve_temporary;
    default: return lw_resolve_failed;
    }
    int count = 0;
    for (struct addrinfo *entry = list; entry != NULL && count < capacity; entry = entry->ai_next) {
        struct lw_address address = lw_address_from_kernel(entry->ai_addr);
        if (address.family != 0) addresses[count++] = address;
    }
    freeaddrinfo(list);
    return count == 0 ? lw_resolve_not_found : count;
}
