// SPDX-License-Identifier: Apache-2.0
#include "kind_watch.hpp"

#include <algorithm>

namespace reeve::handle_leak {

namespace {

std::uint64_t count_of(const std::vector<kind_count>& all, std::string_view kind) noexcept {
  for (const kind_count& one : all)
    if (one.kind == kind) return one.count;
  return 0;
}

// What grew most; where nothing grew, as with a first reading, what there is most of.
const kind_count* leaking_one(const std::vector<kind_count>& first, const std::vector<kind_count>& now) {
  const kind_count *grew = nullptr, *most = nullptr;
  std::uint64_t growth = 0;
  for (const kind_count& one : now) {
    const std::uint64_t before = count_of(first, one.kind);
    if (one.count > before && one.count - before > growth) {
      growth = one.count - before;
      grew = &one;
    }
    if (one.count != 0 && (!most || one.count > most->count)) most = &one;
  }
  return grew ? grew : most;
}

} // namespace

const char* name_of(unread_reason r) noexcept {
  switch (r) {
  case unread_reason::access_denied:
    return "access_denied";
  case unread_reason::vanished:
    return "vanished";
  case unread_reason::unsupported:
    return "unsupported";
  case unread_reason::limit:
    return "limit";
  case unread_reason::failed:
    break;
  }
  return "failed";
}

void kind_watch::update(const leak_watch& watch, kind_reader& reader) {
  ++tick_;
  turns_.clear();
  note_all(watch);
  // New suspects first, so that their event can tell; of the others who has waited longest.
  std::sort(turns_.begin(), turns_.end(), [](const turn& a, const turn& b) {
    const auto rank = [](const entry& e) { return e.suspected ? (e.named ? 1 : 0) : 2; };
    if (rank(*a.of) != rank(*b.of)) return rank(*a.of) < rank(*b.of);
    return a.of->tried_at != b.of->tried_at ? a.of->tried_at < b.of->tried_at : a.pid < b.pid;
  });
  for (std::size_t i = 0; i < turns_.size(); ++i) {
    entry& e = *turns_[i].of;
    if (i < max_readings_) {
      look_at(turns_[i].pid, e, reader);
    } else if (e.suspected && !e.named && !e.told_of_limit) {
      e.told_of_limit = true;
      ++unread_[static_cast<std::size_t>(unread_reason::limit)];
    }
  }
  forget_old();
}

void kind_watch::note_all(const leak_watch& watch) {
  for (const auto& [pid, p] : watch.processes()) {
    const auto& series = p.of[static_cast<std::size_t>(resource::handles)];
    if (!series.detector || !(series.suspected || series.detector->verdict().candidate)) continue;
    entry& e = entries_[pid];
    if (e.start != p.start) {
      e = {};
      e.start = p.start;
    }
    if (series.suspected && !e.suspected) { // begins, perhaps once more
      e.named = e.told_of_limit = false;
      e.tried_at = 0;
      e.leaks = {};
    }
    e.suspected = series.suspected;
    e.was_suspected |= e.suspected;
    e.seen_at = tick_;
    const bool wanted = e.suspected || e.first.empty();
    if (wanted && (e.tried_at == 0 || tick_ - e.tried_at >= ticks_between)) turns_.push_back({pid, &e});
  }
}

void kind_watch::look_at(std::uint32_t pid, entry& e, kind_reader& reader) {
  e.tried_at = tick_;
  unread_reason why = unread_reason::failed;
  now_.clear();
  if (!reader.counts(pid, e.start, now_, why)) {
    if (e.suspected) ++unread_[static_cast<std::size_t>(why)];
    return;
  }
  if (e.suspected) {
    if (const kind_count* one = leaking_one(e.first, now_)) {
      const bool another = !e.named || e.leaks.kind != one->kind;
      e.leaks.kind = one->kind;
      e.leaks.count = one->count;
      if (another) e.leaks.example = reader.example(pid, e.start, one->kind);
      e.named = true;
    }
  }
  if (e.first.empty()) e.first = now_;
}

// A while later than they end, since evidence comes and goes.
void kind_watch::forget_old() {
  std::erase_if(entries_, [this](const auto& one) { return tick_ - one.second.seen_at > ticks_between; });
}

const leaking_kind* kind_watch::of(std::uint32_t pid, std::uint64_t start) const {
  const auto at = entries_.find(pid);
  return at != entries_.end() && at->second.start == start && at->second.was_suspected ? &at->second.leaks
                                                                                       : nullptr;
}

} // namespace reeve::handle_leak
