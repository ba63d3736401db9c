// SPDX-License-Identifier: Apache-2.0
#include "reeve/telemetry/log.hpp"

#include "line_sink.hpp"
#include "repeat_filter.hpp"

#include <atomic>
#include <mutex>

namespace reeve {

namespace {
constexpr std::array<const char*, log_level_count> level_names{"trace", "debug", "info", "warn", "error"};

std::size_t index_of(log_level level) {
  return static_cast<std::size_t>(level);
}
} // namespace

const char* name_of(log_level level) noexcept {
  return level_names[index_of(level)];
}

std::optional<log_level> log_level_from(std::string_view name) noexcept {
  for (std::size_t i = 0; i < level_names.size(); ++i)
    if (name == level_names[i]) return static_cast<log_level>(i);
  return std::nullopt;
}

struct logger::state {
  const bool json;
  const clock& time;
  std::atomic<log_level> level;

  mutable std::mutex mutex; // for all below
  std::unique_ptr<line_sink> sink;
  repeat_filter repeats;
  log_counters counters;

  void emit(const log_line& line, std::uint64_t repeated) {
    const bool written = sink->write(line.level, finish_line(json, line, time.unix_time(), repeated));
    ++(written ? counters.written : counters.dropped)[index_of(line.level)];
  }

  void emit_passed(nanoseconds now) {
    while (const auto passed = repeats.passed(now))
      emit(passed->line, passed->repeated);
  }

  void write(const log_line& line) {
    const std::lock_guard lock(mutex);
    const nanoseconds now = time.mono();
    emit_passed(now);
    if (!repeats.admit(line, now)) {
      ++counters.suppressed[index_of(line.level)];
      return;
    }
    while (const auto oldest = repeats.overflowed())
      emit(oldest->line, oldest->repeated);
    emit(line, 0);
  }
};

logger::logger(std::unique_ptr<state> initial) noexcept : state_(std::move(initial)) {}

logger::~logger() {
  flush();
}

result<std::unique_ptr<logger>> logger::create(const log_options& options) {
  const clock& time = options.time ? *options.time : system_clock();
  result<std::unique_ptr<line_sink>> sink = line_sink::create(options, time);
  if (!sink) return sink.error();
  std::unique_ptr<state> initial(new state{
      options.json, time, options.level, {}, std::move(*sink), repeat_filter(options.repeat_window), {}});
  return std::unique_ptr<logger>(new logger(std::move(initial)));
}

bool logger::enabled(log_level level) const noexcept {
  return level >= state_->level.load(std::memory_order_relaxed);
}

void logger::set_level(log_level level) noexcept {
  state_->level.store(level, std::memory_order_relaxed);
}

void logger::write(log_level level, std::string_view component, std::string_view message,
                   std::initializer_list<log_field> fields) noexcept {
  if (!enabled(level)) return;
  try {
    state_->write(make_line(state_->json, level, component, message, fields));
  } catch (...) { // out of memory
    const std::lock_guard lock(state_->mutex);
    ++state_->counters.dropped[index_of(level)];
  }
}

void logger::report_repeats() noexcept {
  try {
    const std::lock_guard lock(state_->mutex);
    state_->emit_passed(state_->time.mono());
  } catch (...) { // out of memory: the repeats stay counted as suppressed
  }
}

void logger::flush() noexcept {
  try {
    const std::lock_guard lock(state_->mutex);
    while (const auto repeated = state_->repeats.drained())
      state_->emit(repeated->line, repeated->repeated);
  } catch (...) { // as above
  }
}

log_counters logger::counters() const noexcept {
  const std::lock_guard lock(state_->mutex);
  return state_->counters;
}

} // namespace reeve
