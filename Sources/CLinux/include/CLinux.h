// What Glibc's Swift module lacks or wraps in macros: epoll, eventfd, accept4, socket addresses, threads.
//
// Conventions: every function starts with `lw_`; a failing call returns the negated errno instead of -1, so that
// a result is complete in itself; addresses and events cross the border as plain integers, by value.
//
// These headers include no system header but <stddef.h> and <stdint.h>. One that did would give Swift a second
// definition of the structs in Glibc's module, and code that uses them would have to import CLinux as well.

#ifndef LONGWIRE_CLINUX_H
#define LONGWIRE_CLINUX_H

#include "lw_address.h"
#include "lw_epoll.h"
#include "lw_file.h"
#include "lw_process.h"
#include "lw_resolve.h"
#include "lw_socket.h"

#endif
