// SPDX-License-Identifier: Apache-2.0
// What an agent or a keeper left in files: any text is refused or read, and what is read is written the same again.
#include "tests/fuzz/fuzzing.hpp"

#include "job_memory_text.hpp"
#include "keeper/launch_order.hpp"
#include "memory_text.hpp"

#include "reeve/os/keeper_record.hpp"

#include <cstdlib>
#include <string>
#include <string_view>

using reeve::fuzzing::expect;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const reeve::supervise::moment now{std::chrono::hours(1), std::chrono::hours(400'000)};
  if (const auto kept = reeve::supervise::kept_from_text(text, now)) {
    const std::string again = to_text(*kept, now);
    const auto second = reeve::supervise::kept_from_text(again, now);
    expect(second && to_text(*second, now) == again);
  }
  if (const auto memory = reeve::supervise::job_memory_from_text(text)) {
    const std::string again = to_text(*memory);
    const auto second = reeve::supervise::job_memory_from_text(again);
    expect(second && to_text(*second) == again);
  }
  if (const auto record = reeve::os::record_from_text(text)) {
    const std::string again = to_text(*record);
    const auto second = reeve::os::record_from_text(again);
    expect(second && to_text(*second) == again);
  }
  if (const auto order = reeve::os::order_from_bytes(text)) {
    const std::string again = to_bytes(*order);
    const auto second = reeve::os::order_from_bytes(again);
    expect(second && to_bytes(*second) == again);
  }
  return 0;
}
