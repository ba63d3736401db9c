// SPDX-License-Identifier: Apache-2.0
#include "locks/lock_lines.hpp"

#include "ps/printable.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/os/runtime.hpp"

#include <algorithm>
#include <cstdio>
#include <set>

namespace reeve::cli {

namespace {

using os::file_lock_rows;
using os::file_opening;
using os::lock_holder;
using os::lock_row;

constexpr std::size_t most_named = 3; // processes in one cell

cell absent() {
  return {"-", tint::dim};
}

bool waits(const lock_row& row) noexcept {
  return (row.flags & lock_row::waiting) != 0;
}

std::string access_text(std::uint8_t access) {
  std::string out;
  if (access & file_opening::reads) out += "read";
  if (access & file_opening::writes) out += out.empty() ? "write" : "+write";
  return out.empty() ? "-" : out;
}

std::string descriptor_text(std::int32_t descriptor) {
  if (os::os_name() != "windows") return cat("fd ", descriptor);
  char text[32]; // in hexadecimal, as Windows' own tools show handles
  std::snprintf(text, sizeof text, "handle 0x%x", static_cast<unsigned>(descriptor));
  return text;
}

class line_maker {
 public:
  line_maker(const file_lock_rows& table, const process_names& names) : table_(table), names_(names) {}

  std::vector<std::vector<cell>> all() {
    std::vector<std::vector<cell>> out;
    told_.assign(table_.openings.size(), false);
    for (std::uint32_t file = 0; file < table_.files.size(); ++file) {
      for (const bool waiting : {false, true})
        for (const lock_row& row : table_.locks) {
          if (row.file != file || waits(row) != waiting) continue;
          if (row.holders == 0) out.push_back(line(nullptr, nullptr, &row, file));
          for (std::uint32_t i = 0; i < row.holders; ++i) {
            const lock_holder& holder = table_.holders[row.first_holder + i];
            out.push_back(line(&holder, opening_of(holder, file), &row, file));
          }
        }
      for (std::size_t o = 0; o < table_.openings.size(); ++o)
        if (table_.openings[o].file == file && !told_[o])
          out.push_back(line(nullptr, &table_.openings[o], nullptr, file));
    }
    return out;
  }

 private:
  // The opening that stands on a lock's line. Of one who waits the descriptor is not always known: then its only one.
  const file_opening* opening_of(const lock_holder& holder, std::uint32_t file) {
    std::size_t found = 0, candidates = 0;
    for (std::size_t o = 0; o < table_.openings.size(); ++o) {
      const file_opening& opening = table_.openings[o];
      if (opening.file != file || opening.id != holder.id || opening.descriptor < 0) continue;
      if (holder.descriptor >= 0 && opening.descriptor != holder.descriptor) continue;
      found = o;
      ++candidates;
    }
    if (candidates != 1) return nullptr;
    told_[found] = true;
    return &table_.openings[found];
  }

  std::vector<cell> line(const lock_holder* holder, const file_opening* opening, const lock_row* row,
                         std::uint32_t file) const {
    const process_id* id = holder ? &holder->id : opening ? &opening->id : nullptr;
    const os::process_row* process = id ? names_.find(*id) : nullptr;
    std::vector<cell> out;
    out.push_back(id ? cell{cat(id->pid)} : absent());
    const bool user = process && has(process->present, os::process_field::user);
    out.push_back(user ? cell{printable(names_.rows()->view(process->user))} : absent());
    out.push_back(process ? cell{printable(names_.rows()->view(process->name))} : absent());
    out.push_back(how(holder, opening));
    out.push_back(opening && opening->access != 0 ? cell{access_text(opening->access)} : absent());
    out.push_back(row ? cell{cat(name_of(row->kind), " ", name_of(row->mode))} : absent());
    out.push_back(row ? cell{range_text(*row)} : absent());
    out.push_back(row ? state(*row) : cell{"open"});
    out.push_back(path(table_.files[file]));
    return out;
  }

  static cell how(const lock_holder* holder, const file_opening* opening) {
    const std::int32_t descriptor = opening ? opening->descriptor : holder ? holder->descriptor : -1;
    if (descriptor >= 0) return {descriptor_text(descriptor)};
    if (!opening) return absent();
    switch (opening->how) {
    case os::opening_kind::working_directory:
      return {"cwd"};
    case os::opening_kind::root_directory:
      return {"root"};
    case os::opening_kind::executable:
      return {"program"};
    case os::opening_kind::mapping:
      return {"mapped"};
    case os::opening_kind::descriptor:
    case os::opening_kind::other:
      break;
    }
    return absent();
  }

  cell state(const lock_row& row) const {
    if (!waits(row)) {
      std::string text = row.flags & lock_row::breaking ? "to be given up" : "held";
      if (row.holders != 0) return {std::move(text)};
      return {text + unresolved(row), tint::warning};
    }
    std::string text = row.flags & lock_row::in_cycle ? "waits in a cycle for " : "waits for ";
    std::set<process_id> before;
    for (std::uint32_t i = 0; i < row.blockers; ++i) {
      const lock_row& held = table_.locks[table_.blockers[row.first_blocker + i]];
      for (std::uint32_t h = 0; h < held.holders; ++h)
        before.insert(table_.holders[held.first_holder + h].id);
    }
    std::size_t named = 0;
    for (const process_id& id : before) {
      if (named == most_named) break;
      if (named++ != 0) text += ", ";
      append_to(text, id.pid);
      if (const os::process_row* p = names_.find(id))
        text += cat(" (", printable(names_.rows()->view(p->name)), ")");
    }
    if (before.empty()) text += "somebody";
    if (before.size() > named) text += cat(" and ", before.size() - named, " more");
    if (row.depth > 1 && !(row.flags & lock_row::in_cycle)) text += cat(", in a chain of ", row.depth);
    if (row.holders == 0) text += unresolved(row);
    return {std::move(text), row.flags & lock_row::in_cycle ? tint::alarm : tint::warning};
  }

  static std::string unresolved(const lock_row& row) {
    std::string out = row.unresolved == os::unresolved_reason::access_denied
                          ? "; by whom, this account may not see"
                          : "; by nobody that is seen from here";
    if (row.taker > 0) out += cat(" (", row.taker, " took it)");
    return out;
  }

  static cell path(const os::locked_file& file) {
    if (file.path.empty())
      return {cat("inode ", file.inode, " on ", file.device >> 20, ":", file.device & 0xfffff), tint::dim};
    return {printable(file.path) + (file.flags & os::locked_file::deleted ? " (deleted)" : "")};
  }

  const file_lock_rows& table_;
  const process_names& names_;
  std::vector<bool> told_; // openings that stand on a lock's line
};

} // namespace

process_names::process_names(const os::process_rows& rows) : rows_(&rows) {
  for (std::size_t i = 0; i < rows.rows.size(); ++i)
    places_.emplace(rows.rows[i].id, i);
}

const os::process_row* process_names::find(const process_id& id) const {
  const auto found = places_.find(id);
  return found == places_.end() ? nullptr : &rows_->rows[found->second];
}

std::string range_text(const os::lock_row& row) {
  if (row.end == os::lock_to_the_end) return row.start == 0 ? "whole" : cat("from ", row.start);
  return row.start == row.end ? cat(row.start) : cat(row.start, "-", row.end);
}

std::vector<table_column> lock_columns() {
  return {{"PID", true}, {"USER", false, 24}, {"NAME"},  {"HOW"}, {"ACCESS"},
          {"LOCK"},      {"RANGE"},           {"STATE"}, {"PATH"}};
}

std::vector<std::vector<cell>> lock_lines(const file_lock_rows& table, const process_names& names) {
  return line_maker(table, names).all();
}

} // namespace reeve::cli
