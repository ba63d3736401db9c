// SPDX-License-Identifier: Apache-2.0
#include "parse/windows_processor_times.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace reeve::os::parse {

bool parse_processor_times(std::span<const std::byte> bytes, counter_sink& out) {
  constexpr double ticks_per_second = 1e7;
  const std::size_t processors = bytes.size() / processor_times_size;
  for (std::size_t i = 0; i < processors; ++i) {
    std::array<std::int64_t, 5> t{}; // idle, kernel (idle is part of it), user, DPC, interrupt: 100 ns
    std::memcpy(t.data(), bytes.data() + i * processor_times_size, sizeof t);
    std::array<char, 20> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), i).ptr;
    const std::string_view cpu(text.data(), static_cast<std::size_t>(end - text.data()));
    const auto put = [&](std::string_view mode, std::int64_t ticks) {
      out.put(measure::cpu_seconds, static_cast<double>(std::max<std::int64_t>(ticks, 0)) / ticks_per_second,
              cpu, mode);
    };
    put("user", t[2]);
    put("system", t[1] - t[0] - t[3] - t[4]);
    put("idle", t[0]);
    put("irq", t[4]);
    put("softirq", t[3]);
  }
  return processors > 0;
}

} // namespace reeve::os::parse
