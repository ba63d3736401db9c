// SPDX-License-Identifier: Apache-2.0
#include "locks/lock_json.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json.hpp>

#include <limits>

namespace reeve::cli {

namespace {

namespace json = boost::json;
using os::file_opening;
using os::lock_row;

std::string clean(std::string_view raw) {
  std::string out;
  append_utf8(out, raw, std::numeric_limits<std::size_t>::max());
  return out;
}

json::object process(const process_id& id, std::int32_t descriptor, const process_names& names) {
  json::object out;
  out["pid"] = id.pid;
  out["start_stamp"] = cat(id.start);
  if (const os::process_row* row = names.find(id)) {
    out["name"] = clean(names.rows()->view(row->name));
    if (has(row->present, os::process_field::user)) out["user"] = clean(names.rows()->view(row->user));
  }
  if (descriptor >= 0) out["descriptor"] = descriptor;
  return out;
}

json::object opening(const file_opening& o, const process_names& names) {
  json::object out = process(o.id, o.descriptor, names);
  out["how"] = name_of(o.how);
  if (o.access != 0) {
    out["reads"] = (o.access & file_opening::reads) != 0;
    out["writes"] = (o.access & file_opening::writes) != 0;
  }
  return out;
}

json::object lock(const os::file_lock_rows& table, const lock_row& row, const process_names& names) {
  json::object out;
  const bool waiting = (row.flags & lock_row::waiting) != 0;
  out["kind"] = name_of(row.kind);
  out["mode"] = name_of(row.mode);
  out["state"] = waiting ? "waiting" : "held";
  if (row.flags & lock_row::breaking) out["breaking"] = true;
  out["start"] = row.start;
  if (row.end != os::lock_to_the_end) out["end"] = row.end;
  if (row.taker > 0) out["taker_pid"] = row.taker;
  json::array holders;
  for (std::uint32_t i = 0; i < row.holders; ++i) {
    const os::lock_holder& h = table.holders[row.first_holder + i];
    holders.push_back(process(h.id, h.descriptor, names));
  }
  out[waiting ? "waiters" : "holders"] = std::move(holders);
  if (row.unresolved != os::unresolved_reason::none) out["unresolved"] = name_of(row.unresolved);
  if (!waiting) return out;
  json::array before;
  for (std::uint32_t i = 0; i < row.blockers; ++i) {
    const lock_row& held = table.locks[table.blockers[row.first_blocker + i]];
    for (std::uint32_t h = 0; h < held.holders; ++h) {
      const os::lock_holder& holder = table.holders[held.first_holder + h];
      before.push_back(process(holder.id, holder.descriptor, names));
    }
  }
  out["waits_for"] = std::move(before);
  out["chain_length"] = row.depth;
  out["in_cycle"] = (row.flags & lock_row::in_cycle) != 0;
  return out;
}

} // namespace

json::value to_json(const os::file_lock_rows& table, const std::vector<std::string>& asked,
                    const process_names& names) {
  json::array files;
  for (const os::locked_file& f : table.files) {
    json::object one;
    if (!f.path.empty()) one["path"] = clean(f.path);
    if (f.flags & os::locked_file::deleted) one["deleted"] = true;
    if (f.flags & os::locked_file::folder) one["folder"] = true;
    if (f.inode != 0) {
      one["device"] = cat(f.device >> 20, ":", f.device & 0xfffff);
      one["inode"] = f.inode;
    }
    one["openings"] = json::array();
    one["locks"] = json::array();
    files.push_back(std::move(one));
  }
  for (const file_opening& o : table.openings)
    files[o.file].at("openings").as_array().push_back(opening(o, names));
  for (const lock_row& row : table.locks)
    files[row.file].at("locks").as_array().push_back(lock(table, row, names));
  json::array problems;
  for (const os::path_problem& p : table.problems)
    problems.push_back({{"path", clean(asked.at(p.asked))},
                        {"error", name_of(p.why.code)},
                        {"message", clean(p.why.message)}});
  return {{"files", std::move(files)},
          {"problems", std::move(problems)},
          {"unreadable_processes", table.unreadable_processes},
          {"unplaced_locks", table.unplaced_locks},
          {"unanswered_handles", table.unanswered_handles}};
}

} // namespace reeve::cli
