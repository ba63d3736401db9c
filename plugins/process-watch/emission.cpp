// SPDX-License-Identifier: Apache-2.0
#include "emission.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace reeve::process_watch {

namespace {

constexpr std::size_t batch_points = 1024;

// The instance names of Windows' performance counters, which windows_exporter shows, have no ".exe".
std::string_view without_exe(std::string_view name) noexcept {
  constexpr std::string_view suffix = ".exe";
  if (name.size() <= suffix.size()) return name;
  const std::string_view end = name.substr(name.size() - suffix.size());
  const bool same = std::equal(end.begin(), end.end(), suffix.begin(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
  });
  return same ? name.substr(0, name.size() - suffix.size()) : name;
}

} // namespace

emission::emission(const options& o) : options_(o) {
  points_.reserve(batch_points);
}

void emission::add_columns(const sdk::host& host, const sdk::call& call, std::span<const series_spec> specs,
                           std::initializer_list<std::string_view> keys, bool windows,
                           std::vector<column>& out) {
  std::string_view last;
  std::uint32_t family = 0;
  for (const series_spec& s : specs) {
    if (last != s.family) {
      const std::string_view first = *keys.begin();
      const std::string_view second = keys.size() > 1 ? *(keys.begin() + 1) : std::string_view();
      if (!s.extra_key)
        family = host.family(call, s.kind, s.family, s.help, keys, s.unit);
      else if (second.empty())
        family = host.family(call, s.kind, s.family, s.help, {first, s.extra_key}, s.unit);
      else
        family = host.family(call, s.kind, s.family, s.help, {first, second, s.extra_key}, s.unit);
    }
    last = s.family;
    out.push_back({&s, family, windows});
  }
}

void emission::declare(const sdk::host& host, const sdk::call& call) {
  using sdk::kind;
  add_columns(host, call, group_series(), {"group"}, false, group_columns_);
  if (options_.namedprocess_names)
    add_columns(host, call, namedprocess_series(), {"groupname"}, false, group_columns_);
  limited_family_ =
      host.family(call, kind::gauge, "reeve_process_watch_limited_processes",
                  "Living processes that a limit keeps from a group or from series of their own.", {"limit"});
  if (!options_.any_per_process()) return;
  add_columns(host, call, process_series(), {"pid", "name"}, false, process_columns_);
  state_family_ = host.family(call, kind::gauge, "reeve_process_state",
                              "1 for the state that the process is in.", {"pid", "name", "state"});
  if (options_.process_info)
    info_family_ = host.family(call, kind::info, "reeve_process", "Who the process is.",
                               {"pid", "name", "ppid", "user", "exe", "start_time"});
  if (!options_.windows_names) return;
  add_columns(host, call, windows_series(), {"process", "process_id"}, true, process_columns_);
  windows_info_family_ =
      host.family(call, kind::info, "windows_process", "Who the process is.",
                  {"process", "process_id", "creating_process_id", "process_group_id", "owner", "cmdline"});
}

reeve_status emission::write(const sdk::host& host, const sdk::call& call, const process_rows& rows,
                             tracker& from) {
  const context c{host, call, rows};
  points_.clear(); // a call that was cancelled may have left some
  status_ = REEVE_OK;
  state_refused_ = info_refused_ = false;
  for (column& col : group_columns_)
    col.refused = false;
  for (column& col : process_columns_)
    col.refused = false;
  drop_discarded(c, from);
  for (auto& [name, g] : from.groups())
    write_group(c, g);
  if (!process_columns_.empty())
    for (process* p : from.living())
      if (p->shown) write_process(c, *p);
  write_limits(c, from);
  send(c);
  return status_;
}

void emission::drop_discarded(const context& c, tracker& from) {
  for (const auto& s : from.discarded()) {
    for (const std::uint64_t series : s->of_measures)
      c.host.drop(c.call, series);
    c.host.drop(c.call, s->state);
    c.host.drop(c.call, s->info);
    c.host.drop(c.call, s->windows_info);
  }
  from.discarded().clear();
}

std::uint64_t emission::resolve(const context& c, column& col, std::span<const reeve_label> labels) {
  if (col.refused) return 0;
  const std::uint64_t series = c.host.series(c.call, col.family, labels);
  col.refused = series == 0;
  return series;
}

void emission::write_group(const context& c, group& g) {
  if (!g.series) {
    g.series = std::make_unique<series_handles>();
    g.series->of_measures.resize(group_columns_.size());
  }
  for (std::size_t i = 0; i < group_columns_.size(); ++i) {
    column& col = group_columns_[i];
    if (!g.sum.has(col.spec->what)) continue;
    std::uint64_t& series = g.series->of_measures[i];
    if (series == 0) {
      const std::array labels{
          sdk::label(g.name),
          sdk::label(col.spec->extra_value ? std::string_view(col.spec->extra_value) : "")};
      series = resolve(c, col, labels);
    }
    point(c, series, g.sum.number(col.spec->what));
  }
}

void emission::write_process(const context& c, process& p) {
  if (!p.series) {
    p.series = std::make_unique<series_handles>();
    p.series->of_measures.resize(process_columns_.size());
  }
  const measures m = measures_of(*p.row);
  for (std::size_t i = 0; i < process_columns_.size(); ++i) {
    column& col = process_columns_[i];
    if (!m.has(col.spec->what)) continue;
    std::uint64_t& series = p.series->of_measures[i];
    if (series == 0 && !col.refused) {
      const std::string_view raw = c.rows.text(p.row->name);
      const std::string name = name_label(col.windows ? without_exe(raw) : raw);
      const std::string pid = std::to_string(p.pid);
      const std::string_view extra = col.spec->extra_value ? col.spec->extra_value : "";
      const std::array labels{sdk::label(col.windows ? name : pid), sdk::label(col.windows ? pid : name),
                              sdk::label(extra)};
      series = resolve(c, col, labels);
    }
    point(c, series, m.number(col.spec->what));
  }
  if ((p.row->present & REEVE_PROCESS_STATE) != 0) write_state(c, p);
  if (options_.process_info || options_.windows_names) write_info(c, p);
}

void emission::write_state(const context& c, process& p) {
  series_handles& s = *p.series;
  if (s.state != 0 && s.shown_state != p.row->state) {
    c.host.drop(c.call, s.state);
    s.state = 0;
  }
  if (s.state == 0 && !state_refused_) {
    const std::string name = name_label(c.rows.text(p.row->name));
    const std::string pid = std::to_string(p.pid);
    const std::array labels{sdk::label(pid), sdk::label(name), sdk::label(state_name(p.row->state))};
    s.state = c.host.series(c.call, state_family_, labels);
    s.shown_state = p.row->state;
    state_refused_ = s.state == 0;
  }
  point(c, s.state, 1);
}

void emission::write_info(const context& c, process& p) {
  series_handles& s = *p.series;
  const std::uint32_t parent = (p.row->present & REEVE_PROCESS_PARENT) != 0 ? p.row->ppid : 0;
  if ((s.info != 0 || s.windows_info != 0) && s.shown_parent != parent) {
    c.host.drop(c.call, s.info);
    c.host.drop(c.call, s.windows_info);
    s.info = s.windows_info = 0;
  }
  const bool asks = (options_.process_info && s.info == 0) || (options_.windows_names && s.windows_info == 0);
  if (asks && !info_refused_) {
    const subject who = c.rows.describe(*p.row);
    const std::string pid = std::to_string(p.pid);
    const std::string name = name_label(who.name);
    const std::string ppid = std::to_string(parent);
    const std::string user = label_text(who.user);
    if (options_.process_info && s.info == 0) {
      const std::string executable = label_text(who.executable);
      const std::string began = who.has_start_time ? utc_text(who.start_unix_ns) : std::string();
      const std::array labels{sdk::label(pid),  sdk::label(name),       sdk::label(ppid),
                              sdk::label(user), sdk::label(executable), sdk::label(began)};
      s.info = c.host.series(c.call, info_family_, labels);
      info_refused_ = s.info == 0;
    }
    if (options_.windows_names && s.windows_info == 0) {
      // Reeve shows no command line; the label is there, empty, so that queries which name it go on working.
      const std::string image = name_label(without_exe(who.name));
      const std::array labels{sdk::label(image), sdk::label(pid),  sdk::label(ppid),
                              sdk::label("0"),   sdk::label(user), sdk::label("")};
      s.windows_info = c.host.series(c.call, windows_info_family_, labels);
      info_refused_ = info_refused_ || s.windows_info == 0;
    }
    s.shown_parent = parent;
  }
  if (options_.process_info) point(c, s.info, 1);
  if (options_.windows_names) point(c, s.windows_info, 1);
}

void emission::write_limits(const context& c, const tracker& from) {
  const auto of = [&](std::uint64_t& series, std::string_view limit, std::uint64_t value) {
    if (series == 0) {
      const std::array labels{sdk::label(limit)};
      series = c.host.series(c.call, limited_family_, labels);
    }
    point(c, series, static_cast<double>(value));
  };
  of(limited_groups_, "max_groups", from.folded());
  if (!process_columns_.empty()) of(limited_processes_, "max_per_process", from.unshown());
}

void emission::point(const context& c, std::uint64_t series, double value) {
  // A handle that the host refused goes along too: that is how the host knows and counts what is missing.
  points_.push_back({series, value});
  if (points_.size() == batch_points) send(c);
}

void emission::send(const context& c) {
  if (points_.empty()) return;
  reeve_batch batch{};
  batch.struct_size = sizeof batch;
  batch.sample_stride = sizeof(reeve_sample);
  batch.point_stride = sizeof(reeve_point);
  batch.hist_stride = sizeof(reeve_hist);
  batch.points = points_.data();
  batch.n_points = static_cast<std::uint32_t>(points_.size());
  const reeve_status status = c.host.emit(c.call, batch);
  points_.clear();
  if (status < 0) throw sdk::failure("the host refused a batch", status);
  status_ = std::max(status_, status);
}

} // namespace reeve::process_watch
