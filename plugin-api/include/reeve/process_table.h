/* reeve/process_table.h - host extension: all processes of the machine.   SPDX-License-Identifier: Apache-2.0
 *
 * The table is read at most once a tick and shared by every plugin that asks. It holds no pointers of its
 * own: strings are offsets into one text block, so that the same bytes serve a plugin hosted in another
 * process.
 */
#ifndef REEVE_PROCESS_TABLE_H_
#define REEVE_PROCESS_TABLE_H_
#include "reeve/plugin.h"
#if REEVE_CPP
extern "C" {
#endif

#define REEVE_EXT_PROCESS_TABLE "reeve.process-table/1"

/* What to read, and, in reeve_process_row.present, what could be read. Identity and name are always there. */
#define REEVE_PROCESS_PARENT (1u << 0)
#define REEVE_PROCESS_STATE (1u << 1)
#define REEVE_PROCESS_EXECUTABLE (1u << 2)
#define REEVE_PROCESS_COMMAND_LINE (1u << 3)
#define REEVE_PROCESS_USER (1u << 4)
#define REEVE_PROCESS_CPU (1u << 5)
#define REEVE_PROCESS_RESIDENT_MEMORY (1u << 6)
#define REEVE_PROCESS_VIRTUAL_MEMORY (1u << 7)
#define REEVE_PROCESS_PRIVATE_MEMORY (1u << 8)
#define REEVE_PROCESS_SWAP_MEMORY (1u << 9)
#define REEVE_PROCESS_THREADS (1u << 10)
#define REEVE_PROCESS_OPEN_HANDLES (1u << 11)
#define REEVE_PROCESS_OPEN_HANDLES_LIMIT (1u << 12)
#define REEVE_PROCESS_IO (1u << 13)
#define REEVE_PROCESS_PAGE_FAULTS (1u << 14)
#define REEVE_PROCESS_CONTEXT_SWITCHES (1u << 15)
#define REEVE_PROCESS_START_TIME (1u << 16)
/* Asked for only: deliver short_lived rows where the system can tell of them. */
#define REEVE_PROCESS_SHORT_LIVED (1u << 31)

enum { /* reeve_process_row.state */
       REEVE_STATE_OTHER = 0,
       REEVE_STATE_RUNNING = 1,
       REEVE_STATE_SLEEPING = 2,
       REEVE_STATE_WAITING = 3, /* uninterruptible */
       REEVE_STATE_STOPPED = 4, /* by a signal or a tracer */
       REEVE_STATE_ZOMBIE = 5,
       REEVE_STATE_IDLE = 6 /* kernel thread at rest */
};
#define REEVE_PROCESS_KERNEL_THREAD (1u << 0) /* reeve_process_row.flags */

typedef struct reeve_text { /* bytes [offset, offset + length) of reeve_process_rows.text; not necessarily
                               UTF-8 */
  uint32_t offset, length;
} reeve_text;

typedef struct reeve_process_row {
  uint64_t start; /* with pid the identity; raw kernel units, only to be compared */
  uint32_t pid, ppid;
  uint32_t present, flags;
  uint32_t state, reserved;
  reeve_text name, executable, command_line, user;
  uint64_t cpu_user_ns, cpu_system_ns;
  uint64_t resident_bytes, virtual_bytes, private_bytes, swap_bytes;
  uint64_t threads;
  uint64_t open_handles, open_handles_limit; /* UINT64_MAX: unlimited */
  uint64_t io_read_bytes, io_write_bytes;
  uint64_t minor_faults, major_faults;
  uint64_t voluntary_switches, involuntary_switches; /* Windows counts all as voluntary */
  int64_t start_unix_ns;
} reeve_process_row;

typedef struct reeve_process_rows { /* allocated by the plugin, filled by read(); valid until the call returns
                                     */
  uint32_t struct_size, row_stride;
  const reeve_process_row* rows;        /* in no order, each identity once */
  const reeve_process_row* short_lived; /* began and ended since this plugin's reading before */
  uint32_t n_rows, n_short_lived;
  const char* text;
  uint64_t text_length;
  uint64_t generation;   /* grows by one with every reading; equal generations are the same reading */
  int64_t read_unix_ns;  /* when the reading began */
  uint64_t read_mono_ns; /* on host->mono_ns()'s clock */
  uint64_t unreadable_access_denied, unreadable_vanished, unreadable_failed; /* fields of this reading */
  uint64_t short_lived_lost_total; /* notifications lost since the agent started */
} reeve_process_rows;

typedef struct reeve_process_table {
  uint32_t struct_size, reserved;
  /* Which fields this plugin wants from now on; the last call counts. In configure() or start(). [call] */
  reeve_status(REEVE_CALL* want)(const reeve_host*, const reeve_call*, uint32_t fields) REEVE_NX;
  /* This tick's table; more fields may be present than were asked for. REEVE_E_AGAIN: another reader did not
   * finish before this call's deadline. [sample] */
  reeve_status(REEVE_CALL* read)(const reeve_host*, const reeve_call*, reeve_process_rows* out) REEVE_NX;
} reeve_process_table;

#if UINTPTR_MAX == 0xffffffffffffffffu
REEVE_SZ(reeve_text, 8);
REEVE_SZ(reeve_process_row, 192);
REEVE_AT(reeve_process_row, name, 32);
REEVE_AT(reeve_process_row, cpu_user_ns, 64);
REEVE_AT(reeve_process_row, threads, 112);
REEVE_AT(reeve_process_row, io_read_bytes, 136);
REEVE_AT(reeve_process_row, start_unix_ns, 184);
REEVE_SZ(reeve_process_rows, 104);
REEVE_AT(reeve_process_rows, n_rows, 24);
REEVE_AT(reeve_process_rows, text, 32);
REEVE_AT(reeve_process_rows, short_lived_lost_total, 96);
REEVE_SZ(reeve_process_table, 24);
REEVE_AT(reeve_process_table, read, 16);
#endif
REEVE_NO_TAIL(reeve_process_row, start_unix_ns);
REEVE_NO_TAIL(reeve_process_rows, short_lived_lost_total);
REEVE_NO_TAIL(reeve_process_table, read);
#if REEVE_CPP
}
#endif
#endif
