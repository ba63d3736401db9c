// SPDX-License-Identifier: Apache-2.0
#include "parse/pdh_meaning.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace reeve::os::parse {

namespace {

enum class shape : std::uint8_t {
  none,
  level,          // first
  count,          // first, since some start
  seconds,        // first, in ticks
  rest,           // all time but first
  share,          // first by second
  age,            // second minus first, in ticks
  queue,          // first, in ticks
  seconds_summed, // first, in ticks: the sum behind an average
  summed,         // first: the sum behind an average
};

shape shape_of(std::uint32_t type) noexcept {
  switch (type) {
  case perf_counter_rawcount_hex:
  case perf_counter_large_rawcount_hex:
  case perf_counter_rawcount:
  case perf_counter_large_rawcount:
    return shape::level;
  case perf_counter_delta:
  case perf_counter_large_delta:
  case perf_sample_counter:
  case perf_counter_counter:
  case perf_counter_bulk_count:
  case perf_sample_fraction: // what was found; what was looked for is a counter of its own
    return shape::count;
  case perf_counter_timer:
  case perf_precision_system_timer:
  case perf_100nsec_timer:
  case perf_precision_100ns_timer:
  case perf_obj_time_timer:
  case perf_precision_object_timer:
  case perf_counter_multi_timer:
  case perf_100nsec_multi_timer:
    return shape::seconds;
  case perf_counter_timer_inv:
  case perf_100nsec_timer_inv:
  case perf_counter_multi_timer_inv:
  case perf_100nsec_multi_timer_inv:
    return shape::rest;
  case perf_raw_fraction:
  case perf_large_raw_fraction:
    return shape::share;
  case perf_elapsed_time:
    return shape::age;
  case perf_counter_queuelen_type:
  case perf_counter_large_queuelen_type:
  case perf_counter_100ns_queuelen_type:
  case perf_counter_obj_time_queuelen_type:
    return shape::queue;
  case perf_average_timer:
    return shape::seconds_summed;
  case perf_average_bulk:
    return shape::summed;
  default:
    return shape::none;
  }
}

constexpr std::uint32_t timer_100ns = 0x00100000; // PERF_TIMER_100NS
constexpr std::uint32_t size_mask = 0x00000300;   // PERF_SIZE_*: 0 is 32 bits
constexpr std::uint32_t multi = 0x02000000;       // PERF_MULTI_COUNTER
constexpr double ticks_of_100ns = 1e7;

bool is_upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) noexcept {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// "PhysicalDisk" and "Physical Disk" are "physical_disk"; "TCPv4" is "tcpv4".
std::string words_of(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool word_begins =
        is_upper(c) && i > 0 && is_lower(text[i - 1]) && i + 1 < text.size() && is_lower(text[i + 1]);
    const bool part_of_word = is_upper(c) || is_lower(c) || is_digit(c);
    if ((word_begins || !part_of_word) && !out.empty() && out.back() != '_') out += '_';
    if (part_of_word) out += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  while (out.ends_with('_'))
    out.pop_back();
  return out;
}

// Takes a word out of the name; false: it was not there.
bool take(std::string& name, std::string_view word) {
  const std::string padded = "_" + name + "_";
  const std::string wanted = cat("_", word, "_");
  const std::size_t at = padded.find(wanted);
  if (at == std::string::npos) return false;
  std::string out = padded.substr(0, at) + padded.substr(at + wanted.size() - 1);
  const std::size_t begin = out.find_first_not_of('_');
  name =
      begin == std::string::npos ? std::string() : out.substr(begin, out.find_last_not_of('_') - begin + 1);
  return true;
}

// Of what unit the number is by its name: Windows has no other place for it.
double bytes_factor(std::string_view counter) noexcept {
  const auto has = [&](std::string_view word) { return counter.find(word) != std::string_view::npos; };
  if (has("MBytes") || has("Megabytes")) return 1024.0 * 1024;
  if (has("KBytes") || has("Kilobytes") || has("KB")) return 1024;
  return has("Bytes") || has("bytes") ? 1 : 0;
}

// A level that is a percentage: "% Processor Performance", "% of Maximum Frequency".
bool is_percentage(std::string_view counter, shape s) noexcept {
  return s == shape::level && counter.starts_with('%');
}

std::string_view unit_of(std::string_view counter, shape s) noexcept {
  switch (s) {
  case shape::seconds:
  case shape::rest:
  case shape::age:
  case shape::queue:
  case shape::seconds_summed:
    return "seconds";
  case shape::share:
    return "ratio";
  case shape::level:
    if (is_percentage(counter, s)) return "ratio";
    [[fallthrough]];
  default:
    return bytes_factor(counter) != 0 ? "bytes" : "";
  }
}

bool is_counter(shape s) noexcept {
  return s != shape::level && s != shape::share && s != shape::age;
}

// By the object. The same key where the catalogue has the same thing.
std::string_view key_of(std::string_view object) noexcept {
  struct named {
    std::string_view object, key;
  };
  static constexpr named keys[] = {
      {"Processor", "cpu"},          {"Processor Information", "cpu"},   {"PhysicalDisk", "device"},
      {"LogicalDisk", "mountpoint"}, {"Network Interface", "interface"}, {"Network Adapter", "interface"},
      {"Process", "process"}};
  for (const named& n : keys)
    if (n.object == object) return n.key;
  return "instance";
}

std::string name_of(const pdh_path& path, shape s, std::string_view unit) {
  std::string counter(path.counter);
  if (counter.ends_with("/sec")) counter.resize(counter.size() - 4);
  std::string name = words_of(counter);
  if (s == shape::seconds_summed || s == shape::summed || s == shape::queue) take(name, "avg");
  if (unit == "seconds") {
    take(name, "sec");
    if (name != "time") take(name, "time");
  }
  if (unit == "bytes")
    for (const char* word : {"bytes", "kbytes", "mbytes", "kilobytes", "megabytes", "kb"})
      take(name, word);
  if (unit == "ratio") take(name, "percent");
  // Endings that have a meaning of their own in the exposition.
  for (const std::string_view ending : {"total", "info", "bucket", "sum", "created"})
    if (name == ending || name.ends_with(cat("_", ending))) take(name, ending);
  // "memory_available", not "memory_memory_available".
  const std::string object = words_of(path.object);
  std::string out = object;
  if (name == object)
    name.clear();
  else if (name.starts_with(object + "_"))
    name.erase(0, object.size() + 1);
  if (!name.empty()) out += "_" + name;
  // "process_threads", not "process_thread_count".
  constexpr std::string_view number = "_count";
  if (out.ends_with(number)) {
    out.resize(out.size() - number.size());
    if (!out.ends_with('s')) out += 's';
  }
  if (!unit.empty()) out += cat("_", unit);
  if (!out.empty() && is_digit(out.front())) out.insert(out.begin(), '_');
  return out;
}

std::string_view meaning_of(shape s) noexcept {
  switch (s) {
  case shape::rest:
    return ": the time that is not idle";
  case shape::queue:
    return ": length times time; its rate is the mean length";
  case shape::seconds_summed:
  case shape::summed:
    return ": the sum over all operations";
  default:
    return "";
  }
}

} // namespace

std::optional<counter_measure> pdh_measure(const pdh_path& path, std::uint32_t type) {
  const shape s = shape_of(type);
  if (s == shape::none) return std::nullopt;
  counter_measure out;
  out.kind = is_counter(s) ? counter_kind::counter : counter_kind::gauge;
  out.unit = unit_of(path.counter, s);
  out.name = name_of(path, s, out.unit);
  out.help = cat("Windows' performance counter ", path.object, ", ", path.counter, meaning_of(s), ".");
  if (!path.instance.empty()) out.label_keys[0] = key_of(path.object);
  return out;
}

std::optional<double> pdh_value(const pdh_path& path, std::uint32_t type, const pdh_raw& raw,
                                const pdh_clock& clock) {
  const shape s = shape_of(type);
  const double ticks = (type & timer_100ns) != 0 ? ticks_of_100ns : clock.ticks_per_second;
  // 32 bits count up to 4,294,967,295; PDH may hand them out with their sign.
  const bool narrow = (type & size_mask) == 0;
  const double first =
      narrow ? static_cast<double>(static_cast<std::uint32_t>(raw.first)) : static_cast<double>(raw.first);
  const double factor = std::max(bytes_factor(path.counter), 1.0);
  switch (s) {
  case shape::none:
    return std::nullopt;
  case shape::level:
    return is_percentage(path.counter, s) ? first / 100 : first * factor;
  case shape::count:
  case shape::summed:
    return first * factor;
  case shape::share:
    if (raw.second == 0) return std::nullopt;
    return first / static_cast<double>(narrow ? static_cast<std::uint32_t>(raw.second) : raw.second);
  default:
    break;
  }
  if (!(ticks > 0)) return std::nullopt;
  if (s == shape::age) return static_cast<double>(raw.second - raw.first) / ticks;
  if (s != shape::rest) return first / ticks;
  // Time stamps in 100 ns are a FILETIME, others count from the start of the system.
  const std::uint64_t begin = (type & timer_100ns) != 0 ? clock.boot : 0;
  const double all = static_cast<double>(raw.second - static_cast<std::int64_t>(begin)) *
                     ((type & multi) != 0 ? std::max(raw.multi_count, 1u) : 1);
  return std::max(all - first, 0.0) / ticks;
}

} // namespace reeve::os::parse
