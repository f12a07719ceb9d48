// What Glibc's Swift module lacks or wraps in macros: epoll, eventfd, accept4, socket addresses, thread names.
//
// Conventions: every function starts with `lw_`; a failing call returns the negated errno instead of -1, so that
// a result is complete in itself; addresses and events cross the border as plain integers, by value.

#ifndef LONGWIRE_CLINUX_H
#define LONGWIRE_CLINUX_H

#include "lw_address.h"
#include "lw_epoll.h"
#include "lw_process.h"
#include "lw_resolve.h"
#include "lw_socket.h"

#endif
