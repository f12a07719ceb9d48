// The console's pages as they lie in Sources/Console/Pages, as bytes within the binary.

#ifndef LONGWIRE_CPAGES_H
#define LONGWIRE_CPAGES_H

#include <stddef.h>

/// A file: its name, and its text with a zero behind it.
typedef struct {
    const char *_Nonnull name;
    const char *_Nonnull text;
} lw_page;

/// All of them; `lw_pages` has `lw_page_count` elements and lives as long as the process.
const lw_page *_Nonnull lw_pages(void);
size_t lw_page_count(void);

#endif
