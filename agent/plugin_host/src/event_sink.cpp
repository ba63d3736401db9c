// SPDX-License-Identifier: Apache-2.0
#include "reeve/plugin_host/event_sink.hpp"

#include <cstring>
#include <string>

namespace reeve::plugin_host {

namespace {

reeve_str str(const std::string& s) noexcept {
  return {s.data(), s.size()};
}

} // namespace

bool provides_event_sink(const reeve_plugin_desc& plugin) noexcept {
  if (!plugin.provides) return false;
  for (const char* const* id = plugin.provides; *id; ++id)
    if (std::strcmp(*id, REEVE_EXT_EVENT_SINK) == 0) return true;
  return false;
}

const reeve_event_sink* event_sink_of(const reeve_plugin_desc& plugin, void* self) noexcept {
  const reeve_plugin_ops* ops = plugin.ops;
  if (!provides_event_sink(plugin) || !REEVE_HAS(reeve_plugin_ops, ops, get_extension) || !ops->get_extension)
    return nullptr;
  const auto* sink = static_cast<const reeve_event_sink*>(ops->get_extension(self, REEVE_EXT_EVENT_SINK));
  return sink && REEVE_HAS(reeve_event_sink, sink, flush) && sink->on_events ? sink : nullptr;
}

event_list::event_list(const event_batch& events, std::uint32_t min_severity)
    : all_(static_cast<std::uint32_t>(events.size())) {
  std::size_t n_fields = 0;
  for (const event_ptr& e : events)
    n_fields += e->fields.size();
  fields_.reserve(n_fields); // so that pointers into it stay
  events_.reserve(events.size());
  for (std::uint32_t place = 0; place < all_; ++place) {
    const event& e = *events[place];
    if (e.severity < min_severity) continue;
    reeve_event out{};
    out.struct_size = sizeof out;
    out.severity = e.severity;
    out.id = e.id;
    out.time_unix_ns = e.unix_time.count();
    out.name = str(e.name);
    out.message = str(e.message);
    out.fields = fields_.data() + fields_.size();
    out.n_fields = static_cast<std::uint32_t>(e.fields.size());
    out.field_stride = sizeof(reeve_field);
    out.source = str(e.source);
    out.seq = e.seq;
    for (const auto& [key, value] : e.fields) {
      reeve_field f{};
      f.key = str(key);
      f.vtype = REEVE_T_STR;
      f.v.str = str(value);
      fields_.push_back(f);
    }
    events_.push_back(out);
    places_.push_back(place);
  }
  for (const reeve_event& e : events_)
    pointers_.push_back(&e);
}

std::uint32_t event_list::taken(std::uint32_t done) const noexcept {
  return done < places_.size() ? places_[done] : all_;
}

} // namespace reeve::plugin_host
