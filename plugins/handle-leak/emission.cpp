// SPDX-License-Identifier: Apache-2.0
#include "emission.hpp"

#include "reeve/event.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

namespace reeve::handle_leak {

namespace {

constexpr sdk::event_kind suspected{1, REEVE_WARN, "leak.suspected"};
constexpr sdk::event_kind ended{2, REEVE_INFO, "leak.ended"};

reeve_batch empty_batch() {
  reeve_batch batch{};
  batch.struct_size = sizeof batch;
  batch.sample_stride = sizeof(reeve_sample);
  batch.point_stride = sizeof(reeve_point);
  batch.hist_stride = sizeof(reeve_hist);
  return batch;
}

// 10800 -> "3 h": an estimate needs no more.
std::string about(double seconds) {
  char text[32];
  if (seconds >= 2 * 86400.0)
    std::snprintf(text, sizeof text, "%.0f days", seconds / 86400);
  else if (seconds >= 2 * 3600.0)
    std::snprintf(text, sizeof text, "%.0f hours", seconds / 3600);
  else
    std::snprintf(text, sizeof text, "%.0f minutes", seconds / 60);
  return text;
}

// Null unless handles leak and something is said of their kinds.
const leaking_kind* kind_of(const suspicion_change& c, const kind_watch* kinds) {
  return kinds && c.of == resource::handles ? kinds->of(c.pid, c.start) : nullptr;
}

std::string message_of(const suspicion_change& c, const leaking_kind* kind) {
  std::string out = c.name + " (" + std::to_string(c.pid) + ")";
  if (!c.begins)
    return out + (c.exited ? " ended while it was suspected to leak " : " is no longer suspected to leak ") +
           name_of(c.of);
  char rate[64];
  std::snprintf(rate, sizeof rate, "%.3g", c.verdict.slope_per_second * 3600);
  out += std::string(" is suspected to leak ") + name_of(c.of) + ": " + rate +
         (c.of == resource::memory ? " bytes" : "") + " an hour";
  if (kind && kind->kind != leaking_kind::unknown)
    out += ", of the kind " + std::string(kind->kind) + ", of which it has " + std::to_string(kind->count);
  if (c.seconds_left) out += ", its limit is reached in about " + about(*c.seconds_left);
  return out;
}

} // namespace

void emission::declare(const sdk::host& host, const sdk::call& call) {
  const auto gauge = [&](std::string_view name, std::string_view help, std::string_view unit = {}) {
    return host.family(call, sdk::kind::gauge, name, help, {"resource", "pid", "name"}, unit);
  };
  slope_ = gauge("reeve_leak_slope_per_second",
                 "Growth of the floor of a resource that a process may be leaking.");
  confidence_ = gauge("reeve_leak_confidence_ratio", "Evidence for a leak; suspected from 0.5 on.", "ratio");
  seconds_ = gauge("reeve_leak_seconds_to_limit", "Time until the floor reaches its limit at this slope.");
  suspected_ = gauge("reeve_leak_suspected", "1 while a leak is suspected, 0 for a candidate.");
  handles_ = host.family(call, sdk::kind::gauge, "reeve_leak_handles",
                         "Handles of the kind that a suspect leaks; all of them where that is unknown.",
                         {"pid", "name", "kind"});
  const auto one = [&](std::string_view name, std::string_view help) {
    const std::uint32_t family = host.family(call, sdk::kind::gauge, name, help);
    return host.series(call, family, {});
  };
  watched_ = one("reeve_leak_watched_processes", "Processes that are watched for leaks.");
  const std::uint32_t limited = host.family(
      call, sdk::kind::gauge, "reeve_leak_limited",
      "Processes not watched, and suspects and candidates without series, for want of room.", {"limit"});
  const auto limit = [&](std::string_view value) {
    const std::array labels{sdk::label(value)};
    return host.series(call, limited, labels);
  };
  left_out_ = limit("max_processes");
  unreported_series_ = limit("max_reported");
  const std::uint32_t suspicions =
      host.family(call, sdk::kind::counter, "reeve_leak_suspicions", "Suspicions that began.", {"resource"});
  for (const resource r : all_resources) {
    const std::array labels{sdk::label(name_of(r))};
    suspicions_[static_cast<std::size_t>(r)] = host.series(call, suspicions, labels);
  }
  const std::uint32_t unread =
      host.family(call, sdk::kind::counter, "reeve_leak_kinds_unread",
                  "Readings of a suspect's handles by kind that did not come about.", {"reason"});
  for (const unread_reason r : all_unread_reasons) {
    const std::array labels{sdk::label(name_of(r))};
    unread_[static_cast<std::size_t>(r)] = host.series(call, unread, labels);
  }
}

// Suspects before candidates, so that these are the ones without series when there is no room for all.
void emission::find_reported(const leak_watch& watch) {
  reported_.clear();
  for (const auto& [pid, p] : watch.processes())
    for (const resource r : all_resources) {
      const auto& detector = p.of[static_cast<std::size_t>(r)].detector;
      if (detector && detector->verdict().candidate) reported_.push_back({&p, &detector->verdict(), pid, r});
    }
  std::sort(reported_.begin(), reported_.end(), [](const reported& a, const reported& b) {
    if (a.verdict->suspected != b.verdict->suspected) return a.verdict->suspected;
    return a.pid != b.pid ? a.pid < b.pid : a.of < b.of;
  });
  unreported_ = reported_.size() > max_reported_ ? reported_.size() - max_reported_ : 0;
  reported_.resize(reported_.size() - unreported_);
}

reeve_status emission::write_one(const sdk::host& host, const sdk::call& call, const leak_watch& watch,
                                 const reported& r) const {
  const std::string pid = std::to_string(r.pid);
  const std::string_view name = r.process->name.empty() ? std::string_view("unknown") : r.process->name;
  const std::array labels{sdk::label(name_of(r.of)), sdk::label(pid), sdk::label(name)};
  const auto left = watch.seconds_left(*r.process, r.of);
  const std::array<reeve_sample, 4> samples{{{r.verdict->slope_per_second, labels.data(), slope_, 0},
                                             {r.verdict->confidence, labels.data(), confidence_, 0},
                                             {r.verdict->suspected ? 1.0 : 0.0, labels.data(), suspected_, 0},
                                             {left.value_or(0), labels.data(), seconds_, 0}}};
  reeve_batch batch = empty_batch();
  batch.samples = samples.data();
  batch.n_samples = left ? 4 : 3;
  return host.emit(call, batch);
}

reeve_status emission::write_kind(const sdk::host& host, const sdk::call& call, const kind_watch& kinds,
                                  const reported& r) const {
  const leaking_kind* kind = kinds.of(r.pid, r.process->start);
  if (!kind) return REEVE_OK;
  const bool known = kind->kind != leaking_kind::unknown;
  const std::string pid = std::to_string(r.pid);
  const std::string_view name = r.process->name.empty() ? std::string_view("unknown") : r.process->name;
  const std::array labels{sdk::label(pid), sdk::label(name), sdk::label(kind->kind)};
  const double count = known ? static_cast<double>(kind->count) : r.process->handles;
  const reeve_sample sample{count, labels.data(), handles_, 0};
  reeve_batch batch = empty_batch();
  batch.samples = &sample;
  batch.n_samples = 1;
  return host.emit(call, batch);
}

reeve_status emission::write_unread(const sdk::host& host, const sdk::call& call,
                                    const kind_watch& kinds) const {
  std::array<reeve_point, all_unread_reasons.size()> points{};
  for (const unread_reason r : all_unread_reasons)
    points[static_cast<std::size_t>(r)] = {unread_[static_cast<std::size_t>(r)],
                                           static_cast<double>(kinds.unread_total(r))};
  reeve_batch batch = empty_batch();
  batch.points = points.data();
  batch.n_points = static_cast<std::uint32_t>(points.size());
  return host.emit(call, batch);
}

reeve_status emission::write(const sdk::host& host, const sdk::call& call, const leak_watch& watch,
                             const kind_watch* kinds) {
  find_reported(watch);
  reeve_status status = REEVE_OK;
  const auto note = [&](reeve_status one) {
    if (one < 0) throw sdk::failure("the host refused a batch", one);
    status = std::max(status, one);
  };
  for (const reported& r : reported_) {
    note(write_one(host, call, watch, r));
    if (kinds && r.of == resource::handles && r.verdict->suspected) note(write_kind(host, call, *kinds, r));
  }
  if (kinds) note(write_unread(host, call, *kinds));
  const auto suspicions = [&](resource r) -> reeve_point {
    return {suspicions_[static_cast<std::size_t>(r)], static_cast<double>(watch.suspicions_total(r))};
  };
  const std::array<reeve_point, 6> points{{{watched_, static_cast<double>(watch.processes().size())},
                                           {left_out_, static_cast<double>(watch.left_out())},
                                           {unreported_series_, static_cast<double>(unreported_)},
                                           suspicions(resource::handles),
                                           suspicions(resource::threads),
                                           suspicions(resource::memory)}};
  reeve_batch batch = empty_batch();
  batch.points = points.data();
  batch.n_points = static_cast<std::uint32_t>(points.size());
  note(host.emit(call, batch));
  return status;
}

void emission::tell(const sdk::host& host, const leak_watch& watch, const kind_watch* kinds) {
  for (const suspicion_change& c : watch.changes()) {
    const leaking_kind* const kind = kind_of(c, kinds);
    const std::string message = message_of(c, kind);
    const std::string pid = std::to_string(c.pid);
    std::array<reeve_field, 9> fields{sdk::field("pid", pid), sdk::field("name", c.name),
                                      sdk::field("resource", name_of(c.of)),
                                      sdk::field("slope_per_second", c.verdict.slope_per_second),
                                      sdk::field("confidence", c.verdict.confidence)};
    std::size_t n = 5;
    if (kind) {
      fields[n++] = sdk::field("kind", kind->kind);
      if (kind->kind != leaking_kind::unknown)
        fields[n++] = sdk::field("kind_count", static_cast<double>(kind->count));
      if (!kind->example.empty()) fields[n++] = sdk::field("example", kind->example);
    }
    if (c.begins && c.seconds_left) fields[n++] = sdk::field("seconds_to_limit", *c.seconds_left);
    if (!c.begins) fields[n++] = sdk::field("reason", c.exited ? "process ended" : "trend ended");
    sdk::raise(host, c.begins ? suspected : ended, message, {fields.data(), n});
  }
}

} // namespace reeve::handle_leak
