// SPDX-License-Identifier: Apache-2.0
#include "reeve/rules/evaluation.hpp"
#include "reeve/rules/sample_text.hpp"

#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  auto read = reeve::rules::read_samples({reinterpret_cast<const char*>(data), size});
  if (!read) {
    if (read.error().message.empty()) std::abort();
    return 0;
  }
  reeve::rules::series_memory memory({.series = 100, .points = 1000});
  reeve::rules::evaluation e(*reeve::rules::parse_expression("rate({a!=\"\"}[5m]) or plain"), memory);
  reeve::rules::load_samples(*std::move(read), memory);
  (void)e.at(1'000'000);
  memory.trim(2'000'000);
  (void)memory.use();
  return 0;
}
