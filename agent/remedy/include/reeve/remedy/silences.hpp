// SPDX-License-Identifier: Apache-2.0
// What a person has said nothing is to be done about, for a time. Pure.
#pragma once

#include "reeve/base/clock.hpp"
#include "reeve/base/result.hpp"
#include "reeve/rules/rule.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::remedy {

// name="value" or name!="value" of a label, without patterns. The name `rule` is that of the rule or the mapping. A label
// that is not there is empty.
struct label_matcher {
  std::string name, value;
  bool is_equal = true;
  friend bool operator==(const label_matcher&, const label_matcher&) = default;
};
std::string to_text(const label_matcher& m); // rule="leak"
// Of that form; quotes may be left out.
result<label_matcher> matcher_from(std::string_view text);

struct silence {
  std::uint64_t id = 0;
  std::vector<label_matcher> matchers; // all must match
  nanoseconds until{0};                // Unix
  std::string by, comment;
  friend bool operator==(const silence&, const silence&) = default;
};
std::string
describe(const silence& s); // "the silence 3 of rule="leak" by anna until 2026-11-18T12:00:00.000Z: upgrade"

class silence_list {
 public:
  static constexpr std::size_t most = 1000;

  // Its id. errc::invalid_argument: it matches everything or is over; errc::limit: there are too many.
  result<std::uint64_t> add(silence s, nanoseconds unix_now);
  bool remove(std::uint64_t id); // whether there was one
  void expire(nanoseconds unix_now);
  // That covers it now; null: none.
  const silence* covering(std::string_view rule, const rules::label_list& labels, nanoseconds unix_now) const;
  // The same for whatever labels: it names nothing but the rule.
  const silence* covering_all_of(std::string_view rule, nanoseconds unix_now) const;
  const std::vector<silence>& all() const noexcept { return list_; }
  void restore(silence s); // of an earlier agent

 private:
  std::vector<silence> list_;
  std::uint64_t last_id_ = 0;
};

} // namespace reeve::remedy
