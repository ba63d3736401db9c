// SPDX-License-Identifier: Apache-2.0
#include "ps/process_json.hpp"

#include "reeve/base/strings.hpp"

#include <boost/json.hpp>

#include <limits>
#include <string>

namespace reeve::cli {

namespace {

using os::process_field;
namespace json = boost::json;

std::string clean(std::string_view raw) {
  std::string out;
  append_utf8(out, raw, std::numeric_limits<std::size_t>::max());
  return out;
}

double seconds(std::uint64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

} // namespace

json::object to_json(const os::process_rows& rows, const os::process_row& row, const cpu_shares* shares) {
  const auto present = [&](process_field f) { return has(row.present, f); };
  json::object out;
  out["pid"] = row.id.pid;
  out["start_stamp"] = cat(row.id.start);
  if (present(process_field::parent)) out["ppid"] = row.ppid;
  out["name"] = clean(rows.view(row.name));
  if (row.flags & os::process_row::kernel_thread) out["kernel_thread"] = true;
  if (present(process_field::executable)) out["executable"] = clean(rows.view(row.executable));
  if (present(process_field::command_line)) out["command_line"] = clean(rows.view(row.command_line));
  if (present(process_field::user)) out["user"] = clean(rows.view(row.user));
  if (present(process_field::state)) out["state"] = name_of(row.state);
  if (present(process_field::start_time))
    out["start_time_seconds"] = static_cast<double>(row.start_unix_ns) / 1e9;
  if (present(process_field::cpu)) {
    out["cpu_user_seconds"] = seconds(row.cpu_user_ns);
    out["cpu_system_seconds"] = seconds(row.cpu_system_ns);
  }
  if (shares)
    if (const auto share = shares->find(row.id); share != shares->end()) out["cpu_percent"] = share->second;
  if (present(process_field::resident_memory)) out["resident_memory_bytes"] = row.resident_bytes;
  if (present(process_field::private_memory)) out["private_memory_bytes"] = row.private_bytes;
  if (present(process_field::virtual_memory)) out["virtual_memory_bytes"] = row.virtual_bytes;
  if (present(process_field::swap_memory)) out["swap_memory_bytes"] = row.swap_bytes;
  if (present(process_field::threads)) out["threads"] = row.threads;
  if (present(process_field::open_handles)) out["open_handles"] = row.open_handles;
  if (present(process_field::open_handles_limit)) {
    if (row.open_handles_limit == std::numeric_limits<std::uint64_t>::max())
      out["open_handles_unlimited"] = true;
    else
      out["open_handles_limit"] = row.open_handles_limit;
  }
  if (present(process_field::io)) {
    out["io_read_bytes"] = row.io_read_bytes;
    out["io_write_bytes"] = row.io_write_bytes;
  }
  if (present(process_field::page_faults)) {
    out["minor_page_faults"] = row.minor_faults;
    out["major_page_faults"] = row.major_faults;
  }
  if (present(process_field::context_switches)) {
    out["voluntary_context_switches"] = row.voluntary_switches;
    out["involuntary_context_switches"] = row.involuntary_switches;
  }
  return out;
}

json::value to_json(const os::process_rows& rows, const std::vector<list_line>& lines,
                    const cpu_shares* shares, bool tree) {
  // Backwards, so that a process's children are complete before it is put into its own parent.
  std::vector<json::array> at_depth;
  for (std::size_t i = lines.size(); i-- > 0;) {
    const std::size_t depth = lines[i].depth;
    if (at_depth.size() < depth + 2) at_depth.resize(depth + 2);
    json::object one = to_json(rows, *lines[i].row, shares);
    if (tree) one["children"] = json::array(at_depth[depth + 1].rbegin(), at_depth[depth + 1].rend());
    at_depth[depth + 1].clear();
    at_depth[depth].push_back(std::move(one));
  }
  json::object unreadable;
  for (std::size_t i = 0; i < os::unreadable_reasons; ++i)
    unreadable[name_of(static_cast<os::unreadable_reason>(i))] = rows.unreadable[i];
  json::array processes;
  if (!at_depth.empty()) processes = json::array(at_depth[0].rbegin(), at_depth[0].rend());
  return {{"processes", std::move(processes)}, {"unreadable", std::move(unreadable)}};
}

} // namespace reeve::cli
