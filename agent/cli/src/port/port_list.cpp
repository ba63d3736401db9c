// SPDX-License-Identifier: Apache-2.0
#include "port/port_list.hpp"

#include "ps/printable.hpp"
#include "ps/process_json.hpp"
#include "ps/units.hpp"

#include "reeve/base/strings.hpp"
#include "reeve/socket_table.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace reeve::cli {

namespace {

using os::process_field;
using os::socket_row;
using os::socket_state;
namespace json = boost::json;

std::uint8_t abi_flags(const socket_row& row) noexcept {
  std::uint8_t flags = row.v6 ? REEVE_SOCKET_V6 : 0;
  if (row.flags & socket_row::dual_stack) flags |= REEVE_SOCKET_DUAL_STACK;
  return flags;
}

std::string protocol_of(const socket_row& row) {
  return sdk::protocol_text(static_cast<std::uint8_t>(row.protocol), abi_flags(row));
}

std::string endpoint(const os::address_bytes& address, bool v6, std::uint16_t port) {
  const std::string text = sdk::address_text(address.data(), v6);
  return v6 ? cat("[", text, "]:", port) : cat(text, ":", port);
}

std::string remote_of(const socket_row& row) {
  return row.remote_port == 0 ? std::string() : endpoint(row.remote, row.v6, row.remote_port);
}

auto order(const socket_row& row) {
  return std::tuple(row.local_port, row.protocol, row.state != socket_state::listen, row.v6, row.local,
                    row.remote_port, row.remote);
}

std::string text_of(const os::process_rows& rows, const os::process_row* row, process_field field,
                    os::text_ref ref) {
  return row && has(row->present, field) ? printable(rows.view(ref)) : "-";
}

std::vector<cell> cells_of(const port_line& l, const os::process_rows& processes, bool with_remote,
                           nanoseconds unix_now) {
  const socket_row& row = *l.socket;
  std::vector<cell> out;
  out.push_back({protocol_of(row)});
  out.push_back({endpoint(row.local, row.v6, row.local_port)});
  if (with_remote) out.push_back({remote_of(row)});
  out.push_back({name_of(row.state), row.state == socket_state::listen ? tint::none : tint::dim});
  if (!l.owner) {
    out.insert(out.end(), {{"-", tint::dim}, {"-", tint::dim}, {"-", tint::dim}, {"-", tint::dim}});
    out.push_back({row.inode == 0 ? "no process holds it" : "its owner is not visible from here", tint::dim});
    return out;
  }
  out.push_back({cat(l.owner->id.pid)});
  out.push_back({l.process ? text_of(processes, l.process, process_field::user, l.process->user) : "-"});
  out.push_back({l.process ? printable(processes.view(l.process->name)) : "-", tint::bold});
  out.push_back({l.process && has(l.process->present, process_field::start_time)
                     ? human_start(nanoseconds(l.process->start_unix_ns), unix_now)
                     : "-"});
  out.push_back({l.process
                     ? text_of(processes, l.process, process_field::command_line, l.process->command_line)
                     : "it has just ended"});
  return out;
}

} // namespace

std::vector<port_line> list_ports(const os::socket_rows& sockets, const os::process_rows& processes,
                                  const port_question& question) {
  std::vector<const socket_row*> chosen;
  std::set<std::pair<os::transport, std::uint16_t>> listened;
  for (const socket_row& row : sockets.rows) {
    const auto covers = [&row](const port_spec& spec) { return spec.covers(row); };
    if (!question.ports.empty() && std::none_of(question.ports.begin(), question.ports.end(), covers))
      continue;
    chosen.push_back(&row);
    if (row.state == socket_state::listen) listened.emplace(row.protocol, row.local_port);
  }
  if (!question.connections)
    std::erase_if(chosen, [&](const socket_row* row) {
      if (row->state == socket_state::listen) return false;
      return question.ports.empty() || listened.contains({row->protocol, row->local_port});
    });
  std::sort(chosen.begin(), chosen.end(),
            [](const socket_row* a, const socket_row* b) { return order(*a) < order(*b); });

  std::unordered_map<process_id, const os::process_row*> known;
  for (const os::process_row& row : processes.rows)
    known[row.id] = &row;
  std::vector<port_line> out;
  for (const socket_row* row : chosen) {
    if (row->owners == 0) out.push_back({row, nullptr, nullptr});
    for (std::uint32_t i = 0; i < row->owners; ++i) {
      const os::socket_owner& owner = sockets.owners[row->first_owner + i];
      const auto process = known.find(owner.id);
      out.push_back({row, &owner, process == known.end() ? nullptr : process->second});
    }
  }
  return out;
}

bool is_taken(const std::vector<port_line>& lines) noexcept {
  return std::any_of(lines.begin(), lines.end(),
                     [](const port_line& l) { return l.socket->state != socket_state::time_wait; });
}

os::process_fields needed_fields_of_ports() noexcept {
  return process_field::user | process_field::command_line | process_field::executable |
         process_field::start_time | process_field::parent;
}

std::string render_ports(const std::vector<port_line>& lines, const os::process_rows& processes,
                         nanoseconds unix_now, const table_style& style) {
  const bool with_remote =
      std::any_of(lines.begin(), lines.end(), [](const port_line& l) { return l.socket->remote_port != 0; });
  std::vector<table_column> columns = {{"PROTO"}, {"LOCAL"}};
  if (with_remote) columns.push_back({"REMOTE"});
  for (const char* title : {"STATE", "PID", "USER", "NAME", "SINCE", "COMMAND"})
    columns.push_back({title, std::string_view(title) == "PID"});
  std::vector<std::vector<cell>> rows;
  for (const port_line& l : lines)
    rows.push_back(cells_of(l, processes, with_remote, unix_now));
  return render_table(columns, rows, style);
}

json::array ports_to_json(const std::vector<port_line>& lines, const os::process_rows& processes) {
  json::array out;
  const socket_row* last = nullptr;
  for (const port_line& l : lines) {
    const socket_row& row = *l.socket;
    if (&row != last) {
      json::object one{{"protocol", name_of(row.protocol)},
                       {"family", row.v6 ? 6 : 4},
                       {"address", sdk::address_text(row.local.data(), row.v6)},
                       {"port", row.local_port},
                       {"state", name_of(row.state)},
                       {"owners", json::array()}};
      if (row.flags & (socket_row::dual_stack | socket_row::v6_only))
        one["dual_stack"] = (row.flags & socket_row::dual_stack) != 0;
      if (row.remote_port != 0) {
        one["remote_address"] = sdk::address_text(row.remote.data(), row.v6);
        one["remote_port"] = row.remote_port;
      }
      out.push_back(std::move(one));
      last = &row;
    }
    if (!l.owner) continue;
    json::object owner =
        l.process ? to_json(processes, *l.process, nullptr)
                  : json::object{{"pid", l.owner->id.pid}, {"start_stamp", cat(l.owner->id.start)}};
    if (l.owner->descriptor != 0) owner["descriptor"] = l.owner->descriptor;
    out.back().as_object()["owners"].as_array().push_back(std::move(owner));
  }
  return out;
}

} // namespace reeve::cli
