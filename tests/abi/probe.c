// SPDX-License-Identifier: Apache-2.0
// One variable per struct that crosses the plugin boundary, so that a library of them carries all layouts in
// its debug information. A new root struct or extension table is added here and to plugin-api/abi/ (see
// check_abi.py --update).
#define REEVE_HOST_BUILD
#include "reeve/counters.h"
#include "reeve/file_locks.h"
#include "reeve/open_files.h"
#include "reeve/plugin.h"
#include "reeve/process_table.h"
#include "reeve/socket_table.h"

#define PROBE(type) REEVE_EXPORT type probe_##type

PROBE(reeve_module);
PROBE(reeve_plugin_desc);
PROBE(reeve_plugin_ops);
PROBE(reeve_host);
PROBE(reeve_config);
PROBE(reeve_call);
PROBE(reeve_family);
PROBE(reeve_batch);
PROBE(reeve_sample);
PROBE(reeve_point);
PROBE(reeve_hist);
PROBE(reeve_label);
PROBE(reeve_event);
PROBE(reeve_field);
PROBE(reeve_event_sink);
PROBE(reeve_module_fn);

PROBE(reeve_process_table);
PROBE(reeve_process_rows);
PROBE(reeve_process_row);

PROBE(reeve_socket_table);
PROBE(reeve_socket_rows);
PROBE(reeve_socket_row);
PROBE(reeve_socket_owner);

PROBE(reeve_file_locks);
PROBE(reeve_file_lock_rows);
PROBE(reeve_locked_file);
PROBE(reeve_file_opening);
PROBE(reeve_lock_holder);
PROBE(reeve_lock_row);
PROBE(reeve_file_pattern);
PROBE(reeve_counters);
PROBE(reeve_counter_rows);
PROBE(reeve_counter_row);
PROBE(reeve_counter_measure);
PROBE(reeve_counter_status);
PROBE(reeve_counter_request);

PROBE(reeve_open_files);
PROBE(reeve_open_file_rows);
PROBE(reeve_open_file);
