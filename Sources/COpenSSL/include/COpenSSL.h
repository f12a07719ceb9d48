// COpenSSL.h: everything of OpenSSL 3 that Longwire's Swift code sees.
//
// OpenSSL says much of its interface in macros, which Swift cannot import. The headers below give those a function with
// the prefix `lw_`; plain functions of OpenSSL are used under their own names.

#ifndef LONGWIRE_COPENSSL_H
#define LONGWIRE_COPENSSL_H

#include "LongwireDigests.h"
#include "LongwireTLS.h"

#endif
