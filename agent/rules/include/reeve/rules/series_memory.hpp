// SPDX-License-Identifier: Apache-2.0
// The samples that rules look at: those of series that some selector takes, as far back as one of them reaches.
#pragma once

#include "reeve/rules/selector.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reeve::rules {

struct point {
  std::int64_t time_ms = 0; // Unix
  double value = 0;
};

// The NaN that Prometheus writes where a series ends; no sample has it otherwise.
double stale_mark() noexcept;
bool is_stale(double value) noexcept;

class series {
 public:
  const label_set& labels() const noexcept { return *labels_; }
  // The newest not later than `at_ms` and not further back than lookback_ms; null: there is none, or the series had ended.
  const point* latest(std::int64_t at_ms) const noexcept;
  // Those from `from_ms` to `to_ms`; in `room` when some between them are marks of staleness, which are left out.
  std::span<const point> between(std::int64_t from_ms, std::int64_t to_ms, std::vector<point>& room) const;

 private:
  friend class series_memory;
  std::span<const point> points() const noexcept { return std::span(points_).subspan(first_); }

  label_set_ptr labels_;
  std::vector<point> points_; // from first_ on, in the order of time
  std::size_t first_ = 0;
  std::size_t marks_ = 0;     // of staleness, among them
  std::int64_t reach_ms_ = 0; // of the selections that take it
  bool is_selected_ = false;
  std::uint64_t number_ = 0;
  std::uint64_t order_ = 0; // in which they came
};

struct memory_limits {
  std::size_t series = 100'000;
  std::size_t points = 4'000'000; // 16 bytes each
  bool forgets = true;            // false: what no selection reaches from the newest sample stays too
};

struct memory_use {
  std::size_t series = 0;
  std::size_t points = 0;
  std::size_t bytes = 0; // of labels and points, with what is held ready for more of them
  std::uint64_t refused_total =
      0; // series and points that found no room; an evaluation that they touch fails
  std::uint64_t late_points_total = 0; // not later than the one before, left out
};

// One thread at a time.
class series_memory {
 public:
  using selection_id = std::size_t;
  using series_number = std::uint64_t;                                                // 0: none
  static constexpr series_number no_room = std::numeric_limits<series_number>::max(); // of no series

  explicit series_memory(memory_limits limits = {}) : limits_(limits) {}

  // What comes from now on is kept for it. Selections that are alike are one, reaching as far as the furthest.
  selection_id select(const selector& s);
  // Forgets all selections and the series that only they took; those that are selected again meanwhile have kept theirs.
  void clear_selections();
  void drop_unselected();

  // Some selection takes all that this one would, and reaches as far.
  bool keeps(const selector& s) const;
  // What the selections of `other` take, as far as there is any of it here.
  void copy_to(series_memory& other) const;
  bool is_wanted(std::string_view metric) const; // some selection may take a series of that name
  // The series with these labels, made when a selection takes it; 0: none does. no_room: to be asked for again with the
  // next sample, which counts as lacking until there is.
  series_number find_or_make(label_set_ptr labels, std::int64_t now_ms);
  // False: there is no such series, or it was forgotten.
  bool append(series_number to, std::int64_t time_ms, double value);
  void end(series_number which, std::int64_t time_ms); // it is not there any more
  // The clock was set by so much: all that is here happened then by that clock.
  void move(std::int64_t by_ms);
  // Forgets samples that no selection reaches any more, and series that have none left.
  void trim(std::int64_t now_ms);

  std::span<series* const> selected(selection_id which) const noexcept { return selections_[which].taken; }
  // Nothing that it reaches from there found no room.
  bool is_whole(selection_id which, std::int64_t now_ms) const noexcept {
    return now_ms > selections_[which].lacks_until_ms;
  }
  memory_use use() const noexcept;

 private:
  struct selection {
    selector what;
    std::int64_t reach_ms = 0;
    std::vector<series*> taken; // in the order in which they came
    std::int64_t lacks_until_ms = std::numeric_limits<std::int64_t>::min();
  };

  series_number place(series& made);
  series* find(series_number which) const noexcept; // null: no such
  template <class F>
  void each_selection_of(const label_set& labels, F&& f);
  void note_lack(const label_set& labels, std::int64_t now_ms);
  template <class F>
  void forget_if(F&& is_over);

  memory_limits limits_;
  std::vector<selection> selections_;
  std::unordered_map<std::string, std::vector<selection_id>> by_metric_; // "" has those of any name
  std::unordered_map<std::string, std::unique_ptr<series>> by_labels_;   // by their text
  // A number has the place of its series here in its lower half, from 1, and in the upper half which one there it was.
  std::vector<series*> by_place_;
  std::vector<std::uint32_t> free_places_;
  std::uint64_t last_order_ = 0;
  std::size_t points_ = 0;
  std::uint64_t refused_ = 0, late_ = 0;
};

} // namespace reeve::rules
