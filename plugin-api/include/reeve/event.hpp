// SPDX-License-Identifier: Apache-2.0
// C++20 helpers to raise events, header only.
#pragma once

#include "reeve/plugin.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace reeve::sdk {

// What stays the same of an event: see reeve_event.
struct event_kind {
  std::uint32_t id;
  std::uint32_t severity;
  const char* name; // a stable dotted key such as "port.taken"
};

// Key and text must live until raise() returns.
inline reeve_field field(std::string_view key, std::string_view text) noexcept {
  reeve_field f{};
  f.key = str(key);
  f.vtype = REEVE_T_STR;
  f.v.str = str(text);
  return f;
}
inline reeve_field field(std::string_view key, double number) noexcept {
  reeve_field f{};
  f.key = str(key);
  f.vtype = REEVE_T_F64;
  f.v.f64 = number;
  return f;
}

// Queued by the host, which counts what does not fit.
inline void raise(const host& h, const event_kind& kind, std::string_view message,
                  std::span<const reeve_field> fields) noexcept {
  reeve_event e{};
  e.struct_size = sizeof e;
  e.id = kind.id;
  e.severity = kind.severity;
  e.name = str(kind.name);
  e.message = str(message);
  e.fields = fields.data();
  e.n_fields = static_cast<std::uint32_t>(fields.size());
  e.field_stride = sizeof(reeve_field);
  h.event(e);
}

} // namespace reeve::sdk
