// SPDX-License-Identifier: Apache-2.0
#include "leak_watch.hpp"

#include <utility>

namespace reeve::handle_leak {

const char* name_of(resource r) noexcept {
  switch (r) {
  case resource::handles:
    return "handles";
  case resource::threads:
    return "threads";
  case resource::memory:
    break;
  }
  return "memory";
}

double unit_of(resource r) noexcept {
  return r == resource::memory ? 4096 : 1;
}

void leak_watch::begin(double seconds) {
  ++round_;
  seconds_ = seconds;
  left_out_ = seen_ = 0;
  changes_.clear();
}

void leak_watch::add(const process_reading& p) {
  if (!options_.names.accepts(p.name)) return;
  auto at = processes_.find(p.pid);
  if (at == processes_.end()) {
    if (processes_.size() >= options_.max_processes) {
      ++left_out_;
      return;
    }
    at = processes_.try_emplace(p.pid).first;
    at->second.start = p.start;
  }
  watched_process& w = at->second;
  if (w.start != p.start) {
    // The pid is another process's now. Of two in one reading the younger lives.
    if (w.round == round_ && w.start > p.start) return;
    tell_end_of(p.pid, w);
    const std::uint64_t round = w.round;
    w = {};
    w.start = p.start;
    w.round = round;
  }
  if (w.round != round_) ++seen_;
  w.round = round_;
  if (w.name != p.name) w.name = p.name;
  w.handles_limit = p.handles_limit;
  if (const auto& handles = p.value[static_cast<std::size_t>(resource::handles)]) w.handles = *handles;
  for (const resource r : all_resources) {
    const auto& value = p.value[static_cast<std::size_t>(r)];
    if (value && options_.watched[static_cast<std::size_t>(r)]) judge(p.pid, w, r, *value);
  }
}

void leak_watch::judge(std::uint32_t pid, watched_process& p, resource r, double value) {
  watched_process::series& s = p.of[static_cast<std::size_t>(r)];
  if (!s.detector) {
    detector_options o;
    o.unit = unit_of(r);
    o.warm_up_seconds = options_.warm_up_seconds;
    o.sensitivity = options_.sensitivity;
    s.detector = std::make_unique<leak_detector>(o);
  }
  const leak_verdict before = s.detector->verdict();
  const leak_verdict& v = s.detector->add(seconds_, value);
  if (v.suspected == s.suspected) return;
  s.suspected = v.suspected;
  if (v.suspected) ++suspicions_[static_cast<std::size_t>(r)];
  // Of one that ends the detector has nothing to say any more.
  changes_.push_back(
      {pid, p.start, p.name, r, v.suspected, false, v.suspected ? v : before, seconds_left(p, r)});
}

void leak_watch::end() {
  if (seen_ == processes_.size()) return;
  for (auto at = processes_.begin(); at != processes_.end();) {
    if (at->second.round == round_) {
      ++at;
      continue;
    }
    tell_end_of(at->first, at->second);
    at = processes_.erase(at);
  }
}

void leak_watch::tell_end_of(std::uint32_t pid, watched_process& p) {
  for (const resource r : all_resources) {
    const watched_process::series& s = p.of[static_cast<std::size_t>(r)];
    if (s.suspected)
      changes_.push_back({pid, p.start, p.name, r, false, true, s.detector->verdict(), seconds_left(p, r)});
  }
}

std::optional<double> leak_watch::seconds_left(const watched_process& p, resource r) const noexcept {
  const auto i = static_cast<std::size_t>(r);
  std::optional<double> limit = options_.limit[i];
  if (!limit && r == resource::handles) limit = p.handles_limit;
  if (!limit || !p.of[i].detector) return std::nullopt;
  return seconds_to_limit(p.of[i].detector->verdict(), *limit);
}

} // namespace reeve::handle_leak
