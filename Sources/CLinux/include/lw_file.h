// Files that several threads and processes share: locks, room, mappings, and words published in order.

#ifndef LONGWIRE_LW_FILE_H
#define LONGWIRE_LW_FILE_H

#include <stddef.h>
#include <stdint.h>

/// Opens an existing file for reading and writing; never through a symbolic link.
int lw_file_open(const char *path);

/// Creates a file that only its owner may use; -EEXIST when there is one.
int lw_file_create(const char *path);

/// Takes the lock that ends with the descriptor; -EWOULDBLOCK when another descriptor has it (flock(2)).
int lw_file_lock(int descriptor);

/// 1 when the path still names the file behind the descriptor, 0 when it names another or none.
int lw_file_is_at(int descriptor, const char *path);

long lw_file_size(int descriptor);

/// Writes zeros until the file has this size, so that no later write into it needs room. Waits for the disk.
/// From then on the process ignores SIGXFSZ.
int lw_file_fill(int descriptor, long size);

/// Maps a file, shared with whoever else maps it; null when that fails.
void *lw_file_map(int descriptor, size_t size);

void lw_file_unmap(void *start, size_t size);

int lw_file_remove(const char *path);

int lw_file_rename(const char *from, const char *to);

/// Writes a word after everything that was written before it.
void lw_store_release(uint32_t *word, uint32_t value);

/// Reads a word before everything that is read after it.
uint32_t lw_load_acquire(const uint32_t *word);

#endif
