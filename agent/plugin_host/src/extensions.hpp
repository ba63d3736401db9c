// SPDX-License-Identifier: Apache-2.0
// Host extensions for the tables, one source each, and what their functions have in common.
#pragma once

#include "host_api.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

namespace reeve::plugin_host {

const void* process_table_extension() noexcept; // reeve.process-table/1
const void* socket_table_extension() noexcept;  // reeve.socket-table/1
const void* file_lock_extension() noexcept;     // reeve.file-locks/1
const void* counters_extension() noexcept;      // reeve.counters/1
const void* open_files_extension() noexcept;    // reeve.open-files/1

inline instance::core& core_of(const reeve_host* h) noexcept {
  return *static_cast<instance::core*>(h->ctx);
}
inline bool in_call(const instance::core& c, const reeve_call* call) noexcept {
  return call && call == c.current;
}
reeve_status status_of(errc code) noexcept;

// Nothing of ours unwinds into a plugin.
template <class Body>
reeve_status guard(Body&& body) noexcept {
  try {
    return body();
  } catch (...) {
    return REEVE_E_NOMEM;
  }
}

// Makes the failure the call's own.
inline reeve_status failed(instance::core& c, const error& why) {
  c.error = why.message;
  return status_of(why.code);
}

// Keeps a reading alive until the call returns.
template <class Reading>
const Reading& keep(instance::core& c, std::shared_ptr<const Reading> reading) {
  const Reading& out = *reading;
  c.readings.push_back(std::move(reading));
  return out;
}

// As much of `filled` as the plugin has room for; its struct_size stays what the plugin set.
template <class Rows>
void hand_out(Rows& filled, Rows* out) noexcept {
  filled.struct_size = out->struct_size;
  std::memcpy(out, &filled, std::min<std::size_t>(out->struct_size, sizeof filled));
}

} // namespace reeve::plugin_host
