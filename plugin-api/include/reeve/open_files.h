/* reeve/open_files.h - host extension: what one process has open.                  SPDX-License-Identifier: Apache-2.0
 *
 * Unlike the tables it is read for the processes that are asked about alone, since a look at one costs as much as it has
 * handles. Ask about few.
 */
#ifndef REEVE_OPEN_FILES_H_
#define REEVE_OPEN_FILES_H_
#include "reeve/plugin.h"
#if REEVE_CPP
extern "C" {
#endif

#define REEVE_EXT_OPEN_FILES "reeve.open-files/1"

/* reeve_open_file.kind, and places in reeve_open_file_rows.by_kind. EVENT is what is waited for: eventfd, timerfd,
 * signalfd, epoll, inotify; on Windows events, mutants, semaphores, timers, completion ports. SHARED_MEMORY: memfd and
 * what is in /dev/shm; on Windows sections. */
enum {
  REEVE_HANDLE_OTHER = 0,
  REEVE_HANDLE_FILE = 1,   /* a regular one */
  REEVE_HANDLE_FOLDER = 2, /* of the file system */
  REEVE_HANDLE_SOCKET = 3,
  REEVE_HANDLE_PIPE = 4, /* with a name or without */
  REEVE_HANDLE_EVENT = 5,
  REEVE_HANDLE_DEVICE = 6, /* terminals among them */
  REEVE_HANDLE_SHARED_MEMORY = 7,
  REEVE_HANDLE_PROCESS = 8,
  REEVE_HANDLE_THREAD = 9,       /* Windows only */
  REEVE_HANDLE_REGISTRY_KEY = 10 /* Windows only */
};

typedef struct reeve_open_file {
  uint64_t handle;                   /* on Linux the descriptor */
  uint32_t name_offset, name_length; /* in text, raw bytes, as the system writes it: "/var/log/x (deleted)",
                                        "socket:[123]"; length 0: the system tells none */
  uint32_t kind, reserved;
} reeve_open_file;

typedef struct
    reeve_open_file_rows { /* allocated by the plugin, filled by read(); valid until the call returns */
  uint32_t struct_size;
  uint32_t n_kinds;        /* of by_kind; a newer host may know more of them */
  const uint64_t* by_kind; /* how many handles of each kind */
  const char* text;
  const reeve_open_file* targets; /* by rising handles */
  uint32_t n_targets, target_stride;
  uint64_t text_length;
  uint64_t left_out; /* handles whose kind was not found out: beyond what one reading looks at, or hidden */
} reeve_open_file_rows;

typedef struct reeve_open_files {
  uint32_t struct_size;
  uint32_t max_targets; /* that one read() hands out at most */
  /* What that process has open now. target_kinds, bits 1u << REEVE_HANDLE_*, says of which kinds the targets with the
   * highest handles are wanted, those opened last in a process that leaks; at most max_targets, 0: none. Counts cover
   * every kind. REEVE_E_NOT_FOUND: the process has ended, also if another has its pid by now. REEVE_E_DENIED: it may not
   * be looked into. REEVE_E_UNSUPPORTED: not on this system. REEVE_E_AGAIN: another reader did not finish before this
   * call's deadline. No call needs to announce anything before. [sample] */
  reeve_status(REEVE_CALL* read)(const reeve_host*, const reeve_call*, uint32_t pid, uint64_t start,
                                 uint32_t target_kinds, uint32_t max_targets,
                                 reeve_open_file_rows* out) REEVE_NX;
} reeve_open_files;

#if UINTPTR_MAX == 0xffffffffffffffffu
REEVE_SZ(reeve_open_file, 24);
REEVE_AT(reeve_open_file, kind, 16);
REEVE_SZ(reeve_open_file_rows, 56);
REEVE_AT(reeve_open_file_rows, n_targets, 32);
REEVE_AT(reeve_open_file_rows, left_out, 48);
REEVE_SZ(reeve_open_files, 16);
REEVE_AT(reeve_open_files, read, 8);
#endif
REEVE_NO_TAIL(reeve_open_file, reserved);
REEVE_NO_TAIL(reeve_open_file_rows, left_out);
REEVE_NO_TAIL(reeve_open_files, read);
#if REEVE_CPP
}
#endif
#endif
