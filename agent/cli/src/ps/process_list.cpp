// SPDX-License-Identifier: Apache-2.0
#include "ps/process_list.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace reeve::cli {

namespace {

using os::process_field;
using os::process_row;
using os::process_rows;

constexpr std::size_t nobody = static_cast<std::size_t>(-1);

// What a numeric key sorts by; nothing: it could not be read.
std::optional<double> number_of(const process_row& row, sort_key key, const cpu_shares* shares) {
  const auto when = [&](process_field field, double value) {
    return has(row.present, field) ? std::optional(value) : std::nullopt;
  };
  switch (key) {
  case sort_key::cpu:
    if (shares) {
      const auto share = shares->find(row.id);
      return share == shares->end() ? std::nullopt : std::optional(share->second);
    }
    return when(process_field::cpu,
                static_cast<double>(row.cpu_user_ns) + static_cast<double>(row.cpu_system_ns));
  case sort_key::memory:
    return when(process_field::resident_memory, static_cast<double>(row.resident_bytes));
  case sort_key::handles:
    return when(process_field::open_handles, static_cast<double>(row.open_handles));
  case sort_key::threads:
    return when(process_field::threads, static_cast<double>(row.threads));
  case sort_key::io:
    return when(process_field::io,
                static_cast<double>(row.io_read_bytes) + static_cast<double>(row.io_write_bytes));
  case sort_key::start:
    return static_cast<double>(row.id.start); // the identity is always there
  case sort_key::pid:
  case sort_key::name:
    break;
  }
  return row.id.pid;
}

class order {
 public:
  order(const process_rows& rows, const list_options& options, const cpu_shares* shares)
      : rows_(rows), key_(options.sort), shares_(shares) {
    const bool ascends = key_ == sort_key::pid || key_ == sort_key::name || key_ == sort_key::start;
    descending_ = ascends == options.reverse;
  }

  bool operator()(std::size_t a, std::size_t b) const {
    const process_row &x = rows_.rows[a], &y = rows_.rows[b];
    if (key_ == sort_key::name) {
      const int way = rows_.view(x.name).compare(rows_.view(y.name));
      if (way != 0) return descending_ ? way > 0 : way < 0;
      return x.id < y.id;
    }
    const auto left = number_of(x, key_, shares_), right = number_of(y, key_, shares_);
    if (left.has_value() != right.has_value()) return left.has_value();
    if (left != right) return descending_ ? *left > *right : *left < *right;
    return x.id < y.id;
  }

 private:
  const process_rows& rows_;
  sort_key key_;
  const cpu_shares* shares_;
  bool descending_ = false;
};

// For each row the index of its parent. A pid is reused, so one that is younger than its child is somebody
// else.
std::vector<std::size_t> parents_of(const process_rows& rows) {
  std::unordered_map<std::uint32_t, std::size_t> by_pid;
  for (std::size_t i = 0; i < rows.rows.size(); ++i)
    by_pid[rows.rows[i].id.pid] = i;
  std::vector<std::size_t> out(rows.rows.size(), nobody);
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    const process_row& row = rows.rows[i];
    if (!has(row.present, process_field::parent) || row.ppid == row.id.pid) continue;
    const auto found = by_pid.find(row.ppid);
    if (found != by_pid.end() && rows.rows[found->second].id.start <= row.id.start) out[i] = found->second;
  }
  // Equal stamps cannot tell the older of two, so that pids used again could close a ring. It is opened at
  // one place.
  std::vector<std::size_t> seen_from(rows.rows.size(), nobody);
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::size_t at = i;
    while (at != nobody && seen_from[at] == nobody) {
      seen_from[at] = i;
      if (out[at] != nobody && seen_from[out[at]] == i) out[at] = nobody;
      at = out[at];
    }
  }
  return out;
}

std::vector<list_line> flat(const process_rows& rows, const list_options& options, const order& before) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < rows.rows.size(); ++i)
    if (options.filter.accepts(rows, rows.rows[i])) chosen.push_back(i);
  std::sort(chosen.begin(), chosen.end(), before);
  if (options.top != 0 && chosen.size() > options.top) chosen.resize(options.top);
  std::vector<list_line> out;
  for (const std::size_t i : chosen)
    out.push_back({&rows.rows[i], 0, {}});
  return out;
}

std::vector<list_line> forest(const process_rows& rows, const list_options& options, const order& before) {
  const std::vector<std::size_t> parents = parents_of(rows);
  std::vector<std::vector<std::size_t>> children(rows.rows.size());
  std::vector<std::size_t> roots;
  const auto accepted = [&](std::size_t i) { return options.filter.accepts(rows, rows.rows[i]); };
  for (std::size_t i = 0; i < parents.size(); ++i) {
    if (parents[i] != nobody) children[parents[i]].push_back(i);
    if (!accepted(i)) continue;
    std::size_t above = parents[i];
    while (above != nobody && !accepted(above))
      above = parents[above];
    if (above == nobody) roots.push_back(i); // otherwise it is shown below that ancestor
  }

  // A stack of its own: a chain of processes may be longer than this thread's stack is deep.
  struct pending {
    std::size_t index;
    std::vector<bool> last_child;
  };
  std::vector<pending> stack;
  const auto push = [&](std::vector<std::size_t>& siblings, const std::vector<bool>& above, bool are_roots) {
    std::sort(siblings.begin(), siblings.end(), before);
    for (std::size_t n = siblings.size(); n-- > 0;) {
      std::vector<bool> levels = above;
      if (!are_roots) levels.push_back(n + 1 == siblings.size());
      stack.push_back({siblings[n], std::move(levels)});
    }
  };
  push(roots, {}, true);
  std::vector<list_line> out;
  while (!stack.empty()) {
    pending next = std::move(stack.back());
    stack.pop_back();
    push(children[next.index], next.last_child, false);
    out.push_back({&rows.rows[next.index], next.last_child.size(), std::move(next.last_child)});
  }
  return out;
}

} // namespace

cpu_shares cpu_shares_between(const process_rows& earlier, const process_rows& later, double seconds) {
  std::unordered_map<process_id, std::uint64_t> before;
  for (const process_row& row : earlier.rows)
    if (has(row.present, process_field::cpu)) before[row.id] = row.cpu_user_ns + row.cpu_system_ns;
  cpu_shares out;
  for (const process_row& row : later.rows) {
    const auto found = before.find(row.id);
    const std::uint64_t now = row.cpu_user_ns + row.cpu_system_ns;
    if (found == before.end() || !has(row.present, process_field::cpu) || now < found->second || seconds <= 0)
      continue;
    out[row.id] = static_cast<double>(now - found->second) / (seconds * 1e9) * 100;
  }
  return out;
}

os::process_fields needed_fields(const list_options& options) noexcept {
  os::process_fields out = options.filter.needed();
  if (options.tree) out = out | process_field::parent;
  switch (options.sort) {
  case sort_key::cpu:
    return out | process_field::cpu;
  case sort_key::memory:
    return out | process_field::resident_memory;
  case sort_key::handles:
    return out | process_field::open_handles;
  case sort_key::threads:
    return out | process_field::threads;
  case sort_key::io:
    return out | process_field::io;
  case sort_key::pid:
  case sort_key::name:
  case sort_key::start:
    break;
  }
  return out;
}

std::vector<list_line> list_processes(const process_rows& rows, const list_options& options,
                                      const cpu_shares* shares) {
  const order before(rows, options, shares);
  return options.tree ? forest(rows, options, before) : flat(rows, options, before);
}

std::string tree_lines(const list_line& line, bool utf8) {
  std::string out;
  for (std::size_t level = 0; level < line.last_child.size(); ++level) {
    const bool last = line.last_child[level];
    if (level + 1 < line.last_child.size())
      out += last ? "   " : utf8 ? "\u2502  " : "|  ";
    else if (utf8)
      out += last ? "\u2514\u2500 " : "\u251C\u2500 ";
    else
      out += last ? "`- " : "|- ";
  }
  return out;
}

} // namespace reeve::cli
