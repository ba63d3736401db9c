/* reeve/socket_table.h - host extension: TCP and UDP sockets and their owners.   SPDX-License-Identifier: Apache-2.0
 *
 * Read at most once a tick and shared by every plugin that asks, as reeve/process_table.h is. It holds no pointers of
 * its own: owners are named by their place in one array.
 */
#ifndef REEVE_SOCKET_TABLE_H_
#define REEVE_SOCKET_TABLE_H_
#include "reeve/plugin.h"
#if REEVE_CPP
extern "C" {
#endif

#define REEVE_EXT_SOCKET_TABLE "reeve.socket-table/1"

/* What to read. */
#define REEVE_SOCKETS_LISTENING (1u << 0)   /* TCP in state listen, UDP without a peer */
#define REEVE_SOCKETS_CONNECTIONS (1u << 1) /* all others */
#define REEVE_SOCKETS_OWNERS (1u << 2)      /* costs a look at every process's descriptors on Linux */

enum { REEVE_TCP = 6, REEVE_UDP = 17 }; /* reeve_socket_row.protocol: IANA's numbers */
enum {                                  /* reeve_socket_row.state; UDP has listen and established only */
       REEVE_SOCKET_OTHER = 0,
       REEVE_SOCKET_ESTABLISHED = 1,
       REEVE_SOCKET_SYN_SENT = 2,
       REEVE_SOCKET_SYN_RECV = 3,
       REEVE_SOCKET_FIN_WAIT1 = 4,
       REEVE_SOCKET_FIN_WAIT2 = 5,
       REEVE_SOCKET_TIME_WAIT = 6,
       REEVE_SOCKET_CLOSE = 7,
       REEVE_SOCKET_CLOSE_WAIT = 8,
       REEVE_SOCKET_LAST_ACK = 9,
       REEVE_SOCKET_LISTEN = 10,
       REEVE_SOCKET_CLOSING = 11
};
/* reeve_socket_row.flags */
#define REEVE_SOCKET_V6 (1u << 0)      /* its addresses are IPv6 */
#define REEVE_SOCKET_V6_ONLY (1u << 1) /* listens, and says no to IPv4 */
#define REEVE_SOCKET_DUAL_STACK                                                                              \
  (1u << 2) /* listens on IPv6 and IPv4; neither bit: the system does not tell */

typedef struct reeve_socket_row {
  uint8_t local[16], remote[16]; /* network order; IPv4 in the first four bytes, the others 0 */
  uint16_t local_port, remote_port;
  uint8_t protocol, state, flags, reserved;
  uint32_t interface_index; /* it is bound to, or the scope of its address; 0: none */
  uint32_t uid;             /* of its maker, Linux only */
  uint32_t receive_queue;   /* bytes waiting; of a TCP listener: connections to be accepted. Linux only */
  uint32_t send_queue;      /* bytes not acknowledged; of a TCP listener: how many may wait. Linux only */
  uint32_t first_owner,
      n_owners;   /* in reeve_socket_rows.owners; several when it was inherited or handed on */
  uint64_t inode; /* the socket's number on Linux; 0: it has none, as in time_wait */
} reeve_socket_row;

typedef struct reeve_socket_owner {
  uint64_t start;           /* with pid the identity, as in reeve_process_row */
  uint32_t pid, descriptor; /* descriptor: the process's lowest one, Linux only */
} reeve_socket_owner;

typedef struct
    reeve_socket_rows { /* allocated by the plugin, filled by read(); valid until the call returns */
  uint32_t struct_size, row_stride;
  const reeve_socket_row* rows; /* in no order */
  const reeve_socket_owner* owners;
  uint32_t n_rows, n_owners, owner_stride, reserved;
  uint64_t generation;   /* grows by one with every reading; equal generations are the same reading */
  int64_t read_unix_ns;  /* when the reading began */
  uint64_t read_mono_ns; /* on host->mono_ns()'s clock */
  /* Rows without an owner, by reason. none: nobody holds it. access_denied: some process may whose descriptors this
   * account may not see. unseen: no process seen from here does. All 0 unless owners were asked for. */
  uint64_t unowned_none, unowned_access_denied, unowned_unseen;
  uint64_t unreadable_processes; /* whose descriptors this account may not see */
} reeve_socket_rows;

typedef struct reeve_socket_table {
  uint32_t struct_size, reserved;
  /* What this plugin wants from now on, as REEVE_SOCKETS_* bits; the last call counts. In configure() or start().
   * [call] */
  reeve_status(REEVE_CALL* want)(const reeve_host*, const reeve_call*, uint32_t what) REEVE_NX;
  /* This tick's table; more may be there than was asked for. REEVE_E_AGAIN: another reader did not finish before this
   * call's deadline. [sample] */
  reeve_status(REEVE_CALL* read)(const reeve_host*, const reeve_call*, reeve_socket_rows* out) REEVE_NX;
} reeve_socket_table;

#if UINTPTR_MAX == 0xffffffffffffffffu
REEVE_SZ(reeve_socket_row, 72);
REEVE_AT(reeve_socket_row, local_port, 32);
REEVE_AT(reeve_socket_row, interface_index, 40);
REEVE_AT(reeve_socket_row, inode, 64);
REEVE_SZ(reeve_socket_owner, 16);
REEVE_SZ(reeve_socket_rows, 96);
REEVE_AT(reeve_socket_rows, n_rows, 24);
REEVE_AT(reeve_socket_rows, generation, 40);
REEVE_AT(reeve_socket_rows, unreadable_processes, 88);
REEVE_SZ(reeve_socket_table, 24);
REEVE_AT(reeve_socket_table, read, 16);
#endif
REEVE_NO_TAIL(reeve_socket_row, inode);
REEVE_NO_TAIL(reeve_socket_owner, descriptor);
REEVE_NO_TAIL(reeve_socket_rows, unreadable_processes);
REEVE_NO_TAIL(reeve_socket_table, read);
#if REEVE_CPP
}
#endif
#endif
