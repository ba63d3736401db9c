/* reeve/file_locks.h - host extension: who holds, locks and waits for files.       SPDX-License-Identifier: Apache-2.0
 *
 * Read at most once a tick, for the files that any plugin asks for, and shared by all. It holds no pointers of its own:
 * files, locks and holders are named by their places in arrays.
 */
#ifndef REEVE_FILE_LOCKS_H_
#define REEVE_FILE_LOCKS_H_
#include "reeve/plugin.h"
#if REEVE_CPP
extern "C" {
#endif

#define REEVE_EXT_FILE_LOCKS "reeve.file-locks/1"

/* What to read. */
#define REEVE_FILES_OPENINGS                                                                                 \
  (1u << 0) /* who has the files open; costs a look at every process's descriptors on Linux */
#define REEVE_FILES_MAPPINGS (1u << 1)  /* with openings: and who has them mapped only */
#define REEVE_FILES_ALL_LOCKS (1u << 2) /* every lock of the machine, of whatever file */

enum { /* reeve_lock_row.kind */
       REEVE_LOCK_OTHER = 0,
       REEVE_LOCK_POSIX = 1, /* of a process, on bytes */
       REEVE_LOCK_OFD = 2,   /* of an open file description, on bytes; children inherit it */
       REEVE_LOCK_FLOCK = 3, /* of an open file description, on the whole file; children inherit it */
       REEVE_LOCK_LEASE = 4,
       REEVE_LOCK_DELEGATION = 5 /* of the kernel's NFS server */
};
enum { REEVE_LOCK_MODE_OTHER = 0, REEVE_LOCK_READ = 1, REEVE_LOCK_WRITE = 2 }; /* reeve_lock_row.mode */
enum {                                                                         /* reeve_file_opening.how */
       REEVE_OPEN_OTHER = 0, /* the system does not tell how */
       REEVE_OPEN_DESCRIPTOR = 1,
       REEVE_OPEN_MAPPING = 2,
       REEVE_OPEN_WORKING_DIRECTORY = 3,
       REEVE_OPEN_ROOT_DIRECTORY = 4,
       REEVE_OPEN_EXECUTABLE = 5
};
enum { /* reeve_lock_row.unresolved: why it has no holder */
       REEVE_UNRESOLVED_NONE = 0,
       REEVE_UNRESOLVED_ACCESS_DENIED =
           1,                      /* a process may have it whose descriptors this account may not see */
       REEVE_UNRESOLVED_UNSEEN = 2 /* another pid namespace, the kernel, a descriptor on its way */
};
/* reeve_locked_file.flags */
#define REEVE_FILE_DELETED (1u << 0) /* no name leads to it; the path is its last one */
#define REEVE_FILE_FOLDER (1u << 1)
/* reeve_file_opening.access; 0: not told */
#define REEVE_ACCESS_READ (1u << 0)
#define REEVE_ACCESS_WRITE (1u << 1)
/* reeve_lock_row.flags */
#define REEVE_LOCK_WAITING (1u << 0)  /* not held: somebody wants it */
#define REEVE_LOCK_BREAKING (1u << 1) /* a lease that its holder was told to give up */
#define REEVE_LOCK_IN_CYCLE (1u << 2) /* waits for somebody who, in the end, waits for it */

typedef struct reeve_locked_file {
  uint64_t device, inode;            /* on Linux as /proc/locks has them, which stat() may not; 0: not told */
  uint32_t path_offset, path_length; /* in text, raw bytes; length 0: nobody who is seen has it open */
  uint32_t first_pattern, n_patterns; /* in pattern_refs: by which patterns it was asked for */
  uint32_t flags, reserved;
} reeve_locked_file;

typedef struct
    reeve_file_opening { /* a process has a file open in one way; several descriptors are several */
  uint64_t start;        /* with pid the identity, as in reeve_process_row */
  uint32_t pid, file;    /* file: a place in files */
  int32_t descriptor;    /* Windows: the handle; -1: not by a descriptor, or not told */
  uint8_t how, access;
  uint16_t reserved;
} reeve_file_opening;

typedef struct reeve_lock_holder {
  uint64_t start;
  uint32_t pid;
  int32_t descriptor; /* the lowest one with this lock; -1: not seen */
} reeve_lock_holder;

typedef struct reeve_lock_row {
  uint64_t start, end; /* first and last byte; end UINT64_MAX: no end */
  int64_t
      taker; /* the process that took it, as the kernel names it; heirs may hold it alone. 0 or less: not named */
  uint32_t file; /* a place in files */
  uint8_t kind, mode, flags, unresolved;
  uint32_t first_holder, n_holders; /* in holders: who holds it, or who waits */
  uint32_t first_blocker,
      n_blockers; /* in blockers, which are places in locks: what a waiting one waits for */
  uint32_t depth; /* of a waiting one: length of its chain; 1: whom it waits for waits for nobody. 0: held */
  uint32_t reserved;
} reeve_lock_row;

typedef struct reeve_file_pattern { /* what some plugin asked for */
  uint32_t offset, length;          /* in text, as it was asked for */
  reeve_status status; /* REEVE_OK, or why it could not be looked at; it may match nothing then */
  uint32_t reserved;
} reeve_file_pattern;

typedef struct
    reeve_file_lock_rows { /* allocated by the plugin, filled by read(); valid until the call returns */
  uint32_t struct_size, reserved;
  const char* text;
  const reeve_locked_file* files;
  const reeve_file_opening* openings;
  const reeve_lock_row* locks;
  const reeve_lock_holder* holders;
  const reeve_file_pattern* patterns;
  const uint32_t* blockers;     /* places in locks */
  const uint32_t* pattern_refs; /* places in patterns */
  uint32_t n_files, file_stride;
  uint32_t n_openings, opening_stride;
  uint32_t n_locks, lock_stride;
  uint32_t n_holders, holder_stride;
  uint32_t n_patterns, pattern_stride;
  uint32_t n_blockers, n_pattern_refs;
  uint64_t generation;           /* grows by one with every reading; equal generations are the same reading */
  int64_t read_unix_ns;          /* when the reading began */
  uint64_t read_mono_ns;         /* on host->mono_ns()'s clock */
  uint64_t unreadable_processes; /* whose descriptors this account may not see */
  uint64_t unplaced_locks;       /* on files without a known path, so that a pattern may mean them */
} reeve_file_lock_rows;

typedef struct reeve_file_locks {
  uint32_t struct_size, reserved;
  /* What this plugin wants from now on, as REEVE_FILES_* bits, and of which files: a path; a folder, with all that is
   * below it; or a pattern with * and ? within a name and ** across folders. Paths are absolute, with / between names.
   * The last call counts. In configure() or start(). REEVE_E_LIMIT: more than 1,000 patterns. [call] */
  reeve_status(REEVE_CALL* want)(const reeve_host*, const reeve_call*, uint32_t what,
                                 const reeve_str* patterns, uint32_t n_patterns) REEVE_NX;
  /* This tick's table; more may be there than was asked for. REEVE_E_AGAIN: another reader did not finish before this
   * call's deadline. [sample] */
  reeve_status(REEVE_CALL* read)(const reeve_host*, const reeve_call*, reeve_file_lock_rows* out) REEVE_NX;
} reeve_file_locks;

#if UINTPTR_MAX == 0xffffffffffffffffu
REEVE_SZ(reeve_locked_file, 40);
REEVE_AT(reeve_locked_file, flags, 32);
REEVE_SZ(reeve_file_opening, 24);
REEVE_AT(reeve_file_opening, how, 20);
REEVE_SZ(reeve_lock_holder, 16);
REEVE_SZ(reeve_lock_row, 56);
REEVE_AT(reeve_lock_row, kind, 28);
REEVE_AT(reeve_lock_row, depth, 48);
REEVE_SZ(reeve_file_pattern, 16);
REEVE_SZ(reeve_file_lock_rows, 160);
REEVE_AT(reeve_file_lock_rows, n_files, 72);
REEVE_AT(reeve_file_lock_rows, generation, 120);
REEVE_AT(reeve_file_lock_rows, unplaced_locks, 152);
REEVE_SZ(reeve_file_locks, 24);
REEVE_AT(reeve_file_locks, read, 16);
#endif
REEVE_NO_TAIL(reeve_locked_file, reserved);
REEVE_NO_TAIL(reeve_file_opening, reserved);
REEVE_NO_TAIL(reeve_lock_holder, descriptor);
REEVE_NO_TAIL(reeve_lock_row, reserved);
REEVE_NO_TAIL(reeve_file_pattern, reserved);
REEVE_NO_TAIL(reeve_file_lock_rows, unplaced_locks);
REEVE_NO_TAIL(reeve_file_locks, read);
#if REEVE_CPP
}
#endif
#endif
