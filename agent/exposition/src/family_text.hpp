// SPDX-License-Identifier: Apache-2.0
// The lines of one family: its head, and one sample or histogram at a time.
#pragma once

#include "reeve/exposition/format.hpp"
#include "reeve/store/snapshot.hpp"
#include "text_writer.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::exposition {

class family_text {
 public:
  family_text(const store::family_spec& spec, format f);

  void head(text_writer& out) const; // HELP, TYPE and, in OpenMetrics, UNIT
  void sample(text_writer& out, std::string_view labels, double value) const;
  void histogram(text_writer& out, const store::histogram_value& value) const;

 private:
  void histogram_line(text_writer& out, std::string_view suffix, std::string_view labels) const;
  void bucket_line(text_writer& out, std::string_view labels, std::string_view bound,
                   std::uint64_t cumulative) const;

  const store::family_spec* spec_;
  format format_;
  std::string bare_;                // `name `
  std::string open_;                // `name{`
  std::vector<std::string> bounds_; // a histogram's, as le says them
};

} // namespace reeve::exposition
