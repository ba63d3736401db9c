// SPDX-License-Identifier: Apache-2.0
// All that plugins read of the system.
#pragma once

#include "reeve/plugin_host/counter_service.hpp"
#include "reeve/plugin_host/file_lock_service.hpp"
#include "reeve/plugin_host/open_files_service.hpp"
#include "reeve/plugin_host/process_table_service.hpp"
#include "reeve/plugin_host/socket_table_service.hpp"

namespace reeve::plugin_host {

struct tables {
  // For tests: fakes in place of the system's own.
  struct makers {
    process_table_service::make_table processes = &os::process_table::create;
    socket_table_service::make_table sockets = [] { return os::socket_table::create(); };
    file_lock_service::make_table file_locks = [] { return os::file_lock_table::create(); };
    counter_service::make_source counters = [] { return os::counter_source::create(); };
    open_files_service::make_reader open_files = [] { return os::open_files_reader::create(); };
  };
  explicit tables(const clock& time) : tables(time, makers()) {}
  tables(const clock& time, makers make)
      : processes(time, std::move(make.processes)), sockets(time, std::move(make.sockets)),
        file_locks(time, std::move(make.file_locks)), counters(time, std::move(make.counters)),
        open_files(time, std::move(make.open_files)) {}

  // A plugin that wants nothing any more.
  void forget(const void* subscriber) {
    processes.forget(subscriber);
    sockets.forget(subscriber);
    file_locks.forget(subscriber);
    counters.forget(subscriber);
  }

  process_table_service processes;
  socket_table_service sockets;
  file_lock_service file_locks;
  counter_service counters;
  open_files_service open_files;
};

} // namespace reeve::plugin_host
