// SPDX-License-Identifier: Apache-2.0
// Any text as reeve.toml: read whole, or each mistake with its place.
#include "parse.hpp"
#include "read_settings.hpp"

#include "reeve/config/print.hpp"

#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  reeve::config::source_texts texts;
  texts.add("reeve.toml", text);
  reeve::config::problem_list problems(texts);
  const auto parsed = reeve::config::parse_toml("reeve.toml", text, problems);
  if (!parsed && problems.empty()) std::abort();
  if (parsed) (void)reeve::config::read_settings(*parsed, problems);
  for (const reeve::diagnostic& d : problems.take()) {
    if (d.message.empty()) std::abort();
    (void)reeve::config::format(d, false);
  }
  return 0;
}
