// SPDX-License-Identifier: Apache-2.0
// Any text as an expression: refused with a place inside it, or evaluated over a few series.
#include "reeve/rules/evaluation.hpp"

#include <cstdlib>
#include <string_view>

namespace {

void fill(reeve::rules::series_memory& memory) {
  using reeve::rules::label_set;
  int which = 0;
  for (const char* metric : {"a", "b", "plain", "sum", "requests_total"})
    for (const char* x : {"1", "2", ""}) {
      const auto series = memory.find_or_make(label_set::make(metric, {{"x", x}, {"job", "web"}}), 0);
      for (int i = 0; series != 0 && i < 30; ++i)
        memory.append(series, 15'000 * i, i % 7 == 6 ? reeve::rules::stale_mark() : i * ++which % 11);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto parsed = reeve::rules::parse_expression(text);
  if (!parsed) {
    if (parsed.error().offset > size || parsed.error().message.empty()) std::abort();
    (void)reeve::rules::describe(parsed.error(), text);
    return 0;
  }
  reeve::rules::series_memory memory;
  reeve::rules::evaluation e(*std::move(parsed), memory);
  fill(memory);
  for (const std::int64_t now : {0, 435'000, 100'000, 1'000'000})
    (void)e.at(now);
  return 0;
}
