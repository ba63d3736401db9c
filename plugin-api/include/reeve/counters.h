/* reeve/counters.h - host extension: numbers that the system keeps.              SPDX-License-Identifier: Apache-2.0
 *
 * Processor time, memory, devices, network, and on Windows every performance counter, on Linux any number in a file.
 * A plugin says which it wants; what nobody wants is not read. Read at most once a tick and shared by every plugin
 * that asks, as reeve/process_table.h is.
 */
#ifndef REEVE_COUNTERS_H_
#define REEVE_COUNTERS_H_
#include "reeve/plugin.h"
#if REEVE_CPP
extern "C" {
#endif

#define REEVE_EXT_COUNTERS "reeve.counters/1"

enum {                        /* reeve_counter_request.origin */
       REEVE_COUNTER_SET = 1, /* name: a set of the catalogue, such as "cpu"; see docs/plugin-authors.md */
       REEVE_COUNTER_PDH = 2, /* name: "\Object(Instance)\Counter" in English, Windows; instance * is all */
       REEVE_COUNTER_FILE =
           3 /* name: an absolute path; a * in it stands for any name, which is the instance */
};
enum { /* reeve_counter_status.state */
       REEVE_COUNTER_NOT_ASKED = 0,
       REEVE_COUNTER_AVAILABLE = 1,
       REEVE_COUNTER_MISSING = 2, /* this system does not have it, or not yet */
       REEVE_COUNTER_DENIED = 3,
       REEVE_COUNTER_FAILED = 4
};

typedef struct reeve_counter_request { /* allocated by the plugin */
  uint32_t struct_size, origin;
  reeve_str name;
  /* Set "cgroup": a control group, or empty for the agent's own. File: a regular expression (RE2) whose first group, or
   * group "value", is the number; with a group "instance" every match is one. Otherwise empty. */
  reeve_str argument;
} reeve_counter_request;

typedef struct reeve_counter_text {
  uint32_t offset, length; /* in reeve_counter_rows.text; not always valid UTF-8 */
} reeve_counter_text;

typedef struct reeve_counter_measure { /* what a row's value means */
  reeve_counter_text name;             /* "cpu_seconds": no prefix, no _total, ends in its unit */
  reeve_counter_text help, unit;       /* unit: "seconds", "bytes", "ratio" or empty */
  reeve_counter_text label_keys[2];    /* empty: rows have no such label */
  uint32_t kind, reserved;             /* REEVE_GAUGE or REEVE_COUNTER */
} reeve_counter_measure;

typedef struct reeve_counter_row {
  double value;
  uint64_t identity; /* differs when this is another instance of an old name; 0: the name is all there is */
  reeve_counter_text labels[2]; /* in the order of the measure's keys */
  uint32_t request;             /* as want() numbered it; rows of others' requests are here too */
  uint32_t measure;             /* in reeve_counter_rows.measures */
} reeve_counter_row;

typedef struct reeve_counter_status {
  reeve_counter_text why; /* a sentence, unless available */
  uint32_t state, reserved;
} reeve_counter_status;

typedef struct
    reeve_counter_rows { /* allocated by the plugin, filled by read(); valid until the call returns */
  uint32_t struct_size, row_stride;
  const reeve_counter_row* rows;
  const reeve_counter_measure* measures; /* a number keeps its meaning as long as the agent runs */
  const reeve_counter_status* statuses;  /* by the number of the request */
  const char* text;
  uint64_t text_length;
  uint32_t n_rows, n_measures, measure_stride, n_statuses, status_stride, reserved;
  uint64_t generation;   /* grows by one with every reading; equal generations are the same reading */
  int64_t read_unix_ns;  /* when the reading began */
  uint64_t read_mono_ns; /* on host->mono_ns()'s clock */
} reeve_counter_rows;

typedef struct reeve_counters {
  uint32_t struct_size, reserved;
  /* From now on this plugin wants this too; `number` is what its rows have in `request`. Equal requests have equal
   * numbers. REEVE_E_ARG: it can be read on no system, and *problem (which may be NULL) says why to the user; it is
   * valid until the next call of want(). What only this system lacks is no error here. In configure() or start(). [call] */
  reeve_status(REEVE_CALL* want)(const reeve_host*, const reeve_call*, const reeve_counter_request*,
                                 uint32_t* number, reeve_str* problem) REEVE_NX;
  /* This tick's counters. REEVE_E_AGAIN: another reader did not finish before this call's deadline. [sample] */
  reeve_status(REEVE_CALL* read)(const reeve_host*, const reeve_call*, reeve_counter_rows* out) REEVE_NX;
} reeve_counters;

#if UINTPTR_MAX == 0xffffffffffffffffu
REEVE_SZ(reeve_counter_request, 40);
REEVE_SZ(reeve_counter_text, 8);
REEVE_SZ(reeve_counter_measure, 48);
REEVE_AT(reeve_counter_measure, label_keys, 24);
REEVE_AT(reeve_counter_measure, kind, 40);
REEVE_SZ(reeve_counter_row, 40);
REEVE_AT(reeve_counter_row, labels, 16);
REEVE_AT(reeve_counter_row, request, 32);
REEVE_SZ(reeve_counter_status, 16);
REEVE_SZ(reeve_counter_rows, 96);
REEVE_AT(reeve_counter_rows, n_rows, 48);
REEVE_AT(reeve_counter_rows, generation, 72);
REEVE_SZ(reeve_counters, 24);
#endif
REEVE_NO_TAIL(reeve_counter_request, argument);
REEVE_NO_TAIL(reeve_counter_text, length);
REEVE_NO_TAIL(reeve_counter_measure, reserved);
REEVE_NO_TAIL(reeve_counter_row, measure);
REEVE_NO_TAIL(reeve_counter_status, reserved);
REEVE_NO_TAIL(reeve_counter_rows, read_mono_ns);
REEVE_NO_TAIL(reeve_counters, read);
#if REEVE_CPP
}
#endif
#endif
