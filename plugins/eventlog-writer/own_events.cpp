// SPDX-License-Identifier: Apache-2.0
#include "own_events.hpp"

namespace reeve::eventlog_writer {

record held_back_event(const std::string& source, std::uint32_t id, const std::string& name,
                       std::uint64_t count, std::uint32_t severity, std::chrono::nanoseconds over) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(over).count();
  record r;
  r.severity = severity;
  r.id = held_back_id;
  r.source = own_source;
  r.name = held_back_name;
  const std::string what =
      source.empty() ? "several ids" : "event " + std::to_string(id) + " (" + name + ") of " + source;
  r.message = std::to_string(count) + " more of " + what + " were held back in the last " +
              std::to_string(seconds) + " s";
  r.fields = {{"count", std::to_string(count)}, {"seconds", std::to_string(seconds)}};
  if (!source.empty()) {
    r.fields.emplace_back("of_source", source);
    r.fields.emplace_back("of_id", std::to_string(id));
    r.fields.emplace_back("of_event", name);
  }
  return r;
}

} // namespace reeve::eventlog_writer
