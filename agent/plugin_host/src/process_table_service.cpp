// SPDX-License-Identifier: Apache-2.0
#include "reeve/plugin_host/process_table_service.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace reeve::plugin_host {

// The ABI's bits are os::process_field's, so that no table translates them.
static_assert(REEVE_PROCESS_START_TIME == static_cast<std::uint32_t>(os::process_field::start_time));
static_assert(REEVE_PROCESS_IO == static_cast<std::uint32_t>(os::process_field::io));
static_assert(REEVE_PROCESS_CPU == static_cast<std::uint32_t>(os::process_field::cpu));
static_assert(REEVE_STATE_IDLE == static_cast<int>(os::process_state::idle));
static_assert(REEVE_PROCESS_KERNEL_THREAD == os::process_row::kernel_thread);

namespace {

reeve_text text_of(os::text_ref ref) noexcept {
  return {ref.offset, ref.length};
}

reeve_process_row to_abi(const os::process_row& r) noexcept {
  reeve_process_row out{};
  out.start = r.id.start;
  out.pid = r.id.pid;
  out.ppid = r.ppid;
  out.present = r.present;
  out.flags = r.flags;
  out.state = static_cast<std::uint32_t>(r.state);
  out.name = text_of(r.name);
  out.executable = text_of(r.executable);
  out.command_line = text_of(r.command_line);
  out.user = text_of(r.user);
  out.cpu_user_ns = r.cpu_user_ns;
  out.cpu_system_ns = r.cpu_system_ns;
  out.resident_bytes = r.resident_bytes;
  out.virtual_bytes = r.virtual_bytes;
  out.private_bytes = r.private_bytes;
  out.swap_bytes = r.swap_bytes;
  out.threads = r.threads;
  out.open_handles = r.open_handles;
  out.open_handles_limit = r.open_handles_limit;
  out.io_read_bytes = r.io_read_bytes;
  out.io_write_bytes = r.io_write_bytes;
  out.minor_faults = r.minor_faults;
  out.major_faults = r.major_faults;
  out.voluntary_switches = r.voluntary_switches;
  out.involuntary_switches = r.involuntary_switches;
  out.start_unix_ns = r.start_unix_ns;
  return out;
}

} // namespace

process_table_service::process_table_service(const clock& time, make_table make)
    : time_(time), make_(std::move(make)),
      readings_(time, "process table",
                [this](field_wish all, process_reading& out) { return make_reading(all.fields, out); }) {}

void process_table_service::want(subscriber who, std::uint32_t fields) {
  readings_.want(who, {fields});
  const std::scoped_lock lock(state_);
  subscription& s = subscribers_[who];
  s.fields = fields;
  // A newcomer is not told of what ended before it came.
  if (s.seen_generation == 0) s.seen_generation = last_generation_;
}

void process_table_service::forget(subscriber who) {
  readings_.forget(who);
  const std::scoped_lock lock(state_);
  subscribers_.erase(who);
}

result<process_table_service::view> process_table_service::read(subscriber who, nanoseconds not_before,
                                                                nanoseconds deadline) {
  auto current = readings_.read(who, not_before, deadline);
  if (!current) return current.error();
  const process_reading& r = **current;
  const std::scoped_lock lock(state_);
  subscription& s = subscribers_[who];
  const auto first =
      std::upper_bound(r.short_lived_generations.begin(), r.short_lived_generations.end(), s.seen_generation);
  s.seen_generation = r.generation;
  return view{*std::move(current), static_cast<std::size_t>(first - r.short_lived_generations.begin())};
}

void process_table_service::keep_short_lived(std::uint64_t generation) {
  for (const os::process_row& row : raw_.short_lived) {
    pending one{generation, to_abi(row), {}};
    for (reeve_text* ref : {&one.row.name, &one.row.executable, &one.row.command_line, &one.row.user}) {
      const std::string_view text = raw_.view({ref->offset, ref->length});
      ref->offset = static_cast<std::uint32_t>(one.text.size());
      one.text += text;
    }
    pending_.push_back(std::move(one));
  }
  std::uint64_t seen_by_all = std::numeric_limits<std::uint64_t>::max();
  const std::scoped_lock lock(state_);
  for (const auto& [who, s] : subscribers_)
    if (s.fields & REEVE_PROCESS_SHORT_LIVED) seen_by_all = std::min(seen_by_all, s.seen_generation);
  while (!pending_.empty() && pending_.front().generation <= seen_by_all)
    pending_.pop_front();
  while (pending_.size() > max_pending_short_lived) {
    pending_.pop_front();
    ++short_lived_overflow_;
  }
}

result<> process_table_service::make_reading(std::uint32_t fields, process_reading& out) {
  const bool watch = (fields & REEVE_PROCESS_SHORT_LIVED) != 0;
  if (!table_ || (watch && !table_watches_short_lived_)) {
    os::process_table_options options;
    options.watch_short_lived = watch;
    auto made = make_(options);
    if (!made) return made.error();
    table_ = *std::move(made);
    table_watches_short_lived_ = watch;
  }
  const nanoseconds began = time_.mono();
  if (const auto done = table_->read(fields & os::all_process_fields, raw_); !done) return done.error();
  const nanoseconds duration = time_.mono() - began;

  out.rows.clear();
  out.rows.reserve(raw_.rows.size());
  for (const os::process_row& row : raw_.rows)
    out.rows.push_back(to_abi(row));

  keep_short_lived(out.generation);
  std::swap(out.text, raw_.text); // both keep their memory
  out.short_lived.clear();
  out.short_lived_generations.clear();
  for (const pending& one : pending_) {
    reeve_process_row row = one.row;
    const auto base = static_cast<std::uint32_t>(out.text.size());
    for (reeve_text* ref : {&row.name, &row.executable, &row.command_line, &row.user})
      ref->offset += base;
    out.text += one.text;
    out.short_lived.push_back(row);
    out.short_lived_generations.push_back(one.generation);
  }

  const std::scoped_lock lock(state_);
  out.unreadable = raw_.unreadable;
  out.short_lived_lost_total = raw_.short_lived_lost_total + short_lived_overflow_;
  last_generation_ = out.generation;
  stats_.last_duration = duration;
  stats_.rows = out.rows.size();
  stats_.unreadable = out.unreadable;
  stats_.readings_total += 1;
  stats_.short_lived_lost_total = out.short_lived_lost_total;
  stats_.backend = table_->backend();
  // Into the memory that is there: in the steady state both texts are what they were.
  stats_.short_lived_unavailable = watch ? table_->short_lived_unavailable() : "no plugin asked for them";
  return {};
}

process_table_stats process_table_service::stats() const {
  const std::scoped_lock lock(state_);
  return stats_;
}

} // namespace reeve::plugin_host
