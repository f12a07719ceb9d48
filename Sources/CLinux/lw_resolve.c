#define _GNU_SOURCE
#include "lw_resolve.h"
#include "kernel_address.h"
#include <netdb.h>
#include <string.h>

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
