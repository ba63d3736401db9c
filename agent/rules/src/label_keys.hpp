// SPDX-License-Identifier: Apache-2.0
// Which samples of vectors have labels in common. The same expression is evaluated again and again over nearly the same
// series, so what was found out about those is kept.
#pragma once

#include "reeve/rules/evaluation.hpp"

#include "reeve/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace reeve::rules {

// Some of the labels of a sample.
struct label_choice {
  bool keeps_named = true;        // those that are named, else all but them
  std::vector<std::string> names; // sorted
  bool keeps_metric = false;      // of all but the named ones: the metric's name, too

  // Equal for two samples exactly when their chosen labels are.
  std::string key(const sample& s) const;
  label_set_ptr chosen(const sample& s) const;
};

// What label_keys knows of one vector.
struct keyed_vector {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::vector<std::uint64_t> samples; // which they are
  std::vector<std::size_t> keys;      // by sample
  std::vector<std::size_t> was_at;    // by sample: its place in the vector before; none: it is new
};

// Numbers for chosen labels, from 0 on: the same for two samples exactly when these are equal.
class label_keys {
 public:
  explicit label_keys(label_choice choice) : choice_(std::move(choice)) {}

  // Brings `v` up to date, which was numbered here before or is empty. False: it has the samples that it had.
  bool number(std::span<const sample> samples, keyed_vector& v);

  std::size_t size() const noexcept { return numbers_.size(); } // of the numbers that were given
  // Most of them are those of series that are gone. Then it is cleared, and with it all that was numbered here.
  bool is_crowded(std::size_t samples) const noexcept { return size() > 2 * samples + 64; }
  void clear() { numbers_.clear(); }
  const label_choice& choice() const noexcept { return choice_; }

 private:
  std::size_t number_of(const sample& s);

  label_choice choice_;
  std::unordered_map<std::string, std::size_t> numbers_;
};

// Whether two samples of a vector have the same labels.
class repeat_check {
 public:
  result<> refuse_repeated(std::span<const sample> samples); // an error when there are such

 private:
  label_keys keys_{{false, {}, true}};
  keyed_vector last_;
  std::vector<bool> is_seen_; // by key
};

} // namespace reeve::rules
