// SPDX-License-Identifier: Apache-2.0
// Random use of a batch beside a model that is nothing but maps.
#include "store_support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <random>
#include <tuple>

namespace reeve::store {
namespace {

constexpr std::uint32_t label_bytes = 3;

struct model {
  struct series {
    bool transient = false;
    std::optional<double> written;
    series_id handle = 0; // 0: never asked for
  };
  using histogram_data = std::tuple<double, std::uint64_t, std::vector<std::uint64_t>>;

  std::vector<family_spec> families;
  std::map<std::string, series> live; // `family{labels}`
  std::map<std::string, histogram_data> histograms;
  std::uint64_t dropped = 0;
  std::uint64_t samples = 0;

  std::size_t live_in(const std::string& family) const {
    const auto is_in = [&](const auto& e) { return e.first.starts_with(family + '{'); };
    return static_cast<std::size_t>(std::count_if(live.begin(), live.end(), is_in) +
                                    std::count_if(histograms.begin(), histograms.end(), is_in));
  }
  bool full(const family_spec& family, std::size_t max) const {
    return live.size() + histograms.size() >= max ||
           (family.max_series && live_in(family.name) >= family.max_series);
  }
  static std::string key(const family_spec& family, const std::vector<std::string>& values) {
    std::string text;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i].empty()) continue;
      text += (text.empty() ? "" : ",") + family.label_keys[i] + "=\"";
      for (const char c : values[i].substr(0, label_bytes))
        text += c == '\n' ? std::string("\\n") : c == '"' ? std::string("\\\"") : std::string(1, c);
      text += '"';
    }
    return family.name + '{' + text + '}';
  }
};

std::map<std::string, model::histogram_data> histograms_of(const snapshot& s) {
  std::map<std::string, model::histogram_data> found;
  for (const histogram_block& block : s.histograms)
    for (const histogram_value& v : block.values)
      found[block.family->name + '{' + std::string(v.labels.text()) + '}'] = {v.sum, v.count, v.buckets};
  return found;
}

class batch_model : public testing::TestWithParam<unsigned> {
 protected:
  static constexpr std::uint32_t max_series = 60;

  batch_model() : random_(GetParam()), batch_(limits()) {
    model_.families = {gauge("a", {"x", "y"}), gauge("b", {"x", "y"}), gauge("c", {"x"}), gauge("d"),
                       histogram("h", {1, 2}, {"x", "y"})};
    model_.families[2].max_series = 5;
    for (std::size_t i = 0; i < model_.families.size(); ++i)
      EXPECT_EQ(*batch_.family(model_.families[i]), i);
  }
  static batch_limits limits() {
    batch_limits l;
    l.max_series = max_series;
    l.max_label_bytes = label_bytes;
    return l;
  }

  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

  // Chooses the labels of the next call; some sets are equal only after cutting.
  void choose(std::size_t family) {
    static const std::vector<std::string> pool = {"",     "1",  "2",   "34",  "abc", "abcd",
                                                  "abce", "\"", "a\n", "zzz", "7",   "8"};
    family_ = family;
    texts_.clear();
    for (std::size_t i = 0; i < model_.families[family].label_keys.size(); ++i)
      texts_.push_back(pool[below(pool.size())]);
    labels_.clear();
    for (const std::string& text : texts_)
      labels_.push_back(below(4) == 0 ? label_value{{}, *batch_.intern(text)} : label_value{text, 0});
    key_ = model::key(model_.families[family], texts_);
  }

  void series() {
    choose(below(4));
    const auto got = batch_.series(static_cast<family_id>(family_), labels_);
    const auto known = model_.live.find(key_);
    if (known == model_.live.end() && model_.full(model_.families[family_], max_series)) {
      ++model_.dropped;
      ASSERT_FALSE(got);
      ASSERT_EQ(got.error().code, errc::limit);
      return;
    }
    ASSERT_TRUE(got);
    model::series& s = model_.live[key_];
    if (s.handle) {
      ASSERT_EQ(*got, s.handle);
    }
    s.handle = *got;
    s.transient = false;
    handles_.emplace_back(*got, key_);
  }

  void add() {
    choose(below(4));
    const double value = static_cast<double>(below(1000));
    const bool done = batch_.add(static_cast<family_id>(family_), labels_, value).has_value();
    const auto known = model_.live.find(key_);
    if (known == model_.live.end() && model_.full(model_.families[family_], max_series)) {
      ++model_.dropped;
      ASSERT_FALSE(done);
      return;
    }
    ASSERT_TRUE(done);
    if (known == model_.live.end()) model_.live[key_].transient = true;
    model_.live[key_].written = value;
  }

  void add_histogram() {
    choose(4);
    const std::vector<std::uint64_t> buckets = {below(9), below(9), below(9)};
    const auto count = std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
    const double sum = static_cast<double>(below(100));
    const bool done = batch_.add_histogram(4, labels_, sum, count, buckets).has_value();
    if (!model_.histograms.contains(key_) && model_.full(model_.families[4], max_series)) {
      ++model_.dropped;
      ASSERT_FALSE(done);
      return;
    }
    ASSERT_TRUE(done);
    model_.histograms[key_] = {sum, count, buckets};
  }

  // Also with handles of series dropped long ago.
  void set() {
    if (handles_.empty()) return;
    const auto& [handle, key] = handles_[below(handles_.size())];
    const auto known = model_.live.find(key);
    const bool good = known != model_.live.end() && known->second.handle == handle;
    const double value = static_cast<double>(below(1000));
    ASSERT_EQ(batch_.set(handle, value), good);
    if (good) known->second.written = value;
  }

  void drop() {
    if (handles_.empty()) return;
    const auto& [handle, key] = handles_[below(handles_.size())];
    batch_.drop(handle);
    if (const auto known = model_.live.find(key);
        known != model_.live.end() && known->second.handle == handle)
      model_.live.erase(known);
  }

  void forget_cycle() {
    for (auto& [key, s] : model_.live)
      s.written.reset();
    model_.histograms.clear();
  }

  void set_all() {
    for (auto& [key, s] : model_.live)
      if (s.handle) {
        s.written = static_cast<double>(below(1000));
        ASSERT_TRUE(batch_.set(s.handle, *s.written));
      }
  }

  void commit_and_compare() {
    const auto got = commit(batch_);
    std::map<std::string, double> expected;
    for (const auto& [key, s] : model_.live)
      if (s.written) expected[key] = *s.written;
    ASSERT_EQ(samples_of(*got), expected);
    ASSERT_EQ(got->values.size(), expected.size());
    ASSERT_EQ(got->series->labels.size(), expected.size());
    ASSERT_EQ(histograms_of(*got), model_.histograms);
    for (const layout::block& block : got->series->blocks)
      ASSERT_GT(block.count, 0u);
    model_.samples += expected.size() + model_.histograms.size();
    std::erase_if(model_.live, [](const auto& e) { return e.second.transient && !e.second.written; });
    forget_cycle();
    kept_.emplace_back(got, expected);
  }

  std::mt19937 random_;
  batch batch_;
  model model_;
  std::size_t family_ = 0;
  std::vector<std::string> texts_;
  std::vector<label_value> labels_;
  std::string key_;
  std::vector<std::pair<series_id, std::string>> handles_;
  std::vector<std::pair<snapshot_ptr, std::map<std::string, double>>> kept_;
};

TEST_P(batch_model, agrees) {
  for (int step = 0; step < 6000 && !HasFatalFailure(); ++step) {
    switch (below(16)) {
    case 0:
    case 1:
      series();
      break;
    case 2:
    case 3:
      drop();
      break;
    case 4:
    case 5:
    case 6:
      add();
      break;
    case 7:
      add_histogram();
      break;
    case 8:
      batch_.discard();
      forget_cycle();
      break;
    case 9:
      batch_.begin();
      forget_cycle();
      break;
    case 10:
      commit_and_compare();
      break;
    case 11: // an unchanged set
      set_all();
      commit_and_compare();
      set_all();
      commit_and_compare();
      break;
    default:
      set();
      break;
    }
    ASSERT_EQ(batch_.live_series(), model_.live.size());
    ASSERT_EQ(batch_.counters().dropped_series_total, model_.dropped);
    ASSERT_EQ(batch_.counters().samples_total, model_.samples);
  }
  for (const auto& [snapshot, expected] : kept_)
    ASSERT_EQ(samples_of(*snapshot), expected) << "a published snapshot changed";
  EXPECT_GT(model_.dropped, 0u) << "the run never met a limit";
}

INSTANTIATE_TEST_SUITE_P(seeds, batch_model, testing::Range(1u, 13u));

} // namespace
} // namespace reeve::store
